import * as pulumi from "@pulumi/pulumi";
import { maskPhoneNumbers } from "../masking";
import type { SettableStatus } from "../state/lead";
import { LEAD_SET_OUTPUTS, type LeadRow, type LeadSetArgs, type LeadSetOutputs, restoredSet } from "../state/lead-set";
import type { Nothing } from "../state/stored";
import { type CampaignReference, campaignIdOf, deletedWithCampaign } from "./campaign-reference";
import { checkVariables, variablesOfLead } from "./checks/assistant-variables";
import { declarerOf, type Person } from "./checks/duplicate-declarations";
import { errorInOutput } from "./checks/error-in-output";
import { whenKnown } from "./checks/when-known";
import type { FamulorSecondaryContact, LeadVariable, LeadVariables } from "./lead";
import { type Difference, type OutputsOf, prepareRegistration } from "./register";

/** A lead in a {@link FamulorLeadSet}. The rules are those of `FamulorLeadArgs`. */
export interface FamulorLeadSetRow {
  /**
   * The number to call, in E.164. A change updates the lead in place.
   *
   * @example "+493023125000"
   */
  phoneNumber: pulumi.Input<string>;
  /**
   * Variables for the assistant, flat. A change updates the lead in place; a key that you remove is overwritten with
   * `""`.
   *
   * @default {}
   * @example { name: "Anna", appointments: 2 }
   */
  variables?: pulumi.Input<LeadVariables> | undefined;
  /**
   * At most 10 people to call, in this order, when the lead itself does not answer. **A change deletes the row's lead and
   * creates a new one, and the person is called again**; preview names the row. The change is refused if the person may
   * have been called already, unless `FAMULOR_REDIAL=allow` is set for that run.
   *
   * @default []
   * @example
   * ```ts
   * secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben" } }]
   * ```
   */
  secondaryContacts?: pulumi.Input<pulumi.Input<FamulorSecondaryContact>[]> | undefined;
  /**
   * A status to set, once each time you change it here. **`"created"` queues the lead again, and the person is called
   * again.** When the lead is created, `"created"` sends nothing.
   *
   * @default undefined (Famulor decides)
   * @example "completed"
   */
  status?: pulumi.Input<SettableStatus> | undefined;
}

/** A row as Famulor last confirmed it. */
export interface FamulorLeadSetRowOutput {
  /** The number that is called, in E.164. */
  phoneNumber: string;
  /** The declared variables. */
  variables?: Record<string, LeadVariable> | undefined;
  /** The declared secondary contacts. */
  secondaryContacts?: { phoneNumber: string; variables?: Record<string, LeadVariable> | undefined }[] | undefined;
  /** The declared status as last carried out; absent if none is declared. `statuses` has what Famulor says. */
  status?: SettableStatus | undefined;
}

/** The arguments of {@link FamulorLeadSet}. Source: https://docs.famulor.io, "Create lead" and "Update lead". */
export interface FamulorLeadSetArgs {
  /**
   * The campaign that calls these leads: a `FamulorCampaign`, or its ID, a whole number above 0. **If the campaign is
   * running, creating a lead leads to a real, paid call.** A change moves the leads to the other campaign in place, with
   * one request for each.
   *
   * With a campaign that has `forceDestroy: true`, the set gets the resource option `deletedWith`, unless `allowDuplicate`
   * is `true`.
   *
   * @example
   * ```ts
   * const spring = new FamulorCampaign("spring", { name: "Spring 2027", assistantId: 1 });
   * new FamulorLeadSet("guests", { campaignId: spring, leads: { anna: { phoneNumber: "+493023125000" } } });
   * ```
   */
  campaignId: CampaignReference;
  /**
   * The leads: a plain object of rows, each under a key of your own that stays the same while the row does. **A new row is
   * created, and the person is called**; a changed row is changed in place; a removed row is deleted. A row whose key alone
   * changed is the same person and is left as it is.
   *
   * @example
   * ```ts
   * leads: {
   *   anna: { phoneNumber: "+493023125000", variables: { name: "Anna" } },
   *   bert: { phoneNumber: "+493023125001", variables: { name: "Bert" } },
   * }
   * ```
   */
  leads: pulumi.Input<Record<string, pulumi.Input<FamulorLeadSetRow>>>;
  /**
   * For every row: whether Famulor may create a second lead with its number in this campaign, **so that the person is
   * called again**. A later change sends nothing and counts for rows that you add or change afterwards.
   *
   * @default false (Famulor refuses a duplicate)
   * @example
   * ```ts
   * new FamulorLeadSet("second-round", { campaignId: spring, leads, allowDuplicate: true });
   * ```
   */
  allowDuplicate?: boolean | undefined;
  /**
   * For every row: whether the create takes over the lead with its number in this campaign, if there is one, instead of
   * failing. It cannot be combined with `allowDuplicate`. A later change sends nothing and counts for rows that you add
   * afterwards.
   *
   * @default false
   */
  adoptExisting?: boolean | undefined;
}

