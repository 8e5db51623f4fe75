/** Every text about a campaign. An error says what failed, why, and what to do. */
import {
  FamulorApiError,
  FamulorConfigError,
  type FamulorError,
  FamulorInputError,
  FamulorNotFoundError,
} from "../../famulor/errors";
import type { Campaign } from "../../famulor/wire/campaigns";
import { messageOf, withHint } from "../engine/readable-error";
import type { CreateRefusal, DeleteRefusal, LeadsLeft, Obstacle } from "./decide";

/** How many IDs a message lists. */
const MAX_IDS = 20;

export const nameOf = (campaignId: number) => `campaign ${campaignId}`;

// Lines

export const tookOver = (campaignId: number) => `campaign ${campaignId} already existed: this resource takes it over.`;

export const handedOver = (campaignId: number) =>
  `campaign ${campaignId} belongs to another resource now: it is not deleted.`;

export const sandboxIsGone = (campaignId: number, baseUrl: string) =>
  `campaign ${campaignId}: the sandbox at ${baseUrl} is gone, and the campaign with it.`;

// Create

/** @param failure The error of the POST, if one was sent. */
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
      hint: "Delete that campaign in Famulor, declare its settings as they are there, or choose another name.",
    });
  }
  return new FamulorInputError(what, {
    hint:
      "If an interrupted run of this program created that campaign, run once: FAMULOR_ADOPT=identical pulumi up. To take it " +
      "over whoever created it, set adoptExisting: true. If you renamed the resource, use Pulumi's `aliases`. If you used " +
      "--replace, change a setting instead. Otherwise choose another name.",
  });
}

function textOf(obstacle: Obstacle): string {
  switch (obstacle.is) {
    case "several":
      return `several campaigns have this name: ${listed(obstacle.campaignIds)}`;
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
    : "Famulor may have created a campaign with this name that is not in the state. ";
  return withHint(
    failure,
    `${found}The next \`pulumi up\` looks for that campaign before it creates one; FAMULOR_ADOPT=identical pulumi up takes it over.`,
    "famulor/unknown-outcome",
  );
}

/** Famulor's refusal of the POST, in the program's terms. */
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
    "The plan probably allows no more campaigns. Nothing was created or changed; the leads stay where they are. Delete a " +
      "campaign that you do not need any more, or upgrade the plan, and run the command again. A changed setting needs room " +
      "for one more campaign: the new campaign is created before the old one is deleted, so that no lead is lost.",
  );
}

// Diff

export function wouldChangeAccounts(campaignId: number): FamulorInputError {
  return new FamulorInputError(`Campaign ${campaignId} belongs to another account than its provider's key.`, {
    hint:
      "Give the campaign its old provider again: a campaign cannot move to another account, and its leads would be lost on " +
      "the way. To move the leads, declare a second campaign in the other account and point the leads to it.",
  });
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
        "the option: then the leads move to the new campaign and are not deleted. To delete the leads with the campaign, run " +
        `once: FAMULOR_FORCE_DESTROY=${campaignId} pulumi up. Then \`pulumi refresh\` and \`pulumi up\` re-create the leads that ` +
        "were still waiting.",
    },
  );
}

function holdsOtherLeads(campaignId: number, { count, leadIds }: LeadsLeft): FamulorInputError {
  return new FamulorInputError(
    `Campaign ${campaignId} is not deleted: it still holds ${count} lead${count > 1 ? "s" : ""} that this stack does not delete ` +
      `(${listed(leadIds, count)}), and Famulor would delete them with the campaign.`,
    {
      hint:
        "If the campaign was replaced and the leads are this stack's, run `pulumi up` without --target to move them. " +
        "Otherwise delete or move them in Famulor and run the command again. To delete them with the campaign, run once: " +
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
        "Nothing was deleted. Some of them may be leads that you removed from the program and that Pulumi has shown as deleted. " +
        "Delete in Famulor the leads that must not be called, or declare the leads again with adoptExisting: true. Then run the " +
        "command again. To leave the leads as they are: `pulumi state delete` for the campaign's old name.",
    },
  );
}

/** Says what a failed delete leaves behind, because Pulumi's own output shows the leads as deleted. */
export function notDeleted(campaignId: number, error: unknown): FamulorError {
  return withHint(
    error,
    `Campaign ${campaignId} and its leads are still in Famulor, also the leads that Pulumi has just shown as deleted. Run the ` +
      "same command again to delete them. If you declare the leads again instead, nobody is called twice: `pulumi up` refuses " +
      "each lead that exists, and FAMULOR_ADOPT=identical pulumi up takes it over.",
  );
}

/** The same for a key or an address that does not reach the campaign. */
export function outOfReach(campaignId: number, { message }: FamulorConfigError): FamulorConfigError {
  return new FamulorConfigError(message, {
    hint:
      `Campaign ${campaignId} and its leads are still in Famulor, also the leads that Pulumi has just shown as deleted. Set the key and ` +
      "the address with which the campaign was created, and run the same command again; `pulumi destroy` needs --run-program then.",
  });
}

/** @param count How many there are, where the IDs are only the first. */
function listed(ids: number[], count = ids.length): string {
  const more = count - Math.min(ids.length, MAX_IDS);
  return ids.slice(0, MAX_IDS).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
