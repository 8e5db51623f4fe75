/** How leads, sets and runs refer to a campaign, and what Pulumi does with them when it deletes that campaign. */
import * as pulumi from "@pulumi/pulumi";

/** A `FamulorCampaign`, as far as other resources need it. */
interface CampaignResource extends pulumi.CustomResource {
  readonly campaignId: pulumi.Output<number>;
}

/** A campaign's ID, or the campaign itself: a `FamulorCampaign`. */
export type CampaignReference = pulumi.Input<number> | CampaignResource;

/** True for a campaign resource, also of another copy of this package. */
export function isCampaign(reference: unknown): reference is CampaignResource {
  return pulumi.Resource.isInstance(reference) && "campaignId" in reference;
}

export function campaignIdOf(reference: CampaignReference): pulumi.Input<number> {
  return isCampaign(reference) ? reference.campaignId : reference;
}

/** Campaigns with `forceDestroy`. The constructor of a lead cannot read this from the campaign's outputs. */
const forceDestroyed = new WeakMap<object, { isDeletedForSure: boolean }>();

export function noteForceDestroy(campaign: CampaignResource, opts: pulumi.CustomResourceOptions): void {
  // Famulor keeps the leads of a campaign that is retained, so each lead must be deleted with its own request.
  if (!opts.retainOnDelete) forceDestroyed.set(campaign, { isDeletedForSure: !mayBeRetained(opts) });
}

/**
 * The resource options of something that Famulor deletes together with its campaign: under `forceDestroy` the engine
 * sends no request for it.
 *
 * The engine drops it from the state without asking the provider. So `deletedWith` is given only if the campaign is
 * deleted for sure: a lead that is in no state and still called would be worse than a slow destroy.
 *
 * @throws pulumi.RunError for `retainOnDelete`, which Famulor would not respect.
 */
export function deletedWithCampaign(
  what: string,
  reference: CampaignReference,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  if (!isCampaign(reference)) return opts;
  const campaign = forceDestroyed.get(reference);
  if (!campaign) return opts;
  if (opts.retainOnDelete) {
    throw new pulumi.RunError(
      `${what}: retainOnDelete cannot be kept, because its campaign has forceDestroy: true and Famulor deletes a campaign ` +
        "with everything in it. Remove one of the two.",
    );
  }
  if (!campaign.isDeletedForSure || mayBeRetained(opts)) return opts;
  return { ...opts, deletedWith: opts.deletedWith ?? reference };
}

/** A constructor cannot see a `retainOnDelete` that the engine takes from the parent, or that a transform adds. */
function mayBeRetained({ parent, transforms, transformations }: pulumi.CustomResourceOptions): boolean {
  return Boolean(parent || transforms?.length || transformations?.length || hasStackTransforms());
}

/**
 * Neither field is in the SDK's public types. If a later SDK lacks them, a transform of the whole stack goes unseen.
 */
function hasStackTransforms(): boolean {
  const stack = pulumi.runtime.getStackResource() as { __transformations?: unknown[] } | undefined;
  const { asyncLocalStorage, globalStore } = globalThis as {
    asyncLocalStorage?: { getStore(): SdkStore | undefined };
    globalStore?: SdkStore;
  };
  const callbacks = (asyncLocalStorage?.getStore() ?? globalStore)?.callbacks;
  return callbacks !== undefined || Boolean(stack?.__transformations?.length);
}

/** `callbacks` exists once a transform or a hook is registered. */
interface SdkStore {
  callbacks?: unknown;
}
