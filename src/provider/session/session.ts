/** What a run knows of one account at one address. Hooks get everything they need from here, so a test can make one. */
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
   * Notes that this run replaces a lead of another account. The lead is deleted by the process of its old provider, which cannot
   * see why.
   */
  replacesElsewhere(leadId: number): void;
  /** Whether any process of this run has noted that. */
  isReplacedElsewhere(leadId: number): boolean;
  /** Notes that this run has deleted such a lead. */
  deletedElsewhere(leadId: number): void;
  /** Whether any process of this run has noted that; the engine does not delete what has the option `retainOnDelete`. */
  isDeletedElsewhere(leadId: number): boolean;
  /** Takes a line that is no error, for whoever watches. */
  say(line: string): void;
  /** The session with the same key at another address. */
  at(baseUrl: string): Session;
}
