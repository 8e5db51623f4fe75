/**
 * `npm run bench:seeds`: 100,000 rows of a CSV file in national spelling, and invented leads: time, processor time and peak
 * memory, each in a new process, beside a process that only loads the code. Each figure is the median of 5.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fictionalLeads } from "../src/seeds";
import { median } from "./table";

const ROWS = 100_000;
const RUNS = 5;

const folder = mkdtempSync(join(tmpdir(), "bench-seeds-"));
const file = join(folder, "guests.csv");
// As many as are reserved for fiction in Australia, and more from America.
const national = Object.values(fictionalLeads({ count: 80_000, country: "AU", variables: {} })).map(
  ({ phoneNumber }) => `0${phoneNumber.slice(3, 4)} ${phoneNumber.slice(4, 8)} ${phoneNumber.slice(8)}`,
);
const abroad = Object.values(fictionalLeads({ count: ROWS - national.length, country: "US", variables: {} })).map(
  ({ phoneNumber }) => `+1 (${phoneNumber.slice(2, 5)}) 555-${phoneNumber.slice(8)}`,
);
const rows = [...national, ...abroad].map((number, row) => `${row};Guest ${row};${number};Perth;12,5`);
writeFileSync(file, `\ufeffNo;Name;Phone;Place;Visits\r\n${rows.join("\r\n")}`);

const options = {
  country: "AU",
  phoneNumber: "Phone",
  variables: { name: "Name", visits: { column: "Visits", type: "number" } },
};
const read = `seeds.leadsFromCsv(${JSON.stringify(file)}, ${JSON.stringify(options)})`;
const figures: Record<string, string> = {
  "only loaded": "{}",
  [`leadsFromCsv, ${ROWS} rows`]: read,
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
