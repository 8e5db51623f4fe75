/**
 * Whether a text can be a phone number at all: E.164, with a country code that exists and as many digits as numbers of that
 * country can have. Pure.
 *
 * "Possible" and not "valid": whether a number is assigned changes with every number block, and numbers that are reserved for
 * fiction are not assigned to anybody.
 *
 * The country codes and lengths are those of libphonenumber. Loading libphonenumber-js itself costs 33 to 39 ms of processor
 * time in each plugin process, its smallest metadata 4 ms; this file and its table cost under 2 ms. A new country code
 * therefore needs a new release of this package.
 */
import { namesOutsideAscii } from "../invisible";
import { LIKE_EXAMPLE, maskPhoneNumber } from "../masking";
import { E164 } from "./limits";
import { COUNTRY_CODES, WITH_LEADING_ZERO } from "./numbering-plan";

/** How many digits may follow each country code. Built for the first number, not when the file is loaded. */
let lengthsByCode: ReadonlyMap<string, ReadonlySet<number>> | undefined;

function readPlan(): ReadonlyMap<string, ReadonlySet<number>> {
  const plan = new Map<string, ReadonlySet<number>>();
  for (const [ranges, codes] of Object.entries(COUNTRY_CODES)) {
    const lengths = new Set<number>();
    for (const range of ranges.split(" ")) {
      const [first = 0, last = first] = range.split("-").map(Number);
      for (let length = first; length <= last; length++) lengths.add(length);
    }
    for (const code of codes.split(" ")) plan.set(code, lengths);
  }
  return plan;
}

const withLeadingZero = new Set(WITH_LEADING_ZERO.split(" "));

/** How many digits a country code has. The order does not matter, because no country code is the beginning of another one. */
const CODE_DIGITS = [1, 2, 3];

/** What is wrong with a number, as the end of a sentence about it; the number itself is masked. `undefined`: nothing. */
export function phoneNumberProblem(value: string): string | undefined {
  if (!E164.test(value)) return notE164(value);
  lengthsByCode ??= readPlan();
  for (const digits of CODE_DIGITS) {
    const code = value.slice(1, 1 + digits);
    const lengths = lengthsByCode.get(code);
    if (lengths) return problemAfter(code, value, lengths);
  }
  return `has a country code that does not exist: ${maskPhoneNumber(value)}`;
}

function problemAfter(code: string, value: string, lengths: ReadonlySet<number>): string | undefined {
  const national = value.slice(1 + code.length);
  const shown = maskPhoneNumber(value);
  if (national.startsWith("0") && !withLeadingZero.has(code)) {
    return `must not have a 0 after the country code +${code}: leave out the 0 of national calls (${shown})`;
  }
  if (lengths.has(national.length)) return undefined;
  const [least, most] = [Math.min(...lengths), Math.max(...lengths)];
  const wrong =
    national.length < least ? "is too short" : national.length > most ? "is too long" : "has a wrong length";
  return `${wrong}: no number with the country code +${code} has ${national.length} more digits (${shown})`;
}

function notE164(value: string): string {
  const outside = namesOutsideAscii(value);
  const why = outside
    ? `and this one has the character ${outside}: type the number again`
    : `and this one is ${shapeOf(value)}`;
  return `must be in E.164: a plus, the country code and the number, no blanks or dashes, ${LIKE_EXAMPLE}, ${why}`;
}

/** The longest shape that a message shows, in characters. */
const MAX_SHAPE = 24;

/** Only the shape of a value, because any text, even a secret, may be in a number's place: `030 / 2312` → `0xx / xxxx`. */
function shapeOf(value: string): string {
  if (value === "") return "empty";
  const shape = value
    .slice(0, MAX_SHAPE)
    .replace(/[A-Za-z]/g, "a")
    .replace(/(?<!^\+?)\d|^[1-9]/g, "x");
  return `\`${shape}${value.length > MAX_SHAPE ? "…" : ""}\``;
}
