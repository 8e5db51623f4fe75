/** What a run knows of one account at one address. Hooks get everything from here, so a test can make a session. */
import type { FamulorClient } from "../../famulor/client";
import type { CampaignDirectory } from "../../famulor/directory/campaign-directory";
import type { LeadDirectory } from "../../famulor/directory/lead-directory";
import type { Clock } from "../../famulor/http/clock";
import type { Deadlines } from "../../famulor/http/deadline";
import type { Account } from "./account";
import type { Claims } from "./claims";
import type { Settings } from "./settings";

export interface Session {
  readonly settings: Settings;
  readonly client: FamulorClient;
  readonly leads: LeadDirectory;
  readonly campaigns: CampaignDirectory;
  readonly account: Account;
  /** Who has which lead and campaign, at this address. */
  readonly claims: Claims;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** When the network was last found to be down, in milliseconds since 1970. */
  readonly unreachable: { since: number };
  /**
   * Notes that this run replaces a lead of another account. The process of the old provider deletes that lead, and it
   * cannot see why.
   */
  replacesElsewhere(leadId: number): void;
  /** Whether any process of this run has noted such a replacement. */
  isReplacedElsewhere(leadId: number): boolean;
  /** Notes that this run has deleted a lead of another account. */
  deletedElsewhere(leadId: number): void;
  /**
   * Whether any process of this run has noted such a delete. With the option `retainOnDelete` the engine does not
   * delete the lead.
   */
  isDeletedElsewhere(leadId: number): boolean;
  /** Takes a line that is no error, for whoever watches. */
  say(line: string): void;
  /** The session with the same key at another address. */
  at(baseUrl: string): Session;
}
