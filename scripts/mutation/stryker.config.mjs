import { TESTS_OF } from "./tests-of.mjs";

/** `npm run mutation`; for one file: `npm run mutation -- --mutate src/provider/lead/decide.ts` */
export default {
  mutate: Object.keys(TESTS_OF),
  plugins: [new URL("./mocha-runner.mjs", import.meta.url).pathname],
  testRunner: "mocha-12",
  coverageAnalysis: "off",
  concurrency: 1,
  reporters: ["clear-text"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  ignorePatterns: ["site", "coverage", "bench", "docs", "examples"],
  tempDirName: ".tmp/stryker",
};
