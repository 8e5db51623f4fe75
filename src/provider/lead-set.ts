/**
 * What the engine asks of a set of leads. Each row is a lead, by the rules and the code of lead.ts; here is only which rows
 * need what, several at a time, and what becomes of the set when some of them fail.
 */
import { isDeepStrictEqual } from "node:util";
import { withinBudget } from "../famulor/budget";
import { FamulorConnectionError, FamulorError, FamulorInputError } from "../famulor/errors";
import { accountIdOf, clientFor } from "./account";
import { type Hooks, PartialFailure } from "./boundary";
import { endpointOutput, requireSameEndpoint } from "./guard";
import { createLead, leadHooks } from "./lead";
import { leadSetProblems } from "./lead-args";
import { listCampaign } from "./lead-create";
import { GONE } from "./lead-gone";
import { declaredLead, type Pair, pairRows, rowOf, setOutputs, storedLead } from "./lead-set-rows";
import { withRowsAsText } from "./lead-set-text";
import { holdsUnknown, isUnknown, type Props } from "./plain";
import { Progress } from "./progress";
import type { Settings } from "./settings";

/** How many rows are worked on at a time: as many as the engine does resources on a small machine. */
const AT_ONCE = 8;

/** How many failed rows an error names. */
const SHOWN = 20;

/** How many reasons it gives, and how much of each: an error of the engine holds 2 kB. */
const MAX_REASONS = 4;
const MAX_REASON = 450;

const hooks: Hooks = {
  check: leadSetProblems,

  async diff(olds, news, settings) {
    // In preview: which rows there will be is not known yet.
    if (isUnknown(news.leads)) return {};
    const failures: Failure[] = [];
    let isWork = false;
    let gone = 0;
    for (const pair of pairRows(olds, news)) {
      if (pair.key === undefined || pair.oldKey === undefined || isUnknown((news.leads as Props)[pair.key])) {
        isWork = true;
        continue;
      }
      const old = storedLead(olds, pair.oldKey);
      if (old.status === GONE) gone++;
      try {
        const step = await stepOf(old, declaredLead(news, pair.key), settings);
        if (step === "another world") return { changes: true, replaces: ["endpoint"], deleteBeforeReplace: true };
        if (step !== "nothing" || pair.key !== pair.oldKey) isWork = true;
      } catch (error) {
        failures.push({ key: pair.key, error });
      }
    }
    if (failures.length > 0) throw failed(failures);
    if (gone > 0) {
      console.log(
        `${gone} of these leads are gone from Famulor and are not made again by themselves, since the people may have been ` +
          "called. To call one again: remove it, `pulumi up`, and add it again.",
      );
    }
    const isUnfinished = Number(olds.unfinishedRows ?? 0) > 0;
    if (!isWork && !isUnfinished && olds.campaignId === news.campaignId) return { changes: false };
    // `{}`: the engine compares the inputs itself and prints what differs; what it cannot see is said.
    const isVisible = !isDeepStrictEqual(olds.leads, news.leads) || olds.campaignId !== news.campaignId;
    return isVisible && !isUnfinished ? {} : { changes: true };
  },

  async create(inputs, settings) {
    const outs = await workThrough({}, inputs, settings);
    const leadIds = Object.values(outs.leadIds as Record<string, number>);
    if (leadIds.length === 0 && outs.unfinishedRows !== undefined) {
      throw new FamulorError("famulor/set", (outs.problems as string[]).join("\n"));
    }
    // Famulor does not know of sets; nothing is ever looked up by this.
    return { id: `set-${leadIds.length > 0 ? Math.min(...leadIds) : 0}`, outs };
  },

  async update(_id, olds, news, settings) {
    requireSameEndpoint(olds, settings, "the set of leads");
    return workThrough(olds, news, settings);
  },

  async read(_id, props, settings) {
    requireSameEndpoint(props, settings, "the set of leads");
    const keys = Object.keys((props.leads ?? {}) as Props);
    // All at once: they share the pages of their campaign.
    const found = await Promise.all(
      keys.map((key) => {
        const stored = storedLead(props, key);
        return leadHooks.read(Number(stored.leadId), stored, settings);
      }),
    );
    const leads = new Map<string, Props>();
    const inputs: Props = {};
    for (const [index, key] of keys.entries()) {
      const lead = found[index];
      if (!lead) continue;
      leads.set(key, lead.props);
      // One that is gone has no inputs of its own: they stay.
      inputs[key] = rowOf(lead.inputs ? { ...lead.inputs, requestedStatus: lead.inputs.status } : lead.props);
    }
    const { leads: _leads, leadIds, rowStates, statusCounts, ...about } = props;
    const { campaignId, allowDuplicate, adoptExisting } = about;
    return {
      props: setOutputs(about, leads),
      inputs: { campaignId, allowDuplicate, adoptExisting, leads: inputs },
    };
  },

  async delete(_id, props, settings) {
    const keys = Object.keys((props.leads ?? {}) as Props);
    const progress = new Progress("leads deleted", keys.length);
    const failures = await inParallel(
      keys,
      async (key) => {
        const stored = storedLead(props, key);
        await leadHooks.delete(Number(stored.leadId), stored, settings);
        progress.tick();
      },
      settings,
    );
    if (failures.length > 0) throw failed(failures);
  },
};

export const leadSetHooks = withRowsAsText(hooks);

// Rows

type Step = "nothing" | "update" | "replace" | "another world";

