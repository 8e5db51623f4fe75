/** Reads one cell: a text, the value of a variable, or the damage that a spreadsheet did. Pure. */
import type { VariableValue } from "../state/lead";

/** `#NAME?`, `#WERT!`, `#N/A`, `#NV`, `####`, `Err:502`, in every language of Excel and LibreOffice. */
const ERROR = /^(?:#N\/A|#NV|#[\p{Lu}\d/]+[!?]|#{2,}|Err:\d{3})$/u;

export function isSpreadsheetError(text: string): boolean {
  return ERROR.test(text);
}

/** `Ã¼` for `ü`: UTF-8 that was read as Windows-1252. `\ufffd`, the black diamond: the other way round. */
const WRONG_ENCODING = /\ufffd|[ÃÂ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u2013-\u2022\u20ac]/;

/** The visible damage that a spreadsheet has done to a text. `undefined`: none. */
export function damageOfText(text: string): string | undefined {
  if (isSpreadsheetError(text)) return "is an error of the spreadsheet";
  if (/^\d[.,]\d+E\+\d+$/.test(text)) return "was rounded by a spreadsheet, so its last digits are lost";
  if (WRONG_ENCODING.test(text)) return "was saved in a wrong encoding";
  return undefined;
}

/** The text of a cell: `="0171…"` is how some programs keep Excel from reading a text as a number. */
export function textOfCell(cell: string): string {
  const text = cell.trim();
  return text.startsWith('="') && text.endsWith('"') && text.length > 2 ? text.slice(2, -1).trim() : text;
}

export const EXPORT_HINT =
  "What a spreadsheet damaged must come from its source once more: format the column as text before the values are pasted " +
  'or imported, and save as "CSV UTF-8".';

export interface VariableProblem {
  problem: string;
  damaged?: boolean;
}

/**
 * @param type What the value must be. Without a type, text stays text, and numbers and booleans of JSON stay what they are.
 * @returns `undefined` for an empty cell.
 */
export function readVariable(
  cell: unknown,
  type: "string" | "number" | "boolean" | undefined,
): VariableValue | VariableProblem | undefined {
  if (cell === undefined || cell === null) return undefined;
  if (typeof cell === "object") return { problem: "is a list or an object, and variables are flat" };
  if (typeof cell === (type ?? typeof cell) && typeof cell !== "string") return cell as VariableValue;
  const text = textOfCell(String(cell));
  if (text === "") return undefined;
  const problem = damageOfText(text);
  if (problem) return { problem, damaged: true };
  if (type === "number") return numberOf(text);
  if (type === "boolean") return booleanOf(text);
  return text;
}

function numberOf(text: string): number | VariableProblem {
  const found = /^-?(\d+)(?:[.,](\d+))?$/.exec(text);
  if (!found)
    return { problem: "is no number that can be read for certain: write it with digits and at most one point" };
  const [, whole = "", decimals] = found;
  // 1.234 is 1234 in Germany.
  if (decimals?.length === 3 && whole.length <= 3 && Number(whole) !== 0) {
    return { problem: "may be thousands or decimals: export numbers without a separator of thousands" };
  }
  const number = Number(text.replace(",", "."));
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) return { problem: "has more digits than a number can hold" };
  return number;
}

const BOOLEANS = new Map([
  ...["true", "yes", "1", "ja", "wahr", "oui", "vrai"].map((word) => [word, true] as const),
  ...["false", "no", "0", "nein", "falsch", "non", "faux"].map((word) => [word, false] as const),
]);

function booleanOf(text: string): boolean | VariableProblem {
  return BOOLEANS.get(text.toLowerCase()) ?? { problem: `is none of ${[...BOOLEANS.keys()].join(", ")}` };
}
