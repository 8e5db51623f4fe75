/**
 * What Famulor and this run know about a lead, before anything is decided.
 *
 *   observeForDiff            what `diff` has to know beside the two versions
 *   liveStatus                what Famulor says of a lead now
 *   isHandedOver, isInTheWay  what any process of this run has noted about a lead
 *   takenAway                 the lead that this run has taken away from a person
 *   observeCampaign           every lead of a campaign, arranged for finding many numbers
 *   matchIn                   the lead of a campaign that a create would duplicate (pure)
 *   hasDeclaredContacts       whether a lead has the declared secondary contacts (pure)
 *   lacksCampaign             whether a request was refused because of its campaign
 *   fillIn                    what the answer to a create left out
 */

import type { LeadTrace } from "../../famulor/directory/lead-directory";
import { FamulorNotFoundError, FamulorValidationError } from "../../famulor/errors";
import { sameValue } from "../../famulor/same-value";
import type { Lead } from "../../famulor/wire/leads";
import { GONE, type LeadArgs, type LeadState } from "../../state/lead";
import type { DeletedLead, LeadClaims } from "../session/claims";
import { homeOf } from "../session/home";
import type { Session } from "../session/session";
import { type LeadChanges, ownValue } from "./changes";
import { type DiffObservation, type Match, mayBeRecreated, type Obstacle } from "./decide";

export const nameOf = (leadId: number) => `lead ${leadId}`;

export function traceOf({ leadId, campaignId, phoneNumber, createdAt }: LeadState): LeadTrace {
  return { leadId, campaignId, phoneNumber, createdAt };
}

export async function observeForDiff(
  session: Session,
  olds: LeadState,
  changes: LeadChanges,
): Promise<DiffObservation> {
  const { claims, leads, settings, shared } = session;
  const { leadId, status, takenOver } = olds;
  claims.leads.declared(leadId, takenOver);
  if (takenOver !== undefined) shared.tookOver(leadId, takenOver);
  const isLost = isHandedOver(session, olds);
  if (isLost || status === GONE) return { isHandedOver: isLost, home: "here", status };
  const home = await homeOf(session, olds, nameOf(leadId), async () => (await leads.find(traceOf(olds))) !== undefined);
  if (home !== "here") return { isHandedOver: false, home, status };
  claims.leads.placed(leadId, olds, changes.send);
  // The state does not know who was called since it was written.
  const isStale = changes.isReplacement && status === "created" && !settings.allowRedial;
  return { isHandedOver: false, home, status: isStale ? await liveStatus(session, olds) : status };
}

/**
 * What Famulor says of a lead now. A lead that is not found counts as vanished: the state's status counts only if the lead may
 * be re-created.
 */
export async function liveStatus({ claims, leads, clock }: Session, olds: LeadState): Promise<string> {
  const lead = await leads.find(traceOf(olds));
  const status = lead ? (lead.status ?? olds.status) : mayBeRecreated(olds, clock.now()) ? olds.status : GONE;
  claims.leads.knows(olds.leadId, status, clock.now());
  return status;
}

/** Whether another resource has taken the lead over since, in any process of this run. */
export function isHandedOver({ claims, shared }: Session, { leadId, takenOver }: LeadState): boolean {
  return claims.leads.isHandedOver(leadId, takenOver) || shared.isHandedOver(leadId, takenOver);
}

/** Whether a create was refused because of the lead, in any process of this run. */
export function isInTheWay({ claims, shared }: Session, leadId: number): boolean {
  return claims.leads.isInTheWay(leadId) || shared.isInTheWay(leadId);
}

/**
 * The lead that this run has taken away from the declared person, in any of its processes. Leaves out a lead that this process
 * has deleted, because its claims know more about that lead.
 */
export async function takenAway(
  { claims, clock, leads, shared }: Session,
  args: LeadArgs,
): Promise<DeletedLead | undefined> {
  const taken = shared.takenAway(args);
  if (taken === undefined || claims.leads.deletedAt(args)) return undefined;
  const { leadId, isStatusLost } = taken;
  if (isStatusLost) return { leadId, status: undefined };
  const { campaignId } = args;
  const status = claims.leads.liveStatusOf(leadId, clock.now()) ?? (await leads.find({ leadId, campaignId }))?.status;
  return { leadId, status };
}

/** Every lead of a campaign, arranged for finding many numbers. */
export interface CampaignLeads {
  byNumber: ReadonlyMap<string, Lead[]>;
  /** Leads that are somebody's secondary contact. */
  contactIds: ReadonlySet<number>;
  /** 0 for an empty campaign. */
  highestId: number;
}

