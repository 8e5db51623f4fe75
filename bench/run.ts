/**
 * `npm run bench`: measures side by side, and writes the results into README.md and results.svg beside this file. Takes about
 * 15 minutes, on Linux, with the machine to itself. `BENCH_LEADS=100 npm run bench` shows quickly that it works.
 */
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { ensureEngine } from "../scripts/engine/ensure-engine";
import { startSandbox } from "../src/sandbox";
import { setTestEngine } from "../test/support/engine";
import { plot } from "./plot";
import {
  barePool,
  checkAndDiffMs,
  cpuPerCreate,
  createRatesOfPlugin,
  peakMemoryMb,
  underTheRateLimit,
} from "./plugin-process";
import { afterALostAnswer, type Life, previewsInTurn, rateInUp, rateOfPool, wholeLife } from "./whole-life";

const LEADS = Number(process.env.BENCH_LEADS ?? 1000);

/** A line of the table. */
interface Row {
  work: string;
  figure: string;
  besides: string;
  /** What is to be reached, and whether it is. */
  goal: string;
  reached: boolean;
}

async function main(): Promise<void> {
  const engine = await ensureEngine();
  setTestEngine(engine);
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

  say(`the floor: ${LEADS} creates with the bare Pool`);
  const floorSeconds = await bareFloor();
  const lives: Record<string, Life> = {};
  for (const variant of ["FamulorLeadSet", "FamulorLead", "naive"] as const) {
    say(`the life of ${LEADS} leads: ${variant}`);
    lives[variant] = await wholeLife(variant, LEADS);
    say(JSON.stringify(lives[variant]));
  }
  const { naive, FamulorLead: single, FamulorLeadSet: set } = lives as Record<string, Life>;
  if (!naive || !single || !set) throw new Error("unreachable");

  say("previews without a change");
  const [previewsOfSet = [], previewsOfOne = []] = await previewsInTurn(
    [
      { variant: "FamulorLeadSet", leads: LEADS },
      { variant: "FamulorLead", leads: 1 },
    ],
    7,
  );
  say("a lost answer");
  const afterLoss = { naive: await afterALostAnswer("naive"), single: await afterALostAnswer("FamulorLead") };
  say("creates at a latency");
  const rates: { what: string; ours: number; poolHook?: number; pool: number }[] = [
    { what: "FamulorLead through the plugin process, without an engine", ...(await createRatesOfPlugin(50, 8)) },
    {
      what: "FamulorLead, in the middle of an `up`",
      ours: await rateInUp("FamulorLead", 50, "ours"),
      poolHook: await rateInUp("FamulorLead", 50, "pool"),
      pool: await rateOfPool(50),
    },
    {
      what: "a FamulorLeadSet, in the middle of an `up`",
      ours: await rateInUp("FamulorLeadSet", 50, "ours"),
      pool: await rateOfPool(50),
    },
  ];
  say("the plugin process");
  const cpu = await cpuPerCreate(5000, 8);
  const checkAndDiff = checkAndDiffMs(5000);
  say("memory");
  const memory: { rows: number; idle: number; ours: number[] }[] = [];
  for (const rows of [1, 5000, 10_000]) {
    const ours: number[] = [];
    // It is not the same each time.
    for (let run = 0; run < 5; run++) ours.push(await peakMemoryMb(rows, false));
    memory.push({ rows, idle: await peakMemoryMb(rows, true), ours });
  }
  const range = (mb: number[]) => `${Math.round(Math.min(...mb))} to ${Math.round(Math.max(...mb))} MB`;
  const peaks = memory.at(-1)?.ours ?? [];
  say("the rate limit, in real time");
  const limited = await underTheRateLimit(200);

  const ratio = (one: number, other: number) => (one / other).toFixed(one / other < 0.1 ? 4 : 2);
  const s = (seconds: number) => `${seconds.toFixed(1)} s`;
  const previews = { set: median(previewsOfSet), one: median(previewsOfOne) };
  const rows: Row[] = [
    {
      work: `${LEADS} FamulorLead, \`up\``,
      figure: s(single.up.seconds),
      besides: `naive ${s(naive.up.seconds)}: ratio ${ratio(single.up.seconds, naive.up.seconds)}`,
      goal: "at most 0.45",
      reached: single.up.seconds / naive.up.seconds <= 0.45,
    },
    {
      work: "the same, `destroy` with their campaign and `forceDestroy`",
      figure: `${single.destroy.requests} request, ${s(single.destroy.seconds)}`,
      besides: `naive ${naive.destroy.requests} requests, ${s(naive.destroy.seconds)}`,
      goal: "1 request",
      reached: single.destroy.requests === 1,
    },
    {
      work: "state of a FamulorLead with one variable",
      figure: `${Math.round(single.stateBytesPerLead)} bytes`,
      besides: `naive ${Math.round(naive.stateBytesPerLead)} bytes`,
      goal: "at most 1,700 bytes",
      reached: single.stateBytesPerLead <= 1700,
    },
    {
      work: `a FamulorLeadSet of ${LEADS}, \`up\``,
      figure: s(set.up.seconds),
      besides: `naive ${s(naive.up.seconds)}: 1/${(naive.up.seconds / set.up.seconds).toFixed(1)}`,
      goal: "at most 1/25",
      reached: naive.up.seconds / set.up.seconds >= 25,
    },
    {
      work: "state of a row of it",
      figure: `${Math.round(set.stateBytesPerLead)} bytes`,
      besides: `naive ${Math.round(naive.stateBytesPerLead)} bytes`,
      goal: "at most 450 bytes",
      reached: set.stateBytesPerLead <= 450,
    },
    {
      work: "`check` and `diff` of a lead",
      figure: `${checkAndDiff.toFixed(3)} ms`,
      besides: "",
      goal: "at most 0.3 ms",
      reached: checkAndDiff <= 0.3,
    },
    ...rates.map(({ what, ours, poolHook, pool }) => ({
      work: `creates of ${what}, 8 at once, 50 ms latency`,
      figure: `${ours.toFixed(1)} a second`,
      besides:
        `bare Pool ${pool.toFixed(1)}: ratio ${(ours / pool).toFixed(3)}` +
        (poolHook
          ? `; a hook that is the bare Pool ${poolHook.toFixed(1)}: ratio ${(ours / poolHook).toFixed(3)}`
          : ""),
      goal: "at least 0.95 of the bare Pool",
      reached: ours / pool >= 0.95,
    })),
    {
      work: "processor time of the warm plugin for a create",
      figure: `${cpu.ours.toFixed(2)} ms for a FamulorLead, ${cpu.row.toFixed(2)} ms for a row of a set`,
      besides: `a hook that is the bare Pool ${cpu.poolHook.toFixed(2)} ms, the bare Pool ${cpu.pool.toFixed(2)} ms`,
      goal: "at most 0.4 ms",
      reached: cpu.ours <= 0.4 && cpu.row <= 0.4,
    },
    ...[single, set].map(({ refresh }, index) => ({
      work: `refresh of ${LEADS} ${index === 0 ? "FamulorLead and their campaign" : "rows and their campaign"}`,
      figure: `${refresh.requests} requests, ${s(refresh.seconds)}`,
      besides: `naive ${naive.refresh.requests} requests, ${s(naive.refresh.seconds)}`,
      goal: `${Math.ceil(LEADS / 100)} requests, and one more`,
      reached: refresh.requests <= Math.ceil(LEADS / 100) + 1,
    })),
    {
      work: `\`preview\` of a set of ${LEADS} without a change`,
      figure: `${s(previews.set)}, no request`,
      besides: `of one FamulorLead ${s(previews.one)}: ratio ${ratio(previews.set, previews.one)} (medians of 7 in turn)`,
      goal: "at most 1.15",
      reached: previews.set / previews.one <= 1.15,
    },
    {
      work: "200 creates under 100 a minute and 20 in 10 s, in real time",
      figure: `${limited.refused} refused, ${(limited.partOfAllowed * 100).toFixed(1)} % of the allowed rate`,
      besides: "",
      goal: "none refused, at least 95 %",
      reached: limited.refused === 0 && limited.partOfAllowed >= 0.95,
    },
    {
      work: "peak memory of the plugin with a set of 10,000",
      figure: `${range(peaks)} in ${peaks.length} runs`,
      besides:
        "the same process with hooks that do nothing: " +
        memory
          .map(({ rows, idle, ours }) => `${rows} rows ${Math.round(idle)} MB (with ours ${range(ours)})`)
          .join(", "),
      goal: "at most 200 MB",
      reached: Math.max(...peaks) <= 200,
    },
    {
      work: "one lead, when the answer to its create is lost and `up` is run again",
      figure: afterLoss.single,
      besides: `naive: ${afterLoss.naive}`,
      goal: "1 made, 1 in state",
      reached: afterLoss.single === "1 made, 1 in state, `up` succeeds",
    },
  ];
  const table = [
    "| work | pulumi-famulor | side by side | to reach | |",
    "|---|---|---|---|---|",
    ...rows.map(({ work, figure, besides, goal, reached }) => {
      return `| ${work} | ${figure} | ${besides} | ${goal} | ${reached ? "reached" : "**missed**"} |`;
    }),
  ].join("\n");
  const about =
    `One run of ${new Date().toISOString().slice(0, 10)}: Pulumi ${engine.version}, Node.js ${process.version}, ` +
    `${cpus().length} processors, file backend, a local Famulor with no latency. The floor, ${LEADS} creates with undici's Pool ` +
    `alone, took ${floorSeconds.toFixed(1)} s.`;
  console.log(`\n${about}\n\n${table}`);
  if (LEADS !== 1000) return;
  await writeResults(`${about}\n\n![up, destroy and state](results.svg)\n\n${table}`);
  await writeFile(join(__dirname, "results.svg"), plot({ naive, single, set, floorSeconds }));
}

async function bareFloor(): Promise<number> {
  const sandbox = await startSandbox();
  try {
    return (await barePool(sandbox.baseUrl, sandbox.apiKey, LEADS, 8)).ms / 1000;
  } finally {
    await sandbox.close();
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

async function writeResults(results: string): Promise<void> {
  const file = join(__dirname, "README.md");
  const text = await readFile(file, "utf8");
  const [before, , after] = text.split(/<!-- results[^>]*-->/);
  await writeFile(
    file,
    `${before}<!-- results: written by npm run bench -->\n${results}\n<!-- results end -->${after}`,
  );
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
