/** Errors of a lead's hooks, each with what is the case now and what to do. */
import { FamulorError, FamulorInputError } from "../famulor/errors";
import { maskPhoneNumber } from "../famulor/masking";
import type { LeadArgs } from "./lead-args";

export function wouldCallAgain(leadId: number, status: unknown, reason: string): FamulorInputError {
  return new FamulorInputError(
    `${reason}, so lead ${leadId} (last known status: ${status}) would be replaced and the person called again.`,
    { hint: "Undo the edit, or allow it for one run: FAMULOR_REDIAL=allow pulumi up." },
  );
}

export function noSuchCampaign(campaignId: number | undefined, cause: Error): FamulorInputError {
  return new FamulorInputError(`campaignId: there is no campaign ${campaignId} in this account.`, {
    hint: "Nothing was changed: the lead is where it was.",
    cause,
  });
}

export function wouldBeADouble(
  leadId: number,
  { campaignId, phoneNumber }: LeadArgs,
  otherId: number,
): FamulorInputError {
  return new FamulorInputError(
    `Lead ${leadId} is not changed: campaign ${campaignId} already has lead ${otherId} with ${maskPhoneNumber(phoneNumber)}, and ` +
      "the person would be called twice.",
    {
      hint:
        "Delete one of the two. If this program is about to delete the other one, do that first, in a `pulumi up` of its own. To " +
        "have both all the same: allowDuplicate: true.",
    },
  );
}

export function lostToAnother(leadId: number): FamulorInputError {
  return new FamulorInputError(`Lead ${leadId} was taken over by another resource of this program in this run.`, {
    hint: "Nothing was changed. Run `pulumi up` again: this resource then gets a lead of its own.",
  });
}

export function vanished(leadId: number, cause: Error): FamulorInputError {
  return new FamulorInputError(`Lead ${leadId} cannot be changed: Famulor does not have it (any more).`, {
    hint:
      "Somebody deleted it, or its campaign, which takes its leads with it. Nothing was changed. Run `pulumi refresh`, then " +
      "`pulumi up`: a lead that was still waiting is made again, one that may have been called stays as it is.",
    cause,
  });
}

export function dialledPerhaps(leadId: number, error: unknown): FamulorError {
  return new FamulorError("famulor/unknown-outcome", (error as Error).message, {
    hint:
      `Lead ${leadId} may have been queued to be called again. It is not sent a second time by itself: ` +
      "look at its status in Famulor; to send it again, remove `status`, `pulumi up`, and set it anew.",
    cause: error,
  });
}
