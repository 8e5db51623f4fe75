/**
 * Which account are we: one client per key and address, who that key belongs to, and whether that is who made a lead.
 */
import { createHash } from "node:crypto";
import { listEveryCampaign } from "../famulor/campaign-directory";
import { FamulorClient } from "../famulor/client";
import { FamulorApiError } from "../famulor/errors";
import { RateLimit, windowsFor } from "../famulor/rate-limit";
import type { Props } from "./plain";
import { sayThatRequestsWait } from "./progress";
import type { Settings } from "./settings";

const clients = new Map<string, FamulorClient>();
const accountIds = new WeakMap<FamulorClient, Promise<string | undefined>>();

/** The client of these settings, with its connections shared by all resources of this process. */
export function clientFor({ apiKey, baseUrl, requestTimeoutMs, requestsPerMinute }: Settings): FamulorClient {
  const key = JSON.stringify([apiKey, baseUrl, requestTimeoutMs, requestsPerMinute]);
  let client = clients.get(key);
  if (!client) {
    const rateLimit =
      requestsPerMinute === undefined
        ? undefined
        : new RateLimit({ windows: windowsFor(requestsPerMinute), onWait: sayThatRequestsWait(requestsPerMinute) });
    client = new FamulorClient({ apiKey, baseUrl, requestTimeoutMs, rateLimit });
    clients.set(key, client);
  }
  return client;
}

/**
 * Who the key belongs to: the first 12 hex digits of the SHA-256 of the account's e-mail address. Asked once per process
 * and key. `undefined` where Famulor refuses to say, which a key without that permission may meet.
 */
export function accountIdOf(client: FamulorClient): Promise<string | undefined> {
  let accountId = accountIds.get(client);
  if (!accountId) {
    accountId = askAccountId(client);
    accountIds.set(client, accountId);
    // A failure is not an answer: the next hook asks again.
    accountId.catch(() => accountIds.delete(client));
  }
  return accountId;
}

/** Tells accounts apart without naming anybody. Stored in state: it never changes. */
export function accountIdFromEmail(email: string): string {
  return createHash("sha256").update(email.trim().toLowerCase()).digest("hex").slice(0, 12);
}

async function askAccountId(client: FamulorClient): Promise<string | undefined> {
  try {
    return accountIdFromEmail((await client.me()).email);
  } catch (error) {
    const refused = error instanceof FamulorApiError && [403, 404, 405].includes(error.status);
    if (refused) return undefined;
    throw error;
  }
}

/**
 * True only on proof that the key belongs to the account that made this resource: the account's ID, or that the account lists
 * the campaign, under the name it had (its owner may have changed the e-mail address, or may not ask for it).
 *
 * @throws FamulorError when Famulor cannot be asked.
 */
export async function isOwnAccount(client: FamulorClient, props: Props): Promise<boolean> {
  const accountId = await accountIdOf(client);
  if (accountId !== undefined && accountId === props.accountId) return true;
  const campaigns = await listEveryCampaign(client);
  const its = campaigns.find(({ campaignId }) => campaignId === props.campaignId);
  if (accountId === undefined || props.accountId === undefined) return its !== undefined;
  return its?.name !== undefined && its.name === (props.campaignName ?? props.name);
}
