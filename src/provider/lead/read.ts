/** Read of a lead. What somebody changed becomes drift; what Famulor added by itself does not. */
import { sameValue } from "../../famulor/same-value";
import type { Lead } from "../../famulor/wire/leads";
import {
  FIRST_STATUS,
  GONE,
  type LeadArgs,
  type LeadState,
  type Variables,
  type WholeLeadState,
} from "../../state/lead";
import { type Declared, isUnknown, UNKNOWN, type Unknown } from "../engine/unknown";
import { madeAt, otherAccount, requireSameEndpoint } from "../session/home";
import type { Session } from "../session/session";
import { ownValue } from "./changes";
import { contactIdsOf } from "./create";
import { mayBeRecreated } from "./decide";
import { becameGone, movedOutside, noSuchLead, otherContacts } from "./messages";
import { hasDeclaredContacts, nameOf, traceOf } from "./observe";

/** `undefined`: the lead is proven gone, and the next `up` may re-create it. */
export async function readLead(session: Session, olds: LeadState): Promise<LeadState | undefined> {
  const { leads, account, clock, say } = session;
  const { leadId } = olds;
  requireSameEndpoint(session, olds, nameOf(leadId));
  const lead = await leads.find(traceOf(olds));
  if (lead !== undefined) {
    const live = refreshed(olds, lead);
    if (live.campaignId !== olds.campaignId) say(movedOutside(leadId, live.campaignId));
    if (lead.secondaryContacts !== undefined && !hasDeclaredContacts(lead, olds)) say(otherContacts(leadId));
    return live;
  }
  // Another account's listing lacks the lead too, and that proves nothing.
  if (!(await account.made(olds))) throw otherAccount(nameOf(leadId));
  if (mayBeRecreated(olds, clock.now())) return undefined;
  if (olds.status !== GONE) say(becameGone(leadId, olds.status));
  return { ...olds, status: GONE };
}

/** What a refresh takes from the live lead; one entry for each field of the state. */
const REFRESHED: { [Name in keyof Required<LeadState>]: (olds: LeadState, lead: Lead) => LeadState[Name] } = {
  campaignId: (olds, lead) => lead.campaignId ?? olds.campaignId,
  phoneNumber: (olds, lead) => lead.phoneNumber ?? olds.phoneNumber,
  variables: ({ variables }, lead) => variables && liveVariables(variables, lead.variables),
  // Never drift: the list comes reordered, in part, or not at all, and a replacement would call everybody again.
  secondaryContacts: (olds) => olds.secondaryContacts,
  allowDuplicate: (olds) => olds.allowDuplicate,
  adoptExisting: (olds) => olds.adoptExisting,
  leadId: (olds) => olds.leadId,
  status: (olds, lead) => lead.status ?? olds.status,
  requestedStatus: (olds) => olds.requestedStatus,
  secondaryContactIds: (olds, lead) => {
    const ids = contactIdsOf(olds, lead);
    return ids.length > olds.secondaryContactIds.length ? ids : olds.secondaryContactIds;
  },
  campaignName: (olds, lead) => lead.campaignName ?? olds.campaignName,
  createdAt: (olds, lead) => lead.createdAt ?? olds.createdAt,
  updatedAt: (olds, lead) => lead.updatedAt ?? olds.updatedAt,
  endpoint: (olds) => olds.endpoint,
  accountId: (olds) => olds.accountId,
  explicitProvider: (olds) => olds.explicitProvider,
  takenOver: (olds) => olds.takenOver,
  unfinished: (olds) => olds.unfinished,
};

function refreshed(olds: LeadState, lead: Lead): LeadState {
  const live = Object.entries(REFRESHED).map(([name, read]) => [name, read(olds, lead)]);
  return Object.fromEntries(live) as unknown as LeadState;
}

/** The declared variables with the values Famulor has now; a value that means the same keeps its declared form. */
function liveVariables(declared: Variables, live: Record<string, unknown>): Variables {
  const there = Object.entries(declared).flatMap(([name, value]) => {
    const now = ownValue(live, name);
    if (sameValue(now, value)) return [[name, value]];
    return now === undefined || now === null ? [] : [[name, now]];
  });
  return Object.fromEntries(there) as Variables;
}

/** For `FamulorLead.get`. */
export async function readLeadElsewhere(
  session: Session,
  leadId: number,
  { campaignId }: Declared<Partial<LeadArgs>>,
): Promise<LeadState | Unknown> {
  // In preview the campaign may not exist yet. Then nobody can be asked for the lead.
  if (campaignId === undefined || isUnknown(campaignId)) return UNKNOWN;
  const lead = await session.leads.find({ leadId, campaignId });
  if (lead === undefined) throw noSuchLead(leadId, campaignId);
  const contacts = lead.secondaryContacts ?? [];
  const state: WholeLeadState = {
    campaignId: lead.campaignId ?? campaignId,
    phoneNumber: lead.phoneNumber ?? "",
    variables: lead.variables as Variables,
    secondaryContacts: contacts.map(({ phoneNumber }) => ({ phoneNumber })),
    leadId,
    status: lead.status ?? FIRST_STATUS,
    secondaryContactIds: contacts.map(({ contactId }) => contactId),
    campaignName: lead.campaignName,
    createdAt: lead.createdAt,
    updatedAt: lead.updatedAt,
    accountId: undefined,
    allowDuplicate: undefined,
    adoptExisting: undefined,
    requestedStatus: undefined,
    takenOver: undefined,
    unfinished: undefined,
    ...madeAt(session.settings),
  };
  return state;
}
