/**
 * The arguments of a lead: their schema and every problem they can have, by the argument's path. Values that are not known
 * yet (in preview) are no problem. Pure, and fast: the engine runs the checks of a stack one after another.
 */
import { z } from "zod";
import { FamulorInputError } from "../famulor/errors";
import { E164, MAX_LEAD_BYTES, MAX_SECONDARY_CONTACTS, SETTABLE_STATUSES } from "../famulor/limits";
import { argumentProblems, required } from "./argument-problems";
import { holdsUnknown, isUnknown, type Props } from "./plain";
import type { Settings } from "./settings";

const phoneNumber = z
  .string({ error: required("a string in E.164, like +493023125000") })
  .regex(E164, "must be in E.164: a plus, the country code and the number, no blanks or dashes, like +493023125000");

const variables = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()], "must be a string, a number or a boolean"), {
    error: "must be an object of strings, numbers and booleans",
  })
  .optional();

const leadArgs = z.strictObject({
  campaignId: z
    .number({
      error: required("a campaign or its ID, a number (a string needs Number(…), a config value requireNumber)"),
    })
    .refine((value) => Number.isSafeInteger(value) && value > 0, "must be a whole number above 0"),
  phoneNumber,
  variables,
  secondaryContacts: z
    .array(z.strictObject({ phoneNumber, variables }, "must be an object { phoneNumber, variables? }"), {
      error: "must be a list of { phoneNumber, variables? }",
    })
    .max(MAX_SECONDARY_CONTACTS, `must be at most ${MAX_SECONDARY_CONTACTS}; declare the others as leads of their own`)
    .optional(),
  allowDuplicate: z.boolean("must be true or false").optional(),
  status: z
    .enum(SETTABLE_STATUSES, `must be one of ${SETTABLE_STATUSES.join(", ")}: Famulor assigns all others itself`)
    .optional(),
  adoptExisting: z.boolean("must be true or false").optional(),
});

/** The arguments of a lead that are those of its set: a row must not have them. */
const SET_ARGS = { campaignId: true, allowDuplicate: true, adoptExisting: true } as const;

const leadSetArgs = z.strictObject({
  ...leadArgs.pick(SET_ARGS).shape,
  // Not `z.record`, which makes a copy of thousands.
  leads: z.custom<Record<string, unknown>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    { error: required("an object of leads, each under a key of your own") },
  ),
});
const rowArgs = z.strictObject(
  leadArgs.omit(SET_ARGS).shape,
  "must be an object { phoneNumber, variables?, secondaryContacts?, status? }",
);

/** The declared arguments of a lead, once nothing is unknown any more. */
export type LeadArgs = z.output<typeof leadArgs>;

/** The names of the arguments, which are also outputs. */
export const LEAD_ARG_NAMES = Object.keys(leadArgs.shape);

/** Every problem of these arguments, each beginning with the argument's path. Never holds a value. */
export function leadProblems(news: Props, settings: Settings | undefined): string[] {
  return [
    ...argumentProblems(leadArgs, news, "FamulorLead"),
    ...ambiguousAdoption(news),
    ...problemsOfNumbersAndSize(news, settings),
  ];
}

function problemsOfNumbersAndSize(news: Props, settings: Settings | undefined): string[] {
  return [...repeatedNumbers(news), ...forbiddenNumbers(news, settings), ...tooLarge(news)];
}

function ambiguousAdoption({ adoptExisting, allowDuplicate }: Props): string[] {
  return adoptExisting === true && allowDuplicate === true
    ? ["adoptExisting: cannot be combined with allowDuplicate: which of several leads would be taken over?"]
    : [];
}

/** The same for a set: every problem of every row, each beginning with the row's key. */
export function leadSetProblems(news: Props, settings: Settings | undefined): string[] {
  const problems = [...argumentProblems(leadSetArgs, news, "FamulorLeadSet"), ...ambiguousAdoption(news)];
  if (typeof news.leads !== "object" || news.leads === null) return problems;
  const keyOfNumber = new Map<unknown, string>();
  const rows = news.leads as Record<string, unknown>;
  for (const key of Object.keys(rows)) {
    const row = rows[key];
    const path = `leads[${JSON.stringify(key)}]`;
    // No object of JavaScript keeps it, Pulumi's least of all: the lead's ID would be lost.
    if (key === "__proto__") problems.push(`${path}: "__proto__" cannot be a key: give the row another one`);
    const own = [
      ...argumentProblems(rowArgs, row as Props, "a lead in a FamulorLeadSet"),
      ...(typeof row === "object" && row !== null ? problemsOfNumbersAndSize(row as Props, settings) : []),
    ];
    problems.push(...own.map((problem) => (problem.startsWith(":") ? path + problem : `${path}.${problem}`)));
    const number = (row as Props | null)?.phoneNumber;
    if (news.allowDuplicate === true || typeof number !== "string") continue;
    const first = keyOfNumber.get(number);
    if (first === undefined) keyOfNumber.set(number, key);
    else
      problems.push(`${path}.phoneNumber: is also that of leads[${JSON.stringify(first)}]: one person, called twice`);
  }
  return problems;
}

/**
 * What `check` saw may have been unknown then; this is the last look before a phone can ring.
 *
 * @throws FamulorInputError with every problem.
 */
export function requireLeadArgs(inputs: Props, settings: Settings): LeadArgs {
  const parsed = leadArgs.safeParse(inputs);
  const problems = holdsUnknown(inputs)
    ? ["a value is still unknown"]
    : parsed.success
      ? [...ambiguousAdoption(inputs), ...problemsOfNumbersAndSize(inputs, settings)]
      : leadProblems(inputs, settings);
  if (problems.length > 0 || !parsed.success) throw new FamulorInputError(problems.join("\n"));
  return parsed.data;
}

/** Every number of a lead with the path where it stands. */
function* numbersOf(news: Props): Generator<{ path: string; number: string }> {
  const own = news.phoneNumber;
  if (typeof own === "string" && !isUnknown(own)) yield { path: "phoneNumber", number: own };
  const contacts = news.secondaryContacts;
  if (!Array.isArray(contacts)) return;
  for (const [index, contact] of contacts.entries()) {
    const number = (contact as Props | null)?.phoneNumber;
    if (typeof number === "string" && !isUnknown(number)) {
      yield { path: `secondaryContacts[${index}].phoneNumber`, number };
    }
  }
}

function* repeatedNumbers(news: Props): Generator<string> {
  const first = new Map<string, string>();
  for (const { path, number } of numbersOf(news)) {
    const before = first.get(number);
    if (before === undefined) first.set(number, path);
    else yield `${path}: must differ from ${before}: the same person would be called twice`;
  }
}

function* forbiddenNumbers(news: Props, settings: Settings | undefined): Generator<string> {
  for (const { path, number } of numbersOf(news)) {
    const isAllowed = settings?.allowedPrefixes.every((list) => list.some((prefix) => number.startsWith(prefix)));
    if (isAllowed === false) {
      yield `${path}: begins with none of the prefixes in famulor:allowedPhoneNumbers, so it must not be called`;
    }
  }
}

function* tooLarge(news: Props): Generator<string> {
  const bytes = Buffer.byteLength(JSON.stringify(news));
  if (bytes > MAX_LEAD_BYTES) yield `variables: the lead has ${bytes} bytes; at most ${MAX_LEAD_BYTES} fit into state`;
}
