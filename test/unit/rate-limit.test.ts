import assert from "node:assert/strict";
import { Deadlines } from "../../src/famulor/http/deadline";
import { RateLimit, type RateWindow, windowsFor } from "../../src/famulor/http/rate-limit";
import { VirtualClock } from "../support/virtual-clock";

const clock = new VirtualClock();
const limitOf = (...windows: RateWindow[]) => new RateLimit({ windows, deadlines: new Deadlines(clock) });

/** How many of these moments lie in the fullest stretch of `ms` milliseconds. */
function most(moments: number[], ms: number): number {
  return Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + ms).length));
}

const PATIENT = Number.POSITIVE_INFINITY;

describe("the queue before Famulor's rate limit", () => {
  it("is Famulor's 100 a minute, and a fifth of it in 10 s", () => {
    assert.deepEqual(windowsFor(100), [
      { requests: 100, ms: 60_000 },
      { requests: 20, ms: 10_000 },
    ]);
    assert.equal(windowsFor(3)[1]?.requests, 1);
  });

  it("lets through no more than either window allows, all in their order", async () => {
    const limit = limitOf({ requests: 20, ms: 600 }, { requests: 5, ms: 100 });
    const moments: number[] = [];
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await limit.turn(PATIENT);
        moments.push(clock.now());
        order.push(index);
      }),
    );
    assert.equal(most(moments, 600), 20);
    assert.equal(most(moments, 100), 5);
    assert.deepEqual(
      order,
      [...order].sort((one, other) => one - other),
    );
  });

  it("stands still as long as a refusal asks for, and is slower afterwards", async () => {
    const limit = limitOf({ requests: 10, ms: 200 });
    await limit.turn(PATIENT);
    for (const _ of [1, 2, 3]) limit.learn({ isRefusal: true, waitMs: 300 });
    const startedAt = clock.now();
    await limit.turn(PATIENT);
    assert.equal(clock.now() - startedAt, 300);
    limit.learn({ isRefusal: false });
    const moments: number[] = [];
    await Promise.all(Array.from({ length: 16 }, () => limit.turn(PATIENT).then(() => moments.push(clock.now()))));
    assert.equal(most(moments, 200), 8, "lowered once for those that were refused together");
  });

  it("takes a lower limit from an answer, and never a higher one", async () => {
    const limit = limitOf({ requests: 10, ms: 200 });
    limit.learn({ isRefusal: false, limit: 5, remaining: 4 });
    limit.learn({ isRefusal: false, limit: 500, remaining: 499 });
    const moments: number[] = [];
    await Promise.all(Array.from({ length: 15 }, () => limit.turn(PATIENT).then(() => moments.push(clock.now()))));
    assert.equal(most(moments, 200), 5);
  });

  it("fails at once where Famulor asks for more patience than there is, and for everybody in the queue", async () => {
    const limit = limitOf({ requests: 10, ms: 200 });
    limit.learn({ isRefusal: true, waitMs: 3_600_000 });
    const startedAt = clock.now();
    const turns = await Promise.allSettled([1, 2, 3].map(() => limit.turn(90_000)));
    assert.equal(clock.now(), startedAt);
    for (const turn of turns) {
      assert.match(String((turn as PromiseRejectedResult).reason), /asks to wait for 3600 s\. Nothing more was sent/);
    }
  });

  it("returns how much of a turn's wait Famulor has asked for, without the wait for our own limit", async () => {
    const limit = limitOf({ requests: 1, ms: 300 });
    assert.equal(await limit.turn(PATIENT), 0);
    assert.equal(await limit.turn(PATIENT), 0);
    limit.learn({ isRefusal: true, limit: 1, waitMs: 400 });
    assert.equal(await limit.turn(PATIENT), 400);
  });

  it("has its whole rate again after some time without a refusal", async () => {
    const limit = limitOf({ requests: 10, ms: 200 });
    limit.learn({ isRefusal: true });
    await clock.sleep(200 * 8);
    const moments: number[] = [];
    await Promise.all(Array.from({ length: 15 }, () => limit.turn(PATIENT).then(() => moments.push(clock.now()))));
    assert.equal(most(moments, 200), 10);
  });

  it("sends one request alone after a refusal, until that one is answered", async () => {
    const limit = limitOf({ requests: 10, ms: 20_000 });
    limit.learn({ isRefusal: true, waitMs: 300 });
    await limit.turn(PATIENT);
    const first = clock.now();
    const second = limit.turn(PATIENT).then(() => clock.now() - first);
    await clock.sleep(400);
    limit.learn({ isRefusal: false });
    const waited = await second;
    assert.ok(waited >= 400 && waited < 500, `${waited} ms`);
    limit.learn({ isRefusal: true, waitMs: 300 });
    await limit.turn(PATIENT);
    const third = clock.now();
    await limit.turn(PATIENT);
    assert.equal(clock.now() - third, 1_000, "an answer may be lost");
  });

  it("takes the limit of a shorter window for what it is", async () => {
    const limit = limitOf({ requests: 10, ms: 200 }, { requests: 2, ms: 40 });
    limit.learn({ isRefusal: false, limit: 2, remaining: 1 });
    const moments: number[] = [];
    await Promise.all(Array.from({ length: 12 }, () => limit.turn(PATIENT).then(() => moments.push(clock.now()))));
    assert.ok(most(moments, 200) > 2);
  });

  it("keeps a tenth of its rate, however often it is refused", async () => {
    const limit = limitOf({ requests: 30, ms: 100 });
    for (let refusal = 0; refusal < 40; refusal++) {
      limit.learn({ isRefusal: true });
      await clock.sleep(110);
    }
    await limit.turn(PATIENT);
    limit.learn({ isRefusal: false });
    const moments: number[] = [];
    await Promise.all(Array.from({ length: 6 }, () => limit.turn(PATIENT).then(() => moments.push(clock.now()))));
    assert.ok(most(moments, 100) >= 3 && most(moments, 100) <= 5, `${most(moments, 100)} of 30`);
  });
});
