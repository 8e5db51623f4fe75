/**
 * The kinds of resources: the names that `pulumi-famulor/provider` exports. Every state file ever written loads them, so they
 * are never renamed and never removed.
 */
export type ResourceKind = "lead" | "campaign" | "campaignRun" | "leadSet";
