/** When a campaign may call: its days and hours, in its time zone. */
import { DAYS, type SandboxCampaign } from "./records";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** By time zone: a format costs more to create than to use a thousand times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const part = "numeric" as const;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: part,
    month: part,
    day: part,
    hour: part,
    minute: part,
    second: part,
  });
  formats.set(timeZone, made);
  return made;
}

export function isTimeZone(name: unknown): boolean {
  try {
    formatOf(String(name));
    return true;
  } catch {
    return false;
  }
}

/** The wall clock of a zone, as if it were UTC. */
function wallClock(at: number, timeZone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The moment at which the wall clock of a zone shows this. The offset is looked up twice, because it depends on the moment. */
function momentOf(wall: number, timeZone: string): number {
  const guess = wall - (wallClock(wall, timeZone) - wall);
  return wall - (wallClock(guess, timeZone) - guess);
}

const minutesOf = (hour: string) => Number(hour.slice(0, 2)) * 60 + Number(hour.slice(3, 5));

/** The first moment from `at` on at which the campaign may call. Infinity where it never may. */
export function opensAt(
  { allowed_days, allowed_hours_start_time, allowed_hours_end_time }: SandboxCampaign,
  timeZone: string,
  at: number,
): number {
  const start = minutesOf(allowed_hours_start_time);
  // "23:59" is the last minute that is allowed. An end before the start is on the next day.
  const end = minutesOf(allowed_hours_end_time) + 1;
  const length = end > start ? end : end + 24 * 60;
  const today = Math.floor(wallClock(at, timeZone) / DAY_MS) * DAY_MS;
  for (let day = -1; day <= 7; day++) {
    const midnight = today + day * DAY_MS;
    // 1 January 1970 was a Thursday.
    const weekday = DAYS[(midnight / DAY_MS + 3) % 7] ?? "";
    if (!allowed_days.includes(weekday)) continue;
    if (at < momentOf(midnight + length * MINUTE_MS, timeZone)) {
      return Math.max(at, momentOf(midnight + start * MINUTE_MS, timeZone));
    }
  }
  return Number.POSITIVE_INFINITY;
}
