/**
 * What became of a request, and what to do about it. Pure: the transport raises the errors, the sender acts on the verdict.
 *
 *   deliveryOf    which failure means what
 *   NEXT          what to do about it, for a request that is harmless to repeat and for one that is not
 */
import { FamulorApiError, FamulorConnectionError, FamulorProtocolError, FamulorRateLimitError } from "../errors";

export type Delivery =
  /** The request never reached Famulor: refused connection, unknown host, certificate. */
  | "not-sent"
  /** Famulor refused the request before acting, until some time has passed: 429. */
  | "refused-for-now"
  /** Famulor refused the request before acting, for a reason: every other 3xx and 4xx, and `success: false`. */
  | "refused"
  /** Nobody can tell: reset, timeout, 5xx, 408, an answer that cannot be read. */
  | "unknown"
  /** An answer that can be read. */
  | "acted";

/** What sending a request a second time does. */
export type Repetition =
  /** The same as sending it once: every GET, PUT and DELETE except those below. */
  | "harmless"
  /**
   * Perhaps a second call to a person, or a second campaign: POST, and a PUT of the status `created`. Also the DELETE
   * of a campaign, because a listing shows the outcome sooner than a repetition.
   */
  | "look-first";

/** What happens next. `look-up`: the error is thrown, and the caller looks whether Famulor has acted. */
export type Next = "repeat" | "wait-then-repeat" | "report" | "look-up" | "done";

export const NEXT: Record<Delivery, Record<Repetition, Next>> = {
  "not-sent": { harmless: "repeat", "look-first": "repeat" },
  "refused-for-now": { harmless: "wait-then-repeat", "look-first": "wait-then-repeat" },
  refused: { harmless: "report", "look-first": "report" },
  unknown: { harmless: "repeat", "look-first": "look-up" },
  acted: { harmless: "done", "look-first": "done" },
};

/** @param error What a request ended with, or `undefined` after an answer that can be read. */
export function deliveryOf(error: unknown): Delivery {
  if (error === undefined) return "acted";
  if (error instanceof FamulorConnectionError) return error.delivery;
  if (error instanceof FamulorRateLimitError) return "refused-for-now";
  // A timeout (408): a server in between gave up waiting, so Famulor may have acted.
  if (error instanceof FamulorApiError)
    return error.kind === "server" || error.kind === "timeout" ? "unknown" : "refused";
  if (error instanceof FamulorProtocolError) return "unknown";
  // Our own error, from before the request was sent.
  return "refused";
}

/** True where nobody can tell whether Famulor carried the request out. */
export function isOutcomeUnknown(error: unknown): boolean {
  return deliveryOf(error) === "unknown";
}
