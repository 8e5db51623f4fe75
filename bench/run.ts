/**
 * `npm run bench`: measures side by side, and writes the results into README.md and results.svg beside this file. Takes about
 * half an hour, on Linux, with the machine to itself. `BENCH_LEADS=100 npm run bench` shows in some minutes that it works, with
 * a tenth of everything, and writes nothing.
 */
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { startSandbox } from "../src/sandbox";
import { testEngine } from "../test/support/engine";
import { COMMANDS, type Peaks, peakMemoryMb } from "./memory";
import { plot } from "./plot";
import { barePool, checkAndDiffMs, cpuPerCreate, createRatesOfPlugin, underTheRateLimit } from "./plugin-process";
import { median, medians, type Row, ratioOfPairs, table } from "./table";
import {
  afterALostAnswer,
  besideFloor,
  type Life,
  previewsInTurn,
  rateInUp,
  rateOfPool,
  wholeLife,
} from "./whole-life";

const PUBLISHED_LEADS = 1000;
const LEADS = Number(process.env.BENCH_LEADS ?? PUBLISHED_LEADS);
/** A count of the published benchmark, scaled down for BENCH_LEADS, whose results are not published. */
const scaled = (count: number) => Math.max(1, Math.round((count * LEADS) / PUBLISHED_LEADS));

async function main(): Promise<void> {
  const engine = await testEngine();
  const say = (line: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

  say(`${LEADS} creates with the bare Pool`);
  const poolSeconds = await secondsOfBarePool();
  const lives: Record<string, Life> = {};
  for (const variant of ["FamulorLeadSet", "FamulorLead", "naive"] as const) {
    say(`the life of ${LEADS} leads: ${variant}`);
    lives[variant] = await wholeLife(variant, LEADS);
    say(JSON.stringify(lives[variant]));
  }
  const { naive, FamulorLead: single, FamulorLeadSet: set } = lives as Record<string, Life>;
  if (!naive || !single || !set) throw new Error("unreachable");

  say("the engine's own floor");
  const pairs = await besideFloor(LEADS, 3);
  say(JSON.stringify(pairs));
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
    {
      what: "FamulorLead through the plugin process, without an engine",
      ...(await createRatesOfPlugin(scaled(1200), 50, 8)),
    },
    {
      what: "FamulorLead, in the middle of an `up`",
      ours: await rateInUp("FamulorLead", scaled(800), 50, "ours"),
      poolHook: await rateInUp("FamulorLead", scaled(800), 50, "pool"),
      pool: await rateOfPool(scaled(800), 50),
    },
    {
      what: "a FamulorLeadSet, in the middle of an `up`",
      ours: await rateInUp("FamulorLeadSet", scaled(800), 50, "ours"),
      pool: await rateOfPool(scaled(800), 50),
    },
  ];
  say("the plugin process");
  const cpu = await cpuPerCreate(scaled(5000), 8);
  const checkAndDiff = checkAndDiffMs(scaled(5000));
  say("memory");
  const memory: { rows: number; ours: Peaks; idle: Peaks }[] = [];
  for (const rows of [scaled(1000), scaled(10_000)]) {
    const ours: Peaks[] = [];
    for (let run = 0; run < 3; run++) ours.push(await peakMemoryMb(rows, "ours"));
    memory.push({ rows, ours: medians(ours), idle: await peakMemoryMb(rows, "idle") });
    say(JSON.stringify(memory.at(-1)));
  }
  say("the rate limit, in real time");
  // More creates than fit into the first 10 s: otherwise there is no rate.
  const limitedCreates = Math.max(50, scaled(200));
  const limited = await underTheRateLimit(limitedCreates);

  const ratio = (one: number, other: number) => (one / other).toFixed(one / other < 0.1 ? 4 : 2);
  const s = (seconds: number) => `${seconds.toFixed(1)} s`;
  const mb = (peaks: Peaks) => COMMANDS.map((command) => `${command} ${Math.round(peaks[command])}`).join(", ");
  const idle = { up: medians(pairs.up).floor, preview: medians(pairs.preview).floor };
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
    ...(["up", "preview"] as const).map((command) => {
      const most = command === "up" ? 1.2 : 1;
      return {
        work: `${LEADS} FamulorLead, \`${command}\`${command === "up" ? "" : " without a change"}, beside the engine's floor`,
        figure: s(medians(pairs[command]).ours),
        besides:
          `hooks that do nothing ${s(idle[command])}: ratio ${ratioOfPairs(pairs[command]).toFixed(2)} ` +
          `(medians of ${pairs[command].length} pairs)`,
        goal: `at most ${most.toFixed(1)}`,
        reached: ratioOfPairs(pairs[command]) <= most,
      };
    }),
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
      goal: "at most 1/40",
      reached: naive.up.seconds / set.up.seconds >= 40,
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
      work: `${limitedCreates} creates under 100 a minute and 20 in 10 s, in real time`,
      figure: `${limited.refused} refused, ${(limited.partOfAllowed * 100).toFixed(1)} % of the allowed rate`,
      besides: "",
      goal: "none refused, at least 95 %",
      reached: limited.refused === 0 && limited.partOfAllowed >= 0.95,
    },
    ...memory.map(({ rows, ours, idle }) => ({
      work: `peak memory of the plugin with a set of ${rows}, by command`,
      figure: `${mb(ours)} MB`,
      besides: `hooks that do nothing: ${mb(idle)} MB`,
      goal: "at most 300 MB",
      reached: Math.max(...Object.values(ours)) <= 300,
    })),
    {
      work: "one lead, when the answer to its create is lost and `up` is run again",
      figure: afterLoss.single,
      besides: `naive: ${afterLoss.naive}`,
      goal: "1 created, 1 in state",
      reached: afterLoss.single === "1 created, 1 in state, `up` succeeds",
    },
  ];
  const about =
    `One run of ${new Date().toISOString().slice(0, 10)}: Pulumi ${engine.version}, Node.js ${process.version}, ` +
    `${cpus().length} processors, file backend, a sandbox without latency. ${LEADS} creates with undici's Pool alone ` +
    `took ${poolSeconds.toFixed(1)} s.`;
  console.log(`\n${about}\n\n${table(rows)}`);
  if (LEADS !== PUBLISHED_LEADS) return;
  await writeResults(`${about}\n\n![up, destroy and state](results.svg)\n\n${table(rows)}`);
  await writeFile(join(__dirname, "results.svg"), plot({ naive, single, set, idle, poolSeconds }));
}

async function secondsOfBarePool(): Promise<number> {
  const sandbox = await startSandbox();
  try {
    return (await barePool(sandbox.baseUrl, sandbox.apiKey, LEADS, 8)).ms / 1000;
  } finally {
    await sandbox.close();
  }
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
