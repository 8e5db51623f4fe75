/**
 * What to make of a lead that is proven to be gone. Pure.
 *
 * Famulor removes old leads by itself, after 1 to 24 months. One that it had worked on must not come back by itself: that
 * would call the person again. Only a young one that was still waiting was surely removed by somebody.
 */

/** The status a lead keeps in state when it is gone and is not to be made again. */
export const GONE = "gone";

const WAITING = ["created", "scheduled", "rescheduled"];

/** The shortest retention is a month; what the state says of an older lead may be stale. */
const YOUNG_MS = 28 * 24 * 60 * 60 * 1000;

/** True where dropping it from state, so that the next `up` makes it again, calls nobody a second time. */
export function mayBeMadeAgain(lastStatus: unknown, createdAt: unknown, now: number): boolean {
  if (!WAITING.includes(String(lastStatus))) return false;
  // Famulor's time has no zone, and a set stores the day alone: a few hours do not matter here.
  const made = Date.parse(String(createdAt).slice(0, 10));
  return now - made < YOUNG_MS;
}
