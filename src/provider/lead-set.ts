/**
 * What the engine asks of a set of leads. Each row is a lead, by the rules and the code of lead.ts; here is only which rows
 * need what, several at a time, and what becomes of the set when some of them fail.
 */
import { isDeepStrictEqual } from "node:util";
import { withinBudget } from "../famulor/budget";
import { FamulorConnectionError, FamulorError, FamulorInputError } from "../famulor/errors";
import { accountIdOf, clientFor } from "./account";
import { type Hooks, PartialFailure } from "./boundary";
import { endpointOutput, otherAccount, requireSameEndpoint } from "./guard";
import { createLead, deleteLead, judgeLead, readLead, updateLead } from "./lead";
import { leadSetProblems } from "./lead-args";
import { listCampaign } from "./lead-create";
import { GONE } from "./lead-gone";
import { type Failure, failed, inShort, type Line, named, SHOWN, sayOfRows } from "./lead-set-failures";
import { declaredLead, type KeyedLead, type Pair, pairRows, rowOf, setOutputs, storedLead } from "./lead-set-rows";
import { withRowsAsText } from "./lead-set-text";
import { holdsUnknown, isUnknown, type Props } from "./plain";
import { Progress, type Say } from "./progress";
import type { Settings } from "./settings";

/** How many rows are worked on at a time: as many as the engine does resources on a small machine. */
const AT_ONCE = 8;

const hooks: Hooks = {
  check: leadSetProblems,

  async diff(olds, news, settings) {
    // In preview: as one text they are known as a whole, or not at all.
    if (isUnknown(news.leads)) return {};
    const said: Line[] = [];
    const plans = await planRows(olds, news, settings, (key) => (line) => said.push({ key, line }));
    const failures = plans.flatMap(({ key, error }) => (error === undefined ? [] : [{ key, error }]));
    if (failures.length > 0) throw failed(failures);
    const gone = plans.filter(({ step }) => step === "gone");
    if (plans.some(({ step }) => step === "another world")) {
      const isOtherAccount = olds.endpoint === endpointOutput(settings);
      // The whole set is made there, and they with it.
      if (gone.length > 0 && isOtherAccount && !settings.allowRedial) throw failed(gone.map(wouldCallGone));
      return { changes: true, replaces: ["endpoint"], deleteBeforeReplace: true };
    }
    sayOfRows(said);
    if (gone.length > 0) {
      console.log(
        `${named(gone)}: gone from Famulor and not made again by themselves, since the people may have been called. To call ` +
          "one again: remove its row, `pulumi up`, and add it again.",
      );
    }
    const summary = summaryOf(plans);
    if (summary) console.log(summary);
    const isWork = summary !== undefined || plans.some(({ key, oldKey }) => key !== oldKey);
    const isUnfinished = Number(olds.unfinishedRows ?? 0) > 0;
    if (!isWork && !isUnfinished && olds.campaignId === news.campaignId) return { changes: false };
    // `{}`: the engine compares the inputs itself and prints what differs; what it cannot see is said.
    const isVisible = !isDeepStrictEqual(olds.leads, news.leads) || olds.campaignId !== news.campaignId;
    return isVisible && !isUnfinished ? {} : { changes: true };
  },

  async create(inputs, settings) {
    const outs = await workThrough({}, inputs, settings);
    const [firstId] = Object.values(outs.leadIds as Record<string, number>);
    if (firstId === undefined && outs.unfinishedRows !== undefined) {
      throw new FamulorError("famulor/set", (outs.problems as string[]).join("\n"));
    }
    // Famulor does not know of sets; nothing is ever looked up by this.
    return { id: `set-${firstId ?? 0}`, outs };
  },

  async update(_id, olds, news, settings) {
    requireSameEndpoint(olds, settings, "the set of leads");
    return workThrough(olds, news, settings);
  },

  async read(_id, props, settings) {
    requireSameEndpoint(props, settings, "the set of leads");
    const keys = Object.keys((props.leads ?? {}) as Props);
    const said: Line[] = [];
    // All at once: they share the pages of their campaign.
    const found = await Promise.all(
      keys.map((key) => {
        const stored = storedLead(props, key);
        return readLead(Number(stored.leadId), stored, settings, (line) => said.push({ key, line }));
      }),
    );
    sayOfRows(said);
    const inputs: Props = {};
    const leads = keys.map((key, index) => {
      const live = found[index];
      // One that is gone has no inputs of its own: they stay.
      if (live) inputs[key] = rowOf(live.inputs ? { ...live.inputs, requestedStatus: live.inputs.status } : live.props);
      return { key, lead: live?.props };
    });
    const { leads: _leads, leadIds, rowStates, statusCounts, createdAt, ...about } = props;
    const { campaignId, allowDuplicate, adoptExisting } = about;
    return {
      props: setOutputs(about, leads),
      inputs: { campaignId, allowDuplicate, adoptExisting, leads: inputs },
    };
  },

  async delete(_id, props, settings) {
    const rows = Object.keys((props.leads ?? {}) as Props).map((key) => ({ key }));
    const progress = new Progress("leads deleted", rows.length);
    const said: Line[] = [];
    const failures = await inParallel(
      rows,
      async ({ key }) => {
        const stored = storedLead(props, key);
        await deleteLead(Number(stored.leadId), stored, settings, (line) => said.push({ key, line }));
        progress.tick();
      },
      settings,
    );
    sayOfRows(said);
    if (failures.length > 0) throw failed(failures);
  },
};

