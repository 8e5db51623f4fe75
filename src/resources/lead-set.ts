import * as pulumi from "@pulumi/pulumi";
import { maskPhoneNumbers } from "../famulor/masking";
import { type CampaignReference, campaignIdOf, deletedWithCampaign } from "./campaign";
import { declarePeople } from "./declared-people";
import type { FamulorSecondaryContact, LeadVariable } from "./lead";
import { refuseImport, refusePlainTextKey } from "./preconditions";
import { stub } from "./stub";

/** A lead in a {@link FamulorLeadSet}. Each argument is that of `FamulorLeadArgs`, by the same rules. */
export interface FamulorLeadSetRow {
  /** The number to call, in E.164, such as `"+493023125000"`. */
  phoneNumber: pulumi.Input<string>;
  /** Variables for the assistant, flat. Default: `{}`. */
  variables?: pulumi.Input<Record<string, pulumi.Input<LeadVariable>>> | undefined;
  /** At most 10. Default: `[]`. */
  secondaryContacts?: pulumi.Input<pulumi.Input<FamulorSecondaryContact>[]> | undefined;
  /** A status to set, once each time you change it here. **`"created"` calls the person again.** Default: Famulor decides. */
  status?: pulumi.Input<"created" | "completed" | "reached-max-retries"> | undefined;
}

/** A row as Famulor last confirmed it. */
export interface FamulorLeadSetRowOutput {
  phoneNumber: string;
  variables?: Record<string, LeadVariable>;
  secondaryContacts?: { phoneNumber: string; variables?: Record<string, LeadVariable> }[];
  status?: string;
}

/** The arguments of {@link FamulorLeadSet}. */
export interface FamulorLeadSetArgs {
  /**
   * The campaign that calls these leads: a `FamulorCampaign`, or its ID. With a campaign that has `forceDestroy: true`, the
   * set gets the option `deletedWith`, unless it allows duplicates. A change moves the leads in place.
   */
  campaignId: CampaignReference;
  /**
   * The leads, each under a key of your own that stays the same while the row does. A new row is created, a changed one is
   * changed in place, a removed one is deleted; a row whose key alone changed is left as it is. They are stored as one JSON
   * text: a secret in one row makes a secret of all of it, and a value that is not known in preview leaves all rows to `up`.
   */
  leads: pulumi.Input<Record<string, pulumi.Input<FamulorLeadSetRow>>>;
  /** For every row: let Famulor take a second lead with its number in this campaign. Default: `false`. */
  allowDuplicate?: boolean | undefined;
  /** For every row: at create, take over the lead with its number in this campaign, if there is one. Default: `false`. */
  adoptExisting?: boolean | undefined;
}

const TYPE = "pulumi-nodejs:dynamic/famulor:LeadSet";

/** Every output: one exists on the object only if it is named when the resource is registered. */
const NOT_DECLARED = {
  allowDuplicate: undefined,
  adoptExisting: undefined,
  leadIds: undefined,
  rowStates: undefined,
  statusCounts: undefined,
  endpoint: undefined,
  accountId: undefined,
  unfinishedRows: undefined,
  problems: undefined,
  failedAt: undefined,
};

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
 * Only rows that changed cause requests. Where some rows fail, the others are kept, `pulumi up` fails and names them, and
 * the next `pulumi up` does only the rest.
 */
export class FamulorLeadSet extends pulumi.CustomResource {
  // `declare`: a real class field would overwrite the outputs with undefined under some compiler settings.
  /** The campaign that calls these leads. */
  declare readonly campaignId: pulumi.Output<number>;
  /** The rows as Famulor last confirmed them: without those that could not be made yet. */
  declare readonly leads: pulumi.Output<Record<string, FamulorLeadSetRowOutput>>;
  declare readonly allowDuplicate: pulumi.Output<boolean | undefined>;
  declare readonly adoptExisting: pulumi.Output<boolean | undefined>;
  /** Famulor's ID of each lead, by the row's key. */
  declare readonly leadIds: pulumi.Output<Record<string, number>>;
  /** The status of each lead as last read, by the row's key, in the words of {@link FamulorLead.status}. */
  declare readonly statuses: pulumi.Output<Record<string, string>>;
  /** How many leads have which status, as last read; `pulumi refresh` reads them again. */
  declare readonly statusCounts: pulumi.Output<Record<string, number>>;
  /** The API address that holds the leads; absent for Famulor's own. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /** Who made the leads: the first 12 hex digits of the SHA-256 of the account's e-mail address. */
  declare readonly accountId: pulumi.Output<string | undefined>;
  /** How many rows are not yet as declared. */
  declare readonly unfinishedRows: pulumi.Output<number>;