/** Fails to compile, with the name, if these arguments and those of src/state/lead-set.ts differ. */
type _EveryLeadSetArgument = Nothing<Difference<keyof FamulorLeadSetArgs, keyof LeadSetArgs>>;
/** The same for the fields of a row, declared and confirmed. */
type _EveryRowField = Nothing<
  Difference<keyof FamulorLeadSetRow, keyof LeadRow> | Difference<keyof FamulorLeadSetRowOutput, keyof LeadRow>
>;

/**
 * Many leads as one resource: for hundreds and thousands, where a resource for each would make Pulumi itself slow.
 *
 * ```ts
 * const guests = new FamulorLeadSet("guests", {
 *   campaignId: spring,
 *   leads: {
 *     anna: { phoneNumber: "+493023125000", variables: { name: "Anna" } },
 *     bert: { phoneNumber: "+493023125001", variables: { name: "Bert" } },
 *   },
 * });
 * export const leadIds = guests.leadIds;
 * ```
 *
 * Only rows that changed cause requests. If some rows fail, the others are kept, `pulumi up` fails and names the failed
 * rows, and the next `pulumi up` does only the rest.
 */
export class FamulorLeadSet extends pulumi.CustomResource implements OutputsOf<LeadSetOutputs> {
  // `declare`: a real class field would overwrite the outputs with undefined under some compiler settings.
  /** The ID of the campaign that calls these leads. */
  declare readonly campaignId: pulumi.Output<number>;
  /** The rows as Famulor last confirmed them: without those that could not be created yet. */
  declare readonly leads: pulumi.Output<Record<string, FamulorLeadSetRowOutput>>;
  /** The argument `allowDuplicate`. */
  declare readonly allowDuplicate: pulumi.Output<boolean | undefined>;
  /** The argument `adoptExisting`. */
  declare readonly adoptExisting: pulumi.Output<boolean | undefined>;
  /** Famulor's ID of each lead, by the row's key. */
  declare readonly leadIds: pulumi.Output<Record<string, number>>;
  /** The status of each lead when it was last read, by the row's key, in the words of {@link FamulorLead.status}. */
  declare readonly statuses: pulumi.Output<Record<string, string>>;
  /** How many leads have which status, by the status, when they were last read; `pulumi refresh` reads them again. */
  declare readonly statusCounts: pulumi.Output<Record<string, number>>;
  /** The base URL of the API that holds the leads; absent for Famulor's own. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /**
   * The account that created the leads: the first 12 hex digits of the SHA-256 of the account's e-mail address. Absent if
   * Famulor does not say who the key belongs to.
   */
  declare readonly accountId: pulumi.Output<string | undefined>;
  /** How many rows are not yet as declared; 0 after a run without failures. */
  declare readonly unfinishedRows: pulumi.Output<number>;

