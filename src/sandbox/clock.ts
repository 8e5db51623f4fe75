/** The sandbox's clock: as fast as real time, faster, or standing still until somebody turns it. */

/** A time that passes: the sum of its parts, none of which need be whole. */
export interface Duration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

const msOf = ({ days = 0, hours = 0, minutes = 0, seconds = 0 }: Duration) =>
  (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;

export class SandboxClock {
  /** This clock's time when its speed last changed, and the source's time then. In milliseconds. */
  #at: number;
  #sourceAt: number;

  /** @param source The time at speed 1. @param speed How many seconds pass in one second of the source. 0: time stands still. */
  constructor(
    private readonly source: () => Date,
    private speed: number,
  ) {
    this.#sourceAt = source().getTime();
    this.#at = this.#sourceAt;
  }

  now(): Date {
    return new Date(this.#at + (this.source().getTime() - this.#sourceAt) * this.speed);
  }

  setSpeed(speed: number): void {
    this.#at = this.now().getTime();
    this.#sourceAt = this.source().getTime();
    this.speed = speed;
  }

  /** @throws if time would go back, or forward by more than 3650 days. */
  advance(by: Duration): void {
    const ms = msOf(by);
    if (!(ms >= 0 && ms <= MOST_MS)) throw new Error(`cannot advance by ${JSON.stringify(by)}: use 0 to 3650 days`);
    this.#at += ms;
  }

  /** Goes on from this moment, unless the clock is later already. */
  notBefore(at: Date): void {
    this.#at += Math.max(0, at.getTime() - this.now().getTime());
  }
}

const MOST_MS = msOf({ days: 3650 });
