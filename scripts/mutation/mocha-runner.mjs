/**
 * Runs the tests of one mutant, inside Stryker's worker process. Stryker's own runner does not know mocha 12 yet, and a process for each
 * mutant would take an hour.
 */
import { createRequire } from "node:module";
import { join, sep } from "node:path";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import Mocha from "mocha";
import { TESTS_OF } from "./tests-of.mjs";

/** What Stryker's instrumented sources read: which mutant is active, and how often it was met. */
globalThis.__stryker__ = {};

class MochaRunner {
  #require = createRequire(join(process.cwd(), "package.json"));

  init() {
    this.#require("ts-node/register");
  }

  /** Every run loads everything again, so a mutant in a constant is active in time. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  dryRun() {
    return this.#run(Object.values(TESTS_OF).flat(), false);
  }

  async mutantRun({ activeMutant, sandboxFileName, hitLimit, disableBail }) {
    Object.assign(globalThis.__stryker__, {
      activeMutant: activeMutant.id,
      hitCount: hitLimit === undefined ? undefined : 0,
      hitLimit,
    });
    const file = Object.keys(TESTS_OF).find((each) => sandboxFileName.endsWith(each.replaceAll("/", sep)));
    const result = await this.#run(TESTS_OF[file], !disableBail);
    return toMutantRunResult(determineHitLimitReached(globalThis.__stryker__.hitCount, hitLimit) ?? result);
  }

  async #run(files, bail) {
    for (const file of Object.keys(this.#require.cache)) {
      if (file.startsWith(process.cwd()) && !file.includes(`${sep}node_modules${sep}`))
        delete this.#require.cache[file];
    }
    const mocha = new Mocha({ reporter: class {}, bail, timeout: 10_000 });
    for (const file of files) mocha.addFile(join(process.cwd(), file));
    const tests = [];
    try {
      mocha.loadFiles();
    } catch (error) {
      // A mutant that breaks a constant may break the loading of a test, which would fail CI just as well.
      return { status: DryRunStatus.Complete, tests: [{ ...idOf("loading"), ...failed(error), timeSpentMs: 0 }] };
    }
    await new Promise((resolve) => {
      mocha
        .run(resolve)
        .on("pass", (test) =>
          tests.push({ ...idOf(test.fullTitle()), status: TestStatus.Success, timeSpentMs: test.duration }),
        )
        .on("fail", (test, error) => tests.push({ ...idOf(test.fullTitle()), ...failed(error), timeSpentMs: 0 }));
    });
    return { status: DryRunStatus.Complete, tests };
  }
}

const idOf = (name) => ({ id: name, name });
const failed = (error) => ({ status: TestStatus.Failed, failureMessage: String(error?.message ?? error) });

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "mocha-12", MochaRunner)];
