/**
 * Create of a lead: sends the POST, or takes over the lead that is there if the program asks for that. decide.ts decides each
 * step; this file carries out step after step, until there is a lead or a refusal.
 */

import { FamulorApiError, FamulorValidationError } from "../../famulor/errors";
import { isOutcomeUnknown } from "../../famulor/http/delivery";
import { sameValue } from "../../famulor/same-value";
import type { Lead, LeadChange, NewLead } from "../../famulor/wire/leads";
import { FIRST_STATUS, type LeadArgs, type LeadState, type Variables, type WholeLeadState } from "../../state/lead";
import type { Nothing } from "../../state/stored";
import { PartialFailure } from "../engine/hooks";
import { madeAt } from "../session/home";
import type { Session } from "../session/session";
import { ownValue } from "./changes";
import { type CreateKnowledge, type CreateRefusal, decideCreate } from "./decide";
import { createdWithoutAnswer, createRefused, noSuchCampaign, notFinished, tookOver } from "./messages";
import { type CampaignLeads, fillIn, lacksCampaign, matchIn, observeCampaign, takenAway } from "./observe";

/** @param listed For one of many rows: the campaign, which is then listed once for all of them. */
export async function createLead(session: Session, args: LeadArgs, listed?: CampaignLeads): Promise<LeadState> {
  const { account } = session;
  // A campaign that is listed before the POST shows by itself what was there.
  const isListedFirst = listed !== undefined || args.adoptExisting || args.allowDuplicate;
  const [accountId] = await Promise.all([account.id(), isListedFirst ? undefined : account.highestIdBefore()]);
  const { lead, takenOver } = await ensureLead(session, args, listed).catch(async (error: unknown) => {
    throw (await lacksCampaign(session, args.campaignId, error)) ? noSuchCampaign(args.campaignId, error) : error;
  });
  const filled = await fillIn(session, lead, args);
  const state: WholeLeadState = {
    campaignId: args.campaignId,
    phoneNumber: args.phoneNumber,
    variables: args.variables,
    secondaryContacts: args.secondaryContacts,
    allowDuplicate: args.allowDuplicate,
    adoptExisting: args.adoptExisting,
    leadId: filled.leadId,
    status: filled.status ?? FIRST_STATUS,
    // Never sent at create: a new lead is `created` already, and one that was taken over must not be dialled again.
    requestedStatus: args.status === "created" ? "created" : undefined,
    secondaryContactIds: contactIdsOf(args, filled),
    campaignName: filled.campaignName,
    createdAt: filled.createdAt,
    updatedAt: filled.updatedAt,
    ...madeAt(session.settings),
    accountId,
    takenOver,
    unfinished: undefined,
  };
  return finishLead(session, state, args, takenOver === undefined ? undefined : lead.variables);
}

/** What a POST does not carry: `finishLead` sends the status, and `adoptExisting` is ours alone. */
type NotInPost = "status" | "adoptExisting";
/** Fails to compile, with the name, where an argument is sent by neither. */
type _EveryArgumentIsSent = Nothing<Exclude<keyof LeadArgs, keyof NewLead | NotInPost>>;

interface EnsuredLead {
  lead: Lead;
  /** Absent for a lead that was created. */
  takenOver?: number;
}

