/** Summaries for many rows: at most 20 keys, each distinct reason once. Pure, except for `sayOfRows`. */
import { FamulorError, FamulorInputError, isFamulorError } from "../../famulor/errors";
import type { LeadSetState } from "../../state/lead-set";
import type { Say } from "../engine/progress";
import { messageOf } from "../engine/readable-error";
import { ONLY_THIS_RUN_KNOWS } from "../lead/messages";
import { rowPath, shownKey } from "./args";
import type { RowPlan } from "./plan";

/** How many rows are named. */
const SHOWN = 20;

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

/** The keys of the first rows, and how many more there are. */
function named(rows: { key: string }[]): string {
  const keys = rows.slice(0, SHOWN).map(({ key }) => shownKey(key));
  return keys.join(", ") + (rows.length > SHOWN ? ` and ${rows.length - SHOWN} more` : "");
}

export function sayOfRows(lines: Line[], say: Say): void {
  for (const { key, line } of lines.slice(0, SHOWN)) say(`${rowPath(key)}: ${line}`);
  if (lines.length > SHOWN) say(`… and similar lines for ${lines.length - SHOWN} more rows.`);
}

/** Which rows change and how; `undefined` if none does. */
export function summaryOf(plans: RowPlan[]): string | undefined {
  const of = (step: RowPlan["step"], what: string) => {
    const rows = plans.filter((plan) => plan.step === step);
    return rows.length === 0 ? [] : [`${rows.length} ${what} (${named(rows)})`];
  };
  const parts = [
    ...of("create", "to create"),
    ...of("update", "to update"),
    ...of("replace", "to replace"),
    ...of("delete", "to delete"),
  ];
  return parts.length === 0 ? undefined : `Of ${plans.length} leads: ${parts.join(", ")}.`;
}

export function goneRows(rows: { key: string }[]): string {
  return (
    `${named(rows)}: gone from Famulor and not re-created by themselves, because the people may have been called. To call one of ` +
    "them again: remove the row, run `pulumi up`, and add the row again."
  );
}

/** In another account the whole set would be re-created, also this row. */
export function wouldCallGone({ key }: { key: string }): Failure {
  const error = new FamulorInputError(
    "apiKey: the key belongs to another account than the set. The lead of this row is gone from Famulor, and the other account would " +
      "call the person again.",
    { hint: "Remove the row, or allow it for one run: FAMULOR_REDIAL=allow pulumi up." },
  );
  return { key, error };
}

export function failed(failures: Failure[]): FamulorError {
  return new FamulorError("famulor/set", inShort(failures).join("\n"));
}

/** Which rows have failed, and each reason once, with the lead of each row that has this reason. */
export function inShort(failures: Failure[]): string[] {
  const lines = [`Failed: ${named(failures)}.`];
  let left = MAX_CHARACTERS - (lines[0] as string).length;
  let omitted = 0;
  for (const same of byReason(failures)) {
    const line = reasonOf(same);
    // Half a reason may end in half a command. The first reason is always shown.
    if (line.length > left && lines.length > 1) {
      omitted++;
      continue;
    }
    lines.push(line.slice(0, left));
    left -= line.length;
  }
  if (omitted > 0) lines.push(`And ${omitted} other reasons, which appear when these are solved.`);
  return lines;
}

/**
 * Rows that could not be moved. The engine has stored `deletedWith` for the set already, so a destroy that deletes the new campaign
 * with everything in it asks nobody to delete these leads.
 */
export function leftBehind({ campaignId, leads }: LeadSetState): string[] {
  const rows = [...leads]
    .filter(([, lead]) => lead.campaignId !== campaignId)
    .map(([key, { leadId, campaignId: place }]) => `${shownKey(key)} (lead ${leadId}, campaign ${place})`);
  if (rows.length === 0) return [];
  const more = rows.length > SHOWN ? ` and ${rows.length - SHOWN} more` : "";
  return [
    `Still in another campaign: ${rows.slice(0, SHOWN).join(", ")}${more}. Before \`pulumi destroy\`, run \`pulumi up\` until they have ` +
      "moved, or remove the rows: if the new campaign has forceDestroy, destroy leaves them in Famulor.",
  ];
}

/** The reasons that must not be overlooked come first. Groups failures whose messages differ only in IDs and numbers. */
function byReason(failures: Failure[]): Iterable<Failure[]> {
  const groups = new Map<string, Failure[]>();
  for (const failure of failures) {
    const kind = messageOf(failure.error).replace(/[\d…]+/g, "");
    const same = groups.get(kind);
    if (same) same.push(failure);
    else groups.set(kind, [failure]);
  }
  return [...groups.values()].sort((one, other) => Number(isForThisRunOnly(other)) - Number(isForThisRunOnly(one)));
}

const isForThisRunOnly = ([failure]: Failure[]) => messageOf(failure?.error).includes(ONLY_THIS_RUN_KNOWS);

function reasonOf([first, ...others]: Failure[]): string {
  if (!first) return "";
  const leadOf = ({ error }: Failure) => /\blead (\d+)/i.exec(messageOf(error))?.[1];
  const leads = others.flatMap((failure) => {
    const leadId = leadOf(failure);
    return leadId === undefined || leadId === leadOf(first) ? [] : [`${shownKey(failure.key)}: ${leadId}`];
  });
  const more = leads.length > SHOWN ? ` and ${leads.length - SHOWN} more` : "";
  const alike = leads.length > 0 ? ` The same with the leads of ${leads.slice(0, SHOWN).join(", ")}${more}.` : "";
  const code = isFamulorError(first.error) ? ` [${first.error.code}]` : "";
  return `${rowPath(first.key)}: ${messageOf(first.error)}${alike}${code}`;
}
