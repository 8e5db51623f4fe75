/** Every text about a lead. An error says what failed, why, and what to do. */
import { FamulorError, FamulorInputError } from "../../famulor/errors";
import type { Lead } from "../../famulor/wire/leads";
import { maskPhoneNumber } from "../../masking";
import type { LeadArgs } from "../../state/lead";
import { messageOf, withHint } from "../engine/readable-error";
import type { CreateRefusal, LeadPlan, Obstacle, ReplaceReason } from "./decide";

type Person = Pick<LeadArgs, "campaignId" | "phoneNumber">;

const described = (leadId: number, { campaignId, phoneNumber }: Person) =>
  `lead ${leadId} (${maskPhoneNumber(phoneNumber)}, campaign ${campaignId})`;

// Diff

const WHY_REPLACED: Record<ReplaceReason, string> = {
  "taken over by another resource": "another resource has taken it over",
  "another sandbox": "famulor:baseUrl names another sandbox",
  "another account": "apiKey: it belongs to another account than the one that made the lead",
  secondaryContacts: "secondaryContacts: Famulor cannot change them",
};

/** The line that `diff` prints about a plan; `undefined`: none. */
export function lineOf(leadId: number, plan: LeadPlan): string | undefined {
  if (plan.step === "gone") {
    return (
      `lead ${leadId} is gone from Famulor and is not re-created by itself, since the person may have been called. ` +
      "To call again: pulumi up --replace <its URN>. To forget it: remove it from the program."
    );
  }
  if (plan.step !== "replace" || plan.because === "another sandbox") return undefined;
  if (plan.because === "taken over by another resource") {
    return `lead ${leadId} was taken over by another resource: this resource gets a lead of its own.`;
  }
  return `${WHY_REPLACED[plan.because]}: lead ${leadId} (last known status: ${plan.status}) is replaced, and the person will be called again.`;
}

export function wouldCallAgain(leadId: number, because: ReplaceReason, status: string): FamulorInputError {
  return new FamulorInputError(
    `${WHY_REPLACED[because]}, so lead ${leadId} (last known status: ${status}) would be replaced and the person called again.`,
    { hint: "Undo the edit, or allow it for one run: FAMULOR_REDIAL=allow pulumi up." },
  );
}

// Create

export function tookOver(leadId: number, person: Person): string {
  return `${described(leadId, person)} was there already and is taken over.`;
}

export function createdWithoutAnswer(leadId: number, person: Person): string {
  return `${described(leadId, person)}: the answer to its create was lost; the campaign's listing shows the lead.`;
}

const RENAMED = "If you renamed the resource or moved it into a component, give it the option `aliases`.";
const LATER_RUNS =
  "A later `pulumi up` cannot know that, and would call the person: to leave them alone, remove this lead from the program. To " +
  "call them again now: FAMULOR_REDIAL=allow pulumi up.";
const ADOPT_IDENTICAL = "run once: FAMULOR_ADOPT=identical pulumi up";

