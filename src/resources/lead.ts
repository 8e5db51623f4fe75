import * as pulumi from "@pulumi/pulumi";
import {
  LEAD_OUTPUTS,
  type LeadArgs,
  type LeadOutputs,
  restored,
  type SecondaryContactArgs,
  type SettableStatus,
} from "../state/lead";
import type { Nothing } from "../state/stored";
import { type CampaignReference, campaignIdOf, deletedWithCampaign } from "./campaign-reference";
import { checkVariables, variablesOfLead } from "./checks/assistant-variables";
import { declarerOf } from "./checks/duplicate-declarations";
import { type Difference, type OutputsOf, prepareRegistration } from "./register";

/** The value of a variable: what a Famulor assistant can put into a sentence. */
export type LeadVariable = string | number | boolean;

/**
 * Variables for the assistant. A key whose value is `undefined` is left out, so
 * `{ title: isKnown ? title : undefined }` declares `title` or nothing.
 */
export type LeadVariables = Record<string, pulumi.Input<LeadVariable | undefined>>;

/** Somebody to call, in the given order, when the lead itself does not answer. */
export interface FamulorSecondaryContact {
  /**
   * The number to call, in E.164. It must differ from the lead's own number and from every other contact's. A change replaces the
   * lead, and **the person is called again**.
   *
   * @example "+493023125001"
   */
  phoneNumber: pulumi.Input<string>;
  /**
   * Variables for the assistant when this contact is on the line. A change replaces the lead, and **the person is called again**.
   *
   * @default {}
   * @example { name: "Ben" }
   */
  variables?: pulumi.Input<LeadVariables> | undefined;
}

/** The arguments of {@link FamulorLead}. Source: https://docs.famulor.io, "Create lead" and "Update lead". */
export interface FamulorLeadArgs {
  /**
   * The campaign that calls this lead: a {@link FamulorCampaign}, or its ID, a whole number above 0. **If the campaign is
   * running, creating the lead leads to a real, paid call.** A change moves the lead to the other campaign in place, with
   * one request; the lead keeps its ID.
   *
   * With a campaign that has `forceDestroy: true`, the lead gets the resource option `deletedWith`, unless
   * `allowDuplicate` is `true`.
   *
   * @example
   * ```ts
   * const spring = new FamulorCampaign("spring", { name: "Spring 2027", assistantId: 1 });
   * new FamulorLead("anna", { campaignId: spring, phoneNumber: "+493023125000" });
   * ```
   */
  campaignId: CampaignReference;
  /**
   * The number to call, in E.164: a plus, the country code and the number, without blanks or dashes. A change updates the
   * lead in place. The state holds the number in plain text unless it is a `pulumi.secret`.
   *
   * @example "+493023125000"
   */
  phoneNumber: pulumi.Input<string>;
  /**
   * Variables for the assistant, flat. Use the names that the campaign's assistant defines; whether Famulor keeps other
   * names is undocumented. A change updates the lead in place. Famulor only merges variables, so a key that you remove
   * is overwritten with `""`.
   *
   * @default {}
   * @example { name: "Anna", appointments: 2 }
   */
  variables?: pulumi.Input<LeadVariables> | undefined;
  /**
   * At most 10 people to call, in this order, when the lead itself does not answer. Famulor cannot change them, so **a
   * change deletes the lead and creates a new one, and the person is called again**; preview says so. The change is refused
   * if the person may have been called already, unless `FAMULOR_REDIAL=allow` is set for that run.
   *
   * @default []
   * @example
   * ```ts
   * secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben" } }]
   * ```
   */
  secondaryContacts?: pulumi.Input<pulumi.Input<FamulorSecondaryContact>[]> | undefined;
  /**
   * Whether Famulor may create a second lead with this number in this campaign, **so that the person is called again**.
   * The create sends it as `allow_dupplicate` (Famulor's spelling). A later change is recorded and sends nothing.
   *
   * @default false (Famulor refuses a duplicate)
   * @example
   * ```ts
   * new FamulorLead("anna-again", { campaignId: spring, phoneNumber: "+493023125000", allowDuplicate: true });
   * ```
   */
  allowDuplicate?: boolean | undefined;
  /**
   * A status to set, once each time you change it here: `"completed"` and `"reached-max-retries"` stop further calls;
   * **`"created"` queues the lead again, and the person is called again.** It is compared with what you last declared and
   * never with what Famulor says now. When the lead is created, `"created"` sends nothing.
   *
   * @default undefined (Famulor decides)
   * @example
   * ```ts
   * new FamulorLead("anna", { campaignId: spring, phoneNumber: "+493023125000", status: "completed" });
   * ```
   */
  status?: pulumi.Input<SettableStatus> | undefined;
  /**
   * Whether the create takes over the lead with this number in this campaign, if there is one, instead of failing. The
   * lead's secondary contacts must be as declared; its variables are changed to the declared ones. A later change is
   * recorded and sends nothing. It cannot be combined with `allowDuplicate`.
   *
   * @default false
   */
  adoptExisting?: boolean | undefined;
}