  /**
   * @param name The resource's name in the stack; Famulor never sees it.
   * @param args What to create.
   * @param opts Resource options. `import` is refused: Pulumi's dynamic providers cannot import.
   * @throws pulumi.RunError for the option `import`, for a provider that is no `FamulorProvider`, for an unknown setting or an
   *   API key in plain text in the stack's configuration, for `leads` or a row that is no plain object (such as a `Map`), for a
   *   number that another lead of the program has in the same campaign, for a variable that an assistant with `strictVariables`
   *   does not define, for `retainOnDelete` under a campaign that takes its leads with it, and, once the work is done, if rows
   *   have failed.
   */
  constructor(name: string, args: FamulorLeadSetArgs, opts: pulumi.CustomResourceOptions = {}) {
    const what = `FamulorLeadSet "${name}"`;
    const registration = prepareRegistration({
      kind: "leadSet",
      what,
      outputs: [...LEAD_SET_OUTPUTS, "problems", "failedAt"],
      args: { ...args, campaignId: campaignIdOf(args.campaignId) },
      options: {
        // If the campaign's delete failed, only Famulor's refusal of duplicates would keep the next `up` from second calls.
        ...(args.allowDuplicate ? opts : deletedWithCampaign(what, args.campaignId, opts)),
        deleteBeforeReplace: opts.deleteBeforeReplace ?? true,
        additionalSecretOutputs: secretOutputs(args.leads, opts),
      },
      insteadOfImport:
        "With `adoptExisting: true` the create takes over the leads with these numbers in this campaign.",
    });
    const { type, inputs, options } = registration;
    const declaredAt = Date.now();
    try {
      checkVariables(args.campaignId, (add) => {
        whenKnown(inputs.leads, (leads) => {
          for (const [key, row] of Object.entries((leads ?? {}) as object)) {
            whenKnown(row, (known) => variablesOfLead(`${what}: ${rowPath(key)}.`, known, add));
          }
        });
      });
      super(type, name, inputs, options);
    } finally {
      registration.end();
    }
    const { leadIds, statuses, unfinishedRows, problems, failedAt } = this as unknown as StoredOutputs;
    Object.assign(this, {
      leadIds: leadIds.apply((known) => known ?? {}),
      statuses: pulumi.all([leadIds, statuses]).apply(([ids, stored]) => restoredSet.statuses(ids, stored)),
      unfinishedRows: unfinishedRows.apply(restoredSet.unfinishedRows),
    });
    if (!args.allowDuplicate) {
      const declare = declarerOf({ resource: this, type, name, parent: opts.parent, campaignId: args.campaignId });
      whenKnown(inputs.leads, (leads) => declareRows(what, leads as object | null, declare));
    }
    pulumi.all([unfinishedRows, problems, failedAt]).apply(([unfinished, lines, at]) => {
      if (!unfinished) return;
      const rows =
        `${what}: ${unfinished} of its leads ${unfinished > 1 ? "are" : "is"} not as declared; the others are done and stored. ` +
        `Run \`pulumi up\` again for the rest.\n${(lines ?? []).join("\n")}`;
      // In a run that does not work on this set, such as a destroy that runs the program, there is nothing to fail for.
      if ((at ?? 0) < declaredAt) return void pulumi.log.warn(rows, this);
      // The create itself must succeed, or the engine would forget the rows that were created.
      throw errorInOutput(rows);
    });
  }
}

/** The outputs as the state holds them, with those that only the constructor reads. */
interface StoredOutputs {
  leadIds: pulumi.Output<Record<string, number> | undefined>;
  statuses: pulumi.Output<Record<string, string> | undefined>;
  unfinishedRows: pulumi.Output<number | undefined>;
  /** Which rows have failed, and why. */
  problems: pulumi.Output<string[] | undefined>;
  /** When, in milliseconds since 1970. */
  failedAt: pulumi.Output<number | undefined>;
}

/** Outputs that hold the keys of `leads`. */
const OUTPUTS_WITH_KEYS = ["leadIds", "statuses", "rowStates", "problems"];

/**
 * If `leads` is a secret as a whole, its keys are secret too. Pulumi itself keeps only the output secret that has the
 * same name.
 */
function secretOutputs(leads: FamulorLeadSetArgs["leads"], opts: pulumi.CustomResourceOptions): string[] {
  const names = [...(opts.additionalSecretOutputs ?? [])];
  if (pulumi.Output.isInstance(leads)) {
    // Only a promise says whether it is a secret. The SDK reads this list after the arguments, so the list is complete
    // by then.
    void pulumi
      .isSecret(leads as pulumi.Output<unknown>)
      .then((isSecret) => isSecret && names.push(...OUTPUTS_WITH_KEYS));
  }
  return names;
}

/**
 * Declares row by row, so that a value that is unknown in preview hides only its own row. `check` explains what is no
 * row at all. All plain rows are declared at once, because 10,000 outputs would be slow.
 */
function declareRows(what: string, leads: object | null, declare: (people: Person[]) => void): void {
  const plain: Person[] = [];
  let add = (person: Person): unknown => plain.push(person);
  for (const [key, row] of Object.entries(leads ?? {})) {
    const who = `${what}, ${rowPath(key)}`;
    whenKnown(row, (known) => {
      whenKnown((known as Partial<LeadRow> | null | undefined)?.phoneNumber, (phoneNumber) => {
        if (typeof phoneNumber === "string") add({ who, phoneNumber });
      });
    });
  }
  declare(plain);
  add = (person) => declare([person]);
}

/** Some people's keys are the numbers themselves. */
const rowPath = (key: string) => `leads[${maskPhoneNumbers(JSON.stringify(key))}]`;
