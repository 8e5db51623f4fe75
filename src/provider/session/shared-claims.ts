/**
 * What the processes of one run leave for each other about leads. Each provider of a program has a separate process, and the
 * others cannot see its claims (claims.ts).
 */
import { createHash } from "node:crypto";
import type { Place } from "./claims";

/** Short texts that the processes of one run leave for each other. */
export interface Notes extends Iterable<string> {
  add(note: string): void;
  has(note: string): boolean;
}

const STATUS_LOST = ", its status with it";

export class SharedClaims {
  constructor(
    private readonly notes: Notes,
    private readonly baseUrl: string,
  ) {}

  /** This run replaces a lead of another account. The process of its old provider deletes it, and cannot see why. */
  replaces(leadId: number): void {
    this.notes.add(`replaces lead ${leadId} at ${this.baseUrl}`);
  }

  isReplaced(leadId: number): boolean {
    return this.notes.has(`replaces lead ${leadId} at ${this.baseUrl}`);
  }

  /** This run has deleted a lead that it replaces. */
  deleted(leadId: number): void {
    this.notes.add(`deleted lead ${leadId} at ${this.baseUrl}`);
  }

  isDeleted(leadId: number): boolean {
    return this.notes.has(`deleted lead ${leadId} at ${this.baseUrl}`);
  }

  /** A create of this run was refused because of this lead. */
  obstructs(leadId: number): void {
    this.notes.add(`obstacle: lead ${leadId} at ${this.baseUrl}`);
  }

  isInTheWay(leadId: number): boolean {
    return this.notes.has(`obstacle: lead ${leadId} at ${this.baseUrl}`);
  }

  /** @param takenOver When a resource took the lead over, in this run or an earlier one, in milliseconds since 1970. */
  tookOver(leadId: number, takenOver: number): void {
    this.notes.add(`${this.#takenOver(leadId)}${takenOver}`);
  }

  /** Whether a resource of any process has taken the lead over since the resource that asks did. */
  isHandedOver(leadId: number, takenOver = 0): boolean {
    const prefix = this.#takenOver(leadId);
    for (const note of this.notes) {
      if (note.startsWith(prefix) && Number(note.slice(prefix.length)) > takenOver) return true;
    }
    return false;
  }

  #takenOver(leadId: number): string {
    return `lead ${leadId} at ${this.baseUrl} taken over at `;
  }

  /**
   * This run is about to take the person's lead away, by a delete or by another number, and the person may have been called. To be
   * noted before the request is sent, because a create of this run may be sent before the answer arrives.
   *
   * @param withStatus The same change sets a status, so that nobody can ask any more whether the person was called.
   */
  takesAway(leadId: number, place: Place, withStatus = false): void {
    this.notes.add(`${this.#takenFrom(place)}${leadId}${withStatus ? STATUS_LOST : ""}`);
  }

  /** The lead that was taken away from here. */
  takenAway(place: Place): { leadId: number; isStatusLost: boolean } | undefined {
    const prefix = this.#takenFrom(place);
    for (const note of this.notes) {
      if (!note.startsWith(prefix)) continue;
      const isStatusLost = note.endsWith(STATUS_LOST);
      return { leadId: Number.parseInt(note.slice(prefix.length), 10), isStatusLost };
    }
    return undefined;
  }

  /** Without the number itself, which belongs in no file. */
  #takenFrom({ campaignId, phoneNumber }: Place): string {
    const place = createHash("sha256")
      .update(`${this.baseUrl} ${campaignId} ${phoneNumber}`)
      .digest("hex")
      .slice(0, 16);
    return `took from ${place} lead `;
  }
}
