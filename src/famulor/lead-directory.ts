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

/** How long a shared listing serves: the engine reads in waves of as many as it has workers. */
const SHARED_MS = 5_000;

interface SharedListing {
  readers: number;
  /** `client.writes` at the time: after a write it may be stale. */
  writes: number;
  begun: number;
  listing: Promise<Map<number, Lead> | undefined>;
}

const shared = new WeakMap<FamulorClient, Map<number, SharedListing>>();

/**
 * Finds a lead wherever it may have been moved: by its campaign, by its number, by the days around its creation.
 * Many reads at once share the pages of their campaign; one alone asks for its number.
 * `undefined` means that each of these was listed in full, and anew, and does not hold it.
 */
export async function findLead(client: FamulorClient, trace: LeadTrace): Promise<Lead | undefined> {
  const found = (await sharedListing(client, trace.campaignId))?.get(trace.leadId);
  if (found) return found;
  for (const filter of placesToLook(trace)) {
    const lead = (await listEveryLead(client, filter)).get(trace.leadId);
    if (lead) return lead;
  }
  return undefined;
}

/** The whole campaign, if others read it too. */
function sharedListing(client: FamulorClient, campaignId: number | undefined): SharedListing["listing"] {
  if (campaignId === undefined) return Promise.resolve(undefined);
  const campaigns = shared.get(client) ?? new Map<number, SharedListing>();
  shared.set(client, campaigns);
  const known = campaigns.get(campaignId);
  if (known && known.writes === client.writes && Date.now() - known.begun < SHARED_MS) {
    known.readers++;
    return known.listing;
  }
  const mine: SharedListing = {
    readers: 1,
    writes: client.writes,
    begun: Date.now(),
    listing: Promise.resolve(undefined),
  };
  mine.listing = sleep(JOIN_MS).then(() => {
    if (mine.readers > 1) return listEveryLead(client, { campaignId });
    campaigns.delete(campaignId);
    return undefined;
  });
  // A failure is no listing: those who waited for it fail, the next one asks again.
  mine.listing.catch(() => campaigns.delete(campaignId));
  campaigns.set(campaignId, mine);
  return mine.listing;
}

function placesToLook({ campaignId, phoneNumber, createdAt }: LeadTrace): LeadFilter[] {
  const places: LeadFilter[] = [];
  if (campaignId !== undefined && phoneNumber !== undefined) places.push({ campaignId, phoneNumber });
  if (campaignId !== undefined) places.push({ campaignId });
  if (phoneNumber !== undefined) places.push({ phoneNumber });
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
