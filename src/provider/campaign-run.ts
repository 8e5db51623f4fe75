/**
 * What the engine asks of a campaign's run: create starts the campaign, delete stops it. Both are the same however often
 * they are asked. What the campaign does by itself afterwards, such as completing, is only shown.
 */
import { z } from "zod";
import { findCampaign, listEveryCampaign } from "../famulor/campaign-directory";
import type { FamulorClient } from "../famulor/client";
import { isOutcomeUnknown } from "../famulor/delivery";
import { FamulorApiError, FamulorError, FamulorInputError, FamulorNotFoundError } from "../famulor/errors";
import { accountIdOf, clientFor, isOwnAccount } from "./account";
import { argumentProblems, required } from "./argument-problems";
import { type Hooks, PartialFailure } from "./boundary";
import {
  compareWorlds,
  endpointOutput,
  isEndedSandbox,
  otherAccount,
  requireSameEndpoint,
  settingsAtHome,
} from "./guard";
import { ownershipAt } from "./ownership";
import { holdsUnknown, type Props } from "./plain";
import type { Settings } from "./settings";

const aCampaign = "a campaign or its ID, a whole number above 0";
const runArgs = z.strictObject({
  campaignId: z.int({ error: required(aCampaign) }).min(1, `must be ${aCampaign}`),
});
const problemsOf = (news: Props) => argumentProblems(runArgs, news, "FamulorCampaignRun");
const nameOf = (campaignId: number) => `the run of campaign ${campaignId}`;

export const campaignRunHooks: Hooks = {
  check: problemsOf,

  async diff(olds, news, settings) {
    const campaignId = Number(olds.campaignId);
    const world = await compareWorlds(olds, settings, nameOf(campaignId), async (client) => {
      return (await findCampaign(client, campaignId)) !== undefined;
    });
    if (world !== "the same") return { changes: true, replaces: ["endpoint"], deleteBeforeReplace: true };
    if (olds.campaignId !== news.campaignId) return { replaces: ["campaignId"], deleteBeforeReplace: true };
    ownershipAt(settings).runs.add(campaignId);
    // A start of which nobody knows whether it happened.
    return olds.unfinished === true ? { changes: true } : { changes: false };
  },

  async create(inputs, settings) {
    const problems = holdsUnknown(inputs) ? ["a value is still unknown"] : problemsOf(inputs);
    if (problems.length > 0) throw new FamulorInputError(problems.join("\n"));
    const { campaignId } = runArgs.parse(inputs);
    const accountId = await accountIdOf(clientFor(settings));
    const outs = { campaignId, endpoint: endpointOutput(settings), accountId };
    ownershipAt(settings).runs.add(campaignId);
    return { id: campaignId, outs: await started(outs, settings) };
  },

  async read(id, props, settings) {
    requireSameEndpoint(props, settings, nameOf(id));
    const client = clientFor(settings);
    const campaign = await findCampaign(client, id);
    if (campaign) {
      const status = campaign.status ?? props.status;
      if (isRunning(props.status) && !isRunning(status)) {
        console.log(
          `campaign ${id} is ${status}. It is not started again by itself: pulumi up --replace <its run's URN>.`,
        );
      }
      return { props: { ...props, status }, inputs: { campaignId: props.campaignId } };
    }
    if (!(await isOwnAccount(client, props))) throw otherAccount(nameOf(id));
    return undefined;
  },

  async update(id, olds, _news, settings) {
    requireSameEndpoint(olds, settings, nameOf(id));
    const { unfinished, ...outs } = olds;
    return unfinished === true ? started(outs, settings) : outs;
  },

  async delete(id, props, settings) {
    const home = settingsAtHome(props, settings, nameOf(id));
    const client = clientFor(home);
    // A replacement deletes first, so this one is not being replaced: it was renamed, or declared twice.
    if (ownershipAt(home).runs.has(id)) {
      console.log(`${nameOf(id)} belongs to another resource now: it is not stopped.`);
      return;
    }
    try {
      await client.stopCampaign(id);
    } catch (error) {
      if (isEndedSandbox(error, home)) return;
      if (error instanceof FamulorNotFoundError) {
        if (await isOwnAccount(client, props)) return;
        throw otherAccount(nameOf(id));
      }
      // Famulor is said to refuse to stop what is not running. One that is only paused would go on by itself.
      if (!isRefusedState(error) || !isAtRest((await findNow(client, id))?.status)) throw error;
    }
  },
};

const RUNNING = ["in-progress", "active"];
const isRunning = (status: unknown) => RUNNING.includes(String(status));
/** `undefined`: there is no such campaign. */
const isAtRest = (status: unknown) =>
  [undefined, "draft", "stopped", "completed"].includes(status as string | undefined);

/** An answer that may only say that the campaign is already as it was asked to be. */
const isRefusedState = (error: unknown) => error instanceof FamulorApiError && [400, 409, 422].includes(error.status);

/** Starts the campaign of these outputs, unless it runs already. */
async function started(outs: Props, settings: Settings): Promise<Props> {
  const client = clientFor(settings);
  const campaignId = Number(outs.campaignId);
  try {
    return { ...outs, status: (await client.startCampaign(campaignId)) ?? "in-progress" };
  } catch (error) {
    if (error instanceof FamulorNotFoundError) throw noSuchCampaign(campaignId, error);
    if (!isRefusedState(error) && !isOutcomeUnknown(error)) throw error;
    try {
      const campaign = await findNow(client, campaignId);
      if (isRunning(campaign?.status)) return { ...outs, status: campaign?.status };
      if (isOutcomeUnknown(error) && campaign) {
        // It can have run to its end already; then a second start would find nobody to call.
        if (campaign.status === "completed") return { ...outs, status: campaign.status };
        return { ...outs, status: (await client.startCampaign(campaignId)) ?? "in-progress" };
      }
    } catch (again) {
      if (isOutcomeUnknown(error)) throw perhapsStarted(outs, again);
    }
    throw cannotStart(error as Error);
  }
}

/** Asked anew: a shared answer may be older than what was just done. */
async function findNow(client: FamulorClient, campaignId: number) {
  return (await listEveryCampaign(client)).find((campaign) => campaign.campaignId === campaignId);
}

function noSuchCampaign(campaignId: number, cause: Error): FamulorInputError {
  return new FamulorInputError(`campaignId: there is no campaign ${campaignId} in this account.`, {
    hint: "Declare it in this program and hand it over: campaignId: campaign. Or check the ID and the API key.",
    cause,
  });
}

function cannotStart(cause: Error): FamulorError {
  return new FamulorError("famulor/cannot-start", cause.message, {
    hint:
      "A campaign starts only with leads in it (declare the run with dependsOn: leads), with money in the account and with an " +
      "assistant that has a phone number.",
    cause,
  });
}

/** Kept in state, so that a destroy stops what may be running and the next `up` makes sure that it runs. */
function perhapsStarted(outs: Props, cause: unknown): PartialFailure {
  const error = new FamulorError("famulor/unknown-outcome", (cause as Error).message, {
    hint: `Campaign ${outs.campaignId} may be running. \`pulumi up\` starts it if it is not; \`pulumi destroy\` stops it.`,
    cause,
  });
  return new PartialFailure(Number(outs.campaignId), { ...outs, status: "unknown", unfinished: true }, error);
}
