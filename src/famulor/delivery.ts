/**
 * What became of a request, and what to do about it. Pure: the transport raises the errors, the client acts on the verdict.
 *
 *   DELIVERY      which failure means what
 *   NEXT          what to do about it, for a request that is harmless to repeat and for one that is not
 */
import { FamulorApiError, FamulorConnectionError, FamulorProtocolError, FamulorRateLimitError } from "./errors";

export type Delivery =
  /** It never reached Famulor: refused connection, unknown host, certificate. */
  | "not-sent"
  /** Famulor refused it before acting, until some time has passed: 429. */
  | "refused-for-now"
  /** Famulor refused it before acting, for a reason: every other 3xx and 4xx. */
  | "refused"
  /** Nobody can tell: reset, time-out, 5xx, 408, an answer that cannot be read. */
  | "unknown"
  /** An answer that can be read. */
  | "acted";

/** What sending a request a second time does. */
export type Repetition =
  /** The same as sending it once: every GET, PUT and DELETE but those below. */
  | "harmless"
  /**
   * Perhaps a second call to a person, or a second campaign: POST, and a PUT of the status `created`. Also the DELETE of a
   * campaign, which a look ends sooner.
   */
  | "look-first";

/** What the client does next. `look-up`: it reports the failure, and the caller looks whether Famulor has acted. */
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
  // 408: somebody between gave up waiting, and so may Famulor have acted.
  if (error instanceof FamulorApiError) return error.status >= 500 || error.status === 408 ? "unknown" : "refused";
  if (error instanceof FamulorProtocolError) return "unknown";
  // An error of our own, from before the sending.
  return "refused";
}

/** True where nobody can tell whether Famulor carried the request out. */
export function isOutcomeUnknown(error: unknown): boolean {
  return deliveryOf(error) === "unknown";
}

/** A server that cannot be reached is not waited for as long as one that asks for patience. */
const MAX_ATTEMPTS = 3;
const FIRST_WAIT_MS = 250;

export interface Attempt {
  repetition: Repetition;
  error: unknown;
  /** How often the request was sent so far, 1 or more. */
  attempts: number;
  /** What is left of the time for this work, in milliseconds. */
  remainingMs: number;
  /** 0 to 1, for the jitter. */
  random: number;
}

/** The milliseconds to wait before sending again, or `undefined`: do not. */
export function waitBeforeRepeat({ repetition, error, attempts, remainingMs, random }: Attempt): number | undefined {
  const backoffMs = FIRST_WAIT_MS * 2 ** (attempts - 1) * (0.5 + random);
  switch (NEXT[deliveryOf(error)][repetition]) {
    case "repeat":
      return attempts < MAX_ATTEMPTS && backoffMs < remainingMs ? backoffMs : undefined;
    case "wait-then-repeat": {
      const { retryAfterSeconds } = error as FamulorRateLimitError;
      const waitMs = retryAfterSeconds === undefined ? backoffMs : retryAfterSeconds * 1000;
      // Waiting for less than was asked for only earns another refusal: then rather fail and say when to come back.
      return waitMs < remainingMs ? waitMs : undefined;
    }
    default:
      return undefined;
  }
}
