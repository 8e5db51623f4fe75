import assert from "node:assert/strict";
import { BUDGET_MS, pause, remainingMs, requireLeave, withinBudget } from "../../src/famulor/budget";

describe("the time for the work on one resource", () => {
  const realNow = Date.now;
  afterEach(() => {
    Date.now = realNow;
  });
  const later = (ms: number) => {
    Date.now = () => realNow() + ms;
  };

  it("is 90 s, or three requests, whichever is longer", () => {
    withinBudget(30_000, () => assert.ok(Math.abs(remainingMs() - BUDGET_MS) < 1000));
    withinBudget(600_000, () => assert.ok(remainingMs() > 1_799_000));
    assert.equal(remainingMs(), Number.POSITIVE_INFINITY);
  });

  it("once it is up, begins no request and waits for nothing, also far below in asynchronous work", async () => {
    await withinBudget(30_000, async () => {
      await Promise.resolve();
      requireLeave("GET", "/user/leads");
      assert.equal(await pause(BUDGET_MS + 1), false);
      later(BUDGET_MS + 1);
      assert.throws(() => requireLeave("GET", "/user/leads"), /GET \/user\/leads was not sent: the time .* is up/);
      assert.equal(await pause(1), false);
    });
  });
});
