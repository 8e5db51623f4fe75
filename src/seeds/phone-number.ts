/** Reads a phone number as people and spreadsheets write it. */
import type { CountryCode } from "libphonenumber-js";
import {
  getCountryCallingCode,
  isSupportedCountry,
  type MetadataJson,
  ParseError,
  type PhoneNumber,
  parsePhoneNumberWithError,
} from "libphonenumber-js/core";
import { E164 } from "../famulor/limits";
import { phoneNumberProblem } from "../famulor/phone-numbers";
import { isFictionalPhoneNumber } from "../fictional-numbers";
import { namesOfInvisible, showInvisible } from "../invisible";
import { maskPhoneNumber } from "../masking";
import { isSpreadsheetError } from "./cell";
import { SeedsError } from "./seeds-error";

// A `require`, because TypeScript does not find the types of this file.
const everyPlan: MetadataJson = require("libphonenumber-js/metadata.min.json");

/** What a cell says: a number in E.164, or why it says none. */
export type PhoneNumberReading =
  | { readonly phoneNumber: string; readonly problem?: undefined }
  /** `damaged`: a spreadsheet did it, so a message adds how to export the column. */
  | { readonly phoneNumber?: undefined; readonly problem: string; readonly damaged?: boolean };

/**
 * Converts a phone number to E.164, from any usual spelling: `"030 / 231 25-000"`, `"0049 30 23125000"`, `"+49 (0)30 23125000"`.
 *
 * @param phoneNumber The number as somebody wrote it.
 * @param options `country` is the country of a number without a country code, in two letters (ISO 3166).
 * @throws an error (`code: "famulor/input"`) that says why the text is no phone number, such as the damage that a spreadsheet did.
 * @example
 * ```ts
 * toE164("030 23125000", { country: "DE" }) // "+493023125000"
 * ```
 */
export function toE164(phoneNumber: string, options: { country?: CountryCode | undefined } = {}): string {
  checkCountry("toE164", options.country);
  const reading = readPhoneNumber(phoneNumber, options.country);
  if (reading.problem === undefined) return reading.phoneNumber;
  throw new SeedsError(`toE164: ${shown(phoneNumber)} ${reading.problem}.`);
}

/** @param what The function that asks, for the error. @throws if there is no such country. */
export function checkCountry(what: string, country: CountryCode | undefined): void {
  if (country === undefined || isSupportedCountry(country, everyPlan)) return;
  throw new SeedsError(`${what}: there is no country ${JSON.stringify(country)}.`, {
    hint: 'Write the country as two capital letters, such as "DE".',
  });
}

/** A value that may be a phone number, for a message: enough to find the value, not enough to dial. */
export function shown(value: string): string {
  return `\`${isSpreadsheetError(value) ? value : showInvisible(maskPhoneNumber(value))}\``;
}

/** Blanks of every width, the signs that people put between digits, and the scheme of a link. */
const SEPARATORS = /^tel:|[\s\p{Zs}()[\]/.\u2010-\u2015-]/giu;
/** A phone number without separators. */
const PLUS_AND_DIGITS = /^\+?\d+$/;

export function readPhoneNumber(text: string, country: CountryCode | undefined): PhoneNumberReading {
  const compact = text.replace(SEPARATORS, "").replace(/^\uff0b/, "+");
  const isPlain = E164.test(compact) && !text.includes("/") && phoneNumberProblem(compact) === undefined;
  if (isPlain) return { phoneNumber: compact };
  return damageOf(text) ?? parse(compact, country);
}

const ASCII = /^[\x20-\x7e]*$/;
/** `4.91512E+11`, also with a decimal comma. */
const ROUNDED = /^[-+]?\d+(?:[.,]\d+)?E\+?\d+$/i;

function damageOf(text: string): PhoneNumberReading | undefined {
  // Special blanks are no damage: they stand between the digits of a French number.
  const invisible = ASCII.test(text) ? undefined : namesOfInvisible(text.replace(/\p{Zs}/gu, " "));
  if (invisible) return damaged(`contains ${invisible}`);
  if (ROUNDED.test(text)) return damaged("was rounded by a spreadsheet, so its last digits are lost");
  if (/^\d{5,}[.,]0+$/.test(text)) return damaged("is a decimal number: something read the column as numbers");
  if (isSpreadsheetError(text)) return damaged("is an error of the spreadsheet");
  if (/^-\d+$/.test(text)) return damaged("is a negative number: a spreadsheet calculated it");
  if (isDate(text)) return damaged("is a date");
  if (SEVERAL.test(text)) return { problem: "is more than one number: give each its own cell" };
  return undefined;
}

