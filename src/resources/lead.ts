import * as pulumi from "@pulumi/pulumi";
import { type CampaignReference, campaignIdOf, deletedWithCampaign } from "./campaign";
import { declarePeople } from "./declared-people";
import { refuseImport, refusePlainTextKey } from "./preconditions";
import { stub } from "./stub";

/** The value of a variable: what Famulor's assistants can put into a sentence. */
export type LeadVariable = string | number | boolean;

/** Somebody to try, in the given order, when the lead itself does not answer. */
export interface FamulorSecondaryContact {
  /** E.164, such as `"+493023125001"`; neither the lead's own number nor another contact's. */
  phoneNumber: pulumi.Input<string>;
  /** Variables for the assistant when this contact is on the line. Default: none. */
  variables?: pulumi.Input<Record<string, pulumi.Input<LeadVariable>>> | undefined;
}

/** The arguments of {@link FamulorLead}. */
export interface FamulorLeadArgs {
  /**
   * The campaign that calls this lead: a {@link FamulorCampaign}, or its ID, a whole number above 0. If the campaign is
   * running, creating the lead leads to a real, paid call. With a campaign that has `forceDestroy: true`, the lead gets the
   * option `deletedWith`, unless it allows duplicates. Source: https://docs.famulor.io, "Create lead".
   */
  campaignId: CampaignReference;
  /**
   * The number to call, in E.164: a plus, the country code, the number, no blanks or dashes, such as `"+493023125000"`.
   * It stands in the stack's state in plain text unless it is a `pulumi.secret`.
   */
  phoneNumber: pulumi.Input<string>;
  /**
   * Variables for the assistant, flat. Use the names that the campaign's assistant defines; whether Famulor keeps others
   * is undocumented. Default: `{}`.
   */
  variables?: pulumi.Input<Record<string, pulumi.Input<LeadVariable>>> | undefined;
  /** At most 10, each number different from the lead's and from the others'. Default: `[]`. */
  secondaryContacts?: pulumi.Input<pulumi.Input<FamulorSecondaryContact>[]> | undefined;
  /**
   * Let Famulor take a second lead with this number in this campaign, **so that the person is called again**. Sent as
   * `allow_dupplicate` (Famulor's spelling) when the lead is created; a later change is recorded and sends nothing.
   * Default: `false`, and Famulor refuses a double.
   */
  allowDuplicate?: boolean | undefined;
  /**
   * A status to set, once each time you change it here: `"completed"` and `"reached-max-retries"` stop further calls;
   * **`"created"` queues the lead again, and the person is called again**. It is compared with what you last declared and
   * never with what Famulor says now. At create, `"created"` sends nothing. Default: Famulor decides.
   * Source: https://docs.famulor.io, "Update lead".
   */
  status?: pulumi.Input<"created" | "completed" | "reached-max-retries"> | undefined;
  /**
   * At create, take over the lead with this number in this campaign, if there is one, instead of failing. Its secondary
   * contacts must be as declared; its variables are then changed to the declared ones. Default: `false`.
   */
  adoptExisting?: boolean | undefined;
}

/** What {@link FamulorLead.get} needs beside the ID: Famulor can only be asked for the leads of a campaign. */
export interface FamulorLeadLookup {
  /** The campaign that has the lead, or its ID. */
  campaignId: CampaignReference;
}

const TYPE = "pulumi-nodejs:dynamic/famulor:Lead";

/** Arguments are also outputs; an output exists on the object only if it is named when the resource is registered. */
const OUTPUT_ONLY = {
  leadId: undefined,
  requestedStatus: undefined,
  secondaryContactIds: undefined,
  campaignName: undefined,
  createdAt: undefined,
  updatedAt: undefined,
  endpoint: undefined,
  accountId: undefined,
};

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
 * Create sends exactly one `POST /user/lead`; delete removes the lead together with its secondary contacts and call data.
 * An argument that Famulor would refuse fails in preview, before anything is sent.
 */
