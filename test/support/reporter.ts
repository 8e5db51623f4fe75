/** Mocha's `spec`, and at the end the seconds that each file took. */
import { relative } from "node:path";
import { type MochaOptions, Runner, reporters, type Suite } from "mocha";

const { EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_RUN_END } = Runner.constants;

class SpecWithTimes extends reporters.Spec {
  constructor(runner: Runner, options: MochaOptions) {
    super(runner, options);
    const msByFile = new Map<string, number>();
    let startedAt = 0;
    const isOutermost = ({ parent }: Suite) => parent?.root === true;
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      if (isOutermost(suite)) startedAt = performance.now();
    });
    runner.on(EVENT_SUITE_END, (suite) => {
      if (!isOutermost(suite) || suite.file === undefined) return;
      const file = relative(process.cwd(), suite.file);
      msByFile.set(file, (msByFile.get(file) ?? 0) + performance.now() - startedAt);
    });
    runner.once(EVENT_RUN_END, () => {
      const slowestFirst = [...msByFile].sort(([, one], [, other]) => other - one);
      const totalMs = slowestFirst.reduce((sum, [, ms]) => sum + ms, 0);
      console.log("  Seconds by file:\n");
      for (const [file, ms] of [...slowestFirst, ["all", totalMs] as const]) {
        console.log(`  ${(ms / 1000).toFixed(1).padStart(7)}  ${file}`);
      }
      console.log("");
    });
  }
}

// Mocha loads a reporter with `require` and takes what that returns.
export = SpecWithTimes;
