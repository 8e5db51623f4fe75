/**
 * What is told of many rows at once: up to a number that can be read, each by its key. Pure, but for sayOfRows.
 */
import { FamulorError } from "../famulor/errors";
import { maskPhoneNumbers } from "../famulor/masking";

/** How many rows are named. */
export const SHOWN = 20;

/** An error of the engine holds 2 kB. */
const MAX_CHARACTERS = 1_900;

export interface Failure {
  key: string;
  error: unknown;
}

/** Something that is no error, about one row. */
export interface Line {
  key: string;
  line: string;
}

/** Some people's keys are the numbers themselves. */
const shown = (key: string) => maskPhoneNumbers(JSON.stringify(key));
const row = (key: string) => `leads[${shown(key)}]`;

/** Their keys, the first ones. */
export function named(rows: { key: string }[]): string {
  const keys = rows.slice(0, SHOWN).map(({ key }) => shown(key));
  return keys.join(", ") + (rows.length > SHOWN ? ` and ${rows.length - SHOWN} more` : "");
}

export function sayOfRows(lines: Line[]): void {
  for (const { key, line } of lines.slice(0, SHOWN)) console.log(`${row(key)}: ${line}`);
  if (lines.length > SHOWN) console.log(`… and so for ${lines.length - SHOWN} more rows.`);
}

export function failed(failures: Failure[]): FamulorError {
  return new FamulorError("famulor/set", inShort(failures).join("\n"));
}

/** Which rows have failed, and every reason once, with the lead of each row that it is about. */
export function inShort(failures: Failure[]): string[] {
  const lines = [`Failed: ${named(failures)}.`];
  let left = MAX_CHARACTERS - (lines[0] as string).length;
  let untold = 0;
  for (const same of byReason(failures)) {
    const line = reason(same);
    // Half a reason may end in half a command; the first one is told in any case.
    if (line.length > left && lines.length > 1) {
      untold++;
      continue;
    }
    lines.push(line.slice(0, left));
    left -= line.length;
  }
  if (untold > 0) lines.push(`And ${untold} other reasons, which are told once these are mended.`);
  return lines;
}

/** Those whose messages differ in nothing but IDs and numbers. */
function byReason(failures: Failure[]): Iterable<Failure[]> {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    const kind = messageOf(failure).replace(/[\d…]+/g, "");
    const same = groups.get(kind);
    if (same) same.push(failure);
    else groups.set(kind, [failure]);
  }
  return groups.values();
}

function reason([first, ...others]: Failure[]): string {
  if (!first) return "";
  const leadOf = (failure: Failure) => /\blead (\d+)/i.exec(messageOf(failure))?.[1];
  const leads = others.flatMap((failure) => {
    const leadId = leadOf(failure);
    return leadId === undefined || leadId === leadOf(first) ? [] : [`${shown(failure.key)}: ${leadId}`];
  });
  const more = leads.length > SHOWN ? ` and ${leads.length - SHOWN} more` : "";
  const alike = leads.length > 0 ? ` The same with the leads of ${leads.slice(0, SHOWN).join(", ")}${more}.` : "";
  return `${row(first.key)}: ${messageOf(first)}${alike}`;
}

function messageOf({ error }: Failure): string {
  return error instanceof Error ? error.message : String(error);
}
