import assert from "node:assert/strict";
import { apiError } from "../../src/famulor/errors";
import { askedWaitMs, waitBeforeRepeat } from "../../src/famulor/http/retry-timing";

const NOW = Date.UTC(2026, 9, 21, 7, 28, 0);
const nowSeconds = NOW / 1000;

describe("how long an answer asks to wait", () => {
  const cases: [what: string, headers: Record<string, string | string[]>, inBody: unknown, ms: number | undefined][] = [
    ["nothing is said", {}, undefined, undefined],
    ["seconds", { "retry-after": "30" }, undefined, 30_000],
    ["seconds with blanks", { "retry-after": " 30 " }, undefined, 30_000],
    ["a fraction of a second", { "retry-after": "0.5" }, undefined, 500],
    ["hundredths of a second", { "retry-after": "0.25" }, undefined, 250],
    ["0", { "retry-after": "0" }, undefined, 0],
    ["more than a minute", { "retry-after": "3600" }, undefined, 3_600_000],
    ["an HTTP date", { "retry-after": "Wed, 21 Oct 2026 07:29:30 GMT" }, undefined, 90_000],
    ["an HTTP date of the old form", { "retry-after": "Wednesday, 21-Oct-26 07:29:30 GMT" }, undefined, 90_000],
    ["an HTTP date in the past", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, undefined, 0],
    [
      "an HTTP date, by the server's own clock",
      { "retry-after": "Wed, 21 Oct 2026 09:00:10 GMT", date: "Wed, 21 Oct 2026 09:00:00 GMT" },
      undefined,
      10_000,
    ],
    ["a moment as Retry-After", { "retry-after": String(nowSeconds + 20) }, undefined, 20_000],
    ["the first moment as seconds", { "retry-after": "1000000000" }, undefined, 0],
    ["the first moment as milliseconds", { "retry-after": "1000000000000" }, undefined, 0],
    ["a date with a word before it", { "retry-after": "x Wed, 21 Oct 2026 07:29:30 GMT" }, undefined, undefined],
    ["a date with a word behind it", { "retry-after": "Wed, 21 Oct 2026 07:29:30 GMT (soon)" }, undefined, undefined],
    ["a negative number", { "retry-after": "-5" }, undefined, undefined],
    ["nothing after the colon", { "retry-after": "" }, undefined, undefined],
    ["garbage", { "retry-after": "soon 1" }, undefined, undefined],
    ["Infinity", { "retry-after": "Infinity" }, undefined, undefined],
    ["a hexadecimal number", { "retry-after": "0x10" }, undefined, undefined],
    ["garbage, and the body", { "retry-after": "soon" }, 7, 7_000],
    ["the body, as text", {}, "7", 7_000],
    ["the body, not as a number", {}, { seconds: 7 }, undefined],
    ["the body, as a list", {}, [7], undefined],
    ["the body, negative", {}, -7, undefined],
    ["the header before the body", { "retry-after": "3" }, 7, 3_000],
    ["the body before the reset", { "x-ratelimit-reset": "40" }, 7, 7_000],
    ["a reset in seconds since 1970", { "x-ratelimit-reset": String(nowSeconds + 40) }, undefined, 40_000],
    ["a reset in seconds from now", { "x-ratelimit-reset": "40" }, undefined, 40_000],
    ["a reset in the past", { "x-ratelimit-reset": String(nowSeconds - 40) }, undefined, 0],
    [
      "a reset by the server's own clock",
      { "x-ratelimit-reset": String(nowSeconds + 3_640), date: "Wed, 21 Oct 2026 08:28:00 GMT" },
      undefined,
      40_000,
    ],
    ["a reset in milliseconds since 1970", { "x-ratelimit-reset": String(NOW + 40_000) }, undefined, 40_000],
    ["a reset in another year", { "x-ratelimit-reset": String(nowSeconds + 3e7) }, undefined, undefined],
    ["a header that was added twice", { "retry-after": ["3", "4"] }, undefined, 3_000],
    ["a reset that is as long as the longest limit", { "x-ratelimit-reset": "120" }, undefined, 120_000],
    ["a reset that is longer than any limit", { "x-ratelimit-reset": "121" }, undefined, undefined],
    ["a reset that is garbage", { "x-ratelimit-reset": "never" }, undefined, undefined],
  ];
  for (const [what, headers, inBody, ms] of cases) {
    it(`${what}: ${ms === undefined ? "not said" : `${ms} ms`}`, () => {
      assert.equal(askedWaitMs({ headers, inBody, isRateLimit: true, nowMs: NOW }), ms);
    });
  }
});

describe("an answer that is not about the rate limit", () => {
  it("says nothing by the time at which the limit starts again", () => {
    const headers = { "x-ratelimit-reset": "40" };
    assert.equal(askedWaitMs({ headers, isRateLimit: false, nowMs: NOW }), undefined);
    assert.equal(askedWaitMs({ headers: { ...headers, "retry-after": "5" }, isRateLimit: false, nowMs: NOW }), 5_000);
  });
});

describe("the wait before a refused request is sent again", () => {
  const refusal = (retryAfterSeconds?: number, status = 429) =>
    apiError({
      status,
      method: "POST",
      path: "/user/lead",
      attempts: 1,
      serviceMessage: "",
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  const wait = (attempts: number, retryAfterSeconds?: number, remainingMs = 1_000_000) =>
    waitBeforeRepeat({
      repetition: "look-first",
      error: refusal(retryAfterSeconds),
      attempts,
      remainingMs,
      random: 0.5,
    });

  it("is what was asked for, but never below the backoff", () => {
    assert.equal(wait(1, 60), 60_000);
    for (const asked of [undefined, 0, -5]) {
      assert.equal(wait(1, asked), 250);
      assert.equal(wait(4, asked), 2_000);
    }
    assert.equal(wait(4, 1), 2_000);
    assert.equal(wait(4, 3), 3_000);
  });

  it("is what a server asks for that is down for a moment, where a repetition is harmless", () => {
    const after503 = (repetition: "harmless" | "look-first", attempts: number) =>
      waitBeforeRepeat({ repetition, error: refusal(20, 503), attempts, remainingMs: 90_000, random: 0.5 });
    assert.equal(after503("harmless", 1), 20_000);
    assert.equal(after503("harmless", 3), undefined);
    assert.equal(after503("look-first", 1), undefined);
  });

  it("is half to one and a half of the backoff, so that two runs do not meet again", () => {
    const at = (random: number) =>
      waitBeforeRepeat({ repetition: "harmless", error: refusal(), attempts: 1, remainingMs: 90_000, random });
    assert.deepEqual([at(0), at(1)], [125, 375]);
  });

  it("is none after 10 attempts", () => {
    assert.equal(wait(9, 1), 64_000);
    assert.equal(wait(10, 1), undefined);
    assert.equal(wait(10), undefined);
  });

  it("is none where the time for the work does not hold it", () => {
    assert.equal(wait(1, 60, 60_000), undefined);
    assert.equal(wait(1, 60, 60_001), 60_000);
    assert.equal(wait(1, undefined, 250), undefined);
  });
});
