import assert from "node:assert/strict";
import { apiError, FamulorConnectionError, FamulorError, FamulorProtocolError } from "../../src/famulor/errors";
import {
  type AfterFailedStart,
  decideAfterFailedStart,
  decideAfterFailedStop,
  type Failure,
  failureOf,
  type Observed,
} from "../../src/provider/campaign-run/decide";

const answered = (status: number) =>
  apiError({ status, method: "POST", path: "/user/campaigns/update-status", attempts: 1, serviceMessage: "" });
const inStatus = (status: string | undefined): Observed => ({ is: "listed", status });
const absent: Observed = { is: "not listed" };
const notKnown: Observed = { is: "not known" };
const textOf = (observed: Observed) => (observed.is === "listed" ? (observed.status ?? "no status") : observed.is);

describe("a start or stop that failed", () => {
  const failures: [string, unknown, Failure][] = [
    ...[400, 409, 422].map((status): [string, unknown, Failure] => [String(status), answered(status), "refused"]),
    ...[408, 500, 503].map((status): [string, unknown, Failure] => [String(status), answered(status), "unknown"]),
    ...[401, 402, 403, 404, 423, 429].map((status): [string, unknown, Failure] => [
      String(status),
      answered(status),
      "final",
    ]),
    ["a lost answer", new FamulorConnectionError("lost", "unknown"), "unknown"],
    ["an unreadable answer", new FamulorProtocolError("unreadable"), "unknown"],
    ["an unreachable server", new FamulorConnectionError("refused", "not-sent"), "final"],
    ["an interrupted run", new FamulorError("famulor/interrupted", "stopped"), "final"],
  ];
  for (const [name, error, failure] of failures) {
    it(`with ${name} is ${failure}`, () => assert.equal(failureOf(error), failure));
  }
});

describe("a start that failed", () => {
  const cannotStart: AfterFailedStart = { do: "refuse", because: "cannot start" };
  const cases: ["refused" | "unknown", Observed, AfterFailedStart][] = [
    ["refused", inStatus("in-progress"), { do: "keep", status: "in-progress" }],
    ["refused", inStatus("active"), { do: "keep", status: "active" }],
    ["refused", inStatus("draft"), cannotStart],
    ["refused", inStatus("completed"), cannotStart],
    ["refused", inStatus(undefined), cannotStart],
    ["refused", absent, cannotStart],
    ["refused", notKnown, cannotStart],
    ["unknown", inStatus("in-progress"), { do: "keep", status: "in-progress" }],
    ["unknown", inStatus("completed"), { do: "keep", status: "completed" }],
    ["unknown", inStatus("draft"), { do: "start again" }],
    ["unknown", inStatus(undefined), { do: "start again" }],
    ["unknown", absent, cannotStart],
    ["unknown", notKnown, { do: "refuse", because: "perhaps started" }],
  ];
  for (const [failure, observed, next] of cases) {
    it(`${failure}, ${textOf(observed)}: ${next.do === "refuse" ? next.because : next.do}`, () => {
      assert.deepEqual(decideAfterFailedStart(failure, observed), next);
    });
  }
});

describe("a stop that failed", () => {
  const cases: [Failure, Observed, "done" | "report"][] = [
    ["refused", inStatus("draft"), "done"],
    ["refused", inStatus("stopped"), "done"],
    ["refused", inStatus("completed"), "done"],
    ["refused", inStatus(undefined), "done"],
    ["refused", absent, "done"],
    // A paused campaign would go on by itself.
    ["refused", inStatus("paused"), "report"],
    ["refused", inStatus("in-progress"), "report"],
    ["refused", inStatus("a new word"), "report"],
    ["refused", notKnown, "report"],
    ["unknown", inStatus("stopped"), "report"],
    ["final", inStatus("stopped"), "report"],
  ];
  for (const [failure, observed, next] of cases) {
    it(`${failure}, ${textOf(observed)}: ${next}`, () => {
      assert.equal(decideAfterFailedStop(failure, observed), next);
    });
  }
});
