/**
 * A sandbox and the runs against it, in this process.
 *
 *   const world = await startWorld();
 *   const { id, outs } = await world.provider.create({ campaignId: 1, phoneNumber: "+493023125000" });
 *   const nextRun = await world.newRun();
 *   await world.close();
 */

import type { Notes } from "../../src/provider/session/shared-claims";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox";
import { FastClock } from "./fast-clock";
import { type FaultProxy, startFaultProxy } from "./fault-proxy";
import type { RunningProvider } from "./hooks";
import { takeRequests } from "./journal";
import { startProvider } from "./provider";

export interface WorldOptions {
  sandbox?: SandboxOptions;
  /** More of the stack's configuration, for every run. */
  config?: Record<string, string>;
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv;
  /** More of the stack's configuration, for this run. */
  config?: Record<string, string>;
  /** Shared with the other providers of one `pulumi` command. */
  notes?: Notes;
}

export interface World {
  readonly sandbox: Sandbox;
  /** The clock of its runs: waits pass at once. Behind a proxy, a request that is in flight takes its real time. */
  readonly clock: FastClock;
  /** The first run. */
  readonly provider: RunningProvider;
  /** What another `pulumi` command would be: a run that knows nothing of the others. They live on. */
  newRun(options?: RunOptions): Promise<RunningProvider>;
  /** The requests since the last call. */
  requests(): string[];
  close(): Promise<void>;
}

/** A world behind a fault proxy. */
export interface FaultyWorld extends World {
  readonly proxy: FaultProxy;
}

export async function startWorld({ sandbox: options, config }: WorldOptions = {}): Promise<World> {
  const sandbox = await startSandbox(options);
  return worldOf(sandbox, { ...config, "famulor:baseUrl": sandbox.baseUrl }, new FastClock());
}

export async function startFaultyWorld({ sandbox: options, config }: WorldOptions = {}): Promise<FaultyWorld> {
  const sandbox = await startSandbox(options);
  const clock = new FastClock(() => proxy.inFlight > 0);
  const proxy: FaultProxy = await startFaultProxy(sandbox.baseUrl, { clock });
  const world = await worldOf(sandbox, { ...config, "famulor:baseUrl": proxy.baseUrl }, clock);
  return {
    ...world,
    proxy,
    async close() {
      await proxy.close();
      await world.close();
    },
  };
}

async function worldOf(sandbox: Sandbox, config: Record<string, string>, clock: FastClock): Promise<World> {
  const runs: RunningProvider[] = [];
  const newRun = async ({ env = {}, config: more, notes = new Set() }: RunOptions = {}) => {
    const run = await startProvider({ "famulor:apiKey": sandbox.apiKey, ...config, ...more }, { env, clock, notes });
    runs.push(run);
    return run;
  };
  return {
    sandbox,
    clock,
    provider: await newRun(),
    newRun,
    requests: () => takeRequests(sandbox),
    async close() {
      await Promise.all(runs.map((run) => run.close()));
      await sandbox.close();
    },
  };
}
