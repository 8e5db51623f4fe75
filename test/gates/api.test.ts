import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { apiReport, entries } from "../../scripts/api-report";

describe("the public API", function () {
  this.timeout(60_000);

  for (const entry of entries()) {
    it(`of ${entry.name} is as etc/${entry.name}.api.md says; if it is meant to differ: npm run api`, () => {
      const expected = existsSync(entry.file) ? readFileSync(entry.file, "utf8") : "";
      assert.equal(apiReport(entry), expected);
    });
  }
});
