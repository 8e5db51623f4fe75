/**
 * Who has which lead and campaign in this run. The rules ask here, so that no two resources have one lead, nobody who was called
 * is called again by a delete and a create, and no campaign is deleted while leads in it are still declared. Pure.
 *
 *   Claims.leads       by lead ID: created, taken over, declared, where it is, changed, what Famulor said of it, in the way
 *                      by place: wanted by a create, deleted by this run
 *   Claims.campaigns   created, taken over, declared, replaced, run, being created
 */

/** Where a person is called: one number in one campaign. */
export interface Place {
  campaignId: number;
  phoneNumber: string;
}

/** What both kinds of claims know of one ID. */
interface Claim {
  /** This run created the lead or campaign. */
  isCreated?: true;
  /** When a resource last took it over, in milliseconds since 1970: in this run, or in an earlier run whose state `diff` has seen. */
  takenOver?: number;
  /** A resource took it over in this run. */
  isTakenOverNow?: true;
  /** `diff` has seen a resource that has it. */
  isDeclared?: true;
}

class OwnClaims<C extends Claim> {
  protected readonly byId = new Map<number, C>();

  protected claim(id: number): C {
    const claim = this.byId.get(id) ?? ({} as C);
    this.byId.set(id, claim);
    return claim;
  }

  /** Whether any resource of this run has the lead or campaign. */
  isHeld(id: number): boolean {
    const claim = this.byId.get(id);
    return claim?.isCreated !== undefined || claim?.takenOver !== undefined || claim?.isDeclared !== undefined;
  }

  /**
   * Whether another resource has taken the lead or campaign over since. Then the resource that asks must not change or delete it.
   *
   * @param takenOver The `takenOver` in the state of the resource that asks.
   */
  isHandedOver(id: number, takenOver: number | undefined): boolean {
    const claim = this.byId.get(id);
    // Only the resource that took it over in this run has this moment in its state. Compared for equality, because the clock of
    // an earlier run may have been ahead.
    if (claim?.isTakenOverNow) return claim.takenOver !== takenOver;
    return (claim?.takenOver ?? 0) > (takenOver ?? 0);
  }

  created(id: number): void {
    this.claim(id).isCreated = true;
  }

  /** @param now In milliseconds since 1970; returned, for the state's `takenOver`. */
  tookOver(id: number, now: number): number {
    const claim = this.claim(id);
    claim.isTakenOverNow = true;
    claim.takenOver = now;
    return now;
  }

  protected seen(id: number, takenOver: number | undefined): C {
    const claim = this.claim(id);
    claim.isDeclared = true;
    if (claim.isTakenOverNow) return claim;
    if (takenOver !== undefined && takenOver > (claim.takenOver ?? 0)) claim.takenOver = takenOver;
    return claim;
  }
}

interface LeadClaim extends Claim {
  /** Where the lead is: as the state has it, or as this run has left it. */
  at?: Place;
  /** Where the program wants the lead. */
  going?: Place;
  /** Where a request of this run has put the lead. Of an absent part only Famulor knows: the dashboard may have changed it. */
  sentTo?: Partial<Place>;
  /** The status that this run has learnt, and when, in milliseconds since 1970. */
  live?: { status: string; at: number };
  /** This run has deleted the lead, or found that it is gone. */
  isGone?: true;
  /** `diff` has answered that the engine must replace the lead. */
  isReplaced?: true;
  /** A create of this run was refused because of the lead. */
  isInTheWay?: true;
}

/** A lead that this run has deleted. */
export interface DeletedLead {
  leadId: number;
  /** What Famulor said of the lead in this run; `undefined`: this run did not ask, and the state may be stale. */
  status: string | undefined;
}

/** How old what this run knows of a status may be, in milliseconds: at Famulor's rate limit a large set takes hours. */
const FRESH_MS = 60_000;

const keyOf = ({ campaignId, phoneNumber }: Place) => `${campaignId} ${phoneNumber}`;

export class LeadClaims extends OwnClaims<LeadClaim> {
  readonly #idsAt = new Map<string, Set<number>>();
  /** How many creates of this run are still to come at a place: more than one under `allowDuplicate`. */
  readonly #wanted = new Map<string, number>();
  readonly #deleted = new Map<string, DeletedLead>();
  readonly #replaced = new Map<string, number>();
  #newestCreatedId: number | undefined;

