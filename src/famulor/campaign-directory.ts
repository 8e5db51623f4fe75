/**
 * Reads campaigns. Famulor has no "get one campaign", so a read is the list of all.
 */
import type { FamulorClient } from "./client";
import { FamulorProtocolError } from "./errors";
import type { Campaign } from "./schema";

/** More pages of campaigns than any account has: a server cannot keep us reading for ever. */
const MAX_PAGES = 100;

/** How long a shared list serves once it is there: the engine reads in waves of as many as it has workers. */
const SHARED_MS = 5_000;

interface Known {
  names: Map<number, string>;
  shared?: { writes: number; servesUntil: number; listing: Promise<Campaign[]> };
}
const known = new WeakMap<FamulorClient, Known>();

function knownTo(client: FamulorClient): Known {
  const about = known.get(client) ?? { names: new Map() };
  known.set(client, about);
  return about;
}

/** Every campaign of the account, asked anew. Throws rather than answer with half a list. */
export async function listEveryCampaign(client: FamulorClient): Promise<Campaign[]> {
  const found = new Map<number, Campaign>();
  for (let page = 1; page <= MAX_PAGES; page++) {
    const answer = await client.listCampaigns(page);
    const { campaigns, lastPage } = answer;
    if (answer.page !== page) {
      throw new FamulorProtocolError(`GET /user/campaigns answered page ${answer.page} when asked for page ${page}.`);
    }
    for (const campaign of campaigns) found.set(campaign.campaignId, campaign);
    if (page < lastPage) continue;
    const all = [...found.values()];
    for (const campaign of all) noteCampaignName(client, campaign);
    return all;
  }
  throw new FamulorProtocolError(`GET /user/campaigns has more than ${MAX_PAGES} pages.`);
}

/**
 * Finds a campaign by its ID. Reads within a few seconds share one list; `undefined` means that a list begun after the
 * question does not hold it.
 */
export async function findCampaign(client: FamulorClient, campaignId: number): Promise<Campaign | undefined> {
  const byId = (campaigns: Campaign[]) => campaigns.find((campaign) => campaign.campaignId === campaignId);
  return byId(await sharedList(client)) ?? byId(await listEveryCampaign(client));
}

function sharedList(client: FamulorClient): Promise<Campaign[]> {
  const about = knownTo(client);
  const { shared } = about;
  if (shared && shared.writes === client.writes && Date.now() < shared.servesUntil) return shared.listing;
  const listing = listEveryCampaign(client);
  const mine = { writes: client.writes, servesUntil: Number.POSITIVE_INFINITY, listing };
  about.shared = mine;
  listing.then(
    () => {
      mine.servesUntil = Date.now() + SHARED_MS;
    },
    // A failure is no list: those who waited for it fail, the next one asks again.
    () => delete about.shared,
  );
  return listing;
}

export function noteCampaignName(
  client: FamulorClient,
  { campaignId, name }: Pick<Campaign, "campaignId" | "name">,
): void {
  if (name !== undefined) knownTo(client).names.set(campaignId, name);
}

/** A campaign's name, if need be from the list. Names do not change: Famulor has no route for it. */
export async function campaignName(client: FamulorClient, campaignId: number): Promise<string | undefined> {
  const name = knownTo(client).names.get(campaignId);
  if (name !== undefined) return name;
  // Nice to have, and never a reason to fail: the lead is where it belongs.
  return (await findCampaign(client, campaignId).catch(() => undefined))?.name;
}