  /**
   * @param name The resource's name in the stack; Famulor never sees it.
   * @param args What to create.
   * @param opts Resource options. `import` is refused: Pulumi's dynamic providers cannot import.
   * @throws pulumi.RunError for the option `import`, for an API key in plain text in the stack's configuration, for a number
   *   that another lead of the program has in the same campaign, for `retainOnDelete` under a campaign that takes its leads
   *   with it, and, once the work is done, if rows have failed.
   */
  constructor(name: string, args: FamulorLeadSetArgs, opts: pulumi.CustomResourceOptions = {}) {
    const what = `FamulorLeadSet "${name}"`;
    refuseImport(
      what,
      opts,
      "With `adoptExisting: true` create takes over the leads with these numbers in this campaign.",
    );
    refusePlainTextKey();
    super(
      TYPE,
      name,
      {
        ...NOT_DECLARED,
        ...args,
        campaignId: campaignIdOf(args.campaignId),
        // See provider/lead-set-text.ts.
        leads: isPlain(args.leads) ? JSON.stringify(args.leads) : pulumi.jsonStringify(args.leads),
        __provider: stub("leadSet"),
      },
      {
        // If the campaign's delete failed, only Famulor's refusal of doubles would keep the next `up` from second calls.
        ...(args.allowDuplicate ? opts : deletedWithCampaign(what, args.campaignId, opts)),
        deleteBeforeReplace: opts.deleteBeforeReplace ?? true,
      },
    );
    const { leads, rowStates, leadIds, unfinishedRows, problems, failedAt } = this as unknown as Stored;
    // As the state has them, see `setOutputs` in provider/lead-set-rows.ts.
    Object.assign(this, {
      leads: leads.apply((rows) => JSON.parse(rows)),
      leadIds: leadIds.apply((ids = "{}") => JSON.parse(ids)),
      statuses: pulumi.all([leadIds, rowStates]).apply(([ids = "{}", states = "{}"]) => statusesOf(ids, states)),
      unfinishedRows: unfinishedRows.apply((unfinished) => unfinished ?? 0),
    });
    if (!args.allowDuplicate) {
      const declare = (leads: Record<string, { phoneNumber?: unknown } | null>) => {
        // What is no row at all, `check` explains.
        const people = Object.entries(leads ?? {}).flatMap(([key, row]) =>
          typeof row?.phoneNumber === "string"
            ? { who: `${what}, leads[${maskPhoneNumbers(JSON.stringify(key))}]`, phoneNumber: row.phoneNumber }
            : [],
        );
        declarePeople(this, TYPE, args.campaignId, people);
      };
      if (isPlain(args.leads)) declare(args.leads as Record<string, FamulorLeadSetRow>);
      else pulumi.output(args.leads).apply(declare);
    }
    const declaredAt = Date.now();
    pulumi.all([unfinishedRows, problems, failedAt]).apply(([unfinished, lines, at]) => {
      if (!unfinished) return;
      const rows =
        `${what}: ${unfinished} of its leads ${unfinished > 1 ? "are" : "is"} not as declared; the others are done and stored. ` +
        `Run \`pulumi up\` again for the rest.\n${(lines ?? []).join("\n")}`;
      // In a run that does not work on this set, such as a destroy that runs the program: nothing to fail for.
      if ((at ?? 0) < declaredAt) return void pulumi.log.warn(rows, this);
      // The create itself must succeed, or the engine would forget the rows that were made. Thrown and not logged: a logged
      // error leaves the exit code at 0.
      throw new pulumi.RunError(rows);
    });
  }
}

/** True where nothing in it has to be waited for. Pulumi's own unwrapping makes an output of each value of each row. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function";
  if (pulumi.Output.isInstance(value) || typeof (value as { then?: unknown }).then === "function") return false;
  return Object.values(value).every(isPlain);
}

/** The outputs as they are stored, with those that only the constructor reads. */
interface Stored {
  leads: pulumi.Output<string>;
  leadIds: pulumi.Output<string | undefined>;
  rowStates: pulumi.Output<string | undefined>;
  unfinishedRows: pulumi.Output<number | undefined>;
  /** Which rows have failed. */
  problems: pulumi.Output<string[] | undefined>;
  /** When, in milliseconds since 1970. */
  failedAt: pulumi.Output<number | undefined>;
}

function statusesOf(leadIds: string, rowStates: string): Record<string, string> {
  const states = JSON.parse(rowStates) as Record<string, { status?: string }>;
  return Object.fromEntries(Object.keys(JSON.parse(leadIds)).map((key) => [key, states[key]?.status ?? "created"]));
}
