/**
 * Reads leads. Famulor has no request for one lead, so a read is a listing. "Not found" counts only if the listing was
 * complete: every page was read, and the counts agree.
 */
import type { FamulorClient } from "../client";
import { FamulorNotFoundError, FamulorProtocolError, FamulorValidationError } from "../errors";
import type { Clock } from "../http/clock";
import { MAX_PER_PAGE } from "../limits";
import type { Lead, LeadFilter } from "../wire/leads";
import type { CampaignDirectory } from "./campaign-directory";

/** Rows can move between pages while others add and remove leads, so a listing is started up to 3 times. */
const MAX_SCANS = 3;

/** How long reads wait for others of the same campaign to join them, in milliseconds. */
const JOIN_MS = 20;

/**
 * How long reads may share a finished listing, in milliseconds; at least as long as the listing took. Reads come in
 * waves of as many as run in parallel, and under the rate limit the pages of a large campaign take minutes.
 */
const SHARED_MS = 5_000;

/** How old a listing may be on which a change relies, in milliseconds: enough for 100 moves at Famulor's rate limit. */
const RECENT_MS = 60_000;

/** What is known of a lead that a read looks for. */
export interface LeadTrace {
  leadId: number;
  campaignId?: number | undefined;
  phoneNumber?: string | undefined;
  /** As Famulor wrote it; only the day is used. */
  createdAt?: string | undefined;
}

interface SharedListing {
  readers: number;
  /** `client.writes` when the listing was started: after a write the listing may be stale. */
  writes: number;
  startedAt: number;
  /** Infinite while the listing is being read. */
  servesUntil: number;
  listing: Promise<Map<number, Lead> | undefined>;
}

/** The leads of one account. Many reads at once share few requests. */
export class LeadDirectory {
  readonly #client: FamulorClient;
  readonly #clock: Clock;
  readonly #campaigns: CampaignDirectory;
  /** By campaign. */
  readonly #listings = new Map<number, SharedListing>();
  /** Listings that wait for more readers before they start, by filter. */
  readonly #forming = new Map<string, Promise<Map<number, Lead>>>();
  /** Reads whose lead is not in the shared listing, by campaign. */
  readonly #missing = new Map<number | undefined, { count: number; isMany: Promise<boolean> }>();

  constructor(client: FamulorClient, clock: Clock, campaigns: CampaignDirectory) {
    this.#client = client;
    this.#clock = clock;
    this.#campaigns = campaigns;
  }

