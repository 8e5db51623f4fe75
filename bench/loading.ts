/**
 * `npm run bench:loading`: what the package costs a program at its start, side by side with what Pulumi itself costs, and
 * how fast the sandbox starts. Each figure is the median of 15 new processes.
 */
import { execFileSync } from "node:child_process";

const RUNS = 15;

const figures: Record<string, string> = {
  "require('@pulumi/pulumi')": `const t = performance.now(); require("@pulumi/pulumi"); console.log(performance.now() - t)`,
  "require('pulumi-famulor') after it": `require("@pulumi/pulumi"); const t = performance.now(); require("pulumi-famulor"); console.log(performance.now() - t)`,
  "startSandbox(), its loading included": `const t = performance.now(); require("pulumi-famulor/sandbox").startSandbox().then((s) => { console.log(performance.now() - t); return s.close(); })`,
};

for (const [name, script] of Object.entries(figures)) {
  const runs = Array.from({ length: RUNS }, () => Number(execFileSync(process.execPath, ["-e", script])));
  runs.sort((a, b) => a - b);
  console.log(`${name}: ${runs[RUNS >> 1]?.toFixed(1)} ms (${runs[0]?.toFixed(1)} to ${runs[RUNS - 1]?.toFixed(1)})`);
}
