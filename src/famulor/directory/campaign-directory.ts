/** Reads campaigns. Famulor has no request for one campaign, so a read lists all campaigns. */
import type { FamulorClient } from "../client";
import { FamulorProtocolError } from "../errors";
import type { Clock } from "../http/clock";
import type { Campaign } from "../wire/campaigns";

/** More pages of campaigns than any account has, so that no server can keep us reading for ever. */
const MAX_PAGES = 100;

/** How long reads may share a finished list, in milliseconds: reads come in waves of as many as run in parallel. */
const SHARED_MS = 5_000;

interface SharedList {
  /** `client.writes` when the list was started: after a write the list may be stale. */
  writes: number;
  /** Infinite while the list is being read. */
  servesUntil: number;
  listing: Promise<Campaign[]>;
}

/** The campaigns of one account. */
export class CampaignDirectory {
  readonly #client: FamulorClient;
  readonly #clock: Clock;
  readonly #names = new Map<number, string>();
  #shared: SharedList | undefined;

  constructor(client: FamulorClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Every campaign of the account, read again each time. Throws if the list is incomplete. */
  async listAll(): Promise<Campaign[]> {
    const found = new Map<number, Campaign>();
    for (let page = 1; page <= MAX_PAGES; page++) {
      const answer = await this.#client.listCampaigns(page);
      if (answer.page !== page) {
        throw new FamulorProtocolError(`GET /user/campaigns answered page ${answer.page} when asked for page ${page}.`);
      }
      for (const campaign of answer.campaigns) found.set(campaign.campaignId, campaign);
      if (page < answer.lastPage) continue;
      const all = [...found.values()];
      for (const campaign of all) this.noteName(campaign);
      return all;
    }
    throw new FamulorProtocolError(`GET /user/campaigns has more than ${MAX_PAGES} pages.`);
  }

  /**
   * Finds a campaign by its ID. Reads within a few seconds share one list. `undefined`: a list that was started after
   * the question does not hold the campaign.
   */
  async find(campaignId: number): Promise<Campaign | undefined> {
    const byId = (campaigns: Campaign[]) => campaigns.find((campaign) => campaign.campaignId === campaignId);
    return byId(await this.#sharedList()) ?? byId(await this.listAll());
  }

  noteName({ campaignId, name }: Pick<Campaign, "campaignId" | "name">): void {
    if (name !== undefined) this.#names.set(campaignId, name);
  }

  /**
   * A campaign's name, from the list if it is not known yet. Names do not change, because Famulor has no route for
   * that.
   */
  async nameOf(campaignId: number): Promise<string | undefined> {
    const name = this.#names.get(campaignId);
    if (name !== undefined) return name;
    // A missing name is no reason to fail.
    return (await this.find(campaignId).catch(() => undefined))?.name;
  }

  #sharedList(): Promise<Campaign[]> {
    const shared = this.#shared;
    if (shared && shared.writes === this.#client.writes && this.#clock.now() < shared.servesUntil)
      return shared.listing;
    const listing = this.listAll();
    const mine: SharedList = { writes: this.#client.writes, servesUntil: Number.POSITIVE_INFINITY, listing };
    this.#shared = mine;
    listing.then(
      () => {
        mine.servesUntil = this.#clock.now() + SHARED_MS;
      },
      // A failed list serves nobody: the reads that waited for it fail, and the next read asks again.
      () => {
        this.#shared = undefined;
      },
    );
    return listing;
  }
}
