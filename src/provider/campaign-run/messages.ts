/** Every text about a campaign's run. An error says what failed, why, and what to do. */
import { FamulorError } from "../../famulor/errors";
import { withHint } from "../engine/readable-error";

export const nameOf = (campaignId: number) => `the run of campaign ${campaignId}`;

// Lines

export const ended = (campaignId: number, status: string) =>
  `campaign ${campaignId} is ${status} and is not started again by itself. To start it: pulumi up --replace <URN of the run>.`;

export const handedOver = (campaignId: number) =>
  `campaign ${campaignId} is not stopped: another resource runs it now.`;

// Start

export function noSuchCampaign(campaignId: number, cause: unknown): FamulorError {
  return new FamulorError(
    "famulor/no-such-campaign",
    `campaignId: there is no campaign ${campaignId} in this account.`,
    {
      hint: "Declare the campaign in this program and pass it (campaignId: campaign), or check the ID and the API key.",
      cause,
    },
  );
}

export function cannotStart(failure: unknown): FamulorError {
  return withHint(
    failure,
    "Check that the campaign has leads (declare the run with dependsOn: leads), that the account has money, and that the " +
      "assistant has a phone number.",
    "famulor/cannot-start",
  );
}

export function perhapsStarted(campaignId: number, failure: unknown): FamulorError {
  return withHint(
    failure,
    `Campaign ${campaignId} may be running. To start it if it is not: \`pulumi up\`. To stop it: remove the FamulorCampaignRun from the ` +
      "program, then `pulumi up`.",
    "famulor/unknown-outcome",
  );
}