/** @param failure What the POST ended with; absent: none was sent. */
export function refusedCreate(because: CreateRefusal, args: LeadArgs, failure: unknown): unknown {
  const { campaignId, phoneNumber } = args;
  const sent = failure === undefined ? "Nothing was sent." : messageOf(failure);
  const number = maskPhoneNumber(phoneNumber);
  switch (because.is) {
    case "refused":
      return failure;
    case "duplicate": {
      const { lead, isIdentical } = because.match;
      const found = `${sent} Campaign ${campaignId} already has lead ${lead.leadId} with ${number}; nobody was called twice.`;
      const ways = because.why
        ? `It cannot be taken over: ${obstacleText(because.why)}.`
        : `${RENAMED} If another stack or resource declares it, remove one of the two. Otherwise take it over with ` +
          "adoptExisting: true" +
          (isIdentical
            ? `, or, if an interrupted run of this program or the option retainOnDelete left it, ${ADOPT_IDENTICAL}.`
            : ".");
      return new FamulorInputError(found, { hint: ways, cause: failure });
    }
    case "identical duplicate":
      return new FamulorInputError(
        `allowDuplicate: campaign ${campaignId} already has lead ${because.lead.leadId} with ${number} and exactly this content, ` +
          "and no resource seen in this run has it. Nothing was sent.",
        {
          hint:
            `If an interrupted run of this program created it, ${ADOPT_IDENTICAL}. ` +
            "If the person is to be called twice, declare other content, such as one more variable.",
        },
      );
    case "duplicate elsewhere":
      return new FamulorInputError(
        `${sent} The account has lead ${because.lead.leadId} with ${number} in campaign ${because.lead.campaignId}; nobody was ` +
          "called twice.",
        {
          hint: "Delete it there, or declare it in that campaign with adoptExisting: true and then move it.",
          cause: failure,
        },
      );
    case "not adoptable":
      return new FamulorInputError(
        `Lead ${because.lead.leadId} cannot be taken over: ${obstacleText(because.obstacle)}.`,
        { hint: "Nothing was sent. Delete it in Famulor, or declare what is there." },
      );
    case "unknown outcome":
      return unknownOutcome(args, failure, because.candidate);
    case "kept":
      return new FamulorInputError(
        `Nothing was sent: lead ${because.leadId}, which this one was to replace, was not deleted, and the person would be called twice.`,
        {
          hint:
            "The option retainOnDelete has kept it. Remove that option, undo the edit, and take the lead back: " +
            `${ADOPT_IDENTICAL}. Or delete it in Famulor. To have both all the same: FAMULOR_REDIAL=allow pulumi up.`,
        },
      );
    case "taken away in this run":
      return new FamulorInputError(
        `Nothing was sent: lead ${because.leadId} had ${number} in campaign ${campaignId} until this run gave it another number or ` +
          "deleted it. The person may have been called already and would be called again.",
        { hint: `${LATER_RUNS} Next time, keep the person's lead and declare the other person as a new one.` },
      );
    case "deleted in this run":
      return new FamulorInputError(
        `Nothing was sent: this run has deleted lead ${because.leadId} with ${number} in campaign ${campaignId}, the person may have ` +
          "been called already and would be called again.",
        {
          hint:
            `${LATER_RUNS} Next time, to move a lead to another resource, add that resource first, with adoptExisting: true, and ` +
            "remove the old one in a later `pulumi up`.",
        },
      );
  }
}

function obstacleText(obstacle: Obstacle | "other content"): string {
  if (obstacle === "other content") return "its variables are not the ones that were sent";
  switch (obstacle.is) {
    case "several":
      return `there are ${obstacle.leadIds.length} with this number: ${obstacle.leadIds.join(", ")}`;
    case "held":
      return (
        "another resource of this program has it. If that is this resource under its old name, give it the option `aliases`; if the " +
        "other resource is to have another number now, run the command once more"
      );
    case "retained":
      return (
        "it is the lead that was to be replaced, and the option retainOnDelete has kept it. Remove that option, undo the edit, and " +
        `take the lead back: ${ADOPT_IDENTICAL}`
      );
    case "other contacts":
      return "its secondary contacts differ from the declared ones, and Famulor cannot change them";
  }
}

/** Adds what a tired person must know: somebody may be called although `up` failed. */
function unknownOutcome(
  { allowDuplicate, campaignId, phoneNumber }: LeadArgs,
  failure: unknown,
  candidate: Lead | undefined,
): FamulorError {
  const next = "the next run with FAMULOR_ADOPT=identical pulumi up takes it over";
  const advice = allowDuplicate
    ? `If it is there, ${next}, and a plain run refuses it.`
    : `Famulor refuses a second one, so nobody is called twice; if it is there, ${next}.`;
  return withHint(
    failure,
    `Campaign ${campaignId} may hold a lead ${maskPhoneNumber(phoneNumber)} that is not in the state` +
      `${candidate ? `: perhaps ${candidate.leadId}` : ""}. Look in Famulor's list of leads. ${advice}`,
    "famulor/unknown-outcome",
  );
}

export function notFinished(leadId: number, cause: unknown): FamulorError {
  return withHint(
    cause,
    `Lead ${leadId} exists and is in the state, but is not yet as declared: until then Famulor calls it as usual. Run ` +
      "`pulumi up` again to finish it.",
  );
}

// Read

export function movedOutside(leadId: number, campaignId: number): string {
  return (
    `lead ${leadId} was moved to campaign ${campaignId} outside of this program. \`pulumi up\` moves it back; do so before a ` +
    "destroy, which would leave it there if its own campaign has forceDestroy."
  );
}

export function otherContacts(leadId: number): string {
  return `lead ${leadId}: Famulor lists other secondary contacts than are declared. Nothing was changed.`;
}

export function becameGone(leadId: number, status: string): string {
  return `lead ${leadId}: gone from Famulor after it was ${status}. It stays in the state as "gone".`;
}

