import assert from "node:assert/strict";
import { BUDGET_MS, Deadlines } from "../../src/famulor/http/deadline";
import { VirtualClock } from "../support/virtual-clock";

describe("the time for one piece of work", () => {
  let clock: VirtualClock;
  let deadlines: Deadlines;
  beforeEach(() => {
    clock = new VirtualClock();
    deadlines = new Deadlines(clock);
  });

  it("is 90 s, or three requests, whichever is longer", () => {
    deadlines.within(30_000, () => assert.equal(deadlines.remainingMs(), BUDGET_MS));
    deadlines.within(600_000, () => assert.equal(deadlines.remainingMs(), 1_800_000));
    assert.equal(deadlines.remainingMs(), Number.POSITIVE_INFINITY);
  });

  it("once it is up, starts no request and waits for nothing, also far below in asynchronous work", async () => {
    await deadlines.within(30_000, async () => {
      await Promise.resolve();
      deadlines.requireMaySend("GET", "/user/leads");
      assert.equal(await deadlines.pause(BUDGET_MS + 1), false);
      assert.equal(await deadlines.pause(BUDGET_MS - 1), true);
      clock.skip(2);
      assert.throws(() => deadlines.requireMaySend("GET", "/user/leads"), {
        code: "famulor/out-of-time",
        message: /GET \/user\/leads was not sent: the time .* is up/,
      });
      assert.equal(await deadlines.pause(1), false);
    });
  });

  it("does not pass while a request queues for our own limiter, except for what Famulor asked to wait", async () => {
    await deadlines.within(30_000, async () => {
      await deadlines.offClock(async () => {
        assert.equal(deadlines.remainingMs(), Number.POSITIVE_INFINITY);
        await clock.sleep(500_000);
        return 20_000;
      });
      assert.equal(deadlines.remainingMs(), BUDGET_MS - 20_000);
    });
  });

  it("stands still once, however many requests queue at once", async () => {
    await deadlines.within(30_000, async () => {
      const queue = (ms: number, countedMs: number) =>
        deadlines.offClock(async () => {
          await clock.sleep(ms);
          return countedMs;
        });
      const queues = Array.from({ length: 50 }, (_, index) => queue(1_000 + index, 0));
      await clock.sleep(500);
      assert.equal(deadlines.remainingMs(), BUDGET_MS, "while they queue");
      await Promise.all(queues);
      assert.equal(deadlines.remainingMs(), BUDGET_MS, "after the last of them");
      await clock.sleep(10);
      assert.equal(deadlines.remainingMs(), BUDGET_MS - 10, "on the clock again");

      await Promise.all([queue(30_000, 20_000), queue(60_000, 20_000), queue(60_000, 30_000)]);
      assert.equal(deadlines.remainingMs(), BUDGET_MS - 10 - 60_000, "never counts more than has passed");
    });
  });

  it("passes again after a wait that fails", async () => {
    await deadlines.within(30_000, async () => {
      await assert.rejects(deadlines.offClock(() => clock.sleep(1_000).then(() => Promise.reject(new Error("no")))));
      assert.equal(deadlines.remainingMs(), BUDGET_MS);
      await clock.sleep(1_000);
      assert.equal(deadlines.remainingMs(), BUDGET_MS - 1_000);
    });
  });

  it("lets any number of requests pause at once, without a warning of Node.js", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on("warning", note);
    await Promise.all(Array.from({ length: 64 }, () => deadlines.pause(1_000)));
    process.off("warning", note);
    assert.deepEqual(warnings, []);
  });

  it("is each run's own", () => {
    deadlines.within(30_000, () => {
      assert.equal(new Deadlines(clock).remainingMs(), Number.POSITIVE_INFINITY);
    });
  });

  it("after an interruption lets only reads start, and after the end of everything nothing", async () => {
    const pause = deadlines.pause(1_000);
    deadlines.stop("writes");
    assert.equal(await pause, false);
    deadlines.requireMaySend("GET", "/user/leads");
    assert.throws(() => deadlines.requireMaySend("PUT", "/leads/7"), {
      code: "famulor/interrupted",
      message: "PUT /leads/7 was not sent: the run was interrupted.",
    });
    deadlines.stop("everything");
    deadlines.stop("writes");
    assert.throws(() => deadlines.requireMaySend("GET", "/user/leads"), { code: "famulor/interrupted" });
  });
});
