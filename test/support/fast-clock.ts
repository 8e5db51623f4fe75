/**
 * A clock for tests with real sockets: time passes as it really does, and jumps to the next sleeper when nothing else can
 * happen. So a wait of 5 s costs milliseconds, while a request that is in flight still takes its real time and can time out.
 *
 * Not a factor by which all time runs faster: a request that takes half a second would then use up most of a hook's 90 s.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../src/famulor/http/clock";

interface Sleeper {
  at: number;
  wake: () => void;
}

/** How long nothing may have happened before time jumps, in real milliseconds. */
const QUIET_MS = 5;

/** After this number of turns of the event loop, a request that was just sent has reached the server. */
const TURNS = 3;

/** A timer that fires more than this too late, in real milliseconds, shows that the event loop is busy. */
const LAG_MS = 50;

export class FastClock implements Clock {
  /** How far this clock is ahead of the real one, in milliseconds. */
  #aheadMs = 0;
  /** The next one to wake is first. */
  #sleepers: Sleeper[] = [];
  #isWaiting = false;

  /**
   * @param isBusy Whether something is under way that takes real time, such as a request.
   * @param quietMs Less where `isBusy` knows of every request from the moment it is made.
   */
  constructor(
    private readonly isBusy: () => boolean = () => false,
    private readonly quietMs = QUIET_MS,
  ) {}

  now(): number {
    return Math.floor(performance.timeOrigin + performance.now()) + this.#aheadMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at: this.now() + ms,
        wake: () => {
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      const later = this.#sleepers.findIndex(({ at }) => at > sleeper.at);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, sleeper);
      this.#wait();
    });
  }

  #wait(): void {
    const [next] = this.#sleepers;
    if (this.#isWaiting || !next) return;
    this.#isWaiting = true;
    const dueAt = performance.now() + Math.max(0, Math.min(this.quietMs, next.at - this.now()));
    setTimeout(async () => {
      for (let turn = 0; turn < TURNS; turn++) await nextTurn();
      const isBehind = performance.now() - dueAt > LAG_MS;
      this.#isWaiting = false;
      this.#wake(isBehind || this.isBusy());
      this.#wait();
    }, dueAt - performance.now());
  }

  #wake(isBusy: boolean): void {
    const [next] = this.#sleepers;
    if (!next) return;
    const leftMs = Math.ceil(next.at - this.now());
    if (leftMs > 0 && isBusy) return;
    this.#aheadMs += Math.max(0, leftMs);
    const now = this.now();
    const awake = this.#sleepers.filter(({ at }) => at <= now);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > now);
    for (const { wake } of awake) wake();
  }
}