export function noSuchLead(leadId: number, campaignId: number): FamulorInputError {
  return new FamulorInputError(`FamulorLead.get: there is no lead ${leadId} in campaign ${campaignId}.`, {
    hint: "Check the ID and the campaign; the stack's API key must belong to the account that holds it.",
  });
}

// Create and update

/** @param isMove Whether a lead was to move there; otherwise one was to be created there. */
export function noSuchCampaign(campaignId: number, cause: unknown, { isMove = false } = {}): FamulorError {
  const outcome = isMove ? "Nothing was changed: the lead is where it was." : "Nobody was called.";
  return new FamulorError(
    "famulor/no-such-campaign",
    `campaignId: there is no campaign ${campaignId} in this account.`,
    {
      hint:
        `${outcome} Declare the campaign in this program and pass it (campaignId: campaign), or check the ID, and that the API key ` +
        "belongs to the account that has the campaign.",
      cause,
    },
  );
}

// Update

/** @param isLeaving The other lead is a resource of this program that is to have another place. */
export function duplicateAfterChange(
  leadId: number,
  { campaignId, phoneNumber }: Person,
  otherId: number,
  isLeaving: boolean,
): FamulorInputError {
  return new FamulorInputError(
    `Lead ${leadId} is not changed: campaign ${campaignId} already has lead ${otherId} with ${maskPhoneNumber(phoneNumber)}, and ` +
      "the person would be called twice.",
    {
      hint: isLeaving
        ? "The other lead is to have another number or campaign itself, and that change has not succeeded yet. Run `pulumi up` again " +
          "after it has."
        : "Delete one of the two. Two leads of a program cannot swap their numbers in one run: give one of them a third number first. If this program is about to delete the other one, do that first, in a `pulumi up` of its own. To " +
          "have both all the same: allowDuplicate: true.",
    },
  );
}

export function numberIsWanted(leadId: number, { phoneNumber }: Person, status: string): FamulorInputError {
  return new FamulorInputError(
    `Lead ${leadId} (last known status: ${status}) keeps its number: another resource of this program is to get ` +
      `${maskPhoneNumber(phoneNumber)}, and the person would be called again.`,
    {
      hint:
        "Undo the edit: keep the person's lead and declare the other person as a new one. To call them again: " +
        "FAMULOR_REDIAL=allow pulumi up.",
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
      "`pulumi up`: a lead that was still waiting is re-created, one that may have been called stays as it is.",
    cause,
  });
}

export function isBlacklisted(leadId: number): FamulorInputError {
  return new FamulorInputError(
    `Lead ${leadId} is not changed: it is blacklisted, and this change may queue it to be called (undocumented).`,
    {
      hint: "Remove the lead from the program, or take the number off the blacklist in Famulor and run `pulumi refresh`.",
    },
  );
}

export function dialledPerhaps(leadId: number, cause: unknown): FamulorError {
  return withHint(
    cause,
    `Lead ${leadId} may have been queued to be called again. It is not sent a second time by itself: look at its status in ` +
      "Famulor; to send it again, remove `status`, `pulumi up`, and set it again.",
    "famulor/unknown-outcome",
  );
}

// Delete

const WHY_NOT_DELETED: Record<"in the way" | "would call again", { why: string; hint: string }> = {
  "in the way": {
    why: "a create of this run was refused because of it, and after the delete the next run would call the person again",
    hint:
      "If the resource was renamed or moved into a component, give the new one the option `aliases`, or adoptExisting: true. " +
      "Otherwise remove one of the two. Then run `pulumi up` again.",
  },
  "would call again": {
    why: "this run is to create it again, and the person would be called again",
    hint: "Undo the edit or leave out --replace, or allow it for one run: FAMULOR_REDIAL=allow pulumi up, with the same options.",
  },
};

export function deleteRefused(
  leadId: number,
  because: "in the way" | "would call again",
  status: string,
): FamulorInputError {
  const { why, hint } = WHY_NOT_DELETED[because];
  return new FamulorInputError(`Lead ${leadId} (last known status: ${status}) is not deleted: ${why}.`, { hint });
}

export function handedOver(leadId: number): string {
  return `lead ${leadId} belongs to another resource now: it is not deleted.`;
}

export function sandboxIsGone(leadId: number, baseUrl: string): string {
  return `lead ${leadId}: the sandbox at ${baseUrl} is gone, and the lead with it.`;
}
