/**
 * Keeps below Famulor's rate limit, so that a request never has to be refused for it: first come, first served, with every
 * request of the process in one line.
 *
 * Not a library: of those that are maintained none has two windows, a fair order and limits that can be learnt.
 */
import { pause } from "./budget";
import { FamulorError } from "./errors";

/** So many requests in any stretch of so many milliseconds. */
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

/** What an answer tells of the limit. */
export interface RateSignal {
  /** It was refused for it. */
  isRefusal: boolean;
  /** Requests in the longest window: the header X-RateLimit-Limit. */
  limit?: number | undefined;
  /** Requests left: the header X-RateLimit-Remaining. */
  remaining?: number | undefined;
  /** Until there are more again. */
  waitMs?: number | undefined;
}

/** Requests arrive later than they are sent, and not always by as much: each window is taken for a little longer. */
const MARGIN = 1.01;
const MARGIN_MS = 20;

/** What is left of the limits after a refusal that says nothing of them; never less than a tenth of what they were. */
const SLOWDOWN = 0.8;
const LEAST = 0.1;

export interface RateLimitOptions {
  windows: RateWindow[];
  /** Told when the line stands still: how many wait in it, and for how long the first one. */
  onWait?: (waiting: number, waitMs: number) => void;
}

export class RateLimit {
  readonly #windows: RateWindow[];
  readonly #least: number[];
  readonly #onWait: RateLimitOptions["onWait"];
  /** When the latest requests were sent, oldest first. */
  #sent: number[] = [];
  #pausedUntil = 0;
  #line: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor({ windows, onWait }: RateLimitOptions) {
    this.#windows = windows.map((window) => ({ ...window }));
    this.#least = windows.map(({ requests }) => Math.max(1, Math.floor(requests * LEAST)));
    this.#onWait = onWait;
  }

  /**
   * Resolves when it is this request's turn, or when nothing is to be waited for any more, with the milliseconds of it that
   * Famulor itself has asked to wait.
   *
   * @param patienceMs How long the request can wait for that.
   * @throws FamulorError `famulor/rate-limit`, at once, when that is not long enough.
   */
  turn(patienceMs: number): Promise<number> {
    this.#waiting++;
    const mine = this.#line.then(() => this.#takeTurn(patienceMs)).finally(() => this.#waiting--);
    this.#line = mine.catch(() => {});
    return mine;
  }

  /** Adapts to what an answer tells: limits only ever become lower. */
  learn({ isRefusal, limit, remaining, waitMs = 0 }: RateSignal): void {
    const now = Date.now();
    const [longest] = this.#windows;
    if (longest && limit !== undefined && limit > 0 && limit < longest.requests) this.#scale(limit / longest.requests);
    // Those that were sent with the refused one are refused too: one lesson for all of them.
    else if (isRefusal && limit === undefined && now >= this.#pausedUntil) this.#scale(SLOWDOWN);
    if (isRefusal || remaining === 0) this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.max(waitMs, 1));
  }

  async #takeTurn(patienceMs: number): Promise<number> {
    let askedMs = 0;
    for (;;) {
      const pauseMs = Math.ceil(this.#pausedUntil - Date.now());
      const waitMs = Math.max(pauseMs, this.#waitMs(Date.now()));
      if (waitMs <= 0) break;
      if (pauseMs > patienceMs - askedMs) throw tooLong(pauseMs);
      this.#onWait?.(this.#waiting, waitMs);
      if (!(await pause(waitMs))) break;
      askedMs += Math.max(0, pauseMs);
    }
    const longestMs = Math.max(...this.#windows.map(({ ms }) => ms * MARGIN + MARGIN_MS));
    const now = Date.now();
    const stale = this.#sent.findIndex((at) => at > now - longestMs);
    this.#sent = stale < 0 ? [] : this.#sent.slice(stale);
    this.#sent.push(now);
    return askedMs;
  }

  #waitMs(now: number): number {
    const waits = this.#windows.map(({ requests, ms }) => {
      const inTheWay = this.#sent[this.#sent.length - requests];
      return inTheWay === undefined ? 0 : inTheWay + ms * MARGIN + MARGIN_MS - now;
    });
    return Math.ceil(Math.max(...waits));
  }

  #scale(factor: number): void {
    for (const [index, window] of this.#windows.entries()) {
      window.requests = Math.max(this.#least[index] ?? 1, Math.floor(window.requests * factor));
    }
  }
}

function tooLong(waitMs: number): FamulorError {
  return new FamulorError("famulor/rate-limit", `Famulor has asked to wait for ${Math.ceil(waitMs / 1000)} s.`, {
    hint: "Nothing more was sent. Run the command again after that.",
  });
}
