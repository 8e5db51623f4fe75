/**
 * How long a piece of work may take, and whether this run is stopped.
 *
 *   within         gives a piece of work its time; everything below it shares this time
 *   offClock       work whose time does not count
 *   remainingMs    the time that is left
 *   pause          waits, but not longer than the time that is left, and not after the run is stopped
 *   requireMaySend   throws if this request must not start any more
 *   stop           stops the run
 *   close          ends the run
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setMaxListeners } from "node:events";
import { FamulorError } from "../errors";
import type { Clock } from "./clock";

/**
 * For one piece of work, in milliseconds: its requests, their repetitions, and the waits that Famulor asks for. With a
 * request timeout above 30 s, the time of three requests.
 */
export const BUDGET_MS = 90_000;

/**
 * `writes`: somebody interrupts, and the outcome of a request in flight may still be looked up. `everything`: nobody
 * reads our answers any more.
 */
export type Stop = "writes" | "everything";

interface Work {
  deadline: number;
  /** How many of its requests queue at the moment. The clock stands still while at least one does. */
  queueing: number;
  /** When the first of them began to queue. */
  stoppedAt: number;
  /** How many milliseconds of the time since then still count. */
  countedMs: number;
}

/** The deadlines of one run. */
export class Deadlines {
  readonly #work = new AsyncLocalStorage<Work | undefined>();
  readonly #stopping = new AbortController();
  #stopped: Stop | undefined;

  constructor(readonly clock: Clock) {
    // Any number of pauses may listen; Node.js would print a warning about the eleventh.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** Gives a piece of work its time. Everything that the work starts shares this time. */
  within<T>(requestTimeoutMs: number, work: () => T): T {
    const deadline = this.clock.now() + Math.max(BUDGET_MS, 3 * requestTimeoutMs);
    return this.#work.run({ deadline, queueing: 0, stoppedAt: 0, countedMs: 0 }, work);
  }

  /**
   * Stops the clock while a request queues for our own rate limiter. `work` returns how many milliseconds of the wait still
   * count. The time in which several requests of one piece of work queue at once counts once.
   */
  async offClock(work: () => Promise<number>): Promise<void> {
    const current = this.#work.getStore();
    if (!current) {
      await work();
      return;
    }
    if (current.queueing++ === 0) {
      current.stoppedAt = this.clock.now();
      current.countedMs = 0;
    }
    try {
      const countedMs = await this.#work.run(undefined, work);
      // At most the time that has passed.
      current.countedMs = Math.min(current.countedMs + countedMs, this.clock.now() - current.stoppedAt);
    } finally {
      if (--current.queueing === 0) current.deadline += this.clock.now() - current.stoppedAt - current.countedMs;
    }
  }

  /** In milliseconds. Outside of `within` there is no limit. */
  remainingMs(): number {
    const current = this.#work.getStore();
    if (!current) return Number.POSITIVE_INFINITY;
    const { deadline, queueing, stoppedAt, countedMs } = current;
    return deadline - (queueing > 0 ? stoppedAt + countedMs : this.clock.now());
  }

  /**
   * Returns false, without waiting, if no time is left for the wait or the run is stopped; also if the run is stopped
   * during the wait.
   */
  async pause(waitMs: number): Promise<boolean> {
    if (waitMs === 0) return true;
    if (waitMs >= this.remainingMs() || this.#stopping.signal.aborted) return false;
    try {
      await this.clock.sleep(waitMs, this.#stopping.signal);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends every pause and lets no further request start: no write, or none at all. */
  stop(what: Stop): void {
    if (this.#stopped !== "everything") this.#stopped = what;
    this.#stopping.abort();
  }

  /** Needed in a process with many runs: Node.js 20 hands each storage on to every asynchronous operation until it is disabled. */
  close(): void {
    this.#work.disable();
  }

  /** @throws FamulorError `famulor/interrupted` or `famulor/out-of-time`. */
  requireMaySend(method: string, path: string): void {
    if (this.#stopped === "everything" || (this.#stopped === "writes" && method !== "GET")) {
      throw new FamulorError("famulor/interrupted", `${method} ${path} was not sent: the run was interrupted.`);
    }
    if (this.remainingMs() <= 0) {
      throw new FamulorError(
        "famulor/out-of-time",
        `${method} ${path} was not sent: the time for this work is up, because Famulor or the network is too slow.`,
      );
    }
  }
}
