/**
 * Which leads and campaigns the resources of this process have, so that no two resources get hold of one, the old resource
 * of one that was taken over does not delete it, and no campaign is deleted under leads that are still declared.
 */

/** For one kind of thing at one API address, by its ID. */
export class Ownership {
  /** Made or taken over by this process. */
  readonly #owned = new Set<number>();
  /** When it was last taken over, by this process or by an earlier one whose resource was seen in state. */
  readonly #takenOver = new Map<number, number>();
  /** Of a resource that `diff` has seen. */
  readonly #seen = new Set<number>();
  #highestSeenId = 0;

  /** The highest ID that is known to have been given out; 0 for none. */
  get highestSeenId(): number {
    return this.#highestSeenId;
  }

  /** True where this process made it, and so knows all that is in it. */
  isMade(itsId: number): boolean {
    return this.#owned.has(itsId) && !this.#takenOver.has(itsId);
  }

  /** True where any resource of this process is known to have it. */
  isHeld(itsId: number): boolean {
    return this.#owned.has(itsId) || this.#seen.has(itsId);
  }

  /**
   * True where another resource has taken it over since: changing or deleting it for this one would lose it.
   *
   * @param takenOver The output `takenOver` of the one that asks.
   */
  isHandedOver(itsId: number, takenOver: unknown): boolean {
    return (this.#takenOver.get(itsId) ?? 0) > momentOf(takenOver);
  }

  /** To be told of every ID that is listed. */
  noteGivenOut(itsId: number): void {
    if (itsId > this.#highestSeenId) this.#highestSeenId = itsId;
  }

  noteMade(itsId: number): void {
    this.noteGivenOut(itsId);
    this.#owned.add(itsId);
  }

  /** Returns what goes into the output `takenOver`. */
  noteTakenOver(itsId: number): number {
    const now = Date.now();
    this.#owned.add(itsId);
    this.#takenOver.set(itsId, now);
    return now;
  }

  /** To be told of every resource that `diff` sees, by its outputs. */
  noteSeen(itsId: number, takenOver: unknown): void {
    this.noteGivenOut(itsId);
    this.#seen.add(itsId);
    const before = this.#takenOver.get(itsId) ?? 0;
    if (momentOf(takenOver) > before) this.#takenOver.set(itsId, momentOf(takenOver));
  }
}

/** Milliseconds since 1970; 0 for what was never taken over. */
const momentOf = (takenOver: unknown): number => (typeof takenOver === "number" ? takenOver : 0);

export interface OwnershipAt {
  leads: Ownership;
  campaigns: Ownership;
  /** Declared leads and the campaign each is in now: from `diff`, until moved or deleted. */
  campaignOfLead: Map<number, number>;
  /** Campaigns whose run was created by this process, or seen by `diff` and stays. */
  runs: Set<number>;
  /**
   * Campaigns that were to be replaced, by this run or an earlier one. Their leads should have moved; with `--target`
   * the engine deletes the old campaign although none has.
   */
  replacedCampaigns: Set<number>;
}

const byAddress = new Map<string, OwnershipAt>();

/** Two sandboxes give out the same IDs, so each address has its own books. */
export function ownershipAt({ baseUrl }: { baseUrl: string }): OwnershipAt {
  let at = byAddress.get(baseUrl);
  if (!at) {
    at = {
      leads: new Ownership(),
      campaigns: new Ownership(),
      campaignOfLead: new Map(),
      runs: new Set(),
      replacedCampaigns: new Set(),
    };
    byAddress.set(baseUrl, at);
  }
  return at;
}
