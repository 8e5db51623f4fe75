/**
 * The arguments of a lead: their schema, and every problem they can have, by the argument's path. Pure, and fast: the engine
 * runs the checks of a stack one after another.
 */
import { z } from "zod";
import { MAX_LEAD_BYTES, MAX_SECONDARY_CONTACTS, SETTABLE_STATUSES } from "../../famulor/limits";
import { phoneNumberProblem } from "../../famulor/phone-numbers";
import { LIKE_EXAMPLE, maskPhoneNumber } from "../../masking";
import type { LeadArgs } from "../../state/lead";
import { argumentProblems, required } from "../engine/argument-problems";
import type { Declared } from "../engine/unknown";
import { notAllowed, refusedBy } from "../session/guard";
import type { Settings } from "../session/settings";

const phoneNumber = z
  .string({ error: required(`a string in E.164, ${LIKE_EXAMPLE}`) })
  .refine((value) => phoneNumberProblem(value) === undefined, {
    error: ({ input }) => phoneNumberProblem(String(input)),
  });

const variables = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()], "must be a string, a number or a boolean"), {
    error: "must be an object of strings, numbers and booleans",
  })
  .optional();

/** One schema for each argument of a lead. The rows of a set use them too. */
export const LEAD_ARGUMENTS = {
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
    .max(
      MAX_SECONDARY_CONTACTS,
      `must have at most ${MAX_SECONDARY_CONTACTS} entries. Declare the others as separate leads`,
    )
    .optional(),
  allowDuplicate: z.boolean("must be true or false").optional(),
  status: z
    .enum(SETTABLE_STATUSES, `must be one of ${SETTABLE_STATUSES.join(", ")}: Famulor assigns all others itself`)
    .optional(),
  adoptExisting: z.boolean("must be true or false").optional(),
} satisfies { [Argument in keyof Required<LeadArgs>]: z.ZodType<LeadArgs[Argument]> };

const leadArgs = z.strictObject(LEAD_ARGUMENTS);

export function leadProblems(news: Declared<LeadArgs>, settings: Settings | undefined): string[] {
  return [
    ...argumentProblems(leadArgs, news, "FamulorLead"),
    ...ambiguousAdoption(news),
    ...problemsOfNumbersAndSize(news, settings),
  ];
}

/** What a lead, or a row of a set, declares with its numbers. */
type WithNumbers = Declared<Pick<LeadArgs, "phoneNumber" | "secondaryContacts">>;

export function problemsOfNumbersAndSize(news: WithNumbers, settings: Settings | undefined): string[] {
  return [...repeatedNumbers(news), ...forbiddenNumbers(news, settings), ...tooLarge(news)];
}

export function ambiguousAdoption({
  adoptExisting,
  allowDuplicate,
}: Declared<Pick<LeadArgs, "adoptExisting" | "allowDuplicate">>): string[] {
  return adoptExisting === true && allowDuplicate === true
    ? ["adoptExisting: cannot be combined with allowDuplicate, because several leads may have this number"]
    : [];
}

/** Every number of a lead that can be called, with its path. Other numbers are reported already. */
function* possibleNumbers(news: WithNumbers): Generator<{ path: string; number: string }> {
  for (const each of numbersOf(news)) if (phoneNumberProblem(each.number) === undefined) yield each;
}

function* numbersOf({ phoneNumber, secondaryContacts }: WithNumbers): Generator<{ path: string; number: string }> {
  if (typeof phoneNumber === "string") yield { path: "phoneNumber", number: phoneNumber };
  if (!Array.isArray(secondaryContacts)) return;
  for (const [index, contact] of secondaryContacts.entries()) {
    const number = typeof contact === "object" && contact !== null ? contact.phoneNumber : undefined;
    if (typeof number === "string") yield { path: `secondaryContacts[${index}].phoneNumber`, number };
  }
}

function* repeatedNumbers(news: WithNumbers): Generator<string> {
  const first = new Map<string, string>();
  for (const { path, number } of possibleNumbers(news)) {
    const before = first.get(number);
    if (before === undefined) first.set(number, path);
    else
      yield `${path}: must differ from ${before}: the same person (${maskPhoneNumber(number)}) would be called twice`;
  }
}

function* forbiddenNumbers(news: WithNumbers, settings: Settings | undefined): Generator<string> {
  if (settings === undefined) return;
  for (const { path, number } of possibleNumbers(news)) {
    const refusing = refusedBy(settings.guard, number);
    if (refusing !== undefined) yield `${path}: ${notAllowed(number, refusing)}`;
  }
}

function* tooLarge(news: object): Generator<string> {
  const bytes = Buffer.byteLength(JSON.stringify(news));
  if (bytes > MAX_LEAD_BYTES)
    yield `variables: the lead has ${bytes} bytes; at most ${MAX_LEAD_BYTES} are allowed. Shorten the variables`;
}
