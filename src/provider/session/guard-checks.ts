/**
 * The guard at the last moment. `check` has seen every declared number, but Famulor may hold others.
 *
 *   GuardedClient      sends no number that must not be called
 *   requireMayStart    before a campaign is started: nobody in it must be an outsider
 *   requireMayQueue    before a lead may be queued: nobody of it and of its campaign must be an outsider
 */

import { isAtRest } from "../../famulor/campaign-status";
import { FamulorClient, type FamulorClientOptions } from "../../famulor/client";
import { FamulorError } from "../../famulor/errors";
import type { Lead, LeadChange, NewLead } from "../../famulor/wire/leads";
import { maskPhoneNumber } from "../../masking";
import { type Guard, notAllowed, type Outsider, outsidersAmong, refusedBy } from "./guard";
import type { Session } from "./session";

/** How many outsiders a message names. */
const SHOWN = 5;

export class GuardedClient extends FamulorClient {
  readonly #guard: Guard;

  constructor(guard: Guard, options: FamulorClientOptions) {
    super(options);
    this.#guard = guard;
  }

  override async createLead(lead: NewLead): Promise<Lead> {
    this.#require([lead, ...(lead.secondaryContacts ?? [])]);
    return super.createLead(lead);
  }

  override async updateLead(leadId: number, change: LeadChange): Promise<void> {
    this.#require([change]);
    return super.updateLead(leadId, change);
  }

  #require(people: { phoneNumber?: string }[]): void {
    for (const { phoneNumber } of people) {
      const refusing = phoneNumber === undefined ? undefined : refusedBy(this.#guard, phoneNumber);
      if (phoneNumber !== undefined && refusing !== undefined) {
        throw guardError(`Nothing was sent: the number ${notAllowed(phoneNumber, refusing)}.`);
      }
    }
  }
}

/**
 * Lists everybody in the campaign, because Famulor calls them all, also people who were added or changed in the dashboard.
 *
 * @throws FamulorError `famulor/guard`
 */
export async function requireMayStart({ settings, leads }: Session, campaignId: number): Promise<void> {
  if (settings.guard.length === 0) return;
  const outsiders = outsidersAmong(settings.guard, await leads.inCampaign(campaignId));
  if (outsiders.length > 0) throw refused(`Campaign ${campaignId} is not started`, `campaign ${campaignId}`, outsiders);
}

/**
 * For a lead that is moved, or whose status is set to `created`. What the state says of its numbers may be stale: Famulor
 * calls the numbers that it has.
 *
 * @param live The lead as Famulor has it; `undefined`: not found.
 * @param campaignId Where the lead is after the change.
 * @throws FamulorError `famulor/guard`
 */
export async function requireMayQueue(
  { settings: { guard }, leads, campaigns, claims }: Session,
  leadId: number,
  live: Lead | undefined,
  change: LeadChange,
  campaignId: number,
): Promise<void> {
  if (guard.length === 0) return;
  const notChanged = `Lead ${leadId} is not changed`;
  if (live === undefined) {
    throw guardError(
      `${notChanged}: Famulor does not list it, so nobody can tell which numbers it would call.`,
      "Run `pulumi refresh`, then `pulumi up`.",
    );
  }
  const afterwards = { ...live, phoneNumber: change.phoneNumber ?? live.phoneNumber };
  const own = outsidersAmong(guard, [afterwards]);
  if (own.length > 0) throw refused(notChanged, "the lead in Famulor", own);
  // A campaign that this run has created holds only leads that this run has checked.
  if (claims.campaigns.isOurOwn(campaignId)) return;
  const others = (await leads.recentInCampaign(campaignId)).filter((each) => each.leadId !== leadId);
  const outsiders = outsidersAmong(guard, others);
  if (outsiders.length === 0) return;
  // In a campaign that is at rest nobody is called before a start, and `requireMayStart` checks that.
  if (change.status !== "created" && isAtRest((await campaigns.find(campaignId))?.status)) return;
  throw refused(notChanged, `campaign ${campaignId}`, outsiders);
}

function refused(what: string, where: string, outsiders: Outsider[]): FamulorError {
  const named = outsiders
    .slice(0, SHOWN)
    .map(
      ({ person, phoneNumber }) =>
        `${person} (${phoneNumber === undefined ? "no number that can be read" : maskPhoneNumber(phoneNumber)})`,
    );
  const more = outsiders.length > SHOWN ? ` and ${outsiders.length - SHOWN} more` : "";
  const settings = [...new Set(outsiders.map(({ setting }) => setting))].join(" and ");
  const count = outsiders.length === 1 ? "1 person who is" : `${outsiders.length} people who are`;
  return guardError(
    `${what}: ${where} has ${count} not allowed by ${settings}: ${named.join(", ")}${more}.`,
    "Nothing was sent. Remove them in Famulor, or, if they are leads of this program, run `pulumi refresh` and `pulumi up`, which " +
      "set the declared numbers again.",
  );
}

function guardError(message: string, hint?: string): FamulorError {
  return new FamulorError("famulor/guard", message, hint === undefined ? {} : { hint });
}
