/** Delete of a lead. A lead that is gone counts as deleted, but only in the account that created it. */
import { FamulorApiError, FamulorNotFoundError } from "../../famulor/errors";
import { GONE, type LeadState } from "../../state/lead";
import { isEndedSandbox, otherAccount, sessionAtHome } from "../session/home";
import type { Session } from "../session/session";
import { type DeleteObservation, decideDelete } from "./decide";
import { deleteRefused, handedOver, sandboxIsGone } from "./messages";
import { isHandedOver, isInTheWay, liveStatus, nameOf, traceOf } from "./observe";

/** @param isReplaced The caller creates a new lead next. `false`: the claims say whether somebody else does. */
export async function deleteLead(session: Session, olds: LeadState, isReplaced = false): Promise<void> {
  const { leadId } = olds;
  const home = sessionAtHome(session, olds, nameOf(leadId));
  const { claims, clock } = home;
  if ((await requireDeletable(session, olds, isReplaced)) === "leave alone") return session.say(handedOver(leadId));
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
    // This run has not deleted a lead that was gone before: only the user's own `--replace` calls the person again.
    if (olds.status === GONE) return claims.leads.gone(leadId);
  }
  if (home.shared.isReplaced(leadId)) home.shared.deleted(leadId);
  // Also after a 404: the answer to an earlier DELETE of this run may have been lost.
  claims.leads.deleted(leadId, olds, clock.now());
}

/**
 * Deletes nothing. A set asks this for all its rows first, so that it deletes no row while one of them must stay.
 *
 * @throws FamulorInputError where the delete would let somebody be called again.
 */
export async function requireDeletable(
  session: Session,
  olds: LeadState,
  isReplaced = false,
): Promise<"send" | "leave alone"> {
  const home = sessionAtHome(session, olds, nameOf(olds.leadId));
  const decision = decideDelete(await observeForDelete(home, olds, isReplaced), home.settings.allowRedial);
  if (decision.do === "refuse") throw deleteRefused(olds.leadId, decision.because, decision.status);
  return decision.do;
}

async function observeForDelete(home: Session, olds: LeadState, isReplaced: boolean): Promise<DeleteObservation> {
  const { claims, clock, settings } = home;
  const { leadId, status } = olds;
  const isLost = isHandedOver(home, olds);
  const isObstacle = isInTheWay(home, leadId);
  const isFollowedByCreate = isReplaced || claims.leads.isWanted(olds) || home.shared.isReplaced(leadId);
  // Only the user's own `--replace` re-creates a lead that is gone.
  const makesWay = status !== GONE && isFollowedByCreate;
  const known = claims.leads.liveStatusOf(leadId, clock.now());
  const isStale = makesWay && !isLost && !isObstacle && known === undefined && !settings.allowRedial;
  return {
    isHandedOver: isLost,
    isInTheWay: isObstacle,
    makesWay,
    status: isStale ? await liveStatus(home, olds) : (known ?? status),
  };
}

const FIRST_WAIT_MS = 500;

/** Famulor may refuse to delete a lead during its call, so the delete is repeated until the call has ended. */
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
