/**
 * Reads leads. Famulor has no "get one lead", so a read is a listing, and "not found" is only as good as the listing was:
 * every page read, and the counts agree.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FamulorClient } from "./client";
import { FamulorProtocolError } from "./errors";
import type { Lead, LeadFilter } from "./schema";

/** Rows can move between pages while others add and remove leads: so often a listing is begun again. */
const MAX_SCANS = 3;

/** Every lead that fits the filter, by ID. Throws rather than answer with half a list. */
export async function listEveryLead(client: FamulorClient, filter: LeadFilter): Promise<Map<number, Lead>> {
  for (let scan = 1; scan <= MAX_SCANS; scan++) {
    const found = new Map<number, Lead>();
    let total = 0;
    for (let page = 1; ; page++) {
      const answer = await client.listLeads(filter, page);
      const before = found.size;
      for (const lead of answer.leads) found.set(lead.leadId, lead);
      total = answer.total;
      if (answer.page !== page) {
        throw new FamulorProtocolError(`GET /user/leads answered page ${answer.page} when asked for page ${page}.`);
      }
      // A page that adds nothing ends it as well: no server can keep us reading for ever.
      if (page >= answer.lastPage || found.size === before) break;
    }
    if (found.size === total) return found;
  }
  throw new FamulorProtocolError(
    `GET /user/leads was read ${MAX_SCANS} times and its rows never added up to its own total.`,
    { hint: "Leads are probably being added or removed at this moment. Run the command again." },
  );
}

/** What is known of a lead that is looked for. */
export interface LeadTrace {
  leadId: number;
  campaignId?: number | undefined;
  phoneNumber?: string | undefined;
  /** As Famulor wrote it; only the day is used. */
  createdAt?: string | undefined;
}

/** How long reads wait for others of the same campaign to join them. */
const JOIN_MS = 20;

/**
 * How long a shared listing serves once it is there, but never shorter than it took to read: the engine reads in waves of as
 * many as it has workers, and under the rate limit the pages of a large campaign take minutes.
 */
const SHARED_MS = 5_000;

/** What a change must know of a lead or of a number may be so old: long enough for a hundred moves at Famulor's rate limit. */
const RECENT_MS = 60_000;

interface SharedListing {
  readers: number;
  /** `client.writes` at the time: after a write it may be stale. */
  writes: number;
  begun: number;
  /** Infinite while it is being read. */
  servesUntil: number;
  listing: Promise<Map<number, Lead> | undefined>;
}

interface Shared {
  /** By campaign. */
  listings: Map<number, SharedListing>;
  /** Not begun yet, by filter. */
  forming: Map<string, Promise<Map<number, Lead>>>;
}

const sharedBy = new WeakMap<FamulorClient, Shared>();

function sharedOf(client: FamulorClient): Shared {
  const shared = sharedBy.get(client) ?? { listings: new Map(), forming: new Map() };
  sharedBy.set(client, shared);
  return shared;
}

/**
 * Finds a lead wherever it may have been moved: in its campaign, by its number, by the days around its creation.
 * Many reads at once share the pages of their campaign; one alone asks for its number.
 * `undefined` means that each of these was listed in full, and anew, and does not hold it.
 */
export async function findLead(client: FamulorClient, trace: LeadTrace): Promise<Lead | undefined> {
  const isCurrent = ({ writes, servesUntil }: SharedListing) => writes === client.writes && Date.now() < servesUntil;
  const shared = await sharedListing(client, trace.campaignId, isCurrent);
  const found = shared?.get(trace.leadId);
  if (found) return found;
  for (const filter of placesToLook(trace, shared === undefined)) {
    const isOwn = filter.phoneNumber !== undefined;
    const listing = isOwn ? listEveryLead(client, filter) : listingFromNow(client, filter);
    const lead = (await listing).get(trace.leadId);
    if (lead) return lead;
  }
  return undefined;
}

/** For many changes at once: our own writes, which are those changes, do not make a list stale. */
const isRecent = ({ begun, servesUntil }: SharedListing) => Date.now() < Math.max(begun + RECENT_MS, servesUntil);

/** The lead as it was within the last minute. */
export async function recentLead(client: FamulorClient, trace: LeadTrace): Promise<Lead | undefined> {
  return (await sharedListing(client, trace.campaignId, isRecent))?.get(trace.leadId) ?? findLead(client, trace);
}

/** The leads of a campaign with this number, as they were within the last minute. */
export async function recentLeadsWithNumber(
  client: FamulorClient,
  campaignId: number,
  phoneNumber: string,
): Promise<Lead[]> {
  const listing =
    (await sharedListing(client, campaignId, isRecent)) ?? (await listEveryLead(client, { campaignId, phoneNumber }));
  return [...listing.values()].filter((lead) => lead.phoneNumber === phoneNumber);
}

/** The whole campaign, if others ask for it too. */
function sharedListing(
  client: FamulorClient,
  campaignId: number | undefined,
  serves: (listing: SharedListing) => boolean,
): SharedListing["listing"] {
  if (campaignId === undefined) return Promise.resolve(undefined);
  const { listings } = sharedOf(client);
  const known = listings.get(campaignId);
  if (known && serves(known)) {
    known.readers++;
    return known.listing;
  }
  const mine: SharedListing = {
    readers: 1,
    writes: client.writes,
    begun: Date.now(),
    servesUntil: Number.POSITIVE_INFINITY,
    listing: Promise.resolve(undefined),
  };
  mine.listing = sleep(JOIN_MS).then(async () => {
    if (mine.readers === 1) {
      listings.delete(campaignId);
      return undefined;
    }
    const leads = await listEveryLead(client, { campaignId });
    mine.servesUntil = Date.now() + Math.max(SHARED_MS, Date.now() - mine.begun);
    return leads;
  });
  // A failure is no listing: those who waited for it fail, the next one asks again.
  mine.listing.catch(() => listings.delete(campaignId));
  listings.set(campaignId, mine);
  return mine.listing;
}

/** One listing for all who ask for it at the same time: it begins after each of them has asked, so it proves what it lacks. */
function listingFromNow(client: FamulorClient, filter: LeadFilter): Promise<Map<number, Lead>> {
  const { forming } = sharedOf(client);
  const key = JSON.stringify(filter);
  const joined = forming.get(key);
  if (joined) return joined;
  const listing = sleep(JOIN_MS).then(() => {
    forming.delete(key);
    return listEveryLead(client, filter);
  });
  forming.set(key, listing);
  return listing;
}

function placesToLook({ campaignId, phoneNumber, createdAt }: LeadTrace, isAlone: boolean): LeadFilter[] {
  const places: LeadFilter[] = [];
  if (isAlone && campaignId !== undefined && phoneNumber !== undefined) places.push({ campaignId, phoneNumber });
  if (phoneNumber !== undefined) places.push({ phoneNumber });
  if (campaignId !== undefined) places.push({ campaignId });
  const day = createdAt === undefined ? Number.NaN : Date.parse(createdAt.slice(0, 10));
  if (Number.isFinite(day)) {
    // The zone of Famulor's timestamps is not documented, hence a day on either side.
    const dayMs = 24 * 60 * 60 * 1000;
    places.push({ createdFrom: isoDay(day - dayMs), createdTo: isoDay(day + dayMs) });
  }
  return places;
}

function isoDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
