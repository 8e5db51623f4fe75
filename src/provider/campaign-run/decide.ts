/**
 * What a failed start and a failed stop mean, by what the list of campaigns shows since then. Pure.
 *
 *   decideAfterFailedStart    runs, has ended, start again, or refuse
 *   decideAfterFailedStop     done, or report
 */

import { isAtRest, isRunning } from "../../famulor/campaign-status";
import { FamulorApiError } from "../../famulor/errors";
import { isOutcomeUnknown } from "../../famulor/http/delivery";

/**
 * `refused`: perhaps only because the campaign is already as asked. `unknown`: Famulor may have acted. `final`: refused
 * for another reason.
 */
export type Failure = "refused" | "unknown" | "final";

export function failureOf(error: unknown): Failure {
  if (error instanceof FamulorApiError && ["bad-request", "conflict", "validation"].includes(error.kind))
    return "refused";
  return isOutcomeUnknown(error) ? "unknown" : "final";
}

/** What the list of campaigns shows. */
export type Observed = { is: "listed"; status: string | undefined } | { is: "not listed" } | { is: "not known" };

export type AfterFailedStart =
  /** Store this status. */
  { do: "keep"; status: string } | { do: "start again" } | { do: "refuse"; because: StartRefusal };

/** `perhaps started`: the run is stored as unfinished. */
export type StartRefusal = "cannot start" | "perhaps started";

export function decideAfterFailedStart(failure: "refused" | "unknown", observed: Observed): AfterFailedStart {
  if (observed.is === "not known") {
    return { do: "refuse", because: failure === "unknown" ? "perhaps started" : "cannot start" };
  }
  if (observed.is === "not listed") return { do: "refuse", because: "cannot start" };
  const { status } = observed;
  if (status !== undefined && isRunning(status)) return { do: "keep", status };
  if (failure === "refused") return { do: "refuse", because: "cannot start" };
  // The campaign may have completed already, and a second start would find nobody to call.
  return status === "completed" ? { do: "keep", status } : { do: "start again" };
}

/** Famulor's app suggests that Famulor refuses to stop a campaign that is not running. */
export function decideAfterFailedStop(failure: Failure, observed: Observed): "done" | "report" {
  if (failure !== "refused" || observed.is === "not known") return "report";
  if (observed.is === "not listed" || observed.status === undefined) return "done";
  return isAtRest(observed.status) ? "done" : "report";
}
