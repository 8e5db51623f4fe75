/** Carries out what the rows of a set need, several at a time. Returns the rows that exist, whatever has failed. */
import { FamulorConnectionError, FamulorError } from "../../famulor/errors";
import type { LeadArgs, LeadState } from "../../state/lead";
import type { LeadSetArgs, LeadSetState } from "../../state/lead-set";
import { PartialFailure } from "../engine/hooks";
import { Progress } from "../engine/progress";
import { createLead } from "../lead/create";
import { deleteLead } from "../lead/delete";
import { type CampaignLeads, observeCampaign, traceOf } from "../lead/observe";
import { updateLead } from "../lead/update";
import { madeAt, otherAccount } from "../session/home";
import type { Session } from "../session/session";
import { leadsOf } from "./args";
import { planRows, type RowPlan } from "./plan";
import { type Failure, inShort, type Line, leftBehind, sayOfRows } from "./report";

/** How many rows are worked on at a time: as many as the engine's resources on a small computer. */
const AT_ONCE = 8;

/** What a row needs, now that every value is known. */
type Plan = RowPlan<LeadArgs>;

/** @param olds Absent: the set is new. */
export async function workThrough(
  session: Session,
  olds: LeadSetState | undefined,
  args: LeadSetArgs,
): Promise<LeadSetState> {
  const accountId = await session.account.id();
  if (olds) await requireOwnAccount(session, olds);
  const plans = await planRows(session, olds?.leads ?? new Map(), leadsOf(args));
  // One listing finds what an interrupted run left. Without it each row would need a refused create.
  const createsSeveral = plans.filter(({ step }) => step === "create").length > 1;
  const listed = createsSeveral ? await observeCampaign(session, args.campaignId) : undefined;
  const work = plans.filter(({ step }) => step !== "nothing" && step !== "gone");
  // A row that fails, or is not even started, stays as it was.
  const leads = new Map<Plan, LeadState | undefined>(plans.map((plan) => [plan, plan.lead]));
  const carryOut = async (plan: Plan, rowSession: Session) => {
    try {
      for await (const lead of stepsOf(rowSession, plan, listed)) leads.set(plan, lead);
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      leads.set(plan, error.state as LeadState);
      throw error.cause;
    }
  };
  const failures = await inParallel(session, "leads", work, carryOut);
  const set: LeadSetState = {
    campaignId: args.campaignId,
    allowDuplicate: args.allowDuplicate,
    adoptExisting: args.adoptExisting,
    leads: byKey(leads),
    ...madeAt(session.settings),
    // A set keeps the account that created it. A new row in another account of the same owner stores its own.
    accountId: olds && olds.leads.size > 0 ? olds.accountId : accountId,
  };
  if (failures.length > 0) {
    Object.assign(set, {
      unfinishedRows: failures.length,
      problems: [...inShort(failures), ...leftBehind(set)],
      failedAt: session.clock.now(),
    });
  }
  return set;
}

/**
 * @throws FamulorConfigError, before any work, if the key belongs to another account than the one that created the
 * leads.
 */
async function requireOwnAccount({ account, leads }: Session, { accountId, leads: rows }: LeadSetState): Promise<void> {
  const own = await account.id();
  const [first] = rows.values();
  if (first === undefined || own === undefined || accountId === undefined || own === accountId) return;
  // With a changed e-mail address it is still the same account.
  if ((await leads.find(traceOf(first))) === undefined) throw otherAccount("the set of leads");
}

/** Yields the lead after each step; `undefined` while there is none. */
async function* stepsOf(
  session: Session,
  plan: Plan,
  listed: CampaignLeads | undefined,
): AsyncGenerator<LeadState | undefined> {
  const { step, lead } = plan;
  if (step === "refused") throw plan.error;
  if (step === "elsewhere") throw otherAccount(`lead ${lead.leadId}`);
  if (step === "update") yield await updateLead(session, lead, plan.news);
  if (step === "delete" || step === "replace") {
    await deleteLead(session, lead, step === "replace");
    yield undefined;
  }
  if (step === "create" || step === "replace") {
    yield await createLead(session, plan.news, step === "create" ? listed : undefined);
  }
}

/**
 * By key, in the program's order; rows that could not be deleted come last. If the program has given the key of such a
 * row to another row, the old row gets a key that no row has.
 */
function byKey(leads: Map<Plan, LeadState | undefined>): Map<string, LeadState> {
  const rows = new Map<string, LeadState>();
  for (const [plan, lead] of leads) {
    if (!lead) continue;
    let { key } = plan;
    while (rows.has(key)) key += "~";
    rows.set(key, lead);
  }
  return rows;
}

/** After one of these errors every other row would fail too. */
const FAILS_FOR_ALL = [
  "famulor/auth",
  "famulor/config",
  "famulor/rate-limit",
  "famulor/interrupted",
  "famulor/no-such-campaign",
];

function failsForAll(error: unknown): boolean {
  if (error instanceof FamulorConnectionError) return error.delivery === "not-sent";
  return error instanceof FamulorError && FAILS_FOR_ALL.includes(error.code);
}

/**
 * Works on all items, each with its own budget, and returns those that failed. The lines of all items are printed at
 * the end, each with its key.
 *
 * @param what What the progress line counts.
 */
export async function inParallel<Item extends { key: string }>(
  session: Session,
  what: string,
  items: Item[],
  work: (item: Item, rowSession: Session) => Promise<void>,
): Promise<Failure[]> {
  const { deadlines, settings, clock, say } = session;
  const failed = new Map<Item, Failure>();
  const said: Line[] = [];
  const progress = new Progress(what, items.length, clock, say);
  // All workers share one iterator: each takes the next item.
  const queue = items.values();
  let stoppedBy: unknown;
  const worker = async () => {
    for (const item of queue) {
      const { key } = item;
      try {
        if (stoppedBy !== undefined) throw stoppedBy;
        await deadlines.within(settings.requestTimeoutMs, () => work(item, sayingOf(session, key, said)));
      } catch (error) {
        failed.set(item, { key, error });
        if (failsForAll(error)) stoppedBy ??= error;
      }
      progress.tick();
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  sayOfRows(said, say);
  // In the items' order, whichever failed first.
  return items.flatMap((item) => failed.get(item) ?? []);
}

/** The session for one row, whose lines are collected. */
export function sayingOf(session: Session, key: string, said: Line[]): Session {
  return { ...session, say: (line) => said.push({ key, line }) };
}
