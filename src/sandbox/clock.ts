/** The sandbox's clock: as fast as real time, faster, or standing still until somebody turns it. */

export interface Duration {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
}

const msOf = ({ days = 0, hours = 0, minutes = 0, seconds = 0 }: Duration) =>
  (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;

export class SandboxClock {
  /** Where this clock stood when the source was last looked at for `speed`. */
  #at: number;
  #sourceAt: number;

  /** @param source Its own time, at speed 1. @param speed How many seconds pass in one of the source's. 0: it stands still. */
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

  /** @throws where time would go back. */
  advance(by: Duration): void {
    const ms = msOf(by);
    if (!(ms >= 0 && ms <= MOST_MS)) throw new Error(`cannot advance by ${JSON.stringify(by)}: use 0 to 3650 days`);
    this.#at += ms;
  }

  /** Goes on from here, unless it is later already. */
  notBefore(at: Date): void {
    this.#at += Math.max(0, at.getTime() - this.now().getTime());
  }
}

const MOST_MS = msOf({ days: 3650 });
