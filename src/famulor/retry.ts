/**
 * May this request be sent again, and when. Pure: the client sleeps and sends.
 *
 * |                         | GET, PUT, DELETE | POST, and PUT of status `created`     |
 * |-------------------------|------------------|---------------------------------------|
 * | 429 (refused)           | wait, repeat     | wait, repeat                          |
 * | not sent                | repeat           | repeat                                |
 * | unknown (reset, 5xx, …) | repeat           | never: it would call the person twice |
 * | any other answer        | no               | no                                    |
 */
import { FamulorApiError, FamulorConnectionError, FamulorProtocolError, FamulorRateLimitError } from "./errors";

/** How long one request may go on being repeated, in milliseconds, its waits included. */
export const RETRY_BUDGET_MS = 90_000;

/** A server that cannot be reached is not waited for as long as one that asks for patience. */
const MAX_ATTEMPTS = 3;
const FIRST_WAIT_MS = 250;

export interface Attempt {
  /** Whether carrying it out twice is the same as once; false for what makes a phone ring. */
  repeatable: boolean;
  error: unknown;
  /** How often the request was sent so far, 1 or more. */
  attempts: number;
  /** Since the first sending. */
  elapsedMs: number;
  /** 0 to 1, for the jitter. */
  random: number;
}

/** The milliseconds to wait before sending again, or `undefined`: do not. */
export function waitBeforeRepeat({ repeatable, error, attempts, elapsedMs, random }: Attempt): number | undefined {
  if (error instanceof FamulorRateLimitError) {
    const waitMs = error.retryAfterSeconds === undefined ? backoffMs(attempts, random) : error.retryAfterSeconds * 1000;
    // Waiting for less than was asked for only earns another refusal: then rather fail and say when to come back.
    return elapsedMs + waitMs <= RETRY_BUDGET_MS ? waitMs : undefined;
  }
  if (attempts >= MAX_ATTEMPTS) return undefined;
  if (error instanceof FamulorConnectionError && error.delivery === "not-sent") return backoffMs(attempts, random);
  if (isOutcomeUnknown(error) && repeatable) return backoffMs(attempts, random);
  return undefined;
}

/** True where nobody can tell whether Famulor carried the request out. */
export function isOutcomeUnknown(error: unknown): boolean {
  if (error instanceof FamulorConnectionError) return error.delivery === "unknown";
  // 408: somebody between gave up waiting, and so may Famulor have acted.
  if (error instanceof FamulorApiError) return error.status >= 500 || error.status === 408;
  return error instanceof FamulorProtocolError;
}

function backoffMs(attempts: number, random: number): number {
  return FIRST_WAIT_MS * 2 ** (attempts - 1) * (0.5 + random);
}
