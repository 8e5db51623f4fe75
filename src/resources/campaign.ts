import * as pulumi from "@pulumi/pulumi";
import { refuseImport, refusePlainTextKey } from "./preconditions";
import { stub } from "./stub";

/** A day as Famulor names it. */
export type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

/**
 * The arguments of {@link FamulorCampaign}. Famulor cannot change a campaign, so a change of any but `adoptExisting` and
 * `forceDestroy` makes a new one, moves the leads to it, and deletes the old one.
 * Ranges and defaults: https://docs.famulor.io, "Create campaign", unless a line says otherwise.
 */
export interface FamulorCampaignArgs {
  /** At most 255 characters. Whether Famulor takes two campaigns of one name is undocumented: choose one of its own. */
  name: pulumi.Input<string>;
  /** ID of an outbound assistant of the account; `getOutboundAssistant({ name })` finds it. Famulor never tells it again. */
  assistantId: pulumi.Input<number>;
  /** IANA name, such as `"Europe/Berlin"`. Default: the account's. Famulor never tells it again. */
  timezone?: pulumi.Input<string> | undefined;
  /** 1 to 10; a plan may allow fewer. Default: 3. */
  maxCallsInParallel?: pulumi.Input<number> | undefined;
  /** `"HH:MM"` in the campaign's time zone. Default: `"00:00"`. */
  allowedHoursStartTime?: pulumi.Input<string> | undefined;
  /** `"HH:MM"` in the campaign's time zone. Default: `"23:59"`. */
  allowedHoursEndTime?: pulumi.Input<string> | undefined;
  /** In any order. Default: all seven. */
  allowedDays?: pulumi.Input<pulumi.Input<Weekday>[]> | undefined;
  /** How often a lead that was not reached is tried again; 1 to 5. Default: 3. */
  maxRetries?: pulumi.Input<number> | undefined;
  /** Minutes between two tries; 10 to 4320. Default: 60. */
  retryIntervalMinutes?: pulumi.Input<number> | undefined;
  /** Whether to call again after a voicemail. Default: undocumented. Famulor never tells it again. */
  retryOnVoicemail?: pulumi.Input<boolean> | undefined;
  /** Whether to call again while the goal is not met. Default: undocumented. Famulor never tells it again. */
  retryOnGoalIncomplete?: pulumi.Input<boolean> | undefined;
  /**
   * The boolean of the assistant's post-call schema that says whether the goal is met; at most 255 characters.
   * Default: none. Famulor never tells it again.
   */
  goalCompletionVariable?: pulumi.Input<string> | undefined;
  /** Whether the campaign completes by itself when no lead is left to call. Default: `true`. */
  markCompleteWhenNoLeads?: pulumi.Input<boolean> | undefined;
  /**
   * IDs of the account's phone numbers to call from, in any order; `getPhoneNumber({ phoneNumber })` finds them.
   * Default: Famulor decides. Famulor never tells them again.
   */
  phoneNumberIds?: pulumi.Input<pulumi.Input<number>[]> | undefined;
  /**
   * At create, take over the campaign with this name, if there is one and its settings are as declared, instead of failing.
   * Default: `false`.
   */
  adoptExisting?: boolean | undefined;
  /**
   * Whether deleting the campaign may take its leads with it, as Famulor then does, those too that this stack does not
   * know. Leads declared with `campaignId: campaign` are then deleted with it, in one request. Default: `false`, and the
   * delete fails while there are leads in the campaign. Run `pulumi up` after changing it.
   */
  forceDestroy?: boolean | undefined;
}

const TYPE = "pulumi-nodejs:dynamic/famulor:Campaign";

/** Every argument and output: one exists on the object only if it is named when the resource is registered. */
const NOT_DECLARED = {
  timezone: undefined,
  maxCallsInParallel: undefined,
  allowedHoursStartTime: undefined,
  allowedHoursEndTime: undefined,
  allowedDays: undefined,
  maxRetries: undefined,
  retryIntervalMinutes: undefined,
  retryOnVoicemail: undefined,
  retryOnGoalIncomplete: undefined,
  goalCompletionVariable: undefined,
  markCompleteWhenNoLeads: undefined,
  phoneNumberIds: undefined,
  adoptExisting: undefined,
  forceDestroy: undefined,
  campaignId: undefined,
  status: undefined,
  createdAt: undefined,
  updatedAt: undefined,
  endpoint: undefined,
  accountId: undefined,
};

/** Campaigns that were declared with `forceDestroy: true`: it is needed in the program, where outputs are not known. */
const forceDestroyed = new WeakSet<object>();

/**
 * A campaign: an assistant that calls leads at certain hours. It is made as a draft and calls nobody until it is started,
 * here or with a {@link FamulorCampaignRun}.
 *
 * ```ts
 * const spring = new FamulorCampaign("spring", { name: "Spring 2027", assistantId: 1, timezone: "Europe/Berlin" });
 * const anna = new FamulorLead("anna", { campaignId: spring, phoneNumber: "+493023125000" });
 * ```
 *
 * Create looks for a campaign of the same name, which an interrupted run may have left, before its one POST.
 */
