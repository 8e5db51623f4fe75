/**
 * Which leads and campaigns the resources of this process have, so that no two resources get hold of one, the old resource
 * of one that was taken over does not delete it, and no campaign is deleted under leads that are still declared.
 */

/** For one kind of thing at one API address, by its ID. */
export class Ownership {
  /** Made or taken over by this process. */
  readonly #owned = new Set<number>();
  /** Taken over by a create of this process: whoever else has it in state has lost it. */
  readonly #takenOverNow = new Set<number>();
  /** Taken over by an earlier process, and its new resource was seen in state. */
  readonly #takenOverBefore = new Set<number>();
  /** Of a resource that `diff` has seen. */
  readonly #seen = new Set<number>();
  #highestSeenId = 0;

  /** The highest ID that is known to have been given out; 0 for none. */
  get highestSeenId(): number {
    return this.#highestSeenId;
  }

  /** True where this process made it or took it over. */
  isOwned(itsId: number): boolean {
    return this.#owned.has(itsId);
  }

  /** True where any resource of this process is known to have it. */
  isHeld(itsId: number): boolean {
    return this.#owned.has(itsId) || this.#seen.has(itsId);
  }

  /** True where another resource has it now, so that deleting it for its old one would lose it. */
  isHandedOver(itsId: number, takenOver: boolean): boolean {
    return this.#takenOverNow.has(itsId) || (this.#takenOverBefore.has(itsId) && !takenOver);
  }

  /** To be told of every ID that is listed. */
  noteGivenOut(itsId: number): void {
    if (itsId > this.#highestSeenId) this.#highestSeenId = itsId;
  }

  noteMade(itsId: number): void {
    this.noteGivenOut(itsId);
    this.#owned.add(itsId);
  }

  noteTakenOver(itsId: number): void {
    this.#owned.add(itsId);
    this.#takenOverNow.add(itsId);
  }

  /** To be told of every resource that `diff` sees, by its outputs. */
  noteSeen(itsId: number, takenOver: boolean): void {
    this.noteGivenOut(itsId);
    this.#seen.add(itsId);
    if (takenOver) this.#takenOverBefore.add(itsId);
  }
}

export interface OwnershipAt {
  leads: Ownership;
  campaigns: Ownership;
  /** Declared leads and the campaign each is in now: from `diff`, until moved or deleted. */
  campaignOfLead: Map<number, number>;
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
      replacedCampaigns: new Set(),
    };
    byAddress.set(baseUrl, at);
  }
  return at;
}
