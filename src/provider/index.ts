/**
 * What the engine runs, one object for each kind of resource. These names are an ABI: every state file ever written loads them
 * (see resources/stub.ts). They are never renamed and never removed.
 */
import { createProvider } from "./create-provider";
import { processHost } from "./engine/process-host";

/** The only run of this process. */
const provider = createProvider(processHost());

export const { lead, campaign, campaignRun, leadSet } = provider;
