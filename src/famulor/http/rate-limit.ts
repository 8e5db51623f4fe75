/**
 * Keeps below Famulor's rate limit, so that Famulor does not have to refuse requests: first come, first served, in one
 * queue. Two runs on one account do not know of each other. So after a refusal each run lowers its share of the limit,
 * and then slowly raises it again.
 *
 * No maintained library has two windows, a fair order and limits that can be learnt.
 */
import { FamulorError } from "../errors";
import type { Deadlines } from "./deadline";

/** Up to `requests` requests in any stretch of `ms` milliseconds. */
export interface RateWindow {
  requests: number;
  ms: number;
}

/** Source: https://docs.famulor.io, "Rate limits": 100 requests a minute, at most 20 of them within 10 seconds. */
export function windowsFor(requestsPerMinute: number): RateWindow[] {
  return [
    { requests: requestsPerMinute, ms: 60_000 },
    { requests: Math.max(1, Math.floor(requestsPerMinute / 5)), ms: 10_000 },
  ];
}

/** What an answer says about the limit. */
export interface RateSignal {
  /** The request was refused because of the limit. */
  isRefusal: boolean;
  /** Requests in the longest window: the header X-RateLimit-Limit. */
  limit?: number | undefined;
  /** Requests left: the header X-RateLimit-Remaining. */
  remaining?: number | undefined;
  /** Milliseconds until requests are left again. */
  waitMs?: number | undefined;
}

/** Requests arrive later than they are sent, and by varying times, so each window counts as a little longer. */
const MARGIN = 1.01;
const MARGIN_MS = 20;

/**
 * The share of the limits that stays after a refusal, because another run uses the limits too; at least a tenth. The
 * share grows in small steps while nothing is refused, so that a run that is alone has the whole limit again.
 */
const SLOWDOWN = 0.8;
const LEAST_SHARE = 0.1;
/** How much the share grows after each shortest window without a refusal. */
const RECOVERY = 0.03;

/** After a pause one request goes alone, for this many milliseconds or until it is answered. */
const PROBE_MS = 1_000;
const PROBE_POLL_MS = 50;

export interface RateLimitOptions {
  windows: RateWindow[];
  /** Waiting ends when the run is stopped. The limiter uses their clock. */
  deadlines: Deadlines;
  /** Called when the queue stands still: how many requests wait, and for how many milliseconds the first of them. */
  onWait?: (waiting: number, waitMs: number) => void;
}

