/**
 * Reads leads. Famulor has no "get one lead", so a read is a listing, and "not found" is only as good as the listing was:
 * every page read, and the counts agree.
 */
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
      for (const lead of answer.leads) found.set(lead.leadId, lead);
      total = answer.total;
      if (answer.page !== page) {
        throw new FamulorProtocolError(`GET /user/leads answered page ${answer.page} when asked for page ${page}.`);
      }
      if (page >= answer.lastPage || answer.leads.length === 0) break;
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

/**
 * Finds a lead wherever it may have been moved: by its campaign, by its number, by the days around its creation.
 * `undefined` means that each of these was listed in full and does not hold it.
 */
export async function findLead(client: FamulorClient, trace: LeadTrace): Promise<Lead | undefined> {
  for (const filter of placesToLook(trace)) {
    const lead = (await listEveryLead(client, filter)).get(trace.leadId);
    if (lead) return lead;
  }
  return undefined;
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
