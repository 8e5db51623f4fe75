import assert from "node:assert/strict";
import { RateLimit, windowsFor } from "../../src/famulor/rate-limit";

/** How many of these moments lie in the fullest stretch of so many milliseconds. */
function most(moments: number[], ms: number): number {
  return Math.max(...moments.map((from) => moments.filter((at) => at >= from && at < from + ms).length));
}

const PATIENT = Number.POSITIVE_INFINITY;

describe("the line before Famulor's rate limit", function () {
  this.timeout(20_000);

  it("is Famulor's 100 a minute, and a fifth of it in 10 s", () => {
    assert.deepEqual(windowsFor(100), [
      { requests: 100, ms: 60_000 },
      { requests: 20, ms: 10_000 },
    ]);
    assert.equal(windowsFor(3)[1]?.requests, 1);
  });

  it("lets through no more than either window allows, all in their order", async () => {
    const limit = new RateLimit({
      windows: [
        { requests: 20, ms: 600 },
        { requests: 5, ms: 100 },
      ],
    });
    const moments: number[] = [];
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        await limit.turn(PATIENT);
        moments.push(Date.now());
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
    const limit = new RateLimit({ windows: [{ requests: 10, ms: 200 }] });
    await limit.turn(PATIENT);
    for (const _ of [1, 2, 3]) limit.learn({ isRefusal: true, waitMs: 300 });
    const begun = Date.now();
    await limit.turn(PATIENT);
    assert.ok(Date.now() - begun >= 295);
    const moments: number[] = [];
    await Promise.all(Array.from({ length: 20 }, () => limit.turn(PATIENT).then(() => moments.push(Date.now()))));
    assert.equal(most(moments, 200), 8, "one lesson for those that were refused together");
  });

  it("takes a lower limit from an answer, and never a higher one", async () => {
    const limit = new RateLimit({ windows: [{ requests: 10, ms: 200 }] });
    limit.learn({ isRefusal: false, limit: 5, remaining: 4 });
    limit.learn({ isRefusal: false, limit: 500, remaining: 499 });
    const moments: number[] = [];
    await Promise.all(Array.from({ length: 15 }, () => limit.turn(PATIENT).then(() => moments.push(Date.now()))));
    assert.equal(most(moments, 200), 5);
  });

  it("fails at once where Famulor asks for more patience than there is, and for everybody in the line", async () => {
    const limit = new RateLimit({ windows: [{ requests: 10, ms: 200 }] });
    limit.learn({ isRefusal: true, waitMs: 3_600_000 });
    const begun = Date.now();
    const turns = await Promise.allSettled([1, 2, 3].map(() => limit.turn(90_000)));
    assert.ok(Date.now() - begun < 1_000);
    for (const turn of turns) {
      assert.match(String((turn as PromiseRejectedResult).reason), /asked to wait for 3600 s\. .*again after that/);
    }
  });

  it("tells how much of a turn Famulor has asked to wait for, and leaves out what our own limit took", async () => {
    const limit = new RateLimit({ windows: [{ requests: 1, ms: 300 }] });
    assert.equal(await limit.turn(PATIENT), 0);
    assert.equal(await limit.turn(PATIENT), 0);
    limit.learn({ isRefusal: true, limit: 1, waitMs: 400 });
    const asked = await limit.turn(PATIENT);
    assert.ok(asked >= 390 && asked <= 410, `${asked}`);
  });

  it("keeps a tenth of its rate, however often it is refused", async () => {
    const limit = new RateLimit({ windows: [{ requests: 30, ms: 100 }] });
    for (let refusal = 0; refusal < 40; refusal++) {
      limit.learn({ isRefusal: true });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const moments: number[] = [];
    await Promise.all(Array.from({ length: 9 }, () => limit.turn(PATIENT).then(() => moments.push(Date.now()))));
    assert.equal(most(moments, 100), 3);
  });
});
