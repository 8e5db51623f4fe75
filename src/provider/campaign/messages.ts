/** Everything that is said about campaigns: errors with what is the case and what to do, and lines. Pure. */
import { FamulorApiError, type FamulorError, FamulorInputError, FamulorNotFoundError } from "../../famulor/errors";
import type { Campaign } from "../../famulor/wire/campaigns";
import { messageOf, withHint } from "../engine/readable-error";
import type { CreateRefusal, DeleteRefusal, LeadsLeft, Obstacle } from "./decide";

/** How many IDs a message lists. */
const MAX_IDS = 20;

export const nameOf = (campaignId: number) => `campaign ${campaignId}`;

// Lines

export const takenOverLine = (campaignId: number) =>
  `campaign ${campaignId} already existed: this resource takes it over.`;

export const leftLine = (campaignId: number) =>
  `campaign ${campaignId} belongs to another resource now: it is not deleted.`;

export const endedWithSandboxLine = (campaignId: number, baseUrl: string) =>
  `campaign ${campaignId}: the sandbox at ${baseUrl} is gone, and the campaign with it.`;

// Create

/** @param failure What the POST ended with, where it was sent. */
export function createRefused(because: CreateRefusal, failure: unknown): FamulorError {
  switch (because.is) {
    case "name in use":
      return nameInUse(because.campaign, because.obstacle);
    case "unknown outcome":
      return unknownOutcome(because.candidates, failure);
  }
}

function nameInUse({ campaignId, status }: Campaign, obstacle: Obstacle | undefined): FamulorInputError {
  const what =
    `name: the account already has campaign ${campaignId} (${status ?? "status not known"}) with this name, and no resource ` +
    "seen in this run has that campaign. Nothing was sent.";
  if (obstacle) {
    return new FamulorInputError(`${what} It cannot be taken over: ${textOf(obstacle)}.`, {
      hint: "Delete it in Famulor, declare its settings as they are there, or choose another name.",
    });
  }
  return new FamulorInputError(what, {
    hint:
      "If an interrupted run of this program created it, run once: FAMULOR_ADOPT=identical pulumi up. To take it over whoever " +
      "created it: adoptExisting: true. After renaming a resource, use Pulumi's aliases. Instead of --replace, change a " +
      "setting. Or choose another name.",
  });
}

function textOf(obstacle: Obstacle): string {
  switch (obstacle.is) {
    case "several":
      return `there are several: ${listed(obstacle.campaignIds)}`;
    case "other settings": {
      const { settings } = obstacle;
      const verb = settings.length > 1 ? "are" : "is";
      return `its ${settings.join(", ")} ${verb} not as declared, and Famulor cannot change a campaign`;
    }
  }
}

function unknownOutcome(candidates: Campaign[], failure: unknown): FamulorError {
  const ids = listed(candidates.map(({ campaignId }) => campaignId));
  const found = ids
    ? `Campaigns ${ids} with this name appeared meanwhile, and nobody can tell which of them this run created: delete all but one. `
    : "Famulor may have created a campaign of this name that is not in the state. ";
  return withHint(
    failure,
    `${found}The next \`pulumi up\` looks for that campaign before it creates one; FAMULOR_ADOPT=identical pulumi up takes it over.`,
    "famulor/unknown-outcome",
  );
}

/** An error that Famulor answered to the POST, in the program's terms. */
export function refusedByFamulor(error: unknown): unknown {
  if (error instanceof FamulorNotFoundError) {
    return new FamulorInputError(
      `assistantId: Famulor has no such outbound assistant in this account. ${messageOf(error)}`,
      { hint: "Nothing was created. getOutboundAssistant({ name }) finds the ID.", cause: error },
    );
  }
  if (!(error instanceof FamulorApiError && error.kind === "forbidden")) return error;
  return withHint(
    error,
    "The plan's number of campaigns is probably used up. Nothing was created and nothing was changed; leads stay where they " +
      "are. Delete a campaign that you do not need any more, or raise the plan, and run the command again. A changed setting " +
      "needs room for one more campaign: the new campaign is created before the old one is deleted, so that no lead is lost.",
  );
}

