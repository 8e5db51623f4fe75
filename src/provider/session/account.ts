/** Whose account the session's key belongs to, and whether that account created a resource. */
import { createHash } from "node:crypto";
import type { FamulorClient } from "../../famulor/client";
import type { CampaignDirectory } from "../../famulor/directory/campaign-directory";
import type { LeadDirectory } from "../../famulor/directory/lead-directory";
import { FamulorApiError } from "../../famulor/errors";
import { isBlank, sameValue } from "../../famulor/same-value";

/** What a stored resource says about the account that created it. */
export interface MadeByAccount {
  accountId?: string | undefined;
  campaignId: number;
  /** The name of its campaign, if the state knows it. */
  campaignName?: string | undefined;
}

/** Distinguishes accounts without naming anybody. Stored in state, so it never changes. */
export function accountIdFromEmail(email: string): string {
  return createHash("sha256").update(email.trim().toLowerCase()).digest("hex").slice(0, 12);
}

export class Account {
  #id: Promise<string | undefined> | undefined;
  #highestIdBefore: Promise<number | undefined> | undefined;

  constructor(
    private readonly client: FamulorClient,
    private readonly campaigns: CampaignDirectory,
    private readonly leads: LeadDirectory,
  ) {}

  /**
   * The highest lead ID before this run's first create: an identical lead with a lower ID is not one of this run's.
   * Asked once. `undefined` if nobody can tell. The create goes on in any case.
   */
  highestIdBefore(): Promise<number | undefined> {
    this.#highestIdBefore ??= this.leads.highestId().catch(() => undefined);
    return this.#highestIdBefore;
  }

  /**
   * The first 12 hex digits of the SHA-256 of the account's e-mail address. Asked once. `undefined` if Famulor refuses
   * to say, because the key lacks the permission.
   */
  id(): Promise<string | undefined> {
    if (!this.#id) {
      this.#id = this.#ask();
      // A failure is no answer: the next hook asks again.
      this.#id.catch(() => {
        this.#id = undefined;
      });
    }
    return this.#id;
  }

  /**
   * True only on proof: the account's ID, or that the account lists the campaign under its stored name. (The owner may
   * have changed the e-mail address, or the key may not ask for it.)
   *
   * @throws FamulorError if Famulor cannot be asked.
   */
  async made({ accountId, campaignId, campaignName }: MadeByAccount): Promise<boolean> {
    const own = await this.id();
    if (own !== undefined && own === accountId) return true;
    const campaign = (await this.campaigns.listAll()).find((each) => each.campaignId === campaignId);
    if (own === undefined || accountId === undefined) return campaign !== undefined;
    return !isBlank(campaignName) && sameValue(campaign?.name, campaignName);
  }

  async #ask(): Promise<string | undefined> {
    try {
      return accountIdFromEmail((await this.client.me()).email);
    } catch (error) {
      const isRefused = error instanceof FamulorApiError && ["forbidden", "not-found", "no-route"].includes(error.kind);
      if (isRefused) return undefined;
      throw error;
    }
  }
}