  /** The highest ID that a create of this run was answered with. */
  get newestCreatedId(): number | undefined {
    return this.#newestCreatedId;
  }

  override created(leadId: number, at?: Place): void {
    super.created(leadId);
    this.#newestCreatedId = Math.max(leadId, this.#newestCreatedId ?? 0);
    this.#settle(leadId, at);
  }

  override tookOver(leadId: number, now: number, at?: Place): number {
    this.#settle(leadId, at);
    return super.tookOver(leadId, now);
  }

  /** `diff` has seen the lead in the state. */
  declared(leadId: number, takenOver: number | undefined): void {
    this.seen(leadId, takenOver);
  }

  /** A declared lead is where the state has it, and goes where the program wants it, as far as that is known. */
  placed(leadId: number, at: Place, going: Partial<Place>): void {
    this.#put(leadId, at);
    this.claim(leadId).going = { ...at, ...going };
  }

  /**
   * Whether the program wants the lead at another place, and no lead there waits for this place in turn: leads that swap their
   * places would wait for each other.
   */
  isLeaving(leadId: number, place: Place): boolean {
    const { at = place } = this.byId.get(leadId) ?? {};
    // A lead that the dashboard has put here, and that the program leaves where the state has it, gets no change.
    const passed = new Set([keyOf(place), keyOf(at)]);
    for (let each: number | undefined = leadId; each !== undefined; ) {
      const going: Place | undefined = this.byId.get(each)?.going;
      if (going === undefined || passed.has(keyOf(going))) return false;
      passed.add(keyOf(going));
      each = this.idsAt(going).find((other) => other !== each);
    }
    return true;
  }

  /** What this run has learnt of a status: from Famulor, from its own change, or from the rule for vanished leads. */
  knows(leadId: number, status: string, now: number): void {
    this.claim(leadId).live = { status, at: now };
  }

  /** What this run has learnt within the last minute; absent: nothing. */
  liveStatusOf(leadId: number, now: number): string | undefined {
    const live = this.byId.get(leadId)?.live;
    return live !== undefined && now - live.at < FRESH_MS ? live.status : undefined;
  }

  /**
   * A change of this run was carried out.
   *
   * @param at Where the program wants the lead.
   * @param sent What the request named of it.
   */
  changed(leadId: number, at: Place, { campaignId, phoneNumber }: Partial<Place>): void {
    const claim = this.claim(leadId);
    claim.sentTo = {
      ...claim.sentTo,
      ...(campaignId !== undefined && { campaignId }),
      ...(phoneNumber !== undefined && { phoneNumber }),
    };
    this.#put(leadId, at);
  }

  /**
   * Whether a lead that a listing shows at this place has left it since, or is gone: listings may be a minute old. A lead that is
   * only about to leave is still there, because its change may fail.
   */
  hasLeft(leadId: number, place: Place): boolean {
    const claim = this.byId.get(leadId);
    if (claim?.isGone) return true;
    return keyOf({ ...place, ...claim?.sentTo }) !== keyOf(place);
  }

