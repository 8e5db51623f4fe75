/**
 * Sends a request until it is answered: waits for its turn under the rate limit, repeats what may be repeated, and counts
 * the writes.
 */
import { FamulorRateLimitError } from "../errors";
import type { Deadlines } from "./deadline";
import type { Repetition } from "./delivery";
import type { RateLimit } from "./rate-limit";
import { waitBeforeRepeat } from "./retry-timing";
import { type Request, Transport, type TransportOptions } from "./transport";

export interface SenderOptions extends Omit<TransportOptions, "onRateSignal"> {
  /** @default none */
  rateLimit?: RateLimit | undefined;
}

export interface Sending extends Request {
  /** What sending it a second time does. @default `look-first` for a POST, otherwise `harmless` */
  repetition?: Repetition;
}

function isUsualRefusal(error: unknown, rateLimit: RateLimit): boolean {
  return error instanceof FamulorRateLimitError && rateLimit.isUsual(1000 * (error.retryAfterSeconds ?? 0));
}

export class Sender {
  readonly #deadlines: Deadlines;
  readonly #rateLimit: RateLimit | undefined;
  readonly #transport: Transport;
  #writes = 0;

  constructor({ rateLimit, ...options }: SenderOptions) {
    this.#deadlines = options.deadlines;
    this.#rateLimit = rateLimit;
    this.#transport = new Transport({ ...options, onRateSignal: (signal) => rateLimit?.learn(signal) });
  }

  /** Goes up before and after every write: a listing that was read at another count may be stale. */
  get writes(): number {
    return this.#writes;
  }

  /** Returns the decoded JSON of a 2xx answer. Throws one of the FamulorError family. */
  async send({ repetition, ...request }: Sending): Promise<unknown> {
    const isWrite = request.method !== "GET";
    if (isWrite) this.#writes++;
    try {
      return await this.#sendUntilAnswered(
        request,
        repetition ?? (request.method === "POST" ? "look-first" : "harmless"),
      );
    } finally {
      if (isWrite) this.#writes++;
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #sendUntilAnswered(request: Request, repetition: Repetition): Promise<unknown> {
    const deadlines = this.#deadlines;
    for (let attempt = 1; ; attempt++) {
      const { method, path } = request;
      deadlines.requireMaySend(method, path);
      const rateLimit = this.#rateLimit;
      if (rateLimit) {
        const patienceMs = deadlines.remainingMs();
        await deadlines.offClock(() => rateLimit.turn(patienceMs));
        deadlines.requireMaySend(method, path);
      }
      try {
        return await this.#transport.send(request, attempt);
      } catch (error) {
        // If others use the account's limit too, a refusal is one more queue, and queueing takes none of the work's
        // time.
        const isQueueing = rateLimit !== undefined && isUsualRefusal(error, rateLimit);
        const waitMs = waitBeforeRepeat({
          repetition,
          error,
          attempts: attempt,
          remainingMs: isQueueing ? rateLimit.longestMs : deadlines.remainingMs(),
          random: Math.random(),
        });
        if (waitMs === undefined) throw error;
        let hasWaited = false;
        const wait = async () => {
          hasWaited = await deadlines.pause(waitMs);
          return 0;
        };
        await (isQueueing ? deadlines.offClock(wait) : wait());
        if (!hasWaited) throw error;
      }
    }
  }
}
