/**
 * Lines for whoever watches a long run. The engine streams what a hook prints while it works, and repeats it at the end: so
 * a few lines, none of them for work that is done soon.
 */

/** Takes a line that is no error, for whoever watches. */
export type Say = (line: string) => void;

/** Nothing is said of what takes less, in milliseconds. */
const SOON_MS = 3_000;

/** Between two lines, in milliseconds; the first ones come sooner. */
const BETWEEN_LINES_MS = 15_000;

/** For a line of requests that stands still. */
export function sayThatRequestsWait(requestsPerMinute: number): (waiting: number, waitMs: number) => void {
  let saidAt = 0;
  return (waiting, waitMs) => {
    const now = Date.now();
    if (waitMs < SOON_MS || now - saidAt < BETWEEN_LINES_MS) return;
    saidAt = now;
    console.log(
      `waiting ${Math.ceil(waitMs / 1000)} s for Famulor's rate limit (${requestsPerMinute} requests a minute): ` +
        `${waiting} request${waiting > 1 ? "s" : ""} in line.`,
    );
  };
}

/** Counts what is done of a set, and says so now and then. */
export class Progress {
  #done = 0;
  readonly #begun = Date.now();
  #saidAt = Date.now() + SOON_MS - BETWEEN_LINES_MS;

  /** @param what What is counted, such as `leads of "spring"`. */
  constructor(
    private readonly what: string,
    private readonly total: number,
  ) {}

  tick(): void {
    this.#done++;
    const now = Date.now();
    if (now - this.#saidAt < BETWEEN_LINES_MS || this.#done === this.total) return;
    this.#saidAt = now;
    const perMs = this.#done / (now - this.#begun);
    const left = Math.ceil((this.total - this.#done) / perMs / 1000);
    console.log(
      `${this.what}: ${this.#done} of ${this.total}, ${Math.round(perMs * 60_000)} a minute, about ${duration(left)} left.`,
    );
  }
}

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
