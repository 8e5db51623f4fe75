/** Delete of a lead. Done also where the lead is gone, but only by the account that made it. */
import { FamulorApiError, FamulorNotFoundError } from "../../famulor/errors";
import { GONE, type LeadState } from "../../state/lead";
import { isEndedSandbox, otherAccount, sessionAtHome } from "../session/home";
import type { Session } from "../session/session";
import { type DeleteObservation, decideDelete } from "./decide";
import { deleteRefused, handedOver, sandboxIsGone } from "./messages";
import { liveStatus, nameOf, traceOf } from "./observe";

/** @param makesWay The caller is about to create a lead for the same person; otherwise the claims tell. */
export async function deleteLead(session: Session, olds: LeadState, makesWay = false): Promise<void> {
  const { leadId } = olds;
  const home = sessionAtHome(session, olds, nameOf(leadId));
  const { claims, clock } = home;
  if ((await requireDeletable(session, olds, makesWay)) === "leave alone") return session.say(handedOver(leadId));
  if (claims.leads.liveStatusOf(leadId, clock.now()) !== "created") home.shared.takesAway(leadId, olds);
  try {
    await deleteOnceIdle(home, olds);
  } catch (error) {
    if (isEndedSandbox(home, error)) {
      session.say(sandboxIsGone(leadId, home.settings.baseUrl));
      return claims.leads.gone(leadId);
    }
    if (!(error instanceof FamulorNotFoundError)) throw error;
    if (!(await home.account.made(olds))) throw otherAccount(nameOf(leadId));
    // What was proven gone before is none that this run has deleted: to call again takes the user's own `--replace`.
    if (olds.status === GONE) return claims.leads.gone(leadId);
  }
  if (home.shared.isReplaced(leadId)) home.shared.deleted(leadId);
  // Also after a 404: the answer to an earlier DELETE of this run may have been lost.
  claims.leads.deleted(leadId, olds, clock.now());
}

/**
 * Asks first and deletes nothing: of many rows, none is deleted while one of them must not be.
 *
 * @throws FamulorInputError where the delete would let somebody be called again.
 */
export async function requireDeletable(
  session: Session,
  olds: LeadState,
  makesWay = false,
): Promise<"send" | "leave alone"> {
  const home = sessionAtHome(session, olds, nameOf(olds.leadId));
  const decision = decideDelete(await observeForDelete(home, olds, makesWay), home.settings.allowRedial);
  if (decision.do === "refuse") throw deleteRefused(olds.leadId, decision.because, decision.status);
  return decision.do;
}

async function observeForDelete(home: Session, olds: LeadState, isReplaced: boolean): Promise<DeleteObservation> {
  const { claims, clock, settings } = home;
  const { leadId, status } = olds;
  const isHandedOver =
    claims.leads.isHandedOver(leadId, olds.takenOver) || home.shared.isHandedOver(leadId, olds.takenOver);
  const isInTheWay = claims.leads.isInTheWay(leadId) || home.shared.isInTheWay(leadId);
  // To create again who is gone takes the user's own `--replace`.
  const isFollowedByCreate = isReplaced || claims.leads.isWanted(olds) || home.shared.isReplaced(leadId);
  const makesWay = status !== GONE && isFollowedByCreate;
  const known = claims.leads.liveStatusOf(leadId, clock.now());
  const isStale = makesWay && !isHandedOver && !isInTheWay && known === undefined && !settings.allowRedial;
  return { isHandedOver, isInTheWay, makesWay, status: isStale ? await liveStatus(home, olds) : (known ?? status) };
}

const FIRST_WAIT_MS = 500;

/** Famulor may refuse to delete a lead while it is on the phone: then it is tried again until the call has ended. */
async function deleteOnceIdle({ client, leads, deadlines }: Session, olds: LeadState): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
    try {
      return await client.deleteLead(olds.leadId);
    } catch (error) {
      const mayBeOnThePhone =
        error instanceof FamulorApiError && ["bad-request", "conflict", "validation", "locked"].includes(error.kind);
      if (!mayBeOnThePhone) throw error;
      const lead = await leads.find(traceOf(olds));
      if (lead?.status !== "processing" || !(await deadlines.pause(waitMs))) throw error;
    }
  }
}
