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
  "another account": "apiKey: the key belongs to another account than the lead",
  secondaryContacts: "secondaryContacts: Famulor cannot change them",
};

/** The line that `diff` prints about a plan; `undefined` if it prints none. */
export function lineOf(leadId: number, plan: LeadPlan): string | undefined {
  if (plan.step === "gone") {
    return (
      `lead ${leadId} is gone from Famulor and is not re-created by itself, because the person may have been called. To call ` +
      "the person again: pulumi up --replace <URN of the lead>. To forget the lead: remove it from the program."
    );
  }
  if (plan.step !== "replace" || plan.because === "another sandbox") return undefined;
  if (plan.because === "taken over by another resource") {
    return `lead ${leadId} was taken over by another resource: this resource creates a new lead.`;
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
  return `${described(leadId, person)} existed already: this resource takes it over.`;
}

export function createdWithoutAnswer(leadId: number, person: Person): string {
  return `${described(leadId, person)}: the answer to its create was lost, and the campaign's listing shows the lead.`;
}

const RENAMED = "If you renamed the resource or moved it into a component, give it the option `aliases`.";
/** Whoever runs `pulumi up` again without reading this calls the person. */
export const ONLY_THIS_RUN_KNOWS = "a later `pulumi up` cannot know this, and would call the person";
const LATER_RUNS =
  `To leave the person alone, remove this lead from the program: ${ONLY_THIS_RUN_KNOWS}. ` +
  "To call the person again now: FAMULOR_REDIAL=allow pulumi up.";
/** The engine remembers a replacement whose create failed, and creates again, whatever `diff` answers. */
const FORGET_RESOURCE = "`pulumi state delete '<URN of the resource>'`";
const ADOPT_IDENTICAL = "run once: FAMULOR_ADOPT=identical pulumi up";

/** @param failure The error of the POST; absent if none was sent. */
export function createRefused(because: CreateRefusal, args: LeadArgs, failure: unknown): unknown {
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
        : `${RENAMED} If another stack or resource declares the person, remove one of the two. Otherwise take the lead over: ` +
          "adoptExisting: true." +
          (isIdentical ? ` If an interrupted run of this program left the lead, ${ADOPT_IDENTICAL}.` : "");
      return new FamulorInputError(found, { hint: ways, cause: failure });
    }
    case "identical duplicate":
      return new FamulorInputError(
        `allowDuplicate: campaign ${campaignId} already has lead ${because.lead.leadId} with ${number} and exactly this content, ` +
          "and no resource seen in this run has it. Nothing was sent.",
        {
          hint:
            `If an interrupted run of this program created that lead, ${ADOPT_IDENTICAL}. ` +
            "To call the person twice, declare other content, such as one more variable.",
        },
      );
    case "duplicate elsewhere":
      return new FamulorInputError(
        `${sent} The account has lead ${because.lead.leadId} with ${number} in campaign ${because.lead.campaignId}; nobody was ` +
          "called twice.",
        {
          hint: "Delete that lead, or declare it in that campaign with adoptExisting: true and then move it.",
          cause: failure,
        },
      );
    case "not adoptable":
      return new FamulorInputError(
        `Lead ${because.lead.leadId} cannot be taken over: ${obstacleText(because.obstacle)}.`,
        { hint: "Nothing was sent. Delete the lead in Famulor, or declare what Famulor has." },
      );
    case "unknown outcome":
      return unknownOutcome(args, failure, because.candidate);
    case "kept":
      return new FamulorInputError(
        `Nothing was sent: lead ${because.leadId}, which this create replaces, was not deleted, and the person would be called twice.`,
        {
          hint:
            "The option retainOnDelete has kept that lead. To go on with it: undo the edit, remove the option, run " +
            `${FORGET_RESOURCE}, and ${ADOPT_IDENTICAL}. To go on with a new lead: delete that lead in Famulor. To have both: ` +
            "FAMULOR_REDIAL=allow pulumi up.",
        },
      );
    case "taken away in this run":
      return new FamulorInputError(
        `Nothing was sent: lead ${because.leadId} had ${number} in campaign ${campaignId} until this run gave it another number or ` +
          "deleted it. The person may have been called already, and would be called again.",
        { hint: `${LATER_RUNS} Next time, keep the person's lead and declare the other person as a new lead.` },
      );
    case "deleted in this run":
      return new FamulorInputError(
        `Nothing was sent: this run has deleted lead ${because.leadId} with ${number} in campaign ${campaignId}. The person may have ` +
          "been called already, and would be called again.",
        {
          hint:
            `${LATER_RUNS} Next time, to move a lead to another resource, set adoptExisting: true there. If the lead leaves a set, ` +
            "the set also needs dependsOn: [the other resource].",
        },
      );
  }
}