const damaged = (problem: string) => ({ problem, damaged: true });

const isDate = (text: string) =>
  /^(?:[0-3]?\d([./-])[0-3]?\d\1(?:19|20)?\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d)$/.test(text);

/** After a slash an ending, or another number: `0171 1234567/8`, `030 2312500-0/-1`, `030 231/0171 1234`. */
const SEVERAL = /\d\s*\/\s*(?:-?\s*\d{1,2}$|0\d|\+)/;

/** @param compact The number without separators. */
function parse(compact: string, country: CountryCode | undefined): PhoneNumberReading {
  if (!PLUS_AND_DIGITS.test(compact)) return { problem: "is no phone number, or has more in its cell than one" };
  const isInternational = compact.startsWith("+");
  if (!isInternational && country === undefined) {
    return { problem: 'has no country code: set `country`, such as { country: "DE" }' };
  }
  const parsed = parsedBest(compact, country);
  if (typeof parsed === "string") return { problem: parsed };
  const { phone, exists } = parsed;
  // A number that begins with 0 has not lost its 0 or its plus.
  if (!isInternational && !compact.startsWith("0") && !isNationalSpelling(compact, phone)) {
    return damaged("has neither a plus nor the first digit of national calls: a spreadsheet drops both");
  }
  if (exists) return { phoneNumber: phone.number };
  return { problem: isInternational ? "is no possible number of its country" : `is no number of ${country}` };
}

/** A number, and whether it exists. Asked only once, because the question takes half of the time. */
interface Parsed {
  readonly phone: PhoneNumber;
  readonly exists: boolean;
}

/** @returns a text if something is wrong: what. */
function parsedBest(compact: string, country: CountryCode | undefined): Parsed | string {
  if (country === undefined || compact.startsWith("+")) return parsedBy(everyPlan, compact, country);
  const parsed = parsedBy(planOf(country), compact, country);
  // Perhaps a call to another country: 0049…
  return typeof parsed !== "string" && parsed.exists ? parsed : parsedBy(everyPlan, compact, country);
}

const plans = new Map<CountryCode, MetadataJson>();

/**
 * The numbering plan of one country, and that of the country that formats the numbers of its code: Britain for Jersey. With every plan,
 * libphonenumber tries each country that shares the code, which takes twice as long in America and Australia.
 */
function planOf(country: CountryCode): MetadataJson {
  let plan = plans.get(country);
  if (plan === undefined) {
    const code = getCountryCallingCode(country, everyPlan);
    const [main = country] = everyPlan.country_calling_codes[code] ?? [];
    const countries = [...new Set([main, country])];
    plan = {
      ...everyPlan,
      country_calling_codes: { [code]: countries },
      countries: Object.fromEntries(countries.map((each) => [each, everyPlan.countries[each]])),
    } as MetadataJson;
    plans.set(country, plan);
  }
  return plan;
}

function parsedBy(plan: MetadataJson, compact: string, country: CountryCode | undefined): Parsed | string {
  try {
    const options = { ...(country && { defaultCountry: country }), extract: false };
    const phone = parsePhoneNumberWithError(compact, options, plan);
    // Most numbers for fiction are not assigned, so libphonenumber calls them invalid.
    return { phone, exists: isFictionalPhoneNumber(phone.number) || phone.isValid() };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return PROBLEMS[error.message] ?? "is no phone number";
  }
}

const PROBLEMS: { readonly [code: string]: string } = {
  INVALID_COUNTRY: "has a country code that does not exist",
  TOO_SHORT: "is too short",
  TOO_LONG: "is too long, or two numbers in one cell",
};

/** Whether people in the number's country write these digits: without a 0 in Spain, with or without a 1 in America. */
function isNationalSpelling(digits: string, phone: PhoneNumber): boolean {
  if (phone.countryCallingCode === "1" && digits === `1${phone.nationalNumber}`) return true;
  return phone.formatNational().replace(/\D/g, "") === digits;
}
