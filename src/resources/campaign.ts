import * as pulumi from "@pulumi/pulumi";
import { CAMPAIGN_OUTPUTS, type CampaignArgs, type CampaignOutputs } from "../state/campaign";
import type { Nothing } from "../state/stored";
import { noteForceDestroy } from "./campaign-reference";
import { noteAssistantOf } from "./checks/assistant-variables";
import { type Difference, type OutputsOf, prepareRegistration } from "./register";

/** A day as Famulor names it. */
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

/**
 * The arguments of {@link FamulorCampaign}. **Famulor cannot change a campaign, so a change of any argument except
 * `adoptExisting` and `forceDestroy` replaces it**: Pulumi creates the new campaign first, then moves the leads, which
 * keep their IDs, and then deletes the old campaign. An argument that is left out means its default. Days and phone
 * numbers have no order. Edits that change only these change nothing.
 *
 * "Never returned" means that no request returns this setting. The state keeps your program's value, and a change in
 * the dashboard is not seen.
 *
 * Ranges and defaults are those of https://docs.famulor.io, "Create campaign", unless a line says "undocumented".
 */
export interface FamulorCampaignArgs {
  /**
   * At most 255 characters. Whether Famulor accepts two campaigns with one name is undocumented, so choose a name that no
   * other campaign of the account has. A change replaces the campaign.
   *
   * @example "Spring 2027"
   */
  name: pulumi.Input<string>;
  /**
   * ID of an outbound assistant of the account. Never returned. A change replaces the campaign.
   *
   * @example
   * ```ts
   * assistantId: getOutboundAssistantOutput({ name: "Eva" }).assistantId
   * ```
   */
  assistantId: pulumi.Input<number>;
  /**
   * IANA name of the time zone of the allowed hours. Never returned. A change replaces the campaign.
   *
   * @default the account's time zone
   * @example "Europe/Berlin"
   */
  timezone?: pulumi.Input<string> | undefined;
  /**
   * How many calls at the same time: 1 to 10; a plan may allow fewer. A change replaces the campaign.
   *
   * @default 3
   * @example 5
   */
  maxCallsInParallel?: pulumi.Input<number> | undefined;
  /**
   * The time of day from which Famulor calls: `"HH:MM"` in the campaign's time zone. A change replaces the campaign.
   *
   * @default "00:00"
   * @example "09:00"
   */
  allowedHoursStartTime?: pulumi.Input<string> | undefined;
  /**
   * The time of day until which Famulor calls: `"HH:MM"` in the campaign's time zone. A change replaces the campaign.
   *
   * @default "23:59"
   * @example "17:30"
   */
  allowedHoursEndTime?: pulumi.Input<string> | undefined;
  /**
   * The days on which Famulor calls, in any order. A change replaces the campaign.
   *
   * @default all seven days
   * @example ["monday", "tuesday"]
   */
  allowedDays?: pulumi.Input<pulumi.Input<Weekday>[]> | undefined;
  /**
   * How many times Famulor calls a lead again that it did not reach: 1 to 5. A change replaces the campaign.
   *
   * @default 3
   * @example 1
   */
  maxRetries?: pulumi.Input<number> | undefined;
  /**
   * Minutes between two calls to the same lead: 10 to 4320. A change replaces the campaign.
   *
   * @default 60
   * @example 240
   */
  retryIntervalMinutes?: pulumi.Input<number> | undefined;
  /**
   * Whether Famulor calls again after a voicemail. Never returned. A change replaces the campaign.
   *
   * @default undocumented
   * @example true
   */
  retryOnVoicemail?: pulumi.Input<boolean> | undefined;
  /**
   * Whether Famulor calls again while the goal is not met. Never returned. A change replaces the campaign.
   *
   * @default undocumented
   * @example true
   */
  retryOnGoalIncomplete?: pulumi.Input<boolean> | undefined;
  /**
   * The boolean of the assistant's post-call schema that says whether the goal is met; at most 255 characters. Never
   * returned. A change replaces the campaign.
   *
   * @default undefined (no goal)
   * @example "appointment_booked"
   */
  goalCompletionVariable?: pulumi.Input<string> | undefined;
  /**
   * Whether the campaign completes by itself when no lead is left to call. A change replaces the campaign.
   *
   * @default true
   * @example false
   */
  markCompleteWhenNoLeads?: pulumi.Input<boolean> | undefined;
  /**
   * IDs of the account's phone numbers to call from, in any order. Never returned. A change replaces the campaign.
   *
   * @default undefined (Famulor decides)
   * @example
   * ```ts
   * phoneNumberIds: [getPhoneNumberOutput({ phoneNumber: "+493023125000" }).phoneNumberId]
   * ```
   */
  phoneNumberIds?: pulumi.Input<pulumi.Input<number>[]> | undefined;
  /**
   * Whether the create takes over the campaign with this name, if there is one and its settings are as declared, instead of
   * failing. A later change is recorded and sends nothing.
   *
   * @default false
   */
  adoptExisting?: boolean | undefined;
  /**
   * Whether deleting the campaign may delete its leads too, also leads that this stack does not know: Famulor deletes a
   * campaign together with its leads. Leads declared with `campaignId: campaign` are then deleted with the campaign, in
   * one request. In a component, and under transforms, each lead is deleted with its own request, because these can add
   * `retainOnDelete` unseen. Without `forceDestroy` the delete fails while there are leads in the campaign. A change
   * sends nothing. Run `pulumi up` after a change, because a `destroy` uses what the last `up` stored.
   *
   * @default false
   */
  forceDestroy?: boolean | undefined;
}

/** Fails to compile, with the name, if these arguments and those of src/state/campaign.ts differ. */
type _EveryCampaignArgument = Nothing<Difference<keyof FamulorCampaignArgs, keyof CampaignArgs>>;

