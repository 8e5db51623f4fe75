/**
 * Create of a campaign: Famulor has no rule against two of one name, so it is looked for first, and an unknown outcome is
 * looked up and never repeated.
 */
import { pause } from "../famulor/budget";
import { listEveryCampaign, noteCampaignName } from "../famulor/campaign-directory";
import type { FamulorClient } from "../famulor/client";
import { isOutcomeUnknown } from "../famulor/delivery";
import { FamulorApiError, FamulorError, FamulorInputError, FamulorNotFoundError } from "../famulor/errors";
import type { Campaign } from "../famulor/schema";
import type { CampaignArgs } from "./campaign-args";
import { settingsUnlike } from "./campaign-diff";
import { ownershipAt } from "./ownership";
import type { Settings } from "./settings";

export interface EnsuredCampaign {
  campaign: Campaign;
  /** When it was taken over; absent for one that was made. */
  takenOver?: number;
}

/** Makes the campaign, or takes over the one that is there where that was asked for. */
export function ensureCampaign(
  client: FamulorClient,
  args: CampaignArgs,
  settings: Settings,
): Promise<EnsuredCampaign> {
  return oneAtATime(`${client.baseUrl} ${args.name}`, async () => {
    const { campaigns: ownership } = ownershipAt(client);
    const before = await listEveryCampaign(client);
    const strangers = before.filter(({ campaignId, name }) => name === args.name && !ownership.isHeld(campaignId));
    if (strangers.length > 0) return takeOver(client, args, strangers, settings);
    const campaign = await make(client, args, before);
    ownership.noteMade(campaign.campaignId);
    noteCampaignName(client, { ...campaign, name: args.name });
    return { campaign };
  });
}

const waiting = new Map<string, Promise<unknown>>();

/** Two creates of one name at once could not tell whose an unknown outcome was. */
function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = (waiting.get(key) ?? Promise.resolve()).then(work, work);
  waiting.set(key, mine);
  return mine;
}

function takeOver(
  client: FamulorClient,
  args: CampaignArgs,
  [found, ...others]: Campaign[],
  { adoptIdentical }: Settings,
): EnsuredCampaign {
  const campaign = found as Campaign;
  const campaignId = campaign.campaignId;
  const unlike = settingsUnlike(campaign, args);
  const obstacle =
    others.length > 0
      ? `there are several: ${[campaign, ...others].map((each) => each.campaignId).join(", ")}`
      : unlike.length > 0
        ? `its ${unlike.join(", ")} ${unlike.length > 1 ? "are" : "is"} not as declared, and Famulor cannot change a campaign`
        : undefined;
  const isWanted = args.adoptExisting === true || adoptIdentical;
  if (isWanted && !obstacle) {
    const takenOver = ownershipAt(client).campaigns.noteTakenOver(campaignId);
    console.log(`campaign ${campaignId} was there already and is taken over.`);
    return { campaign, takenOver };
  }
  throw new FamulorInputError(
    `name: the account already has campaign ${campaignId} (${campaign.status}) with this name, and no resource seen in this ` +
      `run has it. Nothing was sent.${obstacle ? ` It cannot be taken over: ${obstacle}.` : ""}`,
    {
      hint: obstacle
        ? "Delete it in Famulor, declare what is there, or choose another name."
        : "If an interrupted run of this program made it, run once: FAMULOR_ADOPT=identical pulumi up. To take it over " +
          "whoever made it: adoptExisting: true. After renaming a resource, use Pulumi's aliases. Instead of --replace, change a " +
          "setting. Or choose another name.",
    },
  );
}

/** How long to wait before each look for a campaign whose POST had an unknown outcome, in milliseconds. */
const LOOKS_MS = [0, 2_000, 5_000];

async function make(client: FamulorClient, args: CampaignArgs, before: Campaign[]): Promise<Campaign> {
  const { adoptExisting, forceDestroy, ...settings } = args;
  try {
    return await client.createCampaign(settings);
  } catch (error) {
    if (!isOutcomeUnknown(error)) throw explainRefusal(error);
    const known = new Set(before.map(({ campaignId }) => campaignId));
    for (const waitMs of LOOKS_MS) {
      if (!(await pause(waitMs))) break;
      // A look that fails shows nothing; the last word is then that nobody knows.
      const now = await listEveryCampaign(client).catch(() => []);
      const [made, ...others] = now.filter(
        (each) => each.name === args.name && !known.has(each.campaignId) && settingsUnlike(each, args).length === 0,
      );
      if (made && others.length === 0) return made;
      if (made) throw explainUnknown(error, [made, ...others]);
    }
    throw explainUnknown(error, []);
  }
}

function explainRefusal(error: unknown): unknown {
  if (error instanceof FamulorNotFoundError) {
    return new FamulorInputError(
      `assistantId: Famulor has no such outbound assistant in this account. ${error.message}`,
      {
        hint: "Nothing was made. getOutboundAssistant({ name }) finds the ID.",
        cause: error,
      },
    );
  }
  if (!(error instanceof FamulorApiError && error.status === 403)) return error;
  return new FamulorError(error.code, error.message, {
    hint:
      "The plan's number of campaigns is probably used up. Nothing was made and nothing was changed; leads stay where they " +
      "are. Delete a campaign that is not needed any more, or raise the plan, and run the command again. A changed setting " +
      "needs room for one more campaign: the new one is made before the old one is deleted, so that no lead is lost.",
    cause: error,
  });
}

function explainUnknown(error: unknown, candidates: Campaign[]): FamulorError {
  const found = candidates.map(({ campaignId }) => campaignId).join(", ");
  return new FamulorError("famulor/unknown-outcome", (error as Error).message, {
    hint:
      (found
        ? `Campaigns ${found} appeared meanwhile with this name, and which of them is this one cannot be told: delete all but one. `
        : "Famulor's list may show a campaign of this name that is not in the state. ") +
      "The next `pulumi up` looks for it before it makes one; FAMULOR_ADOPT=identical pulumi up takes it over.",
    cause: error,
  });
}
