/**
 * When two values mean the same to Famulor. Famulor runs on Laravel, which by default removes blanks around every text that
 * it receives, and stores an empty text as null. A client that took the stored value for another one would send the
 * difference again and again, and would not recognise its own lead. Pure.
 *
 *   sameValue   `"Anna "` and `"Anna"`; `""`, null and a missing value; 1 and `"1"`
 *   isBlank     `""`, null, a missing value, or blanks alone
 *   trimmed     a text without the blanks that Laravel removes
 */

/**
 * What PHP's `trim` and every version of Laravel's TrimStrings remove: blanks, NUL, and characters that nobody sees.
 * This list may be longer than that of the version in use. Then an edit of such characters alone is not sent.
 */
const BLANK = "[\\s\\0\\u00AD\\u034F\\u061C\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF]+";
const BLANKS_AROUND = new RegExp(`^${BLANK}|${BLANK}$`, "g");

/** The text without what Laravel removes around it. */
export const trimmed = (text: string): string => text.replace(BLANKS_AROUND, "");

/** As text, because Famulor may echo `1` as `"1"`. */
const textOf = (value: unknown): string => (value === undefined || value === null ? "" : trimmed(String(value)));

export function sameValue(one: unknown, other: unknown): boolean {
  return one === other || textOf(one) === textOf(other);
}

export const isBlank = (value: unknown): boolean => textOf(value) === "";
