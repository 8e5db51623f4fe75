/** Everything that is said about runs of campaigns: errors with what is the case and what to do, and lines. Pure. */
import { FamulorError } from "../../famulor/errors";
import { withHint } from "../engine/readable-error";

export const nameOf = (campaignId: number) => `the run of campaign ${campaignId}`;

// Lines

export const endedLine = (campaignId: number, status: string) =>
  `campaign ${campaignId} is ${status}. It is not started again by itself: pulumi up --replace <its run's URN>.`;

export const leftLine = (campaignId: number) =>
  `the run of campaign ${campaignId} belongs to another resource now: it is not stopped.`;

// Start

export function noSuchCampaign(campaignId: number, cause: unknown): FamulorError {
  return new FamulorError(
    "famulor/no-such-campaign",
    `campaignId: there is no campaign ${campaignId} in this account.`,
    {
      hint: "Declare the campaign in this program and pass it: campaignId: campaign. Or check the ID and the API key.",
      cause,
    },
  );
}

export function cannotStart(failure: unknown): FamulorError {
  return withHint(
    failure,
    "A campaign starts only with leads in it (declare the run with dependsOn: leads), with money in the account and with an " +
      "assistant that has a phone number.",
    "famulor/cannot-start",
  );
}

export function perhapsStarted(campaignId: number, failure: unknown): FamulorError {
  return withHint(
    failure,
    `Campaign ${campaignId} may be running. \`pulumi up\` starts it if it is not; \`pulumi destroy\` stops it.`,
    "famulor/unknown-outcome",
  );
}