/** What a row needs, in the words of `diff` of a lead. */
async function stepOf(old: Props, declared: Props, settings: Settings): Promise<Step> {
  // A line for each of them would be too many.
  if (old.status === GONE) return "nothing";
  const { changes, replaces = [] } = await leadHooks.diff(old, declared, settings);
  if (replaces.includes("endpoint")) return "another world";
  if (replaces.length > 0) return "replace";
  return changes === false ? "nothing" : "update";
}

/** Makes, changes and deletes what differs, and returns the outputs, whatever has failed: what was made must not be lost. */
async function workThrough(olds: Props, news: Props, settings: Settings): Promise<Props> {
  const problems = holdsUnknown(news) ? ["a value is still unknown"] : leadSetProblems(news, settings);
  if (problems.length > 0) throw new FamulorInputError(problems.slice(0, SHOWN).join("\n"));
  const client = clientFor(settings);
  const accountId = await accountIdOf(client);
  const pairs = pairRows(olds, news);
  // What an interrupted run left is found by one list, and not by a refused create for each.
  const isSeveral = pairs.filter(({ oldKey }) => oldKey === undefined).length > 1;
  const listed = isSeveral ? await listCampaign(client, { campaignId: news.campaignId as number }) : undefined;

  // What there is of each pair at any moment: what fails, and what is not even begun, stays as it was.
  const there = new Map<Pair, Props>();
  for (const pair of pairs) if (pair.oldKey !== undefined) there.set(pair, storedLead(olds, pair.oldKey));
  const remove = async (pair: Pair, old: Props) => {
    await leadHooks.delete(Number(old.leadId), old, settings);
    there.delete(pair);
  };
  const carryOut = async (pair: Pair): Promise<void> => {
    const old = there.get(pair);
    if (pair.key === undefined) return remove(pair, old as Props);
    const declared = declaredLead(news, pair.key);
    if (!old) {
      there.set(pair, (await createLead(declared, settings, listed)).outs);
      return;
    }
    switch (await stepOf(old, declared, settings)) {
      case "update":
        there.set(pair, await leadHooks.update(Number(old.leadId), old, declared, settings));
        break;
      case "replace":
        await remove(pair, old);
        there.set(pair, (await createLead(declared, settings)).outs);
    }
  };
  const progress = new Progress("leads", pairs.length);
  const failures = await inParallel(
    pairs,
    async (pair) => {
      try {
        await carryOut(pair);
      } catch (error) {
        if (!(error instanceof PartialFailure)) throw error;
        there.set(pair, error.outs);
        throw error.cause;
      } finally {
        progress.tick();
      }
    },
    settings,
  );
  const about = {
    campaignId: news.campaignId,
    allowDuplicate: news.allowDuplicate,
    adoptExisting: news.adoptExisting,
    endpoint: endpointOutput(settings),
    accountId,
    ...(failures.length > 0 ? { unfinishedRows: failures.length, problems: told(failures), failedAt: Date.now() } : {}),
  };
  return setOutputs(about, byKey(there));
}

/** A lead that could not be deleted stays in state, under a key that no other row has. */
function byKey(there: Map<Pair, Props>): Map<string, Props> {
  const leads = new Map<string, Props>();
  for (const [{ key }, lead] of there) if (key !== undefined) leads.set(key, lead);
  for (const [{ key, oldKey = "" }, lead] of there) {
    if (key !== undefined) continue;
    let free = oldKey;
    while (leads.has(free)) free += "~";
    leads.set(free, lead);
  }
  return leads;
}

// Many at a time

interface Failure {
  key: string;
  error: unknown;
}

/** After one of these every other row would fail as well. */
const FAILS_FOR_ALL = ["famulor/auth", "famulor/config", "famulor/rate-limit", "famulor/interrupted"];

function failsForAll(error: unknown): boolean {
  if (error instanceof FamulorConnectionError) return error.delivery === "not-sent";
  return error instanceof FamulorError && FAILS_FOR_ALL.includes(error.code);
}

/** Works on all of them, each with a budget of its own, and returns those that failed. */
async function inParallel<T extends string | Pair>(
  items: T[],
  work: (item: T) => Promise<void>,
  settings: Settings,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  const keyOf = (item: T) => (typeof item === "string" ? item : (item.key ?? item.oldKey ?? ""));
  const queue = [...items].reverse();
  let stoppedBy: unknown;
  const worker = async () => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
      try {
        if (stoppedBy !== undefined) throw stoppedBy;
        await withinBudget(settings.requestTimeoutMs, () => work(item as T));
      } catch (error) {
        failures.push({ key: keyOf(item), error });
        if (failsForAll(error)) stoppedBy ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return failures;
}

/** Which rows have failed, up to a number that can be read, and every reason once. */
function told(failures: Failure[]): string[] {
  const keys = failures.slice(0, SHOWN).map(({ key }) => JSON.stringify(key));
  const more = failures.length > SHOWN ? ` and ${failures.length - SHOWN} more` : "";
  const reasons = new Map<string, string>();
  for (const { key, error } of failures) {
    const message = error instanceof Error ? error.message : String(error);
    // The same but for IDs and numbers: once is enough.
    const kind = message.replace(/[\d…]+/g, "");
    if (!reasons.has(kind)) reasons.set(kind, `leads[${JSON.stringify(key)}]: ${message.slice(0, MAX_REASON)}`);
  }
  return [`Failed: ${keys.join(", ")}${more}.`, ...[...reasons.values()].slice(0, MAX_REASONS)];
}

function failed(failures: Failure[]): FamulorError {
  return new FamulorError("famulor/set", told(failures).join("\n"));
}
