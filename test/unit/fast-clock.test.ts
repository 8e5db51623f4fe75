import assert from "node:assert/strict";
import { setTimeout as reallySleep } from "node:timers/promises";
import { FastClock } from "../support/fast-clock";

describe("the fast clock of the tests", () => {
  /** Sleeps, and notes who woke when, from the start of the clock. */
  function sleepers(clock: FastClock) {
    const startedAt = clock.now();
    const woken: [string, number][] = [];
    const sleep = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push([name, clock.now() - startedAt]);
    };
    return { woken, sleep };
  }

  it("lets a long sleep pass in real milliseconds, and never shortens it", async () => {
    const clock = new FastClock();
    const startedAt = clock.now();
    const reallyStartedAt = performance.now();
    for (const ms of [1, 20, 500, 60_000, 90_000]) {
      const before = clock.now();
      await clock.sleep(ms);
      assert.ok(clock.now() - before >= ms);
    }
    const passedMs = clock.now() - startedAt;
    assert.ok(passedMs >= 150_521 && passedMs < 160_000, `${passedMs} ms`);
    assert.ok(performance.now() - reallyStartedAt < 5_000);
  });

  it("wakes sleepers in their order, and counts sleeps at the same time once", async () => {
    const clock = new FastClock();
    const { woken, sleep } = sleepers(clock);
    const chain = async (name: string, ms: number, times: number) => {
      for (let index = 0; index < times; index++) await sleep(`${name}${index}`, ms);
    };
    await Promise.all([sleep("long", 30_000), chain("a", 8_000, 3), chain("b", 5_000, 3), sleep("short", 100)]);
    assert.deepEqual(
      woken.map(([name]) => name),
      ["short", "b0", "a0", "b1", "b2", "a1", "a2", "long"],
    );
    const [, passedMs] = woken.at(-1) ?? [];
    assert.ok(Number(passedMs) < 40_000, `${passedMs} ms instead of 69,100 in all`);
  });

  it("does not jump while a request is under way: that takes its real time, and others see no more of it", async () => {
    let inFlight = 0;
    const clock = new FastClock(() => inFlight > 0);
    const { woken, sleep } = sleepers(clock);
    const request = async () => {
      inFlight++;
      const before = clock.now();
      await reallySleep(300);
      assert.ok(clock.now() - before < 1_000, "a budget of some seconds would not be used up");
      inFlight--;
    };
    await Promise.all([request(), sleep("in the meantime", 5_000), sleep("soon", 30)]);
    const [[soon, soonMs], [later, laterMs]] = woken as [[string, number], [string, number]];
    assert.deepEqual([soon, later], ["soon", "in the meantime"]);
    assert.ok(soonMs < 290, "a sleep that is shorter than the request ends before it");
    assert.ok(laterMs >= 5_000 && laterMs < 6_000);
  });

  it("ends a sleep that is aborted, and keeps nothing of it", async () => {
    const clock = new FastClock(() => true);
    const aborting = new AbortController();
    const sleeping = clock.sleep(60_000, aborting.signal);
    const other = clock.sleep(10);
    aborting.abort(new Error("enough"));
    await assert.rejects(sleeping, /enough/);
    await other;
    await assert.rejects(clock.sleep(10, aborting.signal), /enough/);
  });
});
