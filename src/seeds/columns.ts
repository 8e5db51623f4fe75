/** Which columns become what, and how one row is read. */
import type { CountryCode } from "libphonenumber-js";
import type { Variables, VariableValue } from "../state/lead";
import { readVariable, textOfCell } from "./cell";
import type { Cell, Draft, Report } from "./lead-rows";

/** The name of a column; with a type, if its values are not just text. */
export type VariableColumn = string | { column: string; type?: "string" | "number" | "boolean" | undefined };

/** The columns of a secondary contact: somebody to call if the lead does not answer. A row with an empty number has no such contact. */
export interface ContactColumns {
  /** The column of the contact's number. */
  phoneNumber: string;
  /**
   * Variable → column.
   *
   * @default {}
   */
  variables?: Record<string, VariableColumn> | undefined;
}

/** Which columns become what: columns by their names in the first line, or properties by their names. Others are ignored. */
export interface LeadColumns {
  /**
   * The country of numbers without a country code, in two letters (ISO 3166).
   *
   * @default undefined (such numbers are refused)
   * @example "DE"
   */
  country?: CountryCode | undefined;
  /**
   * The column of the number to call.
   *
   * @default "phoneNumber"
   * @example "Telefon"
   */
  phoneNumber?: string | undefined;
  /**
   * The column of the row's key: a customer number, or something else that stays the same while the row does. **A row
   * whose key and number both change is another lead, and its person is called.**
   *
   * @default derived from the number
   * @example "Kundennummer"
   */
  key?: string | undefined;
  /**
   * Variable → column. An empty cell leaves the variable out.
   *
   * @default {}
   * @example { name: "Name", visits: { column: "Besuche", type: "number" } }
   */
  variables?: Record<string, VariableColumn> | undefined;
  /**
   * The columns of the people to call, in this order, if the lead does not answer.
   *
   * @default []
   * @example [{ phoneNumber: "Telefon 2", variables: { name: "Name 2" } }]
   */
  secondaryContacts?: ContactColumns[] | undefined;
  /**
   * Whether every number must be reserved for fiction. Any other number is an error with its line and column. This option protects only
   * what it reads; `famulor:allowedPhoneNumbers` protects the whole stack.
   *
   * @default false
   */
  onlyFictional?: boolean | undefined;
}

/** The value in a row's column, or `undefined`. */
export type CellOf = (column: string) => unknown;

export const phoneNumberColumn = (columns: LeadColumns) => columns.phoneNumber ?? "phoneNumber";

export function columnOf(variable: VariableColumn): string {
  return typeof variable === "string" ? variable : variable.column;
}

/** Every column that the options name. */
export function columnsRead(columns: LeadColumns): string[] {
  const people = [{ ...columns, phoneNumber: phoneNumberColumn(columns) }, ...(columns.secondaryContacts ?? [])];
  const ofPeople = people.flatMap(({ phoneNumber, variables }) => [
    phoneNumber,
    ...Object.values(variables ?? {}).map(columnOf),
  ]);
  return columns.key === undefined ? ofPeople : [columns.key, ...ofPeople];
}

/** One row by its columns. */
export function draftOf(cellOf: CellOf, columns: LeadColumns, report: Report): Draft {
  const contacts = (columns.secondaryContacts ?? []).filter(
    ({ phoneNumber }) => textAt(cellOf, phoneNumber).value !== "",
  );
  return {
    key: columns.key === undefined ? undefined : textAt(cellOf, columns.key),
    phoneNumber: textAt(cellOf, phoneNumberColumn(columns)),
    variables: variablesOf(cellOf, columns.variables, report),
    contacts: contacts.map(({ phoneNumber, variables }) => ({
      phoneNumber: textAt(cellOf, phoneNumber),
      variables: variablesOf(cellOf, variables, report),
    })),
  };
}

export function textAt(cellOf: CellOf, column: string): Cell {
  const value = cellOf(column) ?? "";
  return { column, value: textOfCell(typeof value === "object" ? JSON.stringify(value) : String(value)) };
}

/** @returns `undefined` if the row has no value for any of them. */
export function variablesOf(
  cellOf: CellOf,
  variables: LeadColumns["variables"],
  report: Report,
): Variables | undefined {
  let values: Record<string, VariableValue> | undefined;
  for (const name in variables) {
    const wanted = variables[name] as VariableColumn;
    const column = columnOf(wanted);
    const cell = cellOf(column);
    const read = readVariable(cell, typeof wanted === "string" ? undefined : wanted.type);
    if (typeof read === "object") {
      report({ column, value: String(cell) }, read.problem, read.damaged);
    } else if (read !== undefined) {
      values ??= {};
      values[name] = read;
    }
  }
  return values;
}