export const leadSetHooks = withRowsAsText(hooks);

// Rows

/** What a row needs. */
type Step = "nothing" | "create" | "update" | "replace" | "delete" | "gone" | "another world" | "refused";

/** `lead`: what there is of it at any moment. */
interface Plan extends KeyedLead {
  /** In the state. */
  oldKey: string | undefined;
  step: Step;
  /** Why it is refused. */
  error: unknown;
}

/** What each row needs, by the `diff` of a lead: all at once, so that those that ask Famulor share what they ask. */
async function planRows(olds: Props, news: Props, settings: Settings, sayOf: (key: string) => Say): Promise<Plan[]> {
  const plans = pairRows(olds, news).map((pair) => planOf(pair, olds));
  const judge = async (plan: Plan, lead: Props) => {
    try {
      plan.step = await stepOf(lead, declaredLead(news, plan.key), settings, sayOf(plan.key));
    } catch (error) {
      plan.step = "refused";
      plan.error = error;
    }
  };
  await Promise.all(plans.flatMap((plan) => (plan.step === "nothing" && plan.lead ? [judge(plan, plan.lead)] : [])));
  return plans;
}

/** What is known of it without comparing. */
function planOf({ key, oldKey }: Pair, olds: Props): Plan {
  const lead = oldKey === undefined ? undefined : storedLead(olds, oldKey);
  // A line for each that is gone would be too many.
  const step = !lead ? "create" : key === undefined ? "delete" : lead.status === GONE ? "gone" : "nothing";
  return { key: key ?? oldKey ?? "", oldKey, step, error: undefined, lead };
}

async function stepOf(lead: Props, declared: Props, settings: Settings, say: Say): Promise<Step> {
  const { changes, replaces = [] } = await judgeLead(lead, declared, settings, say);
  if (replaces.includes("endpoint")) return "another world";
  if (replaces.length > 0) return "replace";
  return changes === false ? "nothing" : "update";
}

function wouldCallGone({ key }: Plan): Failure {
  const error = new FamulorInputError(
    "apiKey: it belongs to another account than the one that made the lead, which is gone from Famulor; there the person would be " +
      "called again.",
    { hint: "Remove the row, or allow it for one run: FAMULOR_REDIAL=allow pulumi up." },
  );
  return { key, error };
}

