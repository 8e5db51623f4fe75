/** Update of a lead: one PUT with only what changed. */

import { FamulorNotFoundError } from "../../famulor/errors";
import { isOutcomeUnknown } from "../../famulor/http/delivery";
import { sameValue } from "../../famulor/same-value";
import type { LeadChange } from "../../famulor/wire/leads";
import type { LeadArgs, LeadState } from "../../state/lead";
import { PartialFailure } from "../engine/hooks";
import { requireMayQueue } from "../session/guard-checks";
import { madeAt, otherAccount, requireSameEndpoint } from "../session/home";
import type { Session } from "../session/session";
import { leadChanges } from "./changes";
import { decideQueueing, mayRenumber, mayTakeNumber } from "./decide";
import {
  dialledPerhaps,
  duplicateAfterChange,
  isBlacklisted,
  lostToAnother,
  noSuchCampaign,
  numberIsWanted,
  numberWasTaken,
  vanished,
} from "./messages";
import { isHandedOver, isInTheWay, lacksCampaign, liveStatus, nameOf, takenAway, traceOf } from "./observe";

export async function updateLead(session: Session, olds: LeadState, args: LeadArgs): Promise<LeadState> {
  const { client, claims, leads, account, campaigns, settings } = session;
  const { leadId } = olds;
  requireSameEndpoint(session, olds, nameOf(leadId));
  if (isHandedOver(session, olds)) throw lostToAnother(leadId);
  const { send: change } = leadChanges(olds, args);
  const state = confirmed(olds, args);
  if (Object.keys(change).length === 0) return state;
  if (change.campaignId !== undefined || change.status === "created") {
    // The state does not know who was called, blacklisted or given another number since it was written.
    const live = await leads.findRecent(traceOf(olds));
    // Only the declared person is called, and not whoever has the lead's number in Famulor by now.
    if (!sameValue(live?.phoneNumber ?? args.phoneNumber, args.phoneNumber)) change.phoneNumber = args.phoneNumber;
    await requireMayQueue(session, leadId, live, change, args.campaignId);
    state.status = live?.status ?? olds.status;
    const decision = decideQueueing(state.status);
    if (decision.do === "refuse") throw isBlacklisted(leadId);
    if (change.status === undefined && decision.status !== undefined) change.status = decision.status;
  }
  if (!sameValue(olds.phoneNumber, args.phoneNumber)) await requireNotWanted(session, olds);
  await requireNoDuplicate(session, leadId, args, change);
  if (change.phoneNumber !== undefined) await requireNotTaken(session, olds, args, change);
  if (!sameValue(olds.phoneNumber, args.phoneNumber)) {
    session.shared.takesAway(leadId, olds, change.status !== undefined);
  }
  try {
    await client.updateLead(leadId, change);
  } catch (error) {
    const { campaignId } = change;
    const isNotFound = error instanceof FamulorNotFoundError;
    if (isNotFound && !(await account.made(olds))) throw otherAccount(nameOf(leadId));
    if (campaignId !== undefined && (await lacksCampaign(session, campaignId, error))) {
      throw noSuchCampaign(campaignId, error, { isMove: true });
    }
    if (isNotFound) throw vanished(leadId, error);
    if (!(change.status === "created" && isOutcomeUnknown(error))) throw error;
    // A second `created` might call the person again. So the status is stored as carried out, and only an edit sends it once
    // more. The other changes of this request are not stored: the next `up` sends them again, which does no harm.
    throw new PartialFailure<LeadState>(
      leadId,
      { ...olds, status: "created", requestedStatus: "created" },
      dialledPerhaps(leadId, error),
    );
  }
  claims.leads.changed(leadId, args, change);
  // The change proves that the key belongs to the lead's account. From now on the lead belongs to this provider.
  state.explicitProvider = madeAt(settings).explicitProvider;
  if (change.status !== undefined) {
    state.status = change.status;
    claims.leads.knows(leadId, change.status, session.clock.now());
  }
  if (change.campaignId !== undefined) {
    // The answer lacks the new campaign's name, and the old name in the state would be wrong.
    state.campaignName = await campaigns.nameOf(change.campaignId);
  }
  return state;
}

/** The state once the declared arguments are carried out. */
function confirmed(olds: LeadState, { status, ...declared }: LeadArgs): LeadState {
  const { campaignId, phoneNumber, variables, secondaryContacts, allowDuplicate, adoptExisting } = declared;
  const args: { [Argument in keyof Required<typeof declared>]: (typeof declared)[Argument] } = {
    campaignId,
    phoneNumber,
    variables,
    secondaryContacts,
    allowDuplicate,
    adoptExisting,
  };
  return Object.assign({}, olds, args, { requestedStatus: status, unfinished: undefined });
}

/** @throws FamulorInputError where the number would go from a lead that was called to one that this run creates. */
async function requireNotWanted(session: Session, olds: LeadState): Promise<void> {
  const { claims, settings } = session;
  const { leadId } = olds;
  const isWanted = claims.leads.isWanted(olds) || isInTheWay(session, leadId);
  const status = isWanted && !settings.allowRedial ? await liveStatus(session, olds) : olds.status;
  if (!mayRenumber(isWanted, status, settings.allowRedial)) throw numberIsWanted(leadId, olds, status);
}

/** @throws FamulorInputError where the number comes from a person who may have been called, and this lead waits. */
async function requireNotTaken(session: Session, olds: LeadState, args: LeadArgs, change: LeadChange): Promise<void> {
  const { claims, settings } = session;
  const from = claims.leads.deletedAt(args) ?? (await takenAway(session, args));
  if (from === undefined || from.leadId === olds.leadId) return;
  const own = change.status ?? (await liveStatus(session, olds));
  if (!mayTakeNumber(from, own, settings.allowRedial)) throw numberWasTaken(olds.leadId, args, from.leadId);
}

/** How long a change waits for another lead of this run to give its number away, in milliseconds. */
const PATIENCE_MS = 10_000;
const BETWEEN_LOOKS_MS = 100;

/**
 * Famulor documents that it refuses a duplicate at create, and not when a lead is moved or gets another number. A lead of this
 * program that is about to leave the place counts until its own change has succeeded, because that change may fail.
 *
 * @throws FamulorInputError where the person would have two leads in the campaign.
 */
async function requireNoDuplicate(
  { claims, leads, clock, deadlines }: Session,
  leadId: number,
  args: LeadArgs,
  change: LeadChange,
): Promise<void> {
  if ((change.campaignId === undefined && change.phoneNumber === undefined) || args.allowDuplicate) return;
  // A campaign that this run has created holds only leads that this run knows.
  const listed = claims.campaigns.isOurOwn(args.campaignId)
    ? []
    : await leads.recentWithNumber(args.campaignId, args.phoneNumber).catch((error) => {
        if (error instanceof FamulorNotFoundError) return []; // no such campaign: the change itself says so
        throw error;
      });
  const others = () => {
    const stillThere = listed.filter((each) => !claims.leads.hasLeft(each.leadId, args)).map((each) => each.leadId);
    return [...stillThere, ...claims.leads.idsAt(args)].filter((each) => each !== leadId);
  };
  const startedAt = clock.now();
  for (;;) {
    const [other] = others();
    if (other === undefined) return;
    const isLeaving = claims.leads.isLeaving(other, args);
    const isPatient = isLeaving && clock.now() - startedAt < PATIENCE_MS;
    if (!isPatient || !(await deadlines.pause(BETWEEN_LOOKS_MS))) {
      throw duplicateAfterChange(leadId, args, other, isLeaving);
    }
  }
}
