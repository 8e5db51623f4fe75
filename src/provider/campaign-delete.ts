/**
 * Delete of a campaign, which takes its leads with it. With `forceDestroy` the engine has dropped those leads from state
 * before this runs, so it is the most persistent call of all: it waits, stops the campaign, and looks up what it cannot tell.
 */
import { pause } from "../famulor/budget";
import { listEveryCampaign } from "../famulor/campaign-directory";
import type { FamulorClient } from "../famulor/client";
import { isOutcomeUnknown } from "../famulor/delivery";
import {
  FamulorApiError,
  FamulorConnectionError,
  FamulorError,
  FamulorInputError,
  FamulorNotFoundError,
  FamulorValidationError,
} from "../famulor/errors";
import { listEveryLead } from "../famulor/lead-directory";
import { isOwnAccount } from "./account";
import { isEndedSandbox, otherAccount } from "./guard";
import type { Props } from "./plain";
import type { Settings } from "./settings";

/** @throws FamulorInputError when there are leads in it, with how many. */
export async function requireEmpty(client: FamulorClient, campaignId: number): Promise<void> {
  let total: number;
  try {
    total = (await client.listLeads({ campaignId }, 1)).total;
  } catch (error) {
    const isPerhapsGone = error instanceof FamulorNotFoundError || error instanceof FamulorValidationError;
    if (isPerhapsGone && !(await listEveryCampaign(client)).some((each) => each.campaignId === campaignId)) return;
    throw error;
  }
  if (total === 0) return;
  throw new FamulorInputError(
    `Campaign ${campaignId} still holds ${total} lead${total > 1 ? "s" : ""} that this stack does not delete with it. ` +
      "Deleting the campaign would delete them too, so it was not deleted.",
    {
      hint:
        "Are they this stack's, and the campaign was replaced? Then `pulumi up` without --target moves them. Otherwise delete or " +
        "move them in Famulor and run the command again, or let them go with the campaign, once: " +
        `FAMULOR_FORCE_DESTROY=${campaignId} pulumi up (or pulumi destroy, if that was the command).`,
    },
  );
}

/**
 * For a campaign that another resource has taken over.
 *
 * @throws FamulorInputError that names the leads in it which no resource of this program has.
 */
export async function requireNoStrangers(
  client: FamulorClient,
  campaignId: number,
  isHeld: (leadId: number) => boolean,
): Promise<void> {
  const strangers = [...(await listEveryLead(client, { campaignId })).keys()].filter((leadId) => !isHeld(leadId));
  if (strangers.length === 0) return;
  const more = strangers.length > 20 ? ` and ${strangers.length - 20} more` : "";
  throw new FamulorInputError(
    `Campaign ${campaignId} belongs to another resource now, and holds leads that no resource of this program has: ` +
      `${strangers.slice(0, 20).join(", ")}${more}.`,
    {
      hint:
        "Some may be those that have just left the program, and that Pulumi has shown as deleted with the campaign. Nothing was " +
        "deleted. Delete in Famulor who must not be called, or declare them again with adoptExisting: true. Then run the command " +
        "again. To leave them as they are: `pulumi state delete` for the campaign's old name.",
    },
  );
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** Returns once the campaign is gone. Goes on for as long as there is time. */
export async function deleteUntilGone(
  client: FamulorClient,
  campaignId: number,
  props: Props,
  settings: Settings,
): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      return await client.deleteCampaign(campaignId);
    } catch (error) {
      if (error instanceof FamulorNotFoundError) {
        if (await isOwnAccount(client, props)) return;
        throw otherAccount(`campaign ${campaignId}`);
      }
      if (isEndedSandbox(error, settings)) throw error;
      const isBusy = error instanceof FamulorApiError && [400, 409, 422, 423].includes(error.status);
      const isUnclear = isOutcomeUnknown(error) || error instanceof FamulorConnectionError;
      if (isUnclear && (await isProvenGone(client, campaignId, props))) return;
      if (!(isBusy || isUnclear)) throw explainNotDeleted(error, campaignId);
      // Famulor says that it stops a running campaign itself. Where it does not, that is what it waits for.
      if (isBusy) await client.stopCampaign(campaignId).catch(() => undefined);
      if (!(await pause(waitMs))) throw explainNotDeleted(error, campaignId);
    }
  }
}

async function isProvenGone(client: FamulorClient, campaignId: number, props: Props): Promise<boolean> {
  try {
    const campaigns = await listEveryCampaign(client);
    return !campaigns.some((each) => each.campaignId === campaignId) && (await isOwnAccount(client, props));
  } catch {
    return false;
  }
}

/** Says what a failed delete has left behind: Pulumi's own output shows the leads as deleted. */
function explainNotDeleted(error: unknown, campaignId: number): FamulorError {
  const { code = "famulor/api", message } = error as Partial<FamulorError>;
  return new FamulorError(code, message ?? String(error), {
    hint:
      `Campaign ${campaignId} is still in Famulor, and with it its leads, also those that Pulumi has just shown as deleted. ` +
      "Run the same command again: it deletes them all. A `pulumi up` that declares them again calls nobody twice: each lead " +
      "that is there is refused, and FAMULOR_ADOPT=identical pulumi up takes it over.",
    cause: error,
  });
}