// Diff

export function wouldChangeAccounts(campaignId: number): FamulorInputError {
  return new FamulorInputError(
    `Campaign ${campaignId} was created by another account than the one that its provider's key belongs to now.`,
    {
      hint:
        "A campaign cannot move to another account, and its leads would be lost on the way. Set the campaign's provider back, " +
        "and declare a second campaign for the other account: leads that point to the second campaign move there.",
    },
  );
}

// Read

export function nothingToGet(campaignId: number): FamulorInputError {
  return new FamulorInputError(`FamulorCampaign.get: there is no campaign ${campaignId} in this account.`, {
    hint: "Check the ID; the stack's API key must belong to the account that holds the campaign.",
  });
}

// Delete

export function deleteRefused(campaignId: number, because: DeleteRefusal): FamulorInputError {
  switch (because.is) {
    case "declared leads":
      return holdsDeclaredLeads(campaignId, because.leadIds);
    case "leads left":
      return holdsOtherLeads(campaignId, because.leads);
    case "strangers":
      return holdsStrangers(campaignId, because.leadIds);
  }
}

function holdsDeclaredLeads(campaignId: number, leadIds: number[]): FamulorInputError {
  return new FamulorInputError(
    `Campaign ${campaignId} is not deleted: this program still declares leads that are in it (${listed(leadIds)}).`,
    {
      hint:
        "If a move has failed in this run, run `pulumi up` again. If the campaign has the option deleteBeforeReplace, remove " +
        "that option: with it the leads are deleted with the campaign, without it they move to the new campaign. To delete the " +
        `leads all the same, once: FAMULOR_FORCE_DESTROY=${campaignId} pulumi up; then \`pulumi refresh\` and \`pulumi up\` ` +
        "re-create the leads that were still waiting.",
    },
  );
}

function holdsOtherLeads(campaignId: number, { count, leadIds }: LeadsLeft): FamulorInputError {
  return new FamulorInputError(
    `Campaign ${campaignId} still holds ${count} lead${count > 1 ? "s" : ""} that this stack does not delete with it: ` +
      `${listed(leadIds, count)}. ` +
      "Deleting the campaign would delete them too, so it was not deleted.",
    {
      hint:
        "If the leads are this stack's and the campaign was replaced, run `pulumi up` without --target: it moves them. " +
        "Otherwise delete or move them in Famulor and run the command again. To delete them with the campaign, once: " +
        `FAMULOR_FORCE_DESTROY=${campaignId} pulumi up (or pulumi destroy, if that was the command).`,
    },
  );
}

function holdsStrangers(campaignId: number, leadIds: number[]): FamulorInputError {
  return new FamulorInputError(
    `Campaign ${campaignId} belongs to another resource now, and holds leads that no resource of this program has: ` +
      `${listed(leadIds)}.`,
    {
      hint:
        "Some may be leads that have just left the program, and that Pulumi has shown as deleted with the campaign. Nothing was " +
        "deleted. Delete in Famulor who must not be called, or declare the leads again with adoptExisting: true. Then run the " +
        "command again. To leave the leads as they are: `pulumi state delete` for the campaign's old name.",
    },
  );
}

/** Says what a failed delete has left behind: Pulumi's own output shows the leads as deleted. */
export function notDeleted(campaignId: number, error: unknown): FamulorError {
  return withHint(
    error,
    `Campaign ${campaignId} is still in Famulor, and with it its leads, also those that Pulumi has just shown as deleted. ` +
      "Run the same command again: it deletes them all. A `pulumi up` that declares them again calls nobody twice: it refuses " +
      "each lead that exists, and FAMULOR_ADOPT=identical pulumi up takes it over.",
  );
}

/** @param count How many there are, where the IDs are only the first. */
function listed(ids: number[], count = ids.length): string {
  const more = count - Math.min(ids.length, MAX_IDS);
  return ids.slice(0, MAX_IDS).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
