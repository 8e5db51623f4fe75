/** Characters that nobody sees, such as those a spreadsheet adds to a copied number or to its first column. Imports nothing. */

const NAMES: { readonly [character: string]: string } = {
  "\u00a0": "no-break space",
  "\u200b": "zero-width space",
  "\u200e": "left-to-right mark",
  "\u200f": "right-to-left mark",
  "\u202a": "left-to-right embedding",
  "\u202c": "pop directional formatting",
  "\u202d": "left-to-right override",
  "\u202f": "narrow no-break space",
  "\u2011": "non-breaking hyphen",
  "\u2013": "en dash",
  "\ufeff": "byte order mark",
  "\uff0b": "full-width plus",
};

/** Controls, formatting, and every blank but the usual one. */
const INVISIBLE = /(?! )[\p{C}\p{Z}]/u;

/** `U+202A (left-to-right embedding, invisible)`. */
function nameOf(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const notes = [NAMES[character], INVISIBLE.test(character) && "invisible"].filter(Boolean);
  return notes.length > 0 ? `${code} (${notes.join(", ")})` : code;
}

/** The characters of a text outside ASCII, each once: `U+202A (…) and U+202C (…)`; `undefined` where there is none. */
export function namesOutsideAscii(text: string): string | undefined {
  const found = [...new Set(text.match(/[^\x20-\x7e]/gu) ?? [])];
  return found.length === 0 ? undefined : found.slice(0, 5).map(nameOf).join(" and ");
}

/** The same text with every invisible character as an escape: `\u{FEFF}`. Letters of any language stay. */
export function showInvisible(text: string): string {
  return text.replace(new RegExp(INVISIBLE, "gu"), (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `\\u{${code}}`;
  });
}

/** The invisible characters of a text, named; `undefined` where there is none. */
export function namesOfInvisible(text: string): string | undefined {
  return namesOutsideAscii((text.match(new RegExp(INVISIBLE, "gu")) ?? []).join(""));
}

export function withoutInvisible(text: string): string {
  return text.replace(new RegExp(INVISIBLE, "gu"), "");
}
