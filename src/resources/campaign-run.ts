import * as pulumi from "@pulumi/pulumi";
import { CAMPAIGN_RUN_OUTPUTS, type CampaignRunArgs, type CampaignRunOutputs } from "../state/campaign-run";
import type { Nothing } from "../state/stored";
import { type CampaignReference, campaignIdOf, deletedWithCampaign } from "./campaign-reference";
import { type Difference, type OutputsOf, prepareRegistration } from "./register";

/** The arguments of {@link FamulorCampaignRun}. */
export interface FamulorCampaignRunArgs {
  /**
   * The campaign to start, or its ID. **Famulor calls the leads of a started campaign, for money.** A change replaces the
   * run: the old campaign is stopped, then the new one is started.
   *
   * @example
   * ```ts
   * new FamulorCampaignRun("go", { campaignId: spring }, { dependsOn: [anna, ben] });
   * ```
   */
  campaignId: CampaignReference;
}

/** Fails to compile, with the name, if these arguments and those of src/state/campaign-run.ts differ. */
type _EveryCampaignRunArgument = Nothing<Difference<keyof FamulorCampaignRunArgs, keyof CampaignRunArgs>>;

/**
 * Starts a campaign when it is created and stops the campaign when it is deleted: **Famulor calls the campaign's leads,
 * for money.**
 *
 * ```ts
 * new FamulorCampaignRun("go", { campaignId: spring }, { dependsOn: [anna, ben] });
 * ```
 *
 * Under `famulor:allowedPhoneNumbers` a campaign is not started while it holds a lead or a secondary contact that is not
 * allowed, whoever put it there.
 *
 * Famulor starts no campaign without leads, so name the leads in `dependsOn`. Starting a running campaign, or stopping a
 * stopped one, succeeds. A campaign that has completed, or that somebody stopped, is not started again by itself; only `status`
 * shows that. `pulumi up --replace <urn>` starts it again, for example to call leads that were added since. Source:
 * https://docs.famulor.io, "Start or stop campaign".
 */
export class FamulorCampaignRun extends pulumi.CustomResource implements OutputsOf<CampaignRunOutputs> {
  // `declare`: a real class field would overwrite the outputs with undefined under some compiler settings.
  /** The campaign's ID. The resource's `id` is the same as a string. */
  declare readonly campaignId: pulumi.Output<number>;
  /**
   * The campaign's status when it was last read: `in-progress`, `stopped`, `completed`, or a word that is new. `unknown`: nobody
   * can tell whether the campaign was started, and the next `pulumi up` ensures that it runs.
   */
  declare readonly status: pulumi.Output<string>;
  /** The base URL of the API that holds the campaign; absent for Famulor's own. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /**
   * The account that holds the campaign: the first 12 hex digits of the SHA-256 of the account's e-mail address. Absent if
   * Famulor does not say who the key belongs to.
   */
  declare readonly accountId: pulumi.Output<string | undefined>;

  /**
   * @param name The resource's name in the stack; Famulor never sees it.
   * @param args What to start.
   * @param opts Resource options. `import` is refused: Pulumi's dynamic providers cannot import.
   * @throws pulumi.RunError for the option `import`, for a provider that is no `FamulorProvider`, for an unknown setting or an
   *   API key in plain text in the stack's configuration, and for `retainOnDelete` under a campaign that takes its leads with it.
   */
  constructor(name: string, args: FamulorCampaignRunArgs, opts: pulumi.CustomResourceOptions = {}) {
    const what = `FamulorCampaignRun "${name}"`;
    const registration = prepareRegistration({
      kind: "campaignRun",
      what,
      outputs: CAMPAIGN_RUN_OUTPUTS,
      args: { ...args, campaignId: campaignIdOf(args.campaignId) },
      options: {
        ...deletedWithCampaign(what, args.campaignId, opts),
        // A replacement that started first and stopped afterwards would leave the campaign stopped.
        deleteBeforeReplace: opts.deleteBeforeReplace ?? true,
      },
      insteadOfImport: "Create the run: that also succeeds for a campaign that is running already.",
    });
    try {
      super(registration.type, name, registration.inputs, registration.options);
    } finally {
      registration.end();
    }
  }
}