  /**
   * The highest lead ID of the account, from one or two pages. The order of Famulor's list is undocumented, so the
   * pages themselves must prove the order. `undefined` if they do not.
   */
  async highestId(): Promise<number | undefined> {
    const first = await this.#client.listLeads({}, 1);
    const ids = first.leads.map(({ leadId }) => leadId);
    if (ids.length >= first.total) return Math.max(0, ...ids);
    if (isOrdered(ids, (one, next) => one > next)) return ids[0];
    if (!isOrdered(ids, (one, next) => one < next)) return undefined;
    const last = (await this.#client.listLeads({}, first.lastPage)).leads.map(({ leadId }) => leadId);
    return isOrdered([...ids, ...last], (one, next) => one < next) ? last.at(-1) : undefined;
  }

  /** Every lead that fits the filter, by ID, read again each time. Throws if the listing is incomplete. */
  async listAll(filter: LeadFilter): Promise<Map<number, Lead>> {
    for (let scan = 1; scan <= MAX_SCANS; scan++) {
      const found = new Map<number, Lead>();
      let total = 0;
      for (let page = 1; ; page++) {
        const answer = await this.#client.listLeads(filter, page);
        const before = found.size;
        for (const lead of answer.leads) found.set(lead.leadId, lead);
        total = answer.total;
        if (answer.page !== page) {
          throw new FamulorProtocolError(`GET /user/leads answered page ${answer.page} when asked for page ${page}.`);
        }
        // A page that adds nothing also ends the listing: no server can keep us reading for ever.
        if (page >= answer.lastPage || found.size === before) break;
      }
      if (found.size === total) return found;
    }
    throw new FamulorProtocolError(
      `GET /user/leads was read ${MAX_SCANS} times and its rows never added up to its own total.`,
      { hint: "Run the command again later: somebody is probably adding or removing leads at the moment." },
    );
  }

  /**
   * Finds a lead wherever somebody may have moved it: in its campaign, by its number, by the days around its creation.
   * Many reads at once share the pages of their campaign; a single read asks for its number. `undefined`: every place
   * was listed in full, after the question, and no place holds the lead.
   */
  async find(trace: LeadTrace): Promise<Lead | undefined> {
    const isCurrent = ({ writes, servesUntil }: SharedListing) =>
      writes === this.#client.writes && this.#clock.now() < servesUntil;
    const shared = await this.#sharedListing(trace.campaignId, isCurrent);
    const found = shared?.get(trace.leadId);
    if (found) return found;
    const isOneOfMany = shared !== undefined && (await this.#isOneOfMany(trace.campaignId, shared.size));
    const places = isOneOfMany ? sharedPlaces(trace) : ownPlaces(trace, shared !== undefined);
    for (const filter of places) {
      const isOfOneNumber = filter.phoneNumber !== undefined;
      const listing = isOfOneNumber ? this.#listPlace(filter) : this.#listingFromNow(filter);
      const lead = (await listing).get(trace.leadId);
      if (lead) return lead;
    }
    return undefined;
  }

  /**
   * Whether more leads are missing from a shared listing than the listing has pages. Then pages cost less than a
   * request for each lead.
   */
  #isOneOfMany(campaignId: number | undefined, listed: number): Promise<boolean> {
    const joined = this.#missing.get(campaignId) ?? { count: 0, isMany: Promise.resolve(false) };
    if (joined.count === 0) {
      this.#missing.set(campaignId, joined);
      joined.isMany = this.#clock.sleep(JOIN_MS).then(() => {
        this.#missing.delete(campaignId);
        return joined.count > Math.max(1, Math.ceil(listed / MAX_PER_PAGE));
      });
    }
    joined.count++;
    return joined.isMany;
  }

  /** Every lead of a campaign, read again each time; none of a campaign that does not exist. */
  async inCampaign(campaignId: number): Promise<Lead[]> {
    return [...(await this.#listPlace({ campaignId })).values()];
  }

  /** Every lead of a campaign, as they were within the last minute. */
  async recentInCampaign(campaignId: number): Promise<Lead[]> {
    const listing = await this.#recentListing(campaignId);
    return listing ? [...listing.values()] : this.inCampaign(campaignId);
  }

  /**
   * Every lead of a place. A place whose campaign does not exist any more is empty; whether Famulor refuses that list
   * is undocumented.
   */
  async #listPlace(filter: LeadFilter): Promise<Map<number, Lead>> {
    try {
      return await this.listAll(filter);
    } catch (error) {
      const isAboutCampaign = error instanceof FamulorNotFoundError || error instanceof FamulorValidationError;
      if (!isAboutCampaign || filter.campaignId === undefined) throw error;
      if (await this.#campaigns.find(filter.campaignId)) throw error;
      return new Map();
    }
  }

  /** The lead as it was within the last minute. */
  async findRecent(trace: LeadTrace): Promise<Lead | undefined> {
    return (await this.#recentListing(trace.campaignId))?.get(trace.leadId) ?? this.find(trace);
  }

  /** The leads of a campaign with this number, as they were within the last minute. */
  async recentWithNumber(campaignId: number, phoneNumber: string): Promise<Lead[]> {
    const listing = (await this.#recentListing(campaignId)) ?? (await this.listAll({ campaignId, phoneNumber }));
    return [...listing.values()].filter((lead) => lead.phoneNumber === phoneNumber);
  }

  /** For many changes at once. Our own writes do not make this listing stale, because they are these changes. */
  #recentListing(campaignId: number | undefined): SharedListing["listing"] {
    return this.#sharedListing(
      campaignId,
      ({ startedAt, servesUntil }) => this.#clock.now() < Math.max(startedAt + RECENT_MS, servesUntil),
    );
  }

  /** Lists the whole campaign, if other reads ask for the campaign too. */
  #sharedListing(
    campaignId: number | undefined,
    serves: (listing: SharedListing) => boolean,
  ): SharedListing["listing"] {
    if (campaignId === undefined) return Promise.resolve(undefined);
    const known = this.#listings.get(campaignId);
    if (known && serves(known)) {
      known.readers++;
      return known.listing;
    }
    const mine: SharedListing = {
      readers: 1,
      writes: this.#client.writes,
      startedAt: this.#clock.now(),
      servesUntil: Number.POSITIVE_INFINITY,
      listing: Promise.resolve(undefined),
    };
    mine.listing = this.#clock.sleep(JOIN_MS).then(async () => {
      if (mine.readers === 1) {
        this.#listings.delete(campaignId);
        return undefined;
      }
      const leads = await this.#listPlace({ campaignId });
      const now = this.#clock.now();
      mine.servesUntil = now + Math.max(SHARED_MS, now - mine.startedAt);
      return leads;
    });
    // A failed listing serves nobody: the reads that waited for it fail, and the next read asks again.
    mine.listing.catch(() => this.#listings.delete(campaignId));
    this.#listings.set(campaignId, mine);
    return mine.listing;
  }

  /** The listing starts after every caller has asked, so a lead that is missing from it is gone from this place. */
  #listingFromNow(filter: LeadFilter): Promise<Map<number, Lead>> {
    const key = JSON.stringify(filter);
    const joined = this.#forming.get(key);
    if (joined) return joined;
    const listing = this.#clock.sleep(JOIN_MS).then(() => {
      this.#forming.delete(key);
      return this.#listPlace(filter);
    });
    this.#forming.set(key, listing);
    return listing;
  }
}

