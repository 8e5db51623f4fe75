/**
 * Delete of a campaign, which takes its leads with it. With `forceDestroy` the engine has dropped those leads from the
 * state before this delete runs. So this delete does not give up early: it waits, stops the campaign, and lists the
 * leads that it must not delete.
 */

import { isRunning } from "../../famulor/campaign-status";
import {
  FamulorApiError,
  FamulorConnectionError,
  FamulorNotFoundError,
  FamulorValidationError,
} from "../../famulor/errors";
import { isOutcomeUnknown } from "../../famulor/http/delivery";
import type { CampaignState } from "../../state/campaign";
import { isEndedSandbox, otherAccount } from "../session/home";
import type { Session } from "../session/session";
import {
  type DeleteKnowledge,
  decideAfterFailedDelete,
  decideDelete,
  type FailedDelete,
  type LeadsLeft,
} from "./decide";
import { deleteRefused, handedOver, nameOf, notDeleted, sandboxIsGone } from "./messages";

/** @param home The session that reaches the campaign. */
export async function deleteCampaign(home: Session, olds: CampaignState): Promise<void> {
  try {
    await walk(home, olds);
  } catch (error) {
    if (!isEndedSandbox(home, error)) throw error;
    home.say(sandboxIsGone(olds.campaignId, home.settings.baseUrl));
  }
}

async function walk(home: Session, olds: CampaignState): Promise<void> {
  const { settings, claims, say } = home;
  const { campaignId, takenOver } = olds;
  const known: DeleteKnowledge = {
    isHandedOver: claims.campaigns.isHandedOver(campaignId, takenOver),
    isForced: settings.forceDestroyCampaignId === campaignId,
    isReplaced: claims.campaigns.isReplaced(campaignId),
    declaredLeadIds: claims.leads.heldIn(campaignId),
  };
  for (;;) {
    const step = decideDelete(olds, known);
    switch (step.do) {
      case "count leads":
        known.leads = await countLeads(home, campaignId);
        break;
      case "list strangers":
        known.strangerIds = [...(await home.leads.listAll({ campaignId })).keys()].filter(
          (id) => !claims.leads.isHeld(id),
        );
        break;
      case "leave":
        return say(handedOver(campaignId));
      case "delete":
        return deleteUntilGone(home, olds);
      case "refuse":
        throw deleteRefused(campaignId, step.because);
    }
  }
}

async function countLeads({ client, campaigns }: Session, campaignId: number): Promise<LeadsLeft> {
  try {
    const { leads, total } = await client.listLeads({ campaignId }, 1);
    return { count: total, leadIds: leads.map(({ leadId }) => leadId) };
  } catch (error) {
    const isPerhapsGone = error instanceof FamulorNotFoundError || error instanceof FamulorValidationError;
    if (isPerhapsGone && !(await campaigns.listAll()).some((each) => each.campaignId === campaignId))
      return { count: 0, leadIds: [] };
    throw error;
  }
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Returns when the campaign is gone. Repeats what a repetition may help, until the time is up. */
async function deleteUntilGone(home: Session, olds: CampaignState): Promise<void> {
  const { client, deadlines } = home;
  const { campaignId } = olds;
  let refusalsSinceStop: number | undefined;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await client.deleteCampaign(campaignId);
    } catch (error) {
      if (isEndedSandbox(home, error)) throw error;
      if (error instanceof FamulorNotFoundError) return requireGone(home, olds, error);
      const failure = failureOf(error);
      if (failure === "refused" && refusalsSinceStop !== undefined) refusalsSinceStop++;
      const live = failure === "final" ? "not known" : await liveStatus(home, olds);
      const next = decideAfterFailedDelete({ failure, live, refusalsSinceStop });
      if (next === "done") return;
      if (next === "report") throw notDeleted(campaignId, error);
      if (next === "stop and repeat") {
        // The next listing shows whether the stop has worked.
        await client.stopCampaign(campaignId).catch(() => undefined);
        refusalsSinceStop = 0;
      }
      if (!(await deadlines.pause(waitMs))) throw notDeleted(campaignId, error);
    }
  }
}

const MAY_MEAN_RUNNING = ["bad-request", "conflict", "validation", "locked"];

function failureOf(error: unknown): FailedDelete["failure"] {
  if (error instanceof FamulorApiError && MAY_MEAN_RUNNING.includes(error.kind)) return "refused";
  return isOutcomeUnknown(error) || error instanceof FamulorConnectionError ? "unclear" : "final";
}

async function liveStatus({ campaigns, account }: Session, olds: CampaignState): Promise<FailedDelete["live"]> {
  try {
    const campaign = (await campaigns.listAll()).find(({ campaignId }) => campaignId === olds.campaignId);
    if (campaign) return isRunning(campaign.status) ? "running" : "not running";
    return (await account.made({ ...olds, campaignName: olds.name })) ? "gone" : "not known";
  } catch {
    return "not known";
  }
}

/** After a 404, which Famulor also answers for a campaign of another account. */
async function requireGone({ account }: Session, olds: CampaignState, error: FamulorNotFoundError): Promise<void> {
  const { accountId, campaignId, name } = olds;
  if (accountId !== undefined && (await account.id()) === accountId) return;
  // Without the account's ID only a listing that holds the campaign proves the account. Then the campaign is not gone.
  const isListed = await account.made({ accountId, campaignId, campaignName: name });
  throw isListed ? notDeleted(campaignId, error) : otherAccount(nameOf(campaignId));
}
