/**
 * A faulty world for a user who does not give up: each `pulumi` command has a run that knows nothing of the commands before.
 * Jobs that mostly wait, for requests that time out, share a pool of such worlds.
 */
import { EngineModel } from "./engine-model";
import { REQUEST_TIMEOUT_MS } from "./fault-proxy";
import type { Kind, Props, RunningProvider } from "./hooks";
import { type FaultyWorld, startFaultyWorld } from "./world";

export interface FaultWorld extends Pick<FaultyWorld, "sandbox" | "proxy" | "clock" | "close"> {
  /** Ends the run of the last command and starts the run of the next one. */
  newRun(env?: NodeJS.ProcessEnv): Promise<RunningProvider>;
  /** @returns a function that returns everything that later runs have printed. */
  listen(): () => string;
}

const API_KEY = "sandbox-key-that-must-not-leak";

export async function startFaultWorld(): Promise<FaultWorld> {
  const world = await startFaultyWorld({
    sandbox: { apiKey: API_KEY, campaigns: [{ name: "One" }, { name: "Two" }] },
    // Short, for the faults that stall, but long enough for an event loop that many worlds share.
    config: { "famulor:requestTimeoutSeconds": String(REQUEST_TIMEOUT_MS / 1000) },
  });
  const { sandbox, proxy, clock, close } = world;
  let run = world.provider;
  const everyRun: RunningProvider[] = [];
  return {
    sandbox,
    proxy,
    clock,
    close,
    async newRun(env = {}) {
      await run.close();
      run = await world.newRun({ env });
      everyRun.push(run);
      return run;
    },
    listen() {
      const first = everyRun.length;
      return () =>
        everyRun
          .slice(first)
          .map(({ output }) => output)
          .join("\n");
    },
  };
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

/** The stack of one user, at its first command. */
export async function startEngine(world: FaultWorld, kind: Kind): Promise<EngineModel> {
  return new EngineModel((await world.newRun()).of(kind));
}

/** What follows is another `pulumi` command. */
export async function nextCommand(
  world: FaultWorld,
  engine: EngineModel,
  kind: Kind,
  env?: NodeJS.ProcessEnv,
): Promise<void> {
  engine.hooks = (await world.newRun(env)).of(kind);
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
  world.proxy.clearFaults();
  await nextCommand(world, engine, kind);
  const first = await engine.up(program);
  const said = [...first.values()].map(({ message }) => message);
  // A set does not fail: its outputs name the rows that did.
  for (const { outs } of engine.state.values()) said.push(...((outs.problems ?? []) as string[]));
  if (!said.some((message) => message.includes("FAMULOR_ADOPT=identical"))) return first;
  await nextCommand(world, engine, kind, { FAMULOR_ADOPT: "identical" });
  return engine.up(program);
}

/** Whether a printed text contains the key or one of these phone numbers. */
export function leaks(text: string, phoneNumbers: string[]): boolean {
  return [API_KEY, ...phoneNumbers].some((secret) => text.includes(secret));
}