/** Lists the whole campaign: only then is it known which of its leads are secondary contacts of others. */
export async function observeCampaign({ leads }: Session, campaignId: number): Promise<CampaignLeads> {
  return arrangeLeads((await leads.listAll({ campaignId })).values());
}

export function arrangeLeads(leads: Iterable<Lead>): CampaignLeads {
  const byNumber = new Map<string, Lead[]>();
  const contactIds = new Set<number>();
  let highestId = 0;
  for (const lead of leads) {
    highestId = Math.max(highestId, lead.leadId);
    for (const { contactId } of lead.secondaryContacts ?? []) contactIds.add(contactId);
    if (lead.phoneNumber === undefined) continue;
    const same = byNumber.get(lead.phoneNumber);
    if (same) same.push(lead);
    else byNumber.set(lead.phoneNumber, [lead]);
  }
  return { byNumber, contactIds, highestId };
}

/** The rules ask who has a lead in this run. */
type Holders = Pick<LeadClaims, "isHeld" | "isBeingReplaced" | "hasLeft">;

export function matchIn({ byNumber, contactIds }: CampaignLeads, args: LeadArgs, holders: Holders): Match | undefined {
  const matches = (byNumber.get(args.phoneNumber) ?? []).filter(
    ({ leadId }) => !contactIds.has(leadId) && !holders.hasLeft(leadId, args),
  );
  if (args.allowDuplicate) {
    // Duplicates are allowed, so only a lead counts that looks as if this resource had created it.
    const lead = matches.find((each) => !holders.isHeld(each.leadId) && hasDeclaredContent(each, args));
    return lead && { lead, isIdentical: true, obstacle: undefined };
  }
  const [lead, ...others] = matches;
  if (!lead) return undefined;
  const obstacle: Obstacle | undefined =
    others.length > 0
      ? { is: "several", leadIds: matches.map(({ leadId }) => leadId) }
      : holders.isHeld(lead.leadId)
        ? { is: holders.isBeingReplaced(lead.leadId) ? "retained" : "held" }
        : hasDeclaredContacts(lead, args)
          ? undefined
          : { is: "other contacts" };
  return { lead, isIdentical: hasDeclaredContent(lead, args), obstacle };
}

/** Whether a lead looks as if this resource had created it; one entry for each argument. */
const IS_AS_DECLARED: { [Argument in keyof Required<LeadArgs>]: (lead: Lead, args: LeadArgs) => boolean } = {
  campaignId: () => true, // only leads of the campaign are compared
  phoneNumber: (lead, args) => lead.phoneNumber === args.phoneNumber,
  variables: (lead, { variables = {} }) =>
    Object.entries(variables).every(([name, value]) => sameValue(ownValue(lead.variables, name), value)),
  secondaryContacts: (lead, args) => hasDeclaredContacts(lead, args),
  allowDuplicate: () => true, // Famulor never returns it
  adoptExisting: () => true, // Famulor never gets it
  status: () => true, // Famulor changes it by itself
};

function hasDeclaredContent(lead: Lead, args: LeadArgs): boolean {
  return Object.values(IS_AS_DECLARED).every((isAsDeclared) => isAsDeclared(lead, args));
}

/** Compares without order, because Famulor lists contacts in any order. */
export function hasDeclaredContacts(
  { secondaryContacts: there = [] }: Lead,
  { secondaryContacts: declared = [] }: Pick<LeadArgs, "secondaryContacts">,
): boolean {
  const numbers = (contacts: { phoneNumber: string }[]) => contacts.map(({ phoneNumber }) => phoneNumber).sort();
  return numbers(declared).join() === numbers(there).join();
}

/**
 * Whether a request was refused because of its campaign. Which status and which words Famulor has for that is undocumented, so
 * the list of campaigns decides; a list that cannot be read decides nothing.
 */
export async function lacksCampaign({ campaigns }: Session, campaignId: number, error: unknown): Promise<boolean> {
  if (!(error instanceof FamulorNotFoundError || error instanceof FamulorValidationError)) return false;
  return campaigns.find(campaignId).then(
    (campaign) => campaign === undefined,
    () => false,
  );
}

/**
 * Some answers to a create hold only the ID, and the listing has the rest. A listing that fails here must not lose the lead:
 * then the state holds what is known, and the next refresh adds the rest.
 */
export async function fillIn({ leads }: Session, lead: Lead, args: LeadArgs): Promise<Lead> {
  if (lead.createdAt !== undefined && (lead.secondaryContacts !== undefined || !args.secondaryContacts?.length)) {
    return lead;
  }
  const { campaignId, phoneNumber } = args;
  const listed = await leads.find({ leadId: lead.leadId, campaignId, phoneNumber }).catch(() => undefined);
  return listed ?? lead;
}
