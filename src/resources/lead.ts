import * as pulumi from "@pulumi/pulumi";
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
   * ID of the campaign that calls this lead; a whole number above 0. If the campaign is running, creating the lead leads
   * to a real, paid call. Source: https://docs.famulor.io, "Create lead".
   */
  campaignId: pulumi.Input<number>;
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
  /** Famulor's ID of this lead. The resource's `id` is the same as a string. */
  declare readonly leadId: pulumi.Output<number>;
  /**
   * What Famulor says of the lead, as last read: `created`, `scheduled`, `processing`, `rescheduled`, `completed`,
   * `reached-max-retries`, `blacklisted`, or a word yet unknown. It moves by itself; `pulumi refresh` reads it again.
   */
  declare readonly status: pulumi.Output<string>;
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
   * @throws pulumi.RunError for the option `import`, and for an API key in plain text in the stack's configuration.
   */
  constructor(name: string, args: FamulorLeadArgs, opts: pulumi.CustomResourceOptions = {}) {
    refuseImport(name, opts);
    refusePlainTextKey();
    super(
      "pulumi-nodejs:dynamic/famulor:Lead",
      name,
      {
        ...args,
        // An output exists on the object only if it is named here.
        leadId: undefined,
        status: undefined,
        secondaryContactIds: undefined,
        campaignName: undefined,
        createdAt: undefined,
        updatedAt: undefined,
        endpoint: undefined,
        accountId: undefined,
        __provider: stub("lead"),
      },
      // Famulor refuses a second lead with the same number, so a replacement deletes first. An option and not an answer of
      // `diff`, because under `pulumi up --replace` the engine never asks `diff`.
      { ...opts, deleteBeforeReplace: opts.deleteBeforeReplace ?? true },
    );
  }
}

/** The engine would fail in the middle of a stack trace: it asks a dynamic provider to read without telling it which one. */
function refuseImport(name: string, opts: pulumi.CustomResourceOptions): void {
  if (opts.import === undefined) return;
  throw new pulumi.RunError(
    `FamulorLead "${name}": the option \`import\` does not work with Pulumi's dynamic providers. ` +
      "Remove it; delete the existing lead in Famulor and let `pulumi up` make it, or leave it out of the program.",
  );
}

/** A key in plain text would stand in the stack's file and in every state of it. */
function refusePlainTextKey(): void {
  const key = "famulor:apiKey";
  // Not in the SDK's public types; where a later SDK lacks it, the check is left out.
  const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  if (new pulumi.Config("famulor").get("apiKey") === undefined || isConfigSecret?.(key) !== false) return;
  throw new pulumi.RunError(
    `${key} stands in plain text in the stack's configuration. ` +
      `Set it again as a secret: pulumi config set --secret ${key}. Then rotate the key if the file was shared.`,
  );
}