/** Fails to compile, with the name, if these arguments and those of src/state/lead.ts differ. */
type _EveryLeadArgument = Nothing<Difference<keyof FamulorLeadArgs, keyof LeadArgs>>;
/** The same for the fields of a secondary contact. */
type _EveryContactField = Nothing<Difference<keyof FamulorSecondaryContact, keyof SecondaryContactArgs>>;

/** What {@link FamulorLead.get} needs beside the ID: Famulor has no request for one lead, only for a campaign's leads. */
export interface FamulorLeadLookup {
  /** The campaign that holds the lead, or its ID. */
  campaignId: CampaignReference;
}

/**
 * A lead: a person whom a Famulor campaign calls.
 *
 * ```ts
 * const anna = new FamulorLead("anna", {
 *   campaignId: 1,
 *   phoneNumber: "+493023125000",
 *   variables: { name: "Anna" },
 * });
 * export const leadId = anna.leadId;
 * ```
 *
 * The create sends exactly one `POST /user/lead`. The delete removes the lead together with its secondary contacts and its
 * call data. An argument that Famulor would refuse fails in preview, before anything is sent.
 */
export class FamulorLead extends pulumi.CustomResource implements OutputsOf<LeadOutputs> {
  // `declare`: a real class field would overwrite the outputs with undefined under some compiler settings.
  /** The ID of the campaign that calls this lead. */
  declare readonly campaignId: pulumi.Output<number>;
  /** The number that is called, in E.164. */
  declare readonly phoneNumber: pulumi.Output<string>;
  /** The declared variables; those that Famulor adds from the assistant are not among them. */
  declare readonly variables: pulumi.Output<Record<string, LeadVariable> | undefined>;
  /** The declared secondary contacts. */
  declare readonly secondaryContacts: pulumi.Output<
    { phoneNumber: string; variables?: Record<string, LeadVariable> | undefined }[] | undefined
  >;
  /** The argument `allowDuplicate`. */
  declare readonly allowDuplicate: pulumi.Output<boolean | undefined>;
  /** The argument `adoptExisting`. */
  declare readonly adoptExisting: pulumi.Output<boolean | undefined>;
  /** Famulor's ID of this lead. The resource's `id` is the same as a string. */
  declare readonly leadId: pulumi.Output<number>;
  /**
   * What Famulor said of the lead when it was last read: `created`, `scheduled`, `processing`, `rescheduled`, `completed`,
   * `reached-max-retries`, `blacklisted`, or a word that is new. Famulor changes it by itself; `pulumi refresh` reads it
   * again. `gone`: Famulor has removed the lead, and only `pulumi up --replace` re-creates it, because that calls the
   * person again.
   */
  declare readonly status: pulumi.Output<string>;
  /** The declared `status` as last carried out; absent if none is declared. */
  declare readonly requestedStatus: pulumi.Output<string | undefined>;
  /** Famulor's IDs of the secondary contacts, in the order of `secondaryContacts`. */
  declare readonly secondaryContactIds: pulumi.Output<number[]>;
  /** The campaign's name. */
  declare readonly campaignName: pulumi.Output<string | undefined>;
  /** When Famulor created the lead, in Famulor's own format. Its time zone is undocumented, so do not compute with it. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** When Famulor last changed the lead, in Famulor's own format. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;
  /** The base URL of the API that holds the lead; absent for Famulor's own. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /**
   * The account that created the lead: the first 12 hex digits of the SHA-256 of the account's e-mail address. Absent if
   * Famulor does not say who the key belongs to.
   */
  declare readonly accountId: pulumi.Output<string | undefined>;