/**
 * A campaign: an assistant that calls leads at certain hours. Famulor creates it as a draft, and it calls nobody until
 * somebody starts it, in the dashboard or with a {@link FamulorCampaignRun}.
 *
 * ```ts
 * const spring = new FamulorCampaign("spring", { name: "Spring 2027", assistantId: 1, timezone: "Europe/Berlin" });
 * const anna = new FamulorLead("anna", { campaignId: spring, phoneNumber: "+493023125000" });
 * ```
 *
 * Before its one POST the create looks for a campaign with the same name, which an interrupted run may have left. If there is
 * one, the create fails, or takes it over under `adoptExisting`.
 */
export class FamulorCampaign extends pulumi.CustomResource implements OutputsOf<CampaignOutputs> {
  // `declare`: a real class field would overwrite the outputs with undefined under some compiler settings.
  /** The campaign's name in Famulor. */
  declare readonly name: pulumi.Output<string>;
  /** The declared assistant's ID. */
  declare readonly assistantId: pulumi.Output<number>;
  /** The declared time zone; absent if none is declared. */
  declare readonly timezone: pulumi.Output<string | undefined>;
  /** How many calls at the same time; absent if not declared. */
  declare readonly maxCallsInParallel: pulumi.Output<number | undefined>;
  /** `"HH:MM"`; absent if not declared. */
  declare readonly allowedHoursStartTime: pulumi.Output<string | undefined>;
  /** `"HH:MM"`; absent if not declared. */
  declare readonly allowedHoursEndTime: pulumi.Output<string | undefined>;
  /** The days on which Famulor calls; absent if not declared. */
  declare readonly allowedDays: pulumi.Output<Weekday[] | undefined>;
  /** How many times Famulor calls a lead again that it did not reach; absent if not declared. */
  declare readonly maxRetries: pulumi.Output<number | undefined>;
  /** Minutes between two calls to the same lead; absent if not declared. */
  declare readonly retryIntervalMinutes: pulumi.Output<number | undefined>;
  /** The argument `retryOnVoicemail`. */
  declare readonly retryOnVoicemail: pulumi.Output<boolean | undefined>;
  /** The argument `retryOnGoalIncomplete`. */
  declare readonly retryOnGoalIncomplete: pulumi.Output<boolean | undefined>;
  /** The argument `goalCompletionVariable`. */
  declare readonly goalCompletionVariable: pulumi.Output<string | undefined>;
  /** Whether the campaign completes by itself when no lead is left to call; absent if not declared. */
  declare readonly markCompleteWhenNoLeads: pulumi.Output<boolean | undefined>;
  /** The argument `phoneNumberIds`. */
  declare readonly phoneNumberIds: pulumi.Output<number[] | undefined>;
  /** The argument `adoptExisting`. */
  declare readonly adoptExisting: pulumi.Output<boolean | undefined>;
  /** The argument `forceDestroy`. */
  declare readonly forceDestroy: pulumi.Output<boolean | undefined>;
  /** Famulor's ID of this campaign. The resource's `id` is the same as a string. */
  declare readonly campaignId: pulumi.Output<number>;
  /**
   * What Famulor said of the campaign when it was last read: `draft`, `in-progress`, `stopped`, `completed`, or a word that
   * is new. `pulumi refresh` reads it again.
   */
  declare readonly status: pulumi.Output<string>;
  /** When Famulor created the campaign, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** When Famulor last changed the campaign, ISO 8601. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;
  /** The base URL of the API that holds the campaign; absent for Famulor's own. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /**
   * The account that created the campaign: the first 12 hex digits of the SHA-256 of the account's e-mail address. Absent
   * if Famulor does not say who the key belongs to.
   */
  declare readonly accountId: pulumi.Output<string | undefined>;

  /**
   * @param name The resource's name in the stack; Famulor sees `args.name`.
   * @param args What to create.
   * @param opts Resource options. `import` is refused: Pulumi's dynamic providers cannot import.
   * @throws pulumi.RunError for the option `import`, for a provider that is no `FamulorProvider`, for an unknown setting or an
   *   API key in plain text in the stack's configuration, for an argument that is no plain value, and for a `forceDestroy` that
   *   is not a plain boolean.
   */
  constructor(name: string, args: FamulorCampaignArgs, opts: pulumi.CustomResourceOptions = {}) {
    const what = `FamulorCampaign "${name}"`;
    if (args.forceDestroy !== undefined && typeof args.forceDestroy !== "boolean") {
      throw new pulumi.RunError(`${what}: forceDestroy must be true or false, known when the program runs.`);
    }
    const registration = prepareRegistration({
      kind: "campaign",
      what,
      outputs: CAMPAIGN_OUTPUTS,
      args,
      options: opts,
      insteadOfImport:
        "With `adoptExisting: true` the create takes over the campaign with this name. " +
        "To only read a campaign that is managed elsewhere: FamulorCampaign.get(name, id).",
    });
    try {
      super(registration.type, name, registration.inputs, registration.options);
    } finally {
      registration.end();
    }
    if (args.forceDestroy) noteForceDestroy(this, opts);
    // `.get` does not know the assistant, because Famulor never returns it.
    if (opts.id === undefined) noteAssistantOf(this, args.assistantId);
  }

  /**
   * Reads a campaign that is managed elsewhere. This stack never changes and never deletes that campaign.
   *
   * @param id Famulor's ID of the campaign.
   * @throws The run fails if there is no such campaign in the account.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): FamulorCampaign {
    // `name` and `assistantId` are outputs to be read, and are not known here.
    const args = { name: undefined, assistantId: undefined } as unknown as FamulorCampaignArgs;
    return new FamulorCampaign(name, args, { ...opts, id });
  }
}
