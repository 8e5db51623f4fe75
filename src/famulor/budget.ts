/**
 * How long the work on one resource may take, and whether this process was told to stop.
 *
 *   withinBudget     gives a piece of work its time; everything below it shares that
 *   offBudget        work whose time does not count
 *   remainingMs      what is left of it
 *   pause            waits, but not longer than that, and not once the process was told to stop
 *   requireLeave     may this request still be begun?
 *   stopStarting     tells the process to stop
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { FamulorError } from "./errors";

/**
 * For one lead, in milliseconds: its requests, their repetitions and what Famulor asks to wait. Ctrl-C waits for it too.
 * With a `requestTimeoutSeconds` above 30, the time of three requests.
 */
export const BUDGET_MS = 90_000;

const budgets = new AsyncLocalStorage<{ deadline: number }>();

export function withinBudget<T>(requestTimeoutMs: number, work: () => T): T {
  return budgets.run({ deadline: Date.now() + Math.max(BUDGET_MS, 3 * requestTimeoutMs) }, work);
}

/** For the wait in our own line, to which there is no limit. `work` returns the milliseconds of it that count all the same. */
export async function offBudget(work: () => Promise<number>): Promise<void> {
  const budget = budgets.getStore();
  const begun = Date.now();
  const countedMs = await budgets.exit(work);
  if (budget) budget.deadline += Date.now() - begun - countedMs;
}

/** In milliseconds. Outside of `withinBudget` there is no limit. */
export function remainingMs(): number {
  return (budgets.getStore()?.deadline ?? Number.POSITIVE_INFINITY) - Date.now();
}

/** Returns false, at once, where there is no time left for it or none is to be waited for any more. */
export async function pause(waitMs: number): Promise<boolean> {
  if (waitMs === 0) return true;
  if (waitMs >= remainingMs() || stopping.signal.aborted) return false;
  try {
    await sleep(waitMs, undefined, { signal: stopping.signal });
    return true;
  } catch {
    return false;
  }
}

/** `writes`: somebody interrupts, and what is in flight may still be looked up. `everything`: nobody hears us any more. */
type Stop = "writes" | "everything";
let stopped: Stop | undefined;
const stopping = new AbortController();

export function stopStarting(what: Stop): void {
  if (stopped !== "everything") stopped = what;
  stopping.abort();
}

/** @throws FamulorError `famulor/interrupted` or `famulor/out-of-time`. */
export function requireLeave(method: string, path: string): void {
  if (stopped === "everything" || (stopped === "writes" && method !== "GET")) {
    throw new FamulorError("famulor/interrupted", `${method} ${path} was not sent: the run was interrupted.`, {
      hint: "Run the command again.",
    });
  }
  if (remainingMs() <= 0) {
    throw new FamulorError("famulor/out-of-time", `${method} ${path} was not sent: the time for this resource is up.`, {
      hint: "Famulor or the network is too slow at the moment. Run the command again.",
    });
  }
}
