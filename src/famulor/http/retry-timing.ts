/**
 * How long to wait before a request is sent again. Pure.
 *
 *   askedWaitMs        what an answer's headers and body say about waiting
 *   waitBeforeRepeat   the wait before the next attempt, or none
 */
import { FamulorApiError } from "../errors";
import { deliveryOf, NEXT, type Repetition } from "./delivery";

export interface WaitingAdvice {
  headers: { readonly [name: string]: string | string[] | undefined };
  /** `retry_after` of the body. */
  inBody?: unknown;
  /** Whether the answer refuses because of the rate limit. Any answer may say when the limit starts again. */
  isRateLimit: boolean;
  /** Our clock, in milliseconds since 1970. The server's clock counts instead, if the answer has a date. */
  nowMs: number;
}

/**
 * The milliseconds that an answer asks to wait, 0 or more; `undefined` if it does not say, or cannot be read. Famulor's
 * sources name three places: the header Retry-After, then the body, then the time at which the limit starts again.
 */
export function askedWaitMs({ headers, inBody, isRateLimit, nowMs }: WaitingAdvice): number | undefined {
  const serverNowMs = httpDateMs(first(headers.date)) ?? nowMs;
  const header = first(headers["retry-after"]);
  const date = httpDateMs(header);
  if (date !== undefined) return Math.max(0, date - serverNowMs);
  const asked = secondsMs(header, serverNowMs) ?? secondsMs(inBody, serverNowMs);
  if (asked !== undefined || !isRateLimit) return asked;
  const reset = secondsMs(first(headers["x-ratelimit-reset"]), serverNowMs);
  return reset !== undefined && reset <= LONGEST_RESET_MS ? reset : undefined;
}

/** A server in between may have added a header again. */
const first = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

/** Longer than any of Famulor's limits lasts. A longer X-RateLimit-Reset is from another clock. */
const LONGEST_RESET_MS = 120_000;

/** From here on a number is a moment, in seconds or milliseconds since 1970: nobody asks for a wait of 30 years. */
const FIRST_EPOCH_SECONDS = 1e9;
const FIRST_EPOCH_MS = 1e12;

/** A number of seconds, or a moment since 1970 → the milliseconds from now. */
function secondsMs(value: unknown, nowMs: number): number | undefined {
  if (typeof value !== "number" && !(typeof value === "string" && /^\s*\d+(\.\d+)?\s*$/.test(value))) return undefined;
  const seconds = Number(value);
  if (!Number.isFinite(seconds) || seconds < 0) return undefined;
  if (seconds < FIRST_EPOCH_SECONDS) return seconds * 1000;
  return Math.max(0, (seconds < FIRST_EPOCH_MS ? seconds * 1000 : seconds) - nowMs);
}

/** `Wed, 21 Oct 2026 07:28:00 GMT`; `Date.parse` alone would read a date into almost any text. */
const HTTP_DATE = /^\w{3,9}, \d\d[ -]\w{3}[ -]\d{2,4} \d\d:\d\d:\d\d GMT$/;

function httpDateMs(value: unknown): number | undefined {
  if (typeof value !== "string" || !HTTP_DATE.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * How many times a request is sent at most. An unreachable server gets 3 attempts; a server that asks to wait gets 10.
 */
const MAX_ATTEMPTS = { repeat: 3, "wait-then-repeat": 10 } as const;
const FIRST_WAIT_MS = 250;

export interface Attempt {
  repetition: Repetition;
  error: unknown;
  /** How many times the request was sent so far, 1 or more. */
  attempts: number;
  /** The time that is left for this work, in milliseconds. */
  remainingMs: number;
  /** 0 to 1, for the jitter. */
  random: number;
}

/** The milliseconds to wait before sending again, or `undefined`: do not send again. */
export function waitBeforeRepeat({ repetition, error, attempts, remainingMs, random }: Attempt): number | undefined {
  const next = NEXT[deliveryOf(error)][repetition];
  if (next !== "repeat" && next !== "wait-then-repeat") return undefined;
  if (attempts >= MAX_ATTEMPTS[next]) return undefined;
  const backoffMs = FIRST_WAIT_MS * 2 ** (attempts - 1) * (0.5 + random);
  const askedMs = error instanceof FamulorApiError ? 1000 * (error.retryAfterSeconds ?? 0) : 0;
  // At least the backoff: after "try again in 0 s" we would otherwise send as fast as the network allows.
  const waitMs = Math.max(backoffMs, askedMs);
  // Famulor would refuse again after a shorter wait than it asked for. It is better to fail and to say when to come
  // back.
  return waitMs < remainingMs ? waitMs : undefined;
}
