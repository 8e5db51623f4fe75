/** What a run knows of one account at one address. Hooks get everything from here, so a test can make a session. */
import type { FamulorClient } from "../../famulor/client";
import type { CampaignDirectory } from "../../famulor/directory/campaign-directory";
import type { LeadDirectory } from "../../famulor/directory/lead-directory";
import type { Clock } from "../../famulor/http/clock";
import type { Deadlines } from "../../famulor/http/deadline";
import type { Account } from "./account";
import type { Claims } from "./claims";
import type { Settings } from "./settings";
import type { SharedClaims } from "./shared-claims";

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
  /** When `diff` last could not reach Famulor, in milliseconds since 1970. */
  readonly unreachable: { lastAt: number };
  /** Who has which lead, as far as other processes of this run must know. */
  readonly shared: SharedClaims;
  /** Takes a line that is no error, for whoever watches. */
  say(line: string): void;
  /** The session with the same key at another address. */
  at(baseUrl: string): Session;
}
