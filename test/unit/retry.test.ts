import assert from "node:assert/strict";
import { apiError, FamulorConnectionError, FamulorInputError, FamulorProtocolError } from "../../src/famulor/errors";
import { waitBeforeRepeat } from "../../src/famulor/retry";

const answer = (status: number, retryAfterSeconds?: number) =>
  apiError({
    status,
    method: "POST",
    path: "/user/lead",
    attempts: 1,
    serviceMessage: "",
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
const first = { attempts: 1, elapsedMs: 0, random: 0.5 };
const wait = (method: string, error: unknown, more = {}) =>
  waitBeforeRepeat({ ...first, repeatable: method !== "POST", error, ...more });

describe("whether a request may be sent again", () => {
  const unknown = [
    answer(500),
    answer(503),
    new FamulorConnectionError("reset", "unknown"),
    new FamulorProtocolError("html"),
  ];
  for (const error of unknown) {
    it(`${error.name} "${error.message}": everything but a POST`, () => {
      assert.equal(wait("POST", error), undefined);
      for (const method of ["GET", "PUT", "DELETE"]) assert.equal(wait(method, error), 250);
    });
  }

  it("not sent: any method, three times in all, waiting longer each time", () => {
    const error = new FamulorConnectionError("refused", "not-sent");
    for (const method of ["GET", "POST"]) {
      assert.equal(wait(method, error), 250);
      assert.equal(wait(method, error, { attempts: 2 }), 500);
      assert.equal(wait(method, error, { attempts: 3 }), undefined);
    }
    assert.equal(wait("GET", error, { random: 0 }), 125);
  });

  it("429: any method, after all of the time asked for, as long as the budget holds it", () => {
    assert.equal(wait("POST", answer(429, 60)), 60_000);
    assert.equal(wait("POST", answer(429, 60), { elapsedMs: 40_000 }), undefined);
    assert.equal(wait("POST", answer(429)), 250);
  });

  it("never what Famulor refused for a reason, or what was never sent for one", () => {
    for (const error of [400, 401, 302, 402, 403, 404, 409, 422].map((status) => answer(status))) {
      assert.equal(wait("GET", error), undefined);
      assert.equal(wait("POST", error), undefined);
    }
    assert.equal(wait("GET", new FamulorInputError("bad")), undefined);
  });
});
