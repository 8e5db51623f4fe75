/** The provider of one run: four kinds of resources that share everything the run knows. */
import type { dynamic } from "@pulumi/pulumi";
import type { ResourceKind } from "../state/kinds";
import { campaign } from "./campaign/hooks";
import { campaignRun } from "./campaign-run/hooks";
import { atBoundary } from "./engine/boundary";
import { lead } from "./lead/hooks";
import { leadSet } from "./lead-set/hooks";
import { type Host, Run } from "./session/run";

export type Provider = Record<ResourceKind, dynamic.ResourceProvider> & {
  /** Closes the run's connections. */
  close(): Promise<void>;
};

export function createProvider(host: Host): Provider {
  const run = new Run(host);
  return {
    lead: atBoundary(lead, run),
    campaign: atBoundary(campaign, run),
    campaignRun: atBoundary(campaignRun, run),
    leadSet: atBoundary(leadSet, run),
    close: () => run.close(),
  };
}