/** Which of the rows change and how, for the plan, where the engine shows nothing but their text. */
function summaryOf(plans: Plan[]): string | undefined {
  const of = (step: Step, what: string) => {
    const rows = plans.filter((plan) => plan.step === step);
    return rows.length === 0 ? [] : [`${rows.length} ${what} (${named(rows)})`];
  };
  const parts = [
    ...of("create", "to be made"),
    ...of("update", "to be changed"),
    ...of("replace", "to be made anew"),
    ...of("delete", "to be deleted"),
  ];
  return parts.length === 0 ? undefined : `Of ${plans.length} leads: ${parts.join(", ")}.`;
}

/** Makes, changes and deletes what differs, and returns the outputs, whatever has failed: what was made must not be lost. */
async function workThrough(olds: Props, news: Props, settings: Settings): Promise<Props> {
  const problems = holdsUnknown(news) ? ["a value is still unknown"] : leadSetProblems(news, settings);
  if (problems.length > 0) throw new FamulorInputError(problems.slice(0, SHOWN).join("\n"));
  const client = clientFor(settings);
  const accountId = await accountIdOf(client);
  // What is to be said of them, `diff` has said.
  const plans = await planRows(olds, news, settings, () => () => {});
  // What an interrupted run left is found by one list, and not by a refused create for each.
  const isSeveral = plans.filter(({ step }) => step === "create").length > 1;
  const listed = isSeveral ? await listCampaign(client, { campaignId: news.campaignId as number }) : undefined;

  const said: Line[] = [];
  // What fails, and what is not even begun, stays as it was.
  const carryOut = async (plan: Plan): Promise<void> => {
    const { key, step, lead: old = {} } = plan;
    const say: Say = (line) => said.push({ key, line });
    if (step === "refused") throw plan.error;
    if (step === "another world") throw otherAccount(`lead ${old.leadId}`);
    if (step === "update") {
      plan.lead = await updateLead(Number(old.leadId), old, declaredLead(news, key), settings);
    }
    if (step === "delete" || step === "replace") {
      await deleteLead(Number(old.leadId), old, settings, say);
      plan.lead = undefined;
    }
    if (step === "create" || step === "replace") {
      const { outs } = await createLead(declaredLead(news, key), settings, say, step === "create" ? listed : undefined);
      plan.lead = outs;
    }
  };
  const work = plans.filter(({ step }) => step !== "nothing" && step !== "gone");
  const progress = new Progress("leads", work.length);
  const failures = await inParallel(
    work,
    async (plan) => {
      try {
        await carryOut(plan);
      } catch (error) {
        if (!(error instanceof PartialFailure)) throw error;
        plan.lead = error.outs;
        throw error.cause;
      } finally {
        progress.tick();
      }
    },
    settings,
  );
  sayOfRows(said);
  const about = {
    campaignId: news.campaignId,
    allowDuplicate: news.allowDuplicate,
    adoptExisting: news.adoptExisting,
    endpoint: endpointOutput(settings),
    accountId,
    ...(failures.length > 0
      ? { unfinishedRows: failures.length, problems: inShort(failures), failedAt: Date.now() }
      : {}),
  };
  // Those that were to be deleted come last.
  return setOutputs(about, plans);
}

// Many at a time

/** After one of these every other row would fail as well. */
const FAILS_FOR_ALL = ["famulor/auth", "famulor/config", "famulor/rate-limit", "famulor/interrupted"];

function failsForAll(error: unknown): boolean {
  if (error instanceof FamulorConnectionError) return error.delivery === "not-sent";
  return error instanceof FamulorError && FAILS_FOR_ALL.includes(error.code);
}

/** Works on all of them, each with a budget of its own, and returns those that failed. */
async function inParallel<T extends { key: string }>(
  items: T[],
  work: (item: T) => Promise<void>,
  settings: Settings,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  // One iterator for all workers: each takes what is next.
  const queue = items.values();
  let stoppedBy: unknown;
  const worker = async () => {
    for (const item of queue) {
      try {
        if (stoppedBy !== undefined) throw stoppedBy;
        await withinBudget(settings.requestTimeoutMs, () => work(item));
      } catch (error) {
        failures.push({ key: item.key, error });
        if (failsForAll(error)) stoppedBy ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return failures;
}