  /**
   * @param name The resource's name in the stack; Famulor never sees it.
   * @param args What to create.
   * @param opts Resource options. `import` is refused: Pulumi's dynamic providers cannot import.
   * @throws pulumi.RunError for the option `import`, for a provider that is no `FamulorProvider`, for an unknown setting or an
   *   API key in plain text in the stack's configuration, for an argument that is no plain value (such as a `Map`), for a number
   *   that another lead of the program has in the same campaign, for a variable that an assistant with `strictVariables` does not
   *   define, and for `retainOnDelete` under a campaign that takes its leads with it.
   */
  constructor(name: string, args: FamulorLeadArgs, opts: pulumi.CustomResourceOptions = {}) {
    const what = `FamulorLead "${name}"`;
    // If the campaign's delete failed, only Famulor's refusal of duplicates would keep the next `up` from a second call.
    const keepsOwnDelete = args.allowDuplicate || opts.id !== undefined;
    const registration = prepareRegistration({
      kind: "lead",
      what,
      outputs: LEAD_OUTPUTS,
      args: { ...args, campaignId: campaignIdOf(args.campaignId) },
      options: {
        ...(keepsOwnDelete ? opts : deletedWithCampaign(what, args.campaignId, opts)),
        // Famulor refuses a second lead with the same number, so a replacement deletes first. An option and not only an
        // answer of `diff`, because under `pulumi up --replace` the engine never asks `diff`.
        deleteBeforeReplace: opts.deleteBeforeReplace ?? true,
      },
      insteadOfImport:
        "With `adoptExisting: true` the create takes over the lead with this number in this campaign. " +
        "To only read a lead that is managed elsewhere: FamulorLead.get(name, id, { campaignId }).",
    });
    const { type, inputs, options } = registration;
    try {
      if (opts.id === undefined) checkVariables(args.campaignId, (add) => variablesOfLead(`${what}: `, inputs, add));
      super(type, name, inputs, options);
    } finally {
      registration.end();
    }
    const ids = this.secondaryContactIds as pulumi.Output<number[] | undefined>;
    Object.assign(this, {
      secondaryContactIds: ids.apply(restored.secondaryContactIds),
      updatedAt: pulumi
        .all([this.updatedAt, this.createdAt])
        .apply(([updatedAt, createdAt]) => restored.updatedAt(updatedAt, createdAt)),
    });
    if (opts.id === undefined && !args.allowDuplicate) {
      const declare = declarerOf({ resource: this, type, name, parent: opts.parent, campaignId: args.campaignId });
      pulumi.output(inputs.phoneNumber).apply((phoneNumber) => {
        declare([{ who: what, phoneNumber }]);
      });
    }
  }

  /**
   * Reads a lead that is managed elsewhere. This stack never changes and never deletes that lead.
   *
   * @param id Famulor's ID of the lead.
   * @throws pulumi.RunError without a campaign. The run fails if there is no such lead in the account.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    { campaignId }: FamulorLeadLookup,
    opts: pulumi.CustomResourceOptions = {},
  ): FamulorLead {
    if (campaignId === undefined) {
      throw new pulumi.RunError(
        `FamulorLead.get("${name}", …): campaignId is required. Famulor has no request for one lead, only for a campaign's.`,
      );
    }
    // `phoneNumber` is an output to be read, and is not known here.
    const args = { campaignId, phoneNumber: undefined } as unknown as FamulorLeadArgs;
    return new FamulorLead(name, args, { ...opts, id });
  }
}
