/**
 * What the engine asks of a lead. A row of a set is planned and carried out by the same functions (../lead-set).
 *
 *   args → observe → decide → create, read, update, delete
 */
import { type LeadArgs, type LeadState, readLeadState, writeLeadState } from "../../state/lead";
import type { DiffAnswer, Hooks, ResourceDefinition, StateCodec } from "../engine/hooks";
import { type Declared, isUnknown } from "../engine/unknown";
import type { Session } from "../session/session";
import { leadProblems } from "./args";
import { leadChanges } from "./changes";
import { createLead } from "./create";
import { decideDiff, type LeadPlan, type ReplaceReason } from "./decide";
import { deleteLead } from "./delete";
import { lineOf, wouldCallAgain } from "./messages";
import { observeForDiff } from "./observe";
import { readLead, readLeadElsewhere } from "./read";
import { updateLead } from "./update";

/**
 * What a lead needs. Also notes a replacement in the claims, for the delete and the create that follow.
 *
 * @throws FamulorConfigError for a lead at an address that the settings do not reach.
 */
export async function planLead(session: Session, olds: LeadState, news: Declared<LeadArgs>): Promise<LeadPlan> {
  const changes = leadChanges(olds, news);
  const plan = decideDiff(olds, changes, await observeForDiff(session, olds, changes), session.settings.allowRedial);
  if (plan.step === "replace") {
    session.claims.leads.replacing(olds.leadId);
    const { campaignId, phoneNumber } = news;
    const mustGo = plan.because === "another account" || plan.because === "secondaryContacts";
    // Another provider's process may have to delete it.
    if (mustGo) session.shared.replaces(olds.leadId);
    if (mustGo && !isUnknown(campaignId) && !isUnknown(phoneNumber)) {
      session.claims.leads.replacesAt(olds.leadId, { campaignId, phoneNumber });
    }
  }
  return plan;
}

/** The key that the engine shows as the reason of a replacement. */
const KEY_OF: Record<ReplaceReason, string> = {
  "taken over by another resource": "leadId",
  "another sandbox": "endpoint",
  "another account": "endpoint",
  secondaryContacts: "secondaryContacts",
};

function answerOf(leadId: number, plan: LeadPlan): DiffAnswer {
  switch (plan.step) {
    case "nothing":
    case "gone":
      return { changes: false };
    case "update":
      // Without `changes` the engine compares the inputs itself, which also honours the user's replaceOnChanges.
      return plan.isUnfinished ? { changes: true } : {};
    case "replace": {
      const replacement = { replaces: [KEY_OF[plan.because]], deleteBeforeReplace: true };
      // The engine sees an edit in the inputs. It does not see the other reasons.
      return plan.because === "secondaryContacts" ? replacement : { changes: true, ...replacement };
    }
    case "refuse":
      throw wouldCallAgain(leadId, plan.because, plan.status);
  }
}

const hooks: Hooks<LeadArgs, LeadState> = {
  async diff(session, olds, news) {
    const plan = await planLead(session, olds, news);
    const answer = answerOf(olds.leadId, plan);
    const line = lineOf(olds.leadId, plan);
    if (line !== undefined) session.say(line);
    return answer;
  },
  async create(session, args) {
    const state = await createLead(session, args);
    return { id: state.leadId, state };
  },
  read: readLead,
  readElsewhere: { isFirstRead: ({ leadId }) => leadId === undefined, read: readLeadElsewhere },
  update: updateLead,
  delete: deleteLead,
};

const state: StateCodec<LeadArgs, LeadState> = {
  read: readLeadState,
  write: writeLeadState,
  args: ({ requestedStatus, ...state }) => {
    const args: { [Argument in keyof Required<LeadArgs>]: LeadArgs[Argument] } = {
      campaignId: state.campaignId,
      phoneNumber: state.phoneNumber,
      variables: state.variables,
      secondaryContacts: state.secondaryContacts,
      allowDuplicate: state.allowDuplicate,
      adoptExisting: state.adoptExisting,
      status: requestedStatus as LeadArgs["status"],
    };
    return args;
  },
};

/** Notes that a create follows, for a delete that makes way for the same person (see `decideDelete`). */
export function wantLead({ claims }: Session, { campaignId, phoneNumber }: Declared<LeadArgs>): void {
  if (!isUnknown(campaignId) && !isUnknown(phoneNumber)) claims.leads.wants({ campaignId, phoneNumber });
}

export const lead: ResourceDefinition<LeadArgs, LeadState> = {
  problems: leadProblems,
  state,
  hooks,
  wanted: wantLead,
};
