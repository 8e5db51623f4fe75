/**
 * What the engine runs, one object per kind of resource. These names are an ABI: every state file ever written loads them
 * (see resources/stub.ts). They are never renamed and never removed.
 */

import { atBoundary } from "./boundary";
import { campaignHooks } from "./campaign";
import { campaignRunHooks } from "./campaign-run";
import { leadHooks } from "./lead";
import { leadSetHooks } from "./lead-set";

export const lead = atBoundary(leadHooks);
export const campaign = atBoundary(campaignHooks);
export const campaignRun = atBoundary(campaignRunHooks);
export const leadSet = atBoundary(leadSetHooks);
