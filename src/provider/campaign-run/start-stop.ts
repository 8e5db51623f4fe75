/** Starts a campaign and stops it. Both succeed if the campaign is already as asked. */
import { FamulorNotFoundError } from "../../famulor/errors";
import type { CampaignRunState } from "../../state/campaign-run";
import { PartialFailure } from "../engine/hooks";
import { requireMayStart } from "../session/guard-checks";
import { isEndedSandbox, otherAccount } from "../session/home";
import type { Session } from "../session/session";
import { decideAfterFailedStart, decideAfterFailedStop, failureOf, type Observed } from "./decide";
import { cannotStart, nameOf, noSuchCampaign, perhapsStarted } from "./messages";

/** What is known of a run before its campaign was started. */
export type NotStarted = Omit<CampaignRunState, "status" | "unfinished">;

/** Starts the campaign, unless it runs already. */
export async function start(session: Session, run: NotStarted): Promise<CampaignRunState> {
  const { campaignId } = run;
  await requireMayStart(session, campaignId);
  let failure: unknown;
  try {
    return { ...run, status: await send(session, campaignId) };
  } catch (error) {
    failure = error;
  }
  if (failure instanceof FamulorNotFoundError) throw noSuchCampaign(campaignId, failure);
  const kind = failureOf(failure);
  if (kind === "final") throw failure;
  const next = decideAfterFailedStart(kind, await observe(session, campaignId));
  switch (next.do) {
    case "keep":
      return { ...run, status: next.status };
    case "start again":
      try {
        await requireMayStart(session, campaignId);
        return { ...run, status: await send(session, campaignId) };
      } catch (again) {
        throw unfinished(run, again);
      }
    case "refuse":
      throw next.because === "perhaps started" ? unfinished(run, failure) : cannotStart(failure);
  }
}

/** @param home The session that reaches the campaign. */
export async function stop(home: Session, olds: CampaignRunState): Promise<void> {
  const { client, account } = home;
  const { campaignId, accountId } = olds;
  try {
    await client.stopCampaign(campaignId);
  } catch (error) {
    if (isEndedSandbox(home, error)) return;
    if (error instanceof FamulorNotFoundError) {
      if (await account.made({ accountId, campaignId })) return;
      throw otherAccount(nameOf(campaignId));
    }
    const failure = failureOf(error);
    // Any other failure cannot mean that the campaign is stopped already.
    const observed: Observed = failure === "refused" ? await observe(home, campaignId) : { is: "not known" };
    if (decideAfterFailedStop(failure, observed) === "report") throw error;
  }
}

async function send({ client }: Session, campaignId: number): Promise<string> {
  return (await client.startCampaign(campaignId)) ?? "in-progress";
}

/** Asks again, because a shared listing may be older than the request. */
async function observe({ campaigns }: Session, campaignId: number): Promise<Observed> {
  try {
    const live = (await campaigns.listAll()).find((each) => each.campaignId === campaignId);
    return live ? { is: "listed", status: live.status } : { is: "not listed" };
  } catch {
    return { is: "not known" };
  }
}

/**
 * Stays in the state, so that a destroy stops a campaign that may be running, and the next `up` ensures that it runs.
 */
function unfinished(run: NotStarted, error: unknown): PartialFailure<CampaignRunState> {
  const { campaignId } = run;
  return new PartialFailure(
    campaignId,
    { ...run, status: "unknown", unfinished: true },
    perhapsStarted(campaignId, error),
  );
}