export class FamulorCampaign extends pulumi.CustomResource {
  // `declare`: a real class field would overwrite the outputs with undefined under some compiler settings.
  declare readonly name: pulumi.Output<string>;
  declare readonly assistantId: pulumi.Output<number>;
  declare readonly timezone: pulumi.Output<string | undefined>;
  declare readonly maxCallsInParallel: pulumi.Output<number | undefined>;
  declare readonly allowedHoursStartTime: pulumi.Output<string | undefined>;
  declare readonly allowedHoursEndTime: pulumi.Output<string | undefined>;
  declare readonly allowedDays: pulumi.Output<Weekday[] | undefined>;
  declare readonly maxRetries: pulumi.Output<number | undefined>;
  declare readonly retryIntervalMinutes: pulumi.Output<number | undefined>;
  declare readonly retryOnVoicemail: pulumi.Output<boolean | undefined>;
  declare readonly retryOnGoalIncomplete: pulumi.Output<boolean | undefined>;
  declare readonly goalCompletionVariable: pulumi.Output<string | undefined>;
  declare readonly markCompleteWhenNoLeads: pulumi.Output<boolean | undefined>;
  declare readonly phoneNumberIds: pulumi.Output<number[] | undefined>;
  declare readonly adoptExisting: pulumi.Output<boolean | undefined>;
  declare readonly forceDestroy: pulumi.Output<boolean | undefined>;
  /** Famulor's ID of this campaign. The resource's `id` is the same as a string. */
  declare readonly campaignId: pulumi.Output<number>;
  /**
   * What Famulor says of the campaign, as last read: `draft`, `in-progress`, `stopped`, `completed`, or a word yet unknown.
   * `pulumi refresh` reads it again.
   */
  declare readonly status: pulumi.Output<string>;
  /** When Famulor made the campaign, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string | undefined>;
  /** When Famulor last changed it, ISO 8601. */
  declare readonly updatedAt: pulumi.Output<string | undefined>;
  /** The API address that holds the campaign; absent for Famulor's own. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /** Who made the campaign: the first 12 hex digits of the SHA-256 of the account's e-mail address. */
  declare readonly accountId: pulumi.Output<string | undefined>;

  /**
   * @param name The resource's name in the stack; Famulor sees `args.name`.
   * @param args What to create.
   * @param opts Resource options. `import` is refused: Pulumi's dynamic providers cannot import.
   * @throws pulumi.RunError for the option `import`, for an API key in plain text in the stack's configuration, and for a
   *   `forceDestroy` that is not a plain boolean.
   */
  constructor(name: string, args: FamulorCampaignArgs, opts: pulumi.CustomResourceOptions = {}) {
    const what = `FamulorCampaign "${name}"`;
    refuseImport(
      what,
      opts,
      "With `adoptExisting: true` create takes over the campaign of this name. " +
        "To only read one that is managed elsewhere: FamulorCampaign.get(name, id).",
    );
    refusePlainTextKey();
    if (args.forceDestroy !== undefined && typeof args.forceDestroy !== "boolean") {
      throw new pulumi.RunError(`${what}: forceDestroy must be true or false, known when the program runs.`);
    }
    super(TYPE, name, { ...NOT_DECLARED, ...args, __provider: stub("campaign") }, opts);
    // A campaign that is retained keeps its leads: they have to be deleted one by one.
    if (args.forceDestroy && !opts.retainOnDelete) forceDestroyed.add(this);
  }

  /**
   * Reads a campaign that is managed elsewhere. It is never changed and never deleted by this stack.
   *
   * @param id Famulor's ID of the campaign.
   * @throws when there is no such campaign in the account.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts: pulumi.CustomResourceOptions = {}): FamulorCampaign {
    // All of them are outputs to be read, and none is known here.
    const args = { name: undefined, assistantId: undefined } as unknown as FamulorCampaignArgs;
    return new FamulorCampaign(name, args, { ...opts, id });
  }
}

/** A campaign's ID, or the campaign itself. */
export type CampaignReference = pulumi.Input<number> | FamulorCampaign;

/** True for the resource itself, also one of another copy of this package. */
export function isCampaign(reference: unknown): reference is FamulorCampaign {
  return pulumi.Resource.isInstance(reference) && "campaignId" in reference;
}

export function campaignIdOf(reference: CampaignReference): pulumi.Input<number> {
  return isCampaign(reference) ? reference.campaignId : reference;
}

/**
 * The options of something that Famulor deletes with its campaign: under `forceDestroy` the engine then does not ask for
 * each of them.
 *
 * @throws pulumi.RunError for `retainOnDelete`, which Famulor would not respect.
 */
export function deletedWithCampaign(
  what: string,
  reference: CampaignReference,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  if (!isCampaign(reference) || !forceDestroyed.has(reference)) return opts;
  if (opts.retainOnDelete) {
    throw new pulumi.RunError(
      `${what}: retainOnDelete cannot be kept, since its campaign has forceDestroy: true and Famulor deletes a campaign ` +
        "with everything in it. Remove one of the two.",
    );
  }
  return { ...opts, deletedWith: opts.deletedWith ?? reference };
}
