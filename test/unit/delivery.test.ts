import assert from "node:assert/strict";
import {
  type ApiErrorKind,
  apiError,
  FamulorConnectionError,
  FamulorInputError,
  FamulorProtocolError,
} from "../../src/famulor/errors";
import { deliveryOf, isOutcomeUnknown, NEXT, type Repetition } from "../../src/famulor/http/delivery";
import { waitBeforeRepeat } from "../../src/famulor/http/retry-timing";

const answer = (status: number, retryAfterSeconds?: number) =>
  apiError({
    status,
    method: "POST",
    path: "/user/lead",
    attempts: 1,
    serviceMessage: "",
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
const first = { attempts: 1, remainingMs: 90_000, random: 0.5 };
const wait = (repetition: Repetition, error: unknown, more = {}) =>
  waitBeforeRepeat({ ...first, repetition, error, ...more });

describe("whether a request may be sent again", () => {
  const unknown = [
    answer(500),
    answer(503),
    new FamulorConnectionError("reset", "unknown"),
    new FamulorProtocolError("html"),
  ];
  for (const error of unknown) {
    it(`${error.name} "${error.message}": only what is harmless`, () => {
      assert.equal(deliveryOf(error), "unknown");
      assert.equal(wait("look-first", error), undefined);
      assert.equal(wait("harmless", error), 250);
    });
  }

  it("not sent: three times in all, waiting longer each time", () => {
    const error = new FamulorConnectionError("refused", "not-sent");
    for (const repetition of ["harmless", "look-first"] as const) {
      assert.equal(wait(repetition, error), 250);
      assert.equal(wait(repetition, error, { attempts: 2 }), 500);
      assert.equal(wait(repetition, error, { attempts: 3 }), undefined);
    }
    assert.equal(wait("harmless", error, { random: 0 }), 125);
  });

  it("429: after all of the time asked for, as long as the budget holds it", () => {
    assert.equal(wait("look-first", answer(429, 60)), 60_000);
    assert.equal(wait("look-first", answer(429, 60), { remainingMs: 50_000 }), undefined);
    assert.equal(wait("look-first", answer(429)), 250);
  });

  it("is decided by the table alone: what dials and may have arrived is only looked up", () => {
    assert.equal(deliveryOf(undefined), "acted");
    assert.deepEqual(NEXT, {
      "not-sent": { harmless: "repeat", "look-first": "repeat" },
      "refused-for-now": { harmless: "wait-then-repeat", "look-first": "wait-then-repeat" },
      refused: { harmless: "report", "look-first": "report" },
      unknown: { harmless: "repeat", "look-first": "look-up" },
      acted: { harmless: "done", "look-first": "done" },
    });
    assert.deepEqual([answer(500), answer(422), undefined].map(isOutcomeUnknown), [true, false, false]);
    assert.deepEqual(
      Object.entries(NEXT)
        .filter(([, next]) => /repeat/.test(next["look-first"]))
        .map(([delivery]) => delivery),
      ["not-sent", "refused-for-now"],
    );
  });

  it("never what Famulor refused for a reason, or what was never sent for one", () => {
    for (const error of [400, 401, 302, 402, 403, 404, 409, 422].map((status) => answer(status))) {
      assert.equal(deliveryOf(error), "refused");
      assert.equal(wait("harmless", error), undefined);
      assert.equal(wait("look-first", error), undefined);
    }
    assert.equal(wait("harmless", new FamulorInputError("bad")), undefined);
  });
});

describe("the kind of a refusal, which callers branch on", () => {
  const kinds: [ApiErrorKind, ...number[]][] = [
    ["bad-request", 400],
    ["auth", 401, 301, 302, 303, 307, 308],
    ["payment", 402],
    ["forbidden", 403],
    ["not-found", 404],
    ["no-route", 405],
    ["timeout", 408],
    ["conflict", 409],
    ["too-large", 413],
    ["validation", 422],
    ["locked", 423],
    ["rate-limit", 429],
    ["server", 500, 502, 503, 504, 520, 599],
    ["refused", 200, 201],
    ["other", 406, 410, 418, 451],
  ];
  for (const [kind, ...statuses] of kinds) {
    it(`${statuses.join(", ")}: ${kind}`, () => {
      for (const status of statuses) assert.equal(answer(status).kind, kind);
    });
  }

  it("408 and 5xx: Famulor may have acted", () => {
    assert.deepEqual(
      kinds.filter(([, status]) => deliveryOf(answer(status ?? 0)) === "unknown").map(([kind]) => kind),
      ["timeout", "server"],
    );
  });
});
