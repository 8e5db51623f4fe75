/**
 * `npm run bench:seeds`: 100,000 rows of a CSV file in national spelling, and invented leads: time, processor time and peak
 * memory, each in a new process, beside a process that only loads the code. Each figure is the median of 5.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FictionalCountry, fictionalLeads } from "../src/seeds";
import { median } from "./table";

const ROWS = 100_000;
const RUNS = 5;

const folder = mkdtempSync(join(tmpdir(), "bench-seeds-"));

/** `count` numbers of a country in national spelling, then American numbers in international spelling. */
function fileOf(country: FictionalCountry, count: number, national: (phoneNumber: string) => string): string {
  const numbersOf = (of: FictionalCountry, many: number) =>
    Object.values(fictionalLeads({ count: many, country: of, variables: {} })).map(({ phoneNumber }) => phoneNumber);
  const abroad = numbersOf("US", Math.min(ROWS - count, 35_800));
  const rest = numbersOf("CA", ROWS - count - abroad.length);
  const numbers = [
    ...numbersOf(country, count).map(national),
    ...[...abroad, ...rest].map((each) => `+1 (${each.slice(2, 5)}) 555-${each.slice(8)}`),
  ];
  const file = join(folder, `${country}.csv`);
  const rows = numbers.map((number, row) => `${row};Guest ${row};${number};Perth;12,5`);
  writeFileSync(file, `\ufeffNo;Name;Phone;Place;Visits\r\n${rows.join("\r\n")}`);
  return file;
}

/** The code of a process that reads a file. */
function reading(country: FictionalCountry, file: string): string {
  const variables = { name: "Name", visits: { column: "Visits", type: "number" } };
  return `seeds.leadsFromCsv(${JSON.stringify(file)}, ${JSON.stringify({ country, phoneNumber: "Phone", variables })})`;
}

const french = fileOf("FR", 60_000, (each) => `0${each.slice(3).replace(/..(?=.)/g, "$& ")}`);
const australian = fileOf("AU", 80_000, (each) => `0${each.slice(3, 4)} ${each.slice(4, 8)} ${each.slice(8)}`);

const figures: Record<string, string> = {
  "only loaded": "{}",
  [`leadsFromCsv, ${ROWS} rows, 60,000 of them French`]: reading("FR", french),
  // Two countries share Australia's code, so libphonenumber does more for each number.
  [`leadsFromCsv, ${ROWS} rows, 80,000 of them Australian`]: reading("AU", australian),
  "fictionalLeads, 10000 leads, numbered": `seeds.fictionalLeads({ count: 10000, country: "GB", variables: {} })`,
  "fictionalLeads, 10000 leads, with names": `seeds.fictionalLeads({ count: 10000, country: "GB" })`,
};

try {
  for (const [name, code] of Object.entries(figures)) {
    const script = `
      const seeds = require("pulumi-famulor/seeds");
      const before = process.cpuUsage();
      const start = performance.now();
      const leads = ${code};
      const ms = performance.now() - start;
      const { user, system } = process.cpuUsage(before);
      console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000, mb: process.resourceUsage().maxRSS / 1024, count: Object.keys(leads).length }));`;
    const runs = Array.from({ length: RUNS }, () =>
      JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })),
    );
    const [ms, cpuMs, mb] = ["ms", "cpuMs", "mb"].map((key) => median(runs.map((run) => run[key])).toFixed(0));
    console.log(`${name}: ${ms} ms, of the processor ${cpuMs} ms, peak ${mb} MB`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