/** For one of few reads: first the place that is nearest to the lead. */
function ownPlaces({ campaignId, phoneNumber, createdAt }: LeadTrace, isCampaignListed: boolean): LeadFilter[] {
  const ofNumber = phoneNumber === undefined ? [] : [{ phoneNumber }];
  const ofCampaign = campaignId === undefined ? [] : [{ campaignId }];
  // If the whole campaign is listed already, the pair would show nothing new.
  const isPairNeeded = campaignId !== undefined && phoneNumber !== undefined && !isCampaignListed;
  const ofBoth = isPairNeeded ? [{ campaignId, phoneNumber }] : [];
  return [...ofBoth, ...ofNumber, ...ofCampaign, ...daysAround(createdAt)];
}

/**
 * For one of many reads: places whose pages serve all of them. A lead keeps the day of its creation wherever it is
 * moved. So where that day is known, the days alone prove that the lead is gone.
 */
function sharedPlaces({ campaignId, phoneNumber, createdAt }: LeadTrace): LeadFilter[] {
  const ofDays = daysAround(createdAt);
  const ofNumber = phoneNumber === undefined ? [] : [{ phoneNumber }];
  return [...(campaignId === undefined ? [] : [{ campaignId }]), ...(ofDays.length > 0 ? ofDays : ofNumber)];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The time zone of Famulor's timestamps is undocumented, so a day is added on either side. */
function daysAround(createdAt: string | undefined): LeadFilter[] {
  const day = createdAt === undefined ? Number.NaN : Date.parse(createdAt.slice(0, 10));
  return Number.isFinite(day) ? [{ createdFrom: isoDay(day - DAY_MS), createdTo: isoDay(day + DAY_MS) }] : [];
}

function isOrdered(ids: number[], isBefore: (one: number, next: number) => boolean): boolean {
  return ids.every((leadId, index) => index === 0 || isBefore(ids[index - 1] as number, leadId));
}

function isoDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
