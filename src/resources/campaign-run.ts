import * as pulumi from "@pulumi/pulumi";
import { type CampaignReference, campaignIdOf, deletedWithCampaign } from "./campaign";
import { refuseImport, refusePlainTextKey } from "./preconditions";
import { stub } from "./stub";

/** The arguments of {@link FamulorCampaignRun}. */
export interface FamulorCampaignRunArgs {
  /** The campaign to start, or its ID. Another one: the old one is stopped, then the new one is started. */
  campaignId: CampaignReference;
}

/**
 * Starts a campaign when it is created and stops it when it is deleted: **the campaign's leads are called, for money.**
 *
 * ```ts
 * new FamulorCampaignRun("go", { campaignId: spring }, { dependsOn: [anna, ben] });
 * ```
 *
 * Famulor starts no campaign without leads, so declare the leads in `dependsOn`. Already running, or not running at the
 * stop: success. A campaign that has completed, or that somebody stopped, only shows in `status` and is not started again
 * by itself; `pulumi up --replace <urn>` does, for example to call leads that were added since.
 * Source: https://docs.famulor.io, "Start or stop campaign".
 */
export class FamulorCampaignRun extends pulumi.CustomResource {
  /** The campaign's ID. The resource's `id` is the same as a string. */
  declare readonly campaignId: pulumi.Output<number>;
  /** The campaign's status, as last read: `in-progress`, `stopped`, `completed`, or a word yet unknown. */
  declare readonly status: pulumi.Output<string>;
  /** The API address that holds the campaign; absent for Famulor's own. */
  declare readonly endpoint: pulumi.Output<string | undefined>;
  /** Whose campaign it is: the first 12 hex digits of the SHA-256 of the account's e-mail address. */
  declare readonly accountId: pulumi.Output<string | undefined>;

  /**
   * @param name The resource's name in the stack; Famulor never sees it.
   * @throws pulumi.RunError for the option `import`, and for an API key in plain text in the stack's configuration.
   */
  constructor(name: string, args: FamulorCampaignRunArgs, opts: pulumi.CustomResourceOptions = {}) {
    const what = `FamulorCampaignRun "${name}"`;
    refuseImport(what, opts, "A run that is created for a running campaign just takes note of it.");
    refusePlainTextKey();
    super(
      "pulumi-nodejs:dynamic/famulor:CampaignRun",
      name,
      {
        status: undefined,
        endpoint: undefined,
        accountId: undefined,
        ...args,
        campaignId: campaignIdOf(args.campaignId),
        __provider: stub("campaignRun"),
      },
      // A replacement that started first and stopped afterwards would leave the campaign stopped.
      {
        ...deletedWithCampaign(what, args.campaignId, opts),
        deleteBeforeReplace: opts.deleteBeforeReplace ?? true,
      },
    );
  }
}
