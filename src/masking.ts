/** Keeps phone numbers and the API key out of everything that is printed. Imports nothing. */

/**
 * The number in this package's own messages. It is reserved for fiction, so it stays readable wherever a message shows
 * it like this.
 */
export const LIKE_EXAMPLE = "like +493023125000";

/**
 * `+493023125001` → `+4930…01`: enough to recognise, not enough to dial. A shorter number shows less, so that at least three
 * digits are hidden.
 */
export function maskPhoneNumber(phoneNumber: string): string {
  const { length } = phoneNumber;
  if (length >= 10) return `${phoneNumber.slice(0, 5)}…${phoneNumber.slice(-2)}`;
  return `${phoneNumber.slice(0, Math.max(1, Math.min(3, length - 4)))}…`;
}

/**
 * Masks whatever looks like a phone number in a text that somebody else wrote. IDs of leads and campaigns have seven
 * digits today and stay readable, as do dates, times, prices and addresses of computers.
 */
export function maskPhoneNumbers(text: string): string {
  return text.replace(
    PHONE_NUMBER,
    (found: string, readable: string | undefined) => readable ?? maskPhoneNumber(found),
  );
}

/** Between the digits of a phone number, as people and word processors write it, or as JSON escapes a slash. */
const BETWEEN = "[ \\u00A0\\u2007\\u2009\\u202F()/.\\u2010-\\u2015\\\\-]";

/** Texts with many digits that are no phone numbers. */
const READABLE = [
  `${LIKE_EXAMPLE.replace("+", "\\+")}(?!\\d)`,
  // 2026-11-24 11:53:20, with or without a time and a zone
  "(?<!\\d)(?:19|20)\\d\\d-[01]\\d-[0-3]\\d(?!\\d)(?:[ T][0-2]\\d:[0-5]\\d(?::[0-5]\\d(?:\\.\\d+)?)?(?:Z|[+-]\\d\\d:?\\d\\d)?)?",
  // 24.11.2026 and 11/24/2026, 24.11.26
  "(?<!\\d)[0-3]?\\d([./-])[0-3]?\\d\\2(?:(?:19|20)\\d\\d|\\d\\d)(?!\\d|[./-]\\d)(?: [0-2]\\d:[0-5]\\d(?::[0-5]\\d)?)?",
  // 192.168.100.200:45678
  "(?<![\\d.])(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![\\d.]*\\d)(?::\\d+)?",
  // 1.234.567.890,50 and 1,234,567,890.50: groups of three behind the first, and cents
  "(?<![\\d+])[1-9]\\d{0,2}(?:([.,' ])\\d{3})(?:\\3\\d{3})*(?!\\3)[.,]\\d\\d(?!\\d)",
];

const NUMBERS = [
  // After a plus, also an encoded one.
  `(?:\\+|%2B|\\uFF0B)(?:[1-9]\\d{4,14}(?!\\d)|\\d(?:${BETWEEN}{0,3}\\d){6,16})`,
  // After 00.
  `(?<!\\d)00\\d(?:${BETWEEN}{0,3}\\d){6,16}`,
  // After the scheme of a link.
  `(?<=\\b(?:tel|callto|sms|sip):)\\d(?:${BETWEEN}{0,2}\\d){4,14}`,
  // Ten or more digits in a row.
  "(?<!\\d)\\d{10,15}(?!\\d)",
  // The 0 of national calls, perhaps in brackets, and six or more digits.
  `(?<!\\d)(?<!\\d[.,:])\\(?0[1-9](?:${BETWEEN}{0,3}\\d){5,13}(?!\\d)`,
  // Ten or more digits in groups of two or more.
  `(?<!\\d|\\d[-.,:])(?=(?:${BETWEEN}{0,3}\\d){10})\\(?\\d{2,5}(?:${BETWEEN}{1,3}\\d{2,8}){2,5}(?![\\d-])`,
];

const PHONE_NUMBER = new RegExp(`(${READABLE.join("|")})|${NUMBERS.join("|")}`, "gi");

/** Removes a secret from a text, wherever it occurs, also as a URL or JSON spells it: Famulor's keys contain a `|`. */
export function redact(text: string, secret: string | undefined): string {
  if (!secret) return text;
  const inUrl = encodeURIComponent(secret);
  const spellings = new Set([secret, inUrl, inUrl.replace(/%../g, (code) => code.toLowerCase()), inJson(secret)]);
  return [...spellings].reduce((left, spelling) => left.split(spelling).join("[apiKey]"), text);
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/");
