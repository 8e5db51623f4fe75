/**
 * Reads leads. Famulor has no "get one lead", so a read is a listing, and "not found" is only as good as the listing was:
 * every page read, and the counts agree.
 */
import type { FamulorClient } from "../client";
import { FamulorNotFoundError, FamulorProtocolError, FamulorValidationError } from "../errors";
import type { Clock } from "../http/clock";
import { MAX_PER_PAGE } from "../limits";
import type { Lead, LeadFilter } from "../wire/leads";
import type { CampaignDirectory } from "./campaign-directory";

/** Rows can move between pages while others add and remove leads: a listing is started up to 3 times. */
const MAX_SCANS = 3;

/** How long reads wait for others of the same campaign to join them, in milliseconds. */
const JOIN_MS = 20;

/**
 * How long a shared listing serves once it is there, but never shorter than it took to read: reads come in waves of as many
 * as run in parallel, and under the rate limit the pages of a large campaign take minutes.
 */
const SHARED_MS = 5_000;

/** How old what a change must know of a lead or of a number may be: long enough for a hundred moves at Famulor's rate limit. */
const RECENT_MS = 60_000;

/** What is known of a lead that is looked for. */
export interface LeadTrace {
  leadId: number;
  campaignId?: number | undefined;
  phoneNumber?: string | undefined;
  /** As Famulor wrote it; only the day is used. */
  createdAt?: string | undefined;
}

interface SharedListing {
  readers: number;
  /** `client.writes` at the time: after a write the listing may be stale. */
  writes: number;
  startedAt: number;
  /** Infinite while it is being read. */
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
  /** Not started yet, by filter. */
  readonly #forming = new Map<string, Promise<Map<number, Lead>>>();
  /** Reads whose lead is not in the shared listing, by campaign. */
  readonly #missing = new Map<number | undefined, { count: number; isMany: Promise<boolean> }>();

  constructor(client: FamulorClient, clock: Clock, campaigns: CampaignDirectory) {
    this.#client = client;
    this.#clock = clock;
    this.#campaigns = campaigns;
  }

  /**
   * The highest lead ID of the account, by one or two pages. The order of Famulor's list is undocumented, so the pages
   * themselves must prove it; `undefined` where they do not.
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

  /** Every lead that fits the filter, by ID, asked again each time. Throws rather than answer with half a list. */
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
      { hint: "Leads are probably being added or removed at the moment: try again later." },
    );
  }

  /**
   * Finds a lead wherever it may have been moved: in its campaign, by its number, by the days around its creation.
   * Many reads at once share the pages of their campaign; a single read asks for its number.
   * `undefined` means that each of these places was listed in full, after the question, and does not hold the lead.
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
      const isOwn = filter.phoneNumber !== undefined;
      const listing = isOwn ? this.#listPlace(filter) : this.#listingFromNow(filter);
      const lead = (await listing).get(trace.leadId);
      if (lead) return lead;
    }
    return undefined;
  }

  /** Whether more leads are missing from a shared listing than it has pages: then a request for each would cost more than pages. */
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

  /** Every lead of a campaign, asked again each time; none of a campaign that does not exist. */
  async inCampaign(campaignId: number): Promise<Lead[]> {
    return [...(await this.#listPlace({ campaignId })).values()];
  }

  /** Every lead of a campaign, as they were within the last minute. */
  async recentInCampaign(campaignId: number): Promise<Lead[]> {
    const listing = await this.#recentListing(campaignId);
    return listing ? [...listing.values()] : this.inCampaign(campaignId);
  }

  /** Every lead of a place, which is empty if its campaign does not exist any more: whether Famulor then refuses is undocumented. */
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

  /** For many changes at once: our own writes, which are those changes, do not make the listing stale. */
  #recentListing(campaignId: number | undefined): SharedListing["listing"] {
    return this.#sharedListing(
      campaignId,
      ({ startedAt, servesUntil }) => this.#clock.now() < Math.max(startedAt + RECENT_MS, servesUntil),
    );
  }

  /** The whole campaign, if others ask for it too. */
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
    // A failure is not a listing: the reads that waited for it fail, the next read asks again.
    mine.listing.catch(() => this.#listings.delete(campaignId));
    this.#listings.set(campaignId, mine);
    return mine.listing;
  }

  /** The listing starts after every caller has asked, so a lead that is missing from it is not there. */
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

/** For one of few: what is nearest to its own lead first. */
function ownPlaces({ campaignId, phoneNumber, createdAt }: LeadTrace, isCampaignListed: boolean): LeadFilter[] {
  const ofNumber = phoneNumber === undefined ? [] : [{ phoneNumber }];
  const ofCampaign = campaignId === undefined ? [] : [{ campaignId }];
  const isBothKnown = campaignId !== undefined && phoneNumber !== undefined && !isCampaignListed;
  return [...(isBothKnown ? [{ campaignId, phoneNumber }] : []), ...ofNumber, ...ofCampaign, ...daysAround(createdAt)];
}

/**
 * For one of many: places whose pages serve all of them. A lead keeps the day of its creation wherever it is moved, so where the
 * day is known it proves the rest.
 */
function sharedPlaces({ campaignId, phoneNumber, createdAt }: LeadTrace): LeadFilter[] {
  const ofDays = daysAround(createdAt);
  const ofNumber = phoneNumber === undefined ? [] : [{ phoneNumber }];
  return [...(campaignId === undefined ? [] : [{ campaignId }]), ...(ofDays.length > 0 ? ofDays : ofNumber)];
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** The zone of Famulor's timestamps is undocumented, hence a day on either side. */
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