export class RateLimit {
  readonly #windows: RateWindow[];
  readonly longestMs: number;
  readonly #shortestMs: number;
  readonly #deadlines: Deadlines;
  readonly #onWait: RateLimitOptions["onWait"];
  /** When the latest requests were sent, oldest first. */
  #sent: number[] = [];
  #pausedUntil = 0;
  /** The share of the limits that this run uses. */
  #share = 1;
  /** When the share last changed or a request was refused: the share grows from then on. */
  #shareSince = 0;
  /** A refusal before this moment is about a request that was sent before the share was lowered. */
  #loweredUntil = 0;
  /** A request was refused, and no request was sent since. */
  #isRefused = false;
  /** After a refusal one request goes alone. Until this moment the others wait for its answer. */
  #probeUntil = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor({ windows, deadlines, onWait }: RateLimitOptions) {
    this.#windows = windows.map((window) => ({ ...window }));
    this.longestMs = Math.max(...windows.map(({ ms }) => ms));
    this.#shortestMs = Math.min(...windows.map(({ ms }) => ms));
    this.#deadlines = deadlines;
    this.#onWait = onWait;
  }

  /**
   * Whether every client of a shared limit has to expect a wait this long now and then. Such a wait does not count as
   * time for the work.
   */
  isUsual(waitMs: number): boolean {
    return waitMs <= this.longestMs;
  }

  /**
   * Resolves when it is this request's turn, or when the run is stopped. Returns how many milliseconds of the wait
   * Famulor itself asked for, without the usual waits.
   *
   * @param patienceMs How long the request can wait for what Famulor asks.
   * @throws FamulorError `famulor/rate-limit`, at once, if that is not long enough.
   */
  turn(patienceMs: number): Promise<number> {
    this.#waiting++;
    const mine = this.#queue.then(() => this.#takeTurn(patienceMs)).finally(() => this.#waiting--);
    this.#queue = mine.catch(() => {});
    return mine;
  }

  /** Adapts to what an answer says. */
  learn({ isRefusal, limit, remaining, waitMs = 0 }: RateSignal): void {
    const now = this.#deadlines.clock.now();
    if (limit !== undefined) this.#learnLimit(limit);
    if (!isRefusal) this.#probeUntil = 0;
    else if (now >= this.#loweredUntil) {
      // Requests that were sent together are refused together, so the share is lowered once for all of them.
      this.#share = Math.max(LEAST_SHARE, this.#share * SLOWDOWN);
      this.#loweredUntil = now + waitMs + this.#shortestMs;
    }
    if (isRefusal) {
      this.#shareSince = now + waitMs;
      this.#isRefused = true;
    }
    if (isRefusal || remaining === 0) this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.max(waitMs, 1));
  }

  /** A lower limit of the longest window lowers all windows. The limit of a shorter window is known already. */
  #learnLimit(limit: number): void {
    const [longest, ...shorter] = this.#windows;
    if (!longest || limit <= 0 || limit >= longest.requests) return;
    if (shorter.some(({ requests }) => requests === limit)) return;
    const factor = limit / longest.requests;
    for (const window of this.#windows) window.requests = Math.max(1, Math.floor(window.requests * factor));
  }

  async #takeTurn(patienceMs: number): Promise<number> {
    const { clock } = this.#deadlines;
    let askedMs = 0;
    for (;;) {
      this.#recover(clock.now());
      const pauseMs = Math.ceil(this.#pausedUntil - clock.now());
      const probeMs = Math.min(PROBE_POLL_MS, Math.ceil(this.#probeUntil - clock.now()));
      const waitMs = Math.max(pauseMs, probeMs, this.#waitMs(clock.now()));
      if (waitMs <= 0) break;
      const isUsual = this.isUsual(pauseMs);
      if (!isUsual && pauseMs > patienceMs - askedMs) throw tooLong(pauseMs);
      this.#onWait?.(this.#waiting, waitMs);
      if (!(await this.#deadlines.pause(waitMs))) break;
      if (!isUsual) askedMs += Math.max(0, pauseMs);
    }
    const longestMs = Math.max(...this.#windows.map(({ ms }) => ms * MARGIN + MARGIN_MS));
    const now = clock.now();
    if (this.#isRefused) {
      this.#isRefused = false;
      this.#probeUntil = now + PROBE_MS;
    }
    const stale = this.#sent.findIndex((at) => at > now - longestMs);
    this.#sent = stale < 0 ? [] : this.#sent.slice(stale);
    this.#sent.push(now);
    return askedMs;
  }

  #recover(now: number): void {
    const windowsSince = Math.floor((now - this.#shareSince) / this.#shortestMs);
    if (this.#share >= 1 || windowsSince < 1) return;
    this.#share = Math.min(1, this.#share + RECOVERY * windowsSince);
    this.#shareSince = now;
  }

  #waitMs(now: number): number {
    const waits = this.#windows.map(({ requests, ms }) => {
      const inTheWay = this.#sent[this.#sent.length - Math.max(1, Math.floor(requests * this.#share))];
      return inTheWay === undefined ? 0 : inTheWay + ms * MARGIN + MARGIN_MS - now;
    });
    return Math.ceil(Math.max(...waits));
  }
}

function tooLong(waitMs: number): FamulorError {
  return new FamulorError(
    "famulor/rate-limit",
    `Famulor asks to wait for ${Math.ceil(waitMs / 1000)} s. Nothing more was sent.`,
  );
}