export class FamulorLead extends pulumi.CustomResource {
  // `declare`: a real class field would overwrite the outputs with undefined under some compiler settings.
  /** The campaign that calls this lead. */
  declare readonly campaignId: pulumi.Output<number>;
  /** The number that is called. */
  declare readonly phoneNumber: pulumi.Output<string>;
  /** The declared variables; those that Famulor adds from the assistant are not among them. */
  declare readonly variables: pulumi.Output<Record<string, LeadVariable> | undefined>;
  /** The declared secondary contacts. */
  declare readonly secondaryContacts: pulumi.Output<
    { phoneNumber: string; variables?: Record<string, LeadVariable> }[] | undefined
  >;
  declare readonly allowDuplicate: pulumi.Output<boolean | undefined>;
  declare readonly adoptExisting: pulumi.Output<boolean | undefined>;
  /** Famulor's ID of this lead. The resource's `id` is the same as a string. */
  declare readonly leadId: pulumi.Output<number>;
  /**
   * What Famulor says of the lead, as last read: `created`, `scheduled`, `processing`, `rescheduled`, `completed`,
   * `reached-max-retries`, `blacklisted`, or a word yet unknown. It moves by itself; `pulumi refresh` reads it again.
   * `gone`: Famulor has removed the lead, and it is not made again by itself, lest the person be called again.
   */
  declare readonly status: pulumi.Output<string>;
  /** The declared `status` as it was last carried out; absent when none is declared. */
  declare readonly requestedStatus: pulumi.Output<string | undefined>;
  /** Famulor's IDs of the secondary contacts, in the order of `secondaryContacts`. */
  declare readonly secondaryContactIds: pulumi.Output<number[]>;
  /** The campaign's name. */
  declare readonly campaignName: pulumi.Output<string | undefined>;
  /** When Famulor made the lead, as it writes it: the time zone is undocumented, so do not compute with it. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** When Famulor last changed the lead, as it writes it. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;
  /** The API address that holds the lead; absent for Famulor's own. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /** Who made the lead: the first 12 hex digits of the SHA-256 of the account's e-mail address. */
  declare readonly accountId: pulumi.Output<string | undefined>;

  /**
   * @param name The resource's name in the stack; Famulor never sees it.
   * @param args What to create.
   * @param opts Resource options. `import` is refused: Pulumi's dynamic providers cannot import.
   * @throws pulumi.RunError for the option `import`, for an API key in plain text in the stack's configuration, for a number
   *   that another lead of the program has in the same campaign, and for `retainOnDelete` under a campaign that takes its
   *   leads with it.
   */
  constructor(name: string, args: FamulorLeadArgs, opts: pulumi.CustomResourceOptions = {}) {
    const what = `FamulorLead "${name}"`;
    refuseImport(
      what,
      opts,
      "With `adoptExisting: true` create takes over the lead with this number in this campaign. " +
        "To only read a lead that is managed elsewhere: FamulorLead.get(name, id, { campaignId }).",
    );
    refusePlainTextKey();
    // If the campaign's delete failed, only Famulor's refusal of doubles would keep the next `up` from a second call.
    const options =
      args.allowDuplicate || opts.id !== undefined ? opts : deletedWithCampaign(what, args.campaignId, opts);
    super(
      TYPE,
      name,
      {
        ...OUTPUT_ONLY,
        variables: undefined,
        secondaryContacts: undefined,
        allowDuplicate: undefined,
        status: undefined,
        adoptExisting: undefined,
        ...args,
        campaignId: campaignIdOf(args.campaignId),
        __provider: stub("lead"),
      },
      // Famulor refuses a second lead with the same number, so a replacement deletes first. An option and not an answer of
      // `diff`, because under `pulumi up --replace` the engine never asks `diff`.
      { ...options, deleteBeforeReplace: opts.deleteBeforeReplace ?? true },
    );
    // What the state leaves out, see `stored` in provider/lead.ts.
    const ids = this.secondaryContactIds as pulumi.Output<number[] | undefined>;
    Object.assign(this, {
      secondaryContactIds: ids.apply((known) => known ?? []),
      updatedAt: pulumi.all([this.updatedAt, this.createdAt]).apply(([updated, created]) => updated ?? created),
    });
    if (opts.id === undefined && !args.allowDuplicate) {
      pulumi.output(args.phoneNumber).apply((phoneNumber) => {
        declarePeople(this, TYPE, args.campaignId, [{ who: what, phoneNumber }]);
      });
    }
  }

  /**
   * Reads a lead that is managed elsewhere. It is never changed and never deleted by this stack.
   *
   * @param id Famulor's ID of the lead.
   * @throws when there is no such lead in the account, and pulumi.RunError without a campaign.
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    { campaignId }: FamulorLeadLookup,
    opts: pulumi.CustomResourceOptions = {},
  ): FamulorLead {
    if (campaignId === undefined) {
      throw new pulumi.RunError(
        `FamulorLead.get("${name}", …): campaignId is required; Famulor has no other way to one lead.`,
      );
    }
    // `phoneNumber` is declared as an output to be read, and is not known here.
    const args = { campaignId, phoneNumber: undefined } as unknown as FamulorLeadArgs;
    return new FamulorLead(name, args, { ...opts, id });
  }
}
