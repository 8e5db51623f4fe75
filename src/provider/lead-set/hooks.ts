/**
 * What the engine asks of a set of leads. Each row is a lead, with the rules and the code of ../lead. This folder adds
 * only which rows need what (plan.ts), the work on several rows at a time (work.ts), and the texts about many rows
 * (report.ts).
 */
import { FamulorError } from "../../famulor/errors";
import type { LeadState } from "../../state/lead";
import { type LeadSetArgs, type LeadSetState, readLeadSetState, rowOf, writeLeadSetState } from "../../state/lead-set";
import type { Hooks, ResourceDefinition, StateCodec } from "../engine/hooks";
import { isUnknown } from "../engine/unknown";
import { deleteLead, requireDeletable } from "../lead/delete";
import { wantLead } from "../lead/hooks";
import { readLead } from "../lead/read";
import { requireSameEndpoint } from "../session/home";
import { leadSetProblems, leadsOf } from "./args";
import { planRows, type RowPlan } from "./plan";
import { failed, goneRows, type Line, sayOfRows, summaryOf, wouldCallGone } from "./report";
import { inParallel, sayingOf, workThrough } from "./work";

const NAME = "the set of leads";

type PlanOf<Step extends RowPlan["step"]> = Extract<RowPlan, { step: Step }>;
const withStep = <Step extends RowPlan["step"]>(plans: RowPlan[], step: Step) =>
  plans.filter((plan): plan is PlanOf<Step> => plan.step === step);

const hooks: Hooks<LeadSetArgs, LeadSetState> = {
  async diff(session, olds, news) {
    if (isUnknown(news.leads)) return {};
    const { say, settings } = session;
    const plans = await planRows(session, olds.leads, leadsOf(news));
    const refused = withStep(plans, "refused");
    if (refused.length > 0) throw failed(refused);
    const gone = withStep(plans, "gone");
    const elsewhere = withStep(plans, "elsewhere");
    if (elsewhere.length > 0) {
      const isOtherAccount = elsewhere.some(({ home }) => home === "another account");
      // The whole set is re-created there, also the rows that are gone.
      if (gone.length > 0 && isOtherAccount && !settings.allowRedial) throw failed(gone.map(wouldCallGone));
      return { changes: true, replaces: ["endpoint"], deleteBeforeReplace: true };
    }
    const replaced = withStep(plans, "replace");
    const lines = replaced.flatMap(({ key, line }): Line[] => (line === undefined ? [] : [{ key, line }]));
    sayOfRows(lines, say);
    if (gone.length > 0) say(goneRows(gone));
    const summary = summaryOf(plans);
    if (summary) say(summary);
    const isHidden =
      olds.unfinishedRows !== undefined ||
      withStep(plans, "update").some(({ isUnfinished }) => isUnfinished) ||
      replaced.some(({ because }) => because !== "secondaryContacts");
    // The engine cannot see these in the inputs.
    if (isHidden) return { changes: true };
    const isRenamed = withStep(plans, "nothing").some((plan) => plan.isRenamed);
    const isWork = summary !== undefined || isRenamed || olds.campaignId !== news.campaignId;
    // `{}`: the engine compares the inputs itself and prints what differs.
    return isWork ? {} : { changes: false };
  },

  async create(session, args) {
    const state = await workThrough(session, undefined, args);
    const [first] = state.leads.values();
    if (first === undefined && state.problems !== undefined) {
      throw new FamulorError("famulor/set", state.problems.join("\n"));
    }
    // Famulor does not know sets, so nothing is ever looked up by this ID.
    return { id: `set-${first?.leadId ?? 0}`, state };
  },

  update(session, olds, args) {
    requireSameEndpoint(session, olds, NAME);
    return workThrough(session, olds, args);
  },

  async read(session, olds) {
    requireSameEndpoint(session, olds, NAME);
    const said: Line[] = [];
    // All at once, so that they share the pages of their campaign.
    const read = await Promise.all(
      [...olds.leads].map(async ([key, lead]) => [key, await readLead(sayingOf(session, key, said), lead)] as const),
    );
    sayOfRows(said, session.say);
    const leads = read.filter((each): each is [string, LeadState] => each[1] !== undefined);
    return Object.assign({}, olds, { leads: new Map(leads) });
  },

  async delete(session, olds) {
    const rows = [...olds.leads].map(([key, lead]) => ({ key, lead }));
    const refused = await inParallel(session, "leads checked", rows, async ({ lead }, rowSession) => {
      await requireDeletable(rowSession, lead);
    });
    if (refused.length > 0) throw failed(refused);
    const failures = await inParallel(session, "leads deleted", rows, ({ lead }, rowSession) =>
      deleteLead(rowSession, lead),
    );
    if (failures.length > 0) throw failed(failures);
  },
};

const state: StateCodec<LeadSetArgs, LeadSetState> = {
  read: (_id, stored) => readLeadSetState(stored),
  write: writeLeadSetState,
  args: ({ campaignId, allowDuplicate, adoptExisting, leads }) => ({
    campaignId,
    allowDuplicate,
    adoptExisting,
    leads: Object.fromEntries([...leads].map(([key, lead]) => [key, rowOf(lead)])),
  }),
};

export const leadSet: ResourceDefinition<LeadSetArgs, LeadSetState> = {
  problems: leadSetProblems,
  state,
  hooks,
  wanted(session, news) {
    for (const row of leadsOf(news).values()) if (!isUnknown(row)) wantLead(session, row);
  },
};
