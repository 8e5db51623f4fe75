/**
 * A sandbox behind a fault proxy, and the plugin processes that work against it: one for the run that meets the faults, one
 * for the next run, and one for the run with FAMULOR_ADOPT=identical. Expensive to start, so a pool of them shares the cases.
 */
import { type Sandbox, startSandbox } from "../../src/sandbox";
import type { EngineModel } from "./engine-model";
import { type FaultProxy, startFaultProxy } from "./fault-proxy";
import { type Kind, type Plugin, type Props, startPlugin } from "./plugin";

export interface FaultWorld {
  sandbox: Sandbox;
  proxy: FaultProxy;
  /** A process of its own that has asked for nothing yet, for the run that meets the faults. */
  renew(): Promise<void>;
  plugin: Plugin;
  next: Plugin;
  adopting: Plugin;
  close(): Promise<void>;
}

const API_KEY = "sandbox-key-that-must-not-leak";

export async function startFaultWorld(): Promise<FaultWorld> {
  const sandbox = await startSandbox({ apiKey: API_KEY, campaigns: [{ name: "One" }, { name: "Two" }] });
  const proxy = await startFaultProxy(sandbox.baseUrl);
  const settings = {
    "famulor:apiKey": API_KEY,
    "famulor:baseUrl": proxy.baseUrl,
    // Short, for the faults that stall.
    "famulor:requestTimeoutSeconds": "0.5",
  };
  const processes = await Promise.all([
    startPlugin(settings),
    startPlugin(settings),
    startPlugin(settings, { env: { FAMULOR_ADOPT: "identical" } }),
  ]);
  const [plugin, next, adopting] = processes as [Plugin, Plugin, Plugin];
  const world: FaultWorld = {
    sandbox,
    proxy,
    plugin,
    next,
    adopting,
    async renew() {
      await world.plugin.close();
      world.plugin = await startPlugin(settings);
    },
    async close() {
      await Promise.all([world.plugin.close(), next.close(), adopting.close()]);
      await proxy.close();
      await sandbox.close();
    },
  };
  return world;
}

/** Runs every job in one of `size` worlds. */
export async function inWorlds<T>(jobs: T[], size: number, run: (world: FaultWorld, job: T) => Promise<void>) {
  const queue = [...jobs];
  await Promise.all(
    Array.from({ length: Math.min(size, jobs.length) }, async () => {
      const world = await startFaultWorld();
      try {
        for (let job = queue.shift(); job !== undefined; job = queue.shift()) await run(world, job);
      } finally {
        await world.close();
      }
    }),
  );
}

/**
 * What a user does after a failed run: the same again; and where an error says so, once with FAMULOR_ADOPT=identical.
 * Returns the errors that are left.
 */
export async function recover(
  world: FaultWorld,
  engine: EngineModel,
  kind: Kind,
  program: Map<string, Props>,
): Promise<Map<string, Error>> {
  world.proxy.mend();
  engine.hooks = world.next.of(kind);
  const first = await engine.up(program);
  const said = [...first.values()].map(({ message }) => message);
  // A set does not fail: its outputs tell of the rows that did.
  for (const { outs } of engine.state.values()) said.push(...((outs.problems ?? []) as string[]));
  if (!said.some((message) => message.includes("FAMULOR_ADOPT=identical"))) return first;
  engine.hooks = world.adopting.of(kind);
  return engine.up(program);
}

/** What must be in nothing that is printed. */
export function leaks(text: string, phoneNumbers: string[]): boolean {
  return [API_KEY, ...phoneNumbers].some((secret) => text.includes(secret));
}
