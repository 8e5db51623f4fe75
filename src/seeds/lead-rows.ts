/** Collects the rows of a file: normalises their numbers, finds duplicates, and reports everything that is wrong at once. */
import { hash } from "node:crypto";
import type { CountryCode } from "libphonenumber-js";
import { isFictionalPhoneNumber } from "../fictional-numbers";
import type { SecondaryContactArgs, Variables } from "../state/lead";
import type { LeadRow } from "../state/lead-set";
import { damageOfText, EXPORT_HINT } from "./cell";
import { checkCountry, readPhoneNumber, shown } from "./phone-number";
import { SeedsError } from "./seeds-error";

/** A value, and the column in which it stands. */
export interface Cell {
  column: string;
  value: string;
}

interface PersonDraft {
  phoneNumber: Cell;
  variables?: Variables | undefined;
}

/** A row as the file has it, before its numbers are checked. */
export interface Draft extends PersonDraft {
  /** `undefined`: derived from the number. */
  key: Cell | undefined;
  contacts: PersonDraft[];
}

/** Notes a problem of the row. @param damaged Whether a spreadsheet did it, so that the error adds how to export. */
export type Report = (cell: Cell, problem: string, damaged?: boolean) => void;

export interface RowRules {
  country?: CountryCode | undefined;
  onlyFictional?: boolean | undefined;
}

export const MAX_PROBLEMS = 20;

export class LeadRows {
  readonly #leads: Record<string, LeadRow> = {};
  /** Number → its first row. */
  readonly #rowOfNumber = new Map<string, number>();
  readonly #problems: string[] = [];
  #problemCount = 0;
  #rowCount = 0;
  #badRowCount = 0;
  #isDamaged = false;

  /**
   * @param what The function and the file, for the error.
   * @param placeOf How a message names a row: `line 4`.
   */
  constructor(
    private readonly what: string,
    private readonly rules: RowRules,
    private readonly placeOf: (row: number) => string,
  ) {
    checkCountry(what, rules.country);
  }

  add(row: number, draftOf: (report: Report) => Draft | undefined): void {
    const problemsBefore = this.#problemCount;
    const report: Report = (cell, problem, damaged = false) => {
      this.#isDamaged ||= damaged;
      if (++this.#problemCount <= MAX_PROBLEMS) this.#problems.push(`${this.placeOf(row)}${about(cell)}${problem}`);
    };
    this.#rowCount++;
    const draft = draftOf(report);
    const lead = draft && this.#leadOf(draft, report);
    if (lead) this.#keep(row, draft, lead, report);
    if (this.#problemCount > problemsBefore) this.#badRowCount++;
  }

  /** @throws an error with at most 20 problems and their count. */
  finish(): Record<string, LeadRow> {
    if (this.#problemCount === 0) return this.#leads;
    const more = this.#problemCount - this.#problems.length;
    const lines = [
      `${this.what}: ${this.#badRowCount} of ${this.#rowCount} rows cannot become leads.`,
      ...this.#problems,
      ...(more > 0 ? [`… and ${more} more.`] : []),
      ...(this.#isDamaged ? [EXPORT_HINT] : []),
    ];
    throw new SeedsError(lines.join("\n  "));
  }

  #leadOf({ phoneNumber, variables, contacts }: Draft, report: Report): LeadRow | undefined {
    const own = this.#numberOf(phoneNumber, report);
    const numbers = [own];
    const secondaryContacts = contacts.flatMap((contact): SecondaryContactArgs[] => {
      const number = this.#numberOf(contact.phoneNumber, report);
      if (number === undefined) return [];
      if (numbers.includes(number)) report(contact.phoneNumber, "is in this row twice");
      numbers.push(number);
      return [contact.variables ? { phoneNumber: number, variables: contact.variables } : { phoneNumber: number }];
    });
    if (own === undefined) return undefined;
    const lead: LeadRow = { phoneNumber: own };
    if (variables) lead.variables = variables;
    if (secondaryContacts.length > 0) lead.secondaryContacts = secondaryContacts;
    return lead;
  }

  #numberOf(cell: Cell, report: Report): string | undefined {
    if (cell.value === "") {
      report(cell, "is empty");
      return undefined;
    }
    // Excel's mark for "this is text".
    const reading = readPhoneNumber(cell.value.replace(/^'/, ""), this.rules.country);
    if (reading.problem !== undefined) {
      report(cell, reading.problem, reading.damaged);
      return undefined;
    }
    if (this.rules.onlyFictional && !isFictionalPhoneNumber(reading.phoneNumber)) {
      report(cell, "is not reserved for fiction (onlyFictional), so it may ring somebody's phone");
    }
    return reading.phoneNumber;
  }

  #keep(row: number, draft: Draft, lead: LeadRow, report: Report): void {
    const key = draft.key?.value ?? keyOfNumber(lead.phoneNumber);
    const keyCell = draft.key ?? draft.phoneNumber;
    const sameNumber = this.#rowOfNumber.get(lead.phoneNumber);
    const damage = damageOfText(key);
    const sameKey = Object.hasOwn(this.#leads, key) ? this.#leads[key] : undefined;
    if (sameNumber !== undefined) {
      report(draft.phoneNumber, `is the number of ${this.placeOf(sameNumber)}, too`);
    } else if (key === "") {
      report(keyCell, "is empty");
    } else if (damage !== undefined) {
      report(keyCell, damage, true);
    } else if (key === "__proto__") {
      // Assigning to this name creates no property.
      report(keyCell, "cannot be a key");
    } else if (sameKey !== undefined) {
      report(keyCell, `is the key of ${this.placeOf(this.#rowOfNumber.get(sameKey.phoneNumber) as number)}, too`);
    } else {
      this.#rowOfNumber.set(lead.phoneNumber, row);
      this.#leads[key] = lead;
    }
  }
}

/** The part of a problem between the row and what is wrong: the column and the value. */
function about({ column, value }: Cell): string {
  const where = column === "" ? "" : `column ${JSON.stringify(column)}: `;
  return `, ${where}${value === "" ? "" : `${shown(value)} `}`;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** A key that shows nothing of the number. Only letters, because messages mask digits that look like a phone number. */
function keyOfNumber(phoneNumber: string): string {
  let key = "lead-";
  // 11 letters hold 48 bits: in one of 56,000 files with 100,000 numbers, two numbers get the same key.
  for (let rest = Number.parseInt(hash("sha256", phoneNumber, "hex").slice(0, 12), 16), left = 11; left > 0; left--) {
    key += LETTERS[rest % 26];
    rest = Math.floor(rest / 26);
  }
  return key;
}
