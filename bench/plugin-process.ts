/** What the plugin process costs without an engine: the benchmark calls it over gRPC, as the engine does. Linux only. */
import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { startSandbox } from "../src/sandbox";
import { startFaultProxy } from "../test/support/fault-proxy";
import { type Plugin, startPlugin } from "../test/support/plugin";
import { sampleLead, sampleRows } from "./sample-leads";

async function createLeads(plugin: Plugin, from: number, count: number, atOnce: number): Promise<void> {
  let next = from;
  const worker = async () => {
    for (let index = next++; index < from + count; index = next++) await plugin.create(sampleLead(index));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Milliseconds of processor time so far, in user and kernel. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
}

/** Creates leads with undici's Pool and nothing else, in a separate process. */
export async function barePool(baseUrl: string, apiKey: string, count: number, atOnce: number): Promise<BarePool> {
  const args = [resolve(__dirname, "bare-pool.js"), baseUrl, apiKey, String(count), String(atOnce)];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout);
}

export interface BarePool {
  ms: number;
  /** Processor time for one create. */
  cpuMs: number;
}

/** Preloads hooks that do nothing into a plugin process. */
export const IDLE_HOOKS = { NODE_OPTIONS: `--require ${resolve(__dirname, "idle-hooks.js")}` };

/** Preloads a create that is undici's Pool and nothing else: the floor of any dynamic provider. */
export function poolHooks(baseUrl: string, apiKey: string): Record<string, string> {
  return {
    NODE_OPTIONS: `--require ${resolve(__dirname, "pool-hooks.js")}`,
    POOL_BASE_URL: baseUrl,
    POOL_KEY: apiKey,
  };
}

/** The same creates three times: by our hook, by a hook that is the bare Pool, and by the bare Pool without any plugin. */
export interface Creates {
  ours: number;
  poolHook: number;
  pool: number;
}

/** Creates per second through the plugin process, at a latency, `atOnce` at a time. */
export async function createRatesOfPlugin(count: number, latencyMs: number, atOnce: number): Promise<Creates> {
  const sandbox = await startSandbox();
  const proxy = await startFaultProxy(sandbox.baseUrl, { latencyMs });
  const place = { baseUrl: proxy.baseUrl, apiKey: sandbox.apiKey };
  const rate = async (env: Record<string, string>) => {
    const plugin = await startPlugin({ "famulor:apiKey": place.apiKey, "famulor:baseUrl": place.baseUrl }, { env });
    try {
      await createLeads(plugin, 0, count / 2, atOnce);
      const started = performance.now();
      await createLeads(plugin, count / 2, count / 2, atOnce);
      return (count * 500) / (performance.now() - started);
    } finally {
      await plugin.close();
      for (const { id } of sandbox.leads) sandbox.account.removeLead(id);
    }
  };
  try {
    return {
      ours: await rate({}),
      poolHook: await rate(poolHooks(place.baseUrl, place.apiKey)),
      pool: (count * 1000) / (await barePool(place.baseUrl, place.apiKey, count, atOnce)).ms,
    };
  } finally {
    await proxy.close();
    await sandbox.close();
  }
}

/** Processor time of the warm plugin for one create, in milliseconds, without latency. `row`: of a set. */
export async function cpuPerCreate(count: number, atOnce: number): Promise<Creates & { row: number }> {
  const sandbox = await startSandbox({ campaigns: [{ name: "One" }, { name: "Two" }, { name: "Three" }] });
  const settings = { "famulor:apiKey": sandbox.apiKey, "famulor:baseUrl": sandbox.baseUrl };
  const inPlugin = async <T>(env: Record<string, string>, measure: (plugin: Plugin) => Promise<T>): Promise<T> => {
    const plugin = await startPlugin(settings, { env });
    try {
      return await measure(plugin);
    } finally {
      await plugin.close();
      for (const { id } of sandbox.leads) sandbox.account.removeLead(id);
    }
  };
  const ofLead = async (plugin: Plugin): Promise<number> => {
    await createLeads(plugin, 0, count, atOnce);
    const before = cpuMs(plugin.pid);
    await createLeads(plugin, count, count, atOnce);
    return (cpuMs(plugin.pid) - before) / count;
  };
  const ofRow = async (plugin: Plugin): Promise<number> => {
    const set = plugin.of("leadSet");
    await set.create({ campaignId: 2, leads: sampleRows(count) });
    const before = cpuMs(plugin.pid);
    await set.create({ campaignId: 3, leads: sampleRows(count) });
    return (cpuMs(plugin.pid) - before) / count;
  };
  try {
    return {
      ours: await inPlugin({}, ofLead),
      row: await inPlugin({}, ofRow),
      poolHook: await inPlugin(poolHooks(sandbox.baseUrl, sandbox.apiKey), ofLead),
      pool: (await barePool(sandbox.baseUrl, sandbox.apiKey, 2 * count, atOnce)).cpuMs,
    };
  } finally {
    await sandbox.close();
  }
}

/** Milliseconds for `check` and `diff` of a lead together: on the object that the plugin calls, without gRPC. */
export function checkAndDiffMs(count: number): number {
  const script = `
    const { lead } = require("pulumi-famulor/provider");
    const config = new Map([["famulor:apiKey", "key"], ["famulor:baseUrl", "http://127.0.0.1:1/api"]]);
    lead.configure({ config });
    const news = ${JSON.stringify(sampleLead(1))};
    const olds = { ...news, leadId: 1, status: "created", secondaryContactIds: [], endpoint: "http://127.0.0.1:1/api" };
    async function run(count) {
      const started = performance.now();
      for (let index = 0; index < count; index++) {
        const { inputs } = await lead.check(news, news);
        await lead.diff("1", olds, inputs);
      }
      return (performance.now() - started) / count;
    }
    run(500).then(() => run(${count})).then(console.log);`;
  return Number(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
}

/** A set against Famulor's real limits, in real time: how many requests were refused, and which part of the allowed rate it reached. */
export async function underTheRateLimit(count: number): Promise<{ refused: number; partOfAllowed: number }> {
  const sandbox = await startSandbox({
    rateLimits: [
      { requests: 100, ms: 60_000 },
      { requests: 20, ms: 10_000 },
    ],
  });
  const plugin = await startPlugin({
    "famulor:apiKey": sandbox.apiKey,
    "famulor:baseUrl": sandbox.baseUrl,
    "famulor:requestsPerMinute": "100",
  });
  try {
    const started = performance.now();
    await plugin.of("leadSet").create({ campaignId: 1, leads: sampleRows(count) });
    const tookMs = performance.now() - started;
    const requests = sandbox.journal.length;
    const refused = sandbox.journal.filter(({ status }) => status === 429).length;
    return { refused, partOfAllowed: soonestMs(requests) / tookMs };
  } finally {
    await plugin.close();
    await sandbox.close();
  }
}

/** The shortest time in which the limits allow this many requests: 20 at once every 10 s, and 100 a minute. */
function soonestMs(requests: number): number {
  const last = requests - 1;
  return Math.floor(last / 100) * 60_000 + Math.floor((last % 100) / 20) * 10_000;
}