function obstacleText(obstacle: Obstacle | "other content"): string {
  if (obstacle === "other content") return "its variables are not the ones that were sent";
  switch (obstacle.is) {
    case "several":
      return `${obstacle.leadIds.length} leads have this number: ${obstacle.leadIds.join(", ")}`;
    case "held":
      return (
        "another resource of this program has it. If that is this resource under its old name, give it the option `aliases`. If you " +
        `have just given the other resource another number, run the command again. If retainOnDelete has kept the lead, run ${FORGET_RESOURCE} ` +
        `for this resource, and ${ADOPT_IDENTICAL}`
      );
    case "retained":
      return (
        "this create replaces that lead, and the option retainOnDelete has kept it. To go on with it: undo the edit, remove the option, " +
        `run ${FORGET_RESOURCE}, and ${ADOPT_IDENTICAL}`
      );
    case "other contacts":
      return "its secondary contacts differ from the declared ones, and Famulor cannot change them";
  }
}

/** Adds what the reader must know: somebody may be called although `up` failed. */
function unknownOutcome(
  { allowDuplicate, campaignId, phoneNumber }: LeadArgs,
  failure: unknown,
  candidate: Lead | undefined,
): FamulorError {
  const advice = allowDuplicate
    ? "A plain `pulumi up` refuses it."
    : "A plain `pulumi up` calls nobody twice, because Famulor refuses a second lead with this number.";
  return withHint(
    failure,
    `Campaign ${campaignId} may hold a lead ${maskPhoneNumber(phoneNumber)} that is not in the state` +
      `${candidate ? `: perhaps ${candidate.leadId}` : ""}. Look in Famulor's list of leads. If the lead is there, ` +
      `FAMULOR_ADOPT=identical pulumi up takes it over. ${advice}`,
    "famulor/unknown-outcome",
  );
}

export function notFinished(leadId: number, cause: unknown): FamulorError {
  return withHint(
    cause,
    `Lead ${leadId} exists and is in the state, but it is not yet as declared, and Famulor may call it meanwhile. Run ` +
      "`pulumi up` again to finish it.",
  );
}

// Read

export function movedOutside(leadId: number, campaignId: number): string {
  return (
    `lead ${leadId} was moved to campaign ${campaignId} outside of this program. \`pulumi up\` moves it back. Run it before a ` +
    `destroy: if the lead's own campaign has forceDestroy, a destroy leaves the lead in campaign ${campaignId}.`
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

/** @param isMove Whether a lead moves there. Otherwise a lead is created there. */
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

/** @param isLeaving The other lead is a resource of this program that is about to leave this place. */
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
        ? `Run \`pulumi up\` again: lead ${otherId} is to get another number or campaign too, and that change has not succeeded yet.`
        : "Delete one of the two leads. Two leads cannot swap their numbers in one run: give one of them a third number first. If you " +
          `removed lead ${otherId} from the program, delete it first, in a separate \`pulumi up\`. If somebody changed it in ` +
          "Famulor, run `pulumi refresh`, then `pulumi up`. To have both leads: allowDuplicate: true.",
    },
  );
}

export function numberIsWanted(leadId: number, { phoneNumber }: Person, status: string): FamulorInputError {
  return new FamulorInputError(
    `Lead ${leadId} (last known status: ${status}) keeps its number: another resource of this program is about to get ` +
      `${maskPhoneNumber(phoneNumber)}, and the person would be called again.`,
    {
      hint:
        "Undo the edit: keep the person's lead and declare the other person as a new lead. To call the person again: " +
        "FAMULOR_REDIAL=allow pulumi up.",
    },
  );
}

export function numberWasTaken(
  leadId: number,
  { campaignId, phoneNumber }: Person,
  otherId: number,
): FamulorInputError {
  return new FamulorInputError(
    `Lead ${leadId} keeps its number: lead ${otherId} had ${maskPhoneNumber(phoneNumber)} in campaign ${campaignId} until this run gave it ` +
      "another number or deleted it. The person may have been called already, and lead " +
      `${leadId} would call the person again.`,
    {
      hint:
        `To leave the person alone, undo this edit: ${ONLY_THIS_RUN_KNOWS}. To call the ` +
        "person again now: FAMULOR_REDIAL=allow pulumi up. Next time, give each resource a name that stays with the person, such as a " +
        "customer number and not the position in a list.",
    },
  );
}

export function lostToAnother(leadId: number): FamulorInputError {
  return new FamulorInputError(`Lead ${leadId} was taken over by another resource of this program in this run.`, {
    hint: "Nothing was changed. Run `pulumi up` again: this resource then creates a new lead.",
  });
}

export function vanished(leadId: number, cause: Error): FamulorInputError {
  return new FamulorInputError(`Lead ${leadId} cannot be changed: Famulor has no such lead (any more).`, {
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
    `Lead ${leadId} may be queued to be called again. Look at its status in Famulor. The status "created" is not sent a second ` +
      "time by itself: to send it again, remove `status`, run `pulumi up`, and set `status` again.",
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
    why: "this run would create it again, and the person would be called again",
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