  /** The leads that this run knows at this place. */
  idsAt(place: Place): number[] {
    return [...(this.#idsAt.get(keyOf(place)) ?? [])];
  }

  /** `diff` has answered that the engine must replace the lead. */
  replacing(leadId: number): void {
    this.claim(leadId).isReplaced = true;
  }

  isBeingReplaced(leadId: number): boolean {
    return this.byId.get(leadId)?.isReplaced === true;
  }

  /** A create at this place replaces the lead. */
  replacesAt(leadId: number, place: Place): void {
    this.#replaced.set(keyOf(place), leadId);
  }

  /** The lead that a create at this place replaces, while this process has not seen that lead go. */
  keptAt(place: Place): number | undefined {
    const leadId = this.#replaced.get(keyOf(place));
    return leadId === undefined || this.byId.get(leadId)?.isGone ? undefined : leadId;
  }

  /** A create of this run was refused because of this lead. If this run deleted it now, the next run would call the person again. */
  obstructs(leadId: number): void {
    this.claim(leadId).isInTheWay = true;
  }

  isInTheWay(leadId: number): boolean {
    return this.byId.get(leadId)?.isInTheWay === true;
  }

  /** The program declares somebody here whom this run is to create. */
  wants(place: Place): void {
    this.#wanted.set(keyOf(place), (this.#wanted.get(keyOf(place)) ?? 0) + 1);
  }

  /** Whether a create of this run follows a delete here. */
  isWanted(place: Place): boolean {
    return (this.#wanted.get(keyOf(place)) ?? 0) > 0;
  }

  /** This run has deleted the lead. */
  deleted(leadId: number, at: Place, now: number): void {
    this.#deleted.set(keyOf(at), { leadId, status: this.liveStatusOf(leadId, now) });
    this.gone(leadId);
  }

  /** The lead that this run has deleted here. */
  deletedAt(place: Place): DeletedLead | undefined {
    return this.#deleted.get(keyOf(place));
  }

  /** Famulor does not have the lead any more. */
  gone(leadId: number): void {
    this.claim(leadId).isGone = true;
    this.#put(leadId, undefined);
  }

  /** The leads of this program that are in this campaign now. */
  heldIn(campaignId: number): number[] {
    return [...this.byId]
      .filter(([leadId, { at }]) => at?.campaignId === campaignId && this.isHeld(leadId))
      .map(([leadId]) => leadId);
  }

  /** A create has its lead: it waits no longer for this place. */
  #settle(leadId: number, at: Place | undefined): void {
    if (at === undefined) return;
    const wanted = this.#wanted.get(keyOf(at)) ?? 0;
    if (wanted > 0) this.#wanted.set(keyOf(at), wanted - 1);
    this.#put(leadId, at);
  }

  #put(leadId: number, at: Place | undefined): void {
    const claim = this.claim(leadId);
    if (claim.at) this.#idsAt.get(keyOf(claim.at))?.delete(leadId);
    if (at === undefined) {
      delete claim.at;
      return;
    }
    claim.at = { campaignId: at.campaignId, phoneNumber: at.phoneNumber };
    const same = this.#idsAt.get(keyOf(at));
    if (same) same.add(leadId);
    else this.#idsAt.set(keyOf(at), new Set([leadId]));
  }
}

export class CampaignClaims extends OwnClaims<Claim> {
  readonly #replaced = new Set<number>();
  readonly #runs = new Set<number>();
  /** The last create of each name, while it is at work. */
  readonly #creates = new Map<string, Promise<unknown>>();

  /**
   * Runs the creates of one name one after another. After an unknown outcome of two at once, nobody could tell which of them
   * created a campaign.
   */
  async creating<T>(name: string, create: () => Promise<T>): Promise<T> {
    const mine = (this.#creates.get(name) ?? Promise.resolve()).then(create, create);
    this.#creates.set(name, mine);
    try {
      return await mine;
    } finally {
      if (this.#creates.get(name) === mine) this.#creates.delete(name);
    }
  }

  declared(campaignId: number, takenOver: number | undefined): void {
    this.seen(campaignId, takenOver);
  }

  /** Whether this run created it, and so knows everything that is in it. */
  isOurOwn(campaignId: number): boolean {
    const claim = this.byId.get(campaignId);
    return claim?.isCreated !== undefined && claim.takenOver === undefined;
  }

  /**
   * Whether this run, or an earlier one, replaces the campaign. Its leads should have moved; under `--target` the engine deletes
   * the old campaign although no lead has.
   */
  isReplaced(campaignId: number): boolean {
    return this.#replaced.has(campaignId);
  }

  replaced(campaignIds: Iterable<number>): void {
    for (const campaignId of campaignIds) this.#replaced.add(campaignId);
  }

  get allReplaced(): number[] {
    return [...this.#replaced];
  }

  /** A FamulorCampaignRun of this program starts the campaign, or keeps it started. */
  runs(campaignId: number): void {
    this.#runs.add(campaignId);
  }

  isRun(campaignId: number): boolean {
    return this.#runs.has(campaignId);
  }
}

export class Claims {
  readonly leads = new LeadClaims();
  readonly campaigns = new CampaignClaims();
}
