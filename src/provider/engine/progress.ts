/**
 * Lines for whoever watches a long run. The engine prints each line at once and repeats it at the end. So there are few
 * lines, and none for short work.
 */
import type { Clock } from "../../famulor/http/clock";

/** Takes a line that is no error. */
export type Say = (line: string) => void;

/** Work that takes less than this prints no line, in milliseconds. */
const SOON_MS = 3_000;

/** The time between two lines, in milliseconds. The first line comes earlier. */
const BETWEEN_LINES_MS = 15_000;

/** For requests that queue for the rate limit. */
export function sayThatRequestsWait(
  requestsPerMinute: number,
  clock: Clock,
  say: Say,
): (waiting: number, waitMs: number) => void {
  let saidAt = 0;
  return (waiting, waitMs) => {
    const now = clock.now();
    if (waitMs < SOON_MS || now - saidAt < BETWEEN_LINES_MS) return;
    saidAt = now;
    say(
      `waiting ${Math.ceil(waitMs / 1000)} s for Famulor's rate limit (${requestsPerMinute} requests a minute): ` +
        `${waiting} request${waiting > 1 ? "s" : ""} queued.`,
    );
  };
}

/** Counts how much of a set is done, and says so every 15 s. */
export class Progress {
  #done = 0;
  readonly #startedAt: number;
  #saidAt: number;
  #isFirst = true;

  /** @param what What is counted, such as `leads of "spring"`. */
  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly clock: Clock,
    private readonly say: Say,
  ) {
    this.#startedAt = clock.now();
    this.#saidAt = this.#startedAt + SOON_MS - BETWEEN_LINES_MS;
  }

  tick(): void {
    this.#done++;
    const now = this.clock.now();
    if (now - this.#saidAt < BETWEEN_LINES_MS || this.#done === this.total) return;
    // Ctrl-C reaches only the CLI, which then waits for all rows. The processes of other stacks look the same in a
    // list, so the line names this one.
    const howToEnd = this.#isFirst ? ` To end early and keep what is done: kill -INT ${process.pid}` : "";
    this.#isFirst = false;
    this.#saidAt = now;
    const perMs = this.#done / (now - this.#startedAt);
    const left = Math.ceil((this.total - this.#done) / perMs / 1000);
    this.say(
      `${this.what}: ${this.#done} of ${this.total}, ${Math.round(perMs * 60_000)} a minute, about ${duration(left)} left.${howToEnd}`,
    );
  }
}

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
