/** The arguments of a set, and every problem of every row, each beginning with the row's path. Pure. */
import { z } from "zod";
import { phoneNumberProblem } from "../../famulor/phone-numbers";
import { showInvisible } from "../../invisible";
import { maskPhoneNumber, maskPhoneNumbers } from "../../masking";
import type { LeadArgs } from "../../state/lead";
import type { LeadSetArgs } from "../../state/lead-set";
import { isMap } from "../../state/stored";
import { argumentProblems, required } from "../engine/argument-problems";
import { type Declared, isUnknown, type Unknown } from "../engine/unknown";
import { ambiguousAdoption, LEAD_ARGUMENTS, problemsOfNumbersAndSize } from "../lead/args";
import type { Settings } from "../session/settings";

const { campaignId, allowDuplicate, adoptExisting, ...ofRow } = LEAD_ARGUMENTS;

const setArgs = z.strictObject({
  campaignId,
  allowDuplicate,
  adoptExisting,
  // Not `z.record`, because it copies thousands of rows.
  leads: z.custom<LeadSetArgs["leads"]>(isMap, { error: required("an object of leads, each under a key of your own") }),
} satisfies { [Argument in keyof Required<LeadSetArgs>]: z.ZodType<LeadSetArgs[Argument]> });

const rowArgs = z.strictObject(ofRow, "must be an object { phoneNumber, variables?, secondaryContacts?, status? }");

export function leadSetProblems(news: Declared<LeadSetArgs>, settings: Settings | undefined): string[] {
  const problems = [...argumentProblems(setArgs, news, "FamulorLeadSet"), ...ambiguousAdoption(news)];
  const { leads } = news;
  if (isUnknown(leads) || !isMap(leads)) return problems;
  const keyOfNumber = new Map<string, string>();
  for (const [key, row] of Object.entries(leads)) {
    if (isUnknown(row)) continue;
    const path = rowPath(key);
    // Copying an object drops a key named `__proto__`, so the lead's ID would be lost.
    if (key === "__proto__") problems.push(`${path}: "__proto__" cannot be a key: give the row another one`);
    const own = [
      ...argumentProblems(rowArgs, row, "a lead in a FamulorLeadSet"),
      ...(isMap(row) ? problemsOfNumbersAndSize(row, settings) : []),
    ];
    problems.push(...own.map((problem) => (problem.startsWith(":") ? path + problem : `${path}.${problem}`)));
    const number = isMap(row) ? row.phoneNumber : undefined;
    if (news.allowDuplicate === true || typeof number !== "string" || phoneNumberProblem(number)) continue;
    const first = keyOfNumber.get(number);
    if (first === undefined) keyOfNumber.set(number, key);
    else
      problems.push(
        `${path}.phoneNumber: ${rowPath(first)} has the same number: the person (${maskPhoneNumber(number)}) would be called twice`,
      );
  }
  return problems;
}

/** A row's key, as messages show it. Some people's keys are the numbers themselves. */
export const shownKey = (key: string) => maskPhoneNumbers(showInvisible(JSON.stringify(key)));
export const rowPath = (key: string) => `leads[${shownKey(key)}]`;

/** Each row, by its key, as the arguments of a lead. */
export function leadsOf(set: LeadSetArgs): Map<string, LeadArgs>;
export function leadsOf(set: Declared<LeadSetArgs>): Map<string, Declared<LeadArgs> | Unknown>;
export function leadsOf(set: Declared<LeadSetArgs>): Map<string, Declared<LeadArgs> | Unknown> {
  const { campaignId, allowDuplicate, adoptExisting, leads } = set;
  const shared: Omit<typeof set, "leads"> = { campaignId, allowDuplicate, adoptExisting };
  // `Object.assign` and not a spread with names after it: V8 gives the result of such a spread a separate hidden class.
  const rows = Object.entries(isUnknown(leads) ? {} : leads).map(
    ([key, row]) => [key, isUnknown(row) ? row : Object.assign({}, row, shared)] as const,
  );
  return new Map<string, Declared<LeadArgs> | Unknown>(rows);
}
