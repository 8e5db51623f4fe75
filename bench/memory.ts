/**
 * The peak memory of the plugin process with one set, for each command of Pulumi. Each command has a separate process,
 * which gets the calls that the engine would make. Linux only.
 */
import { readFileSync } from "node:fs";
import { startSandbox } from "../src/sandbox";
import { type Plugin, startPlugin } from "../test/support/plugin";
import { IDLE_HOOKS } from "./plugin-process";
import { sampleRows } from "./sample-leads";

export const COMMANDS = ["up", "preview", "refresh", "change", "destroy"] as const;

/** Megabytes, by command. `preview` is without a change, `change` is an `up` that changes every row. */
export type Peaks = Record<(typeof COMMANDS)[number], number>;

/** @param hooks `idle`: hooks that do nothing. */
export async function peakMemoryMb(rowCount: number, hooks: "ours" | "idle"): Promise<Peaks> {
  const sandbox = await startSandbox();
  const settings = { "famulor:apiKey": sandbox.apiKey, "famulor:baseUrl": sandbox.baseUrl };
  const peaks: Partial<Peaks> = {};
  const run = async <T>(command: keyof Peaks, ask: (set: ReturnType<Plugin["of"]>) => Promise<T>): Promise<T> => {
    const plugin = await startPlugin(settings, { env: hooks === "idle" ? IDLE_HOOKS : {} });
    try {
      const answer = await ask(plugin.of("leadSet"));
      peaks[command] = peakOf(plugin.pid);
      return answer;
    } finally {
      await plugin.close();
    }
  };
  const before = { campaignId: 1, leads: sampleRows(rowCount) };
  const after = { campaignId: 1, leads: sampleRows(rowCount, "Renamed") };
  try {
    const { id, outs } = await run("up", async (set) => {
      await set.check(before);
      return set.create(before);
    });
    await run("preview", async (set) => {
      await set.check(before, before);
      return set.diff(id, outs, before);
    });
    await run("refresh", (set) => set.read(id, outs));
    const changed = await run("change", async (set) => {
      await set.check(after, before);
      await set.diff(id, outs, after);
      return set.update(id, outs, after);
    });
    await run("destroy", (set) => set.delete(id, changed));
    if (sandbox.leads.length > 0) throw new Error(`${sandbox.leads.length} leads are left`);
    return peaks as Peaks;
  } finally {
    await sandbox.close();
  }
}

/** The most memory that the process ever had, in megabytes. */
function peakOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
