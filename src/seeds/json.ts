/** Leads from JSON: flat objects, as an export has them, or rows as `FamulorLeadSet` takes them. */

import { showInvisible } from "../invisible";
import { maskPhoneNumbers } from "../masking";
import type { LeadRow } from "../state/lead-set";
import { columnsRead, draftOf, type LeadColumns, phoneNumberColumn, textAt, variablesOf } from "./columns";
import { type Draft, LeadRows, MAX_PROBLEMS, type Report } from "./lead-rows";
import { SeedsError } from "./seeds-error";
import { readSource } from "./source";

type Fields = Record<string, unknown>;

/**
 * Reads leads from JSON: a list of objects, or an object of objects whose names are the keys. Numbers in national spelling
 * become E.164. One error names all bad rows.
 *
 * Without `variables` and `secondaryContacts` in the options, each object is a row as `FamulorLeadSet` takes it:
 * `{ phoneNumber, variables?, secondaryContacts? }`. With one of them each object is flat, and its properties are columns.
 *
 * @param source A path, a text that begins with `[` or `{`, or bytes. A relative path begins at the program's working folder.
 * @param options Which properties become what.
 * @returns Key → row, for the `leads` of a `FamulorLeadSet` or for a loop of `FamulorLead`.
 * @throws an error (`code: "famulor/input"`) with at most 20 problems, each by row, property and masked value, and their count; also if
 * the file cannot be read, or if no row has a property that the options name.
 * @example
 * ```ts
 * leadsFromJson('[{ "telefon": "030 23125000", "name": "Anna" }]', {
 *   country: "DE",
 *   phoneNumber: "telefon",
 *   variables: { name: "name" },
 * });
 * ```
 */
export function leadsFromJson(source: string | Uint8Array, options: LeadColumns = {}): Record<string, LeadRow> {
  const { what, text } = readSource("leadsFromJson", source, (each) => /^\s*[[{]/.test(each));
  const { names, objects } = objectsIn(what, text);
  const rows = new LeadRows(what, options, (row) => (names ? JSON.stringify(names[row]) : `row ${row + 1}`));
  const isFlat = options.variables !== undefined || options.secondaryContacts !== undefined;
  if (isFlat) mustHaveColumns(what, objects, options);
  objects.forEach((fields, row) => {
    rows.add(row, (report) => {
      if (!isObject(fields)) {
        report({ column: "", value: "" }, "must be an object");
        return undefined;
      }
      const draft = isFlat ? draftOf((name) => fields[name], options, report) : nestedDraftOf(fields, options, report);
      const name = names?.[row];
      return draft.key === undefined && name !== undefined ? { ...draft, key: { column: "", value: name } } : draft;
    });
  });
  return rows.finish();
}

/** The objects of a file, and their names if the file is an object of objects. */
function objectsIn(what: string, text: string): { names?: string[]; objects: unknown[] } {
  const json = parsed(what, text);
  if (Array.isArray(json)) return { objects: json };
  if (!isObject(json)) throw new SeedsError(`${what} must be a list of objects, or an object of objects.`);
  return { names: Object.keys(json), objects: Object.values(json) };
}

function parsed(what: string, text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message shows a part of the file.
    throw new SeedsError(`${what} is no JSON.`);
  }
  const repeated = repeatedNames(text);
  if (repeated.length === 0) return json;
  const names = repeated.slice(0, MAX_PROBLEMS).map((name) => maskPhoneNumbers(showInvisible(JSON.stringify(name))));
  const more = repeated.length > names.length ? ` and ${repeated.length - names.length} more` : "";
  throw new SeedsError(`${what} has a name twice in one object: ${names.join(", ")}${more}.`, {
    hint: "JSON keeps only the last of them, and the others would be lost. Give each row its own key.",
  });
}

/** @param json Valid JSON. `JSON.parse` does not report that an object has a name twice. */
function repeatedNames(json: string): string[] {
  /** The names of each object that is open; `undefined`: a list. */
  const open: (Set<string> | undefined)[] = [];
  const repeated = new Set<string>();
  for (const [token, text, colon] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (text !== undefined && colon !== undefined) {
      const name: string = JSON.parse(text);
      const names = open.at(-1);
      if (names?.has(name)) repeated.add(name);
      names?.add(name);
    }
  }
  return [...repeated];
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A property may be missing in a row. One that is missing in every row is a misspelt name. */
function mustHaveColumns(what: string, objects: unknown[], options: LeadColumns): void {
  if (objects.length === 0) return;
  const names = new Set(objects.flatMap((fields) => (isObject(fields) ? Object.keys(fields) : [])));
  const missing = columnsRead(options).filter((column) => !names.has(column));
  if (missing.length === 0) return;
  throw new SeedsError(`${what}: no row has the property ${missing.map((name) => JSON.stringify(name)).join(", ")}.`, {
    hint: `The rows have ${[...names].slice(0, 30).join(", ")}.`,
  });
}

/** A row as `FamulorLeadSet` takes it. */
function nestedDraftOf(fields: Fields, options: LeadColumns, report: Report): Draft {
  const column = phoneNumberColumn(options);
  const contacts = fields.secondaryContacts ?? [];
  if (!Array.isArray(contacts)) report({ column: "secondaryContacts", value: "" }, "must be a list");
  return {
    key: options.key === undefined ? undefined : textAt((name) => fields[name], options.key),
    ...nestedPerson(fields, column, [column, "variables", "secondaryContacts", options.key], report),
    contacts: (Array.isArray(contacts) ? contacts : []).map((contact) =>
      nestedPerson(isObject(contact) ? contact : {}, "phoneNumber", ["phoneNumber", "variables"], report),
    ),
  };
}

function nestedPerson(fields: Fields, column: string, known: (string | undefined)[], report: Report) {
  for (const name of Object.keys(fields)) {
    if (!known.includes(name))
      report({ column: name, value: "" }, "is not read: name it in `variables` of the options");
  }
  const { variables } = fields;
  if (variables !== undefined && !isObject(variables)) report({ column: "variables", value: "" }, "must be an object");
  const values = isObject(variables) ? variables : {};
  const mapping = Object.fromEntries(Object.keys(values).map((name) => [name, name]));
  return {
    phoneNumber: textAt((name) => fields[name], column),
    variables: variablesOf((name) => values[name], mapping, report),
  };
}