/** Walks from one decision to the next. Each observation or request adds to what is known. */
async function ensureLead(session: Session, args: LeadArgs, listed?: CampaignLeads): Promise<EnsuredLead> {
  const { account, claims, settings, deadlines, leads, say } = session;
  const kept = claims.leads.keptAt(args);
  let campaign = listed;
  const known: CreateKnowledge = {
    outcome: "not sent",
    sent: 0,
    looks: listed ? 1 : 0,
    match: listed && matchIn(listed, args, claims.leads),
    cannotLook: false,
    elsewhere: undefined,
    hasLookedElsewhere: false,
    baseline: undefined,
    deleted: undefined,
    takenAway: undefined,
    kept: kept !== undefined && !session.shared.isDeleted(kept) ? kept : undefined,
  };
  let failure: unknown;
  for (;;) {
    const step = decideCreate(args, settings, known);
    switch (step.do) {
      case "send":
        if (known.sent === 0) {
          const shown = campaign ? campaign.highestId : await account.highestIdBefore();
          known.baseline = highest([shown, claims.leads.newestCreatedId]);
          // Other resources may have acted during the requests above, so the decision is taken once more.
          known.deleted = claims.leads.deletedAt(args);
          known.takenAway = await takenAway(session, args);
          if (decideCreate(args, settings, known).do !== "send") break;
        }
        try {
          const lead = await session.client.createLead(args);
          claims.leads.created(lead.leadId, args);
          return { lead };
        } catch (error) {
          known.sent++;
          known.looks = 0;
          known.match = undefined;
          // After one unknown outcome, the refusal of the repetition may be about the lead that the first POST created.
          if (isOutcomeUnknown(error)) known.outcome = "unknown";
          else if (known.outcome === "not sent" && !mayMeanDuplicate(error)) throw error;
          else if (known.outcome === "not sent") known.outcome = "refused";
          failure ??= error;
        }
        break;
      case "look":
        if (await deadlines.pause(step.afterMs)) {
          try {
            campaign = await observeCampaign(session, args.campaignId);
            known.match = matchIn(campaign, args, claims.leads);
            known.looks++;
          } catch (error) {
            if (known.outcome === "not sent") throw error;
            known.cannotLook = true;
          }
        } else {
          known.cannotLook = true;
        }
        break;
      case "look elsewhere": {
        // One of Famulor's pages says that it refuses a number that is anywhere in the account.
        const all = await leads.listAll({ phoneNumber: args.phoneNumber }).catch(() => new Map<number, Lead>());
        known.elsewhere = [...all.values()].find((lead) => lead.phoneNumber === args.phoneNumber);
        known.hasLookedElsewhere = true;
        break;
      }
      case "take over":
        say(tookOver(step.lead.leadId, args));
        return { lead: step.lead, takenOver: noteTakeOver(session, step.lead.leadId, args) };
      case "keep":
        claims.leads.created(step.lead.leadId, args);
        say(createdWithoutAnswer(step.lead.leadId, args));
        return { lead: step.lead };
      case "refuse":
        for (const leadId of obstaclesOf(step.because)) {
          claims.leads.obstructs(leadId);
          session.shared.obstructs(leadId);
        }
        throw createRefused(step.because, args, failure);
    }
  }
}

/** @returns the moment, for the state's `takenOver`. */
function noteTakeOver({ claims, clock, shared }: Session, leadId: number, args: LeadArgs): number {
  const takenOver = claims.leads.tookOver(leadId, clock.now(), args);
  shared.tookOver(leadId, takenOver);
  return takenOver;
}

/** The leads because of which a create is refused. */
function obstaclesOf(because: CreateRefusal): number[] {
  if ("match" in because) {
    const { lead, obstacle } = because.match;
    return obstacle?.is === "several" ? obstacle.leadIds : [lead.leadId];
  }
  if ("lead" in because) return [because.lead.leadId];
  return "candidate" in because && because.candidate ? [because.candidate.leadId] : [];
}

/** Famulor gave out each of these IDs before, so the highest one says most. */
function highest(ids: (number | undefined)[]): number | undefined {
  const known = ids.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** How Famulor refuses a duplicate is undocumented. So a refusal may mean a duplicate, unless it is plainly about something else. */
function mayMeanDuplicate(error: unknown): boolean {
  if (!(error instanceof FamulorApiError)) return false;
  if (error instanceof FamulorValidationError) {
    const fields = Object.keys(error.fieldErrors);
    return fields.length === 0 || fields.includes("phoneNumber");
  }
  return !["auth", "payment", "not-found", "no-route", "too-large", "rate-limit", "server", "timeout"].includes(
    error.kind,
  );
}

/** The contacts' IDs in the order in which they were declared: Famulor's list may have another order. */
export function contactIdsOf({ secondaryContacts = [] }: Pick<LeadArgs, "secondaryContacts">, lead: Lead): number[] {
  const idByNumber = new Map(lead.secondaryContacts?.map((contact) => [contact.phoneNumber, contact.contactId]));
  return secondaryContacts.flatMap(({ phoneNumber }) => idByNumber.get(phoneNumber) ?? []);
}

/**
 * Sends what a POST cannot carry: a status, and the variables of a lead that was taken over.
 *
 * @param live The variables of the lead that was taken over.
 */
async function finishLead(
  { client }: Session,
  state: LeadState,
  args: LeadArgs,
  live: Record<string, unknown> | undefined,
): Promise<LeadState> {
  const change: LeadChange = {};
  const variables = Object.entries(args.variables ?? {});
  const missing = live ? variables.filter(([name, value]) => !sameValue(ownValue(live, name), value)) : [];
  if (missing.length > 0) change.variables = Object.fromEntries(missing);
  if (args.status !== undefined && args.status !== "created") change.status = args.status;
  if (Object.keys(change).length === 0) return state;
  try {
    await client.updateLead(state.leadId, change);
  } catch (error) {
    // What is declared but was not sent must differ from what is stored, or `update` would find nothing to do.
    const there: Variables = Object.fromEntries(variables.filter((each) => !missing.includes(each)));
    throw new PartialFailure<LeadState>(
      state.leadId,
      { ...state, variables: there, unfinished: true },
      notFinished(state.leadId, error),
    );
  }
  return change.status === undefined ? state : { ...state, status: change.status, requestedStatus: change.status };
}
