/** Leads from CSV, as Excel, LibreOffice, Numbers and Google Sheets write it. */
import { CsvError, parse } from "csv-parse/sync";
import { maskPhoneNumbers } from "../masking";
import type { LeadRow } from "../state/lead-set";
import { columnsRead, draftOf, type LeadColumns } from "./columns";
import { LeadRows } from "./lead-rows";
import { readPhoneNumber } from "./phone-number";
import { SeedsError } from "./seeds-error";
import { readSource } from "./source";

/** Which columns become what, and how the file is stored. */
export interface CsvOptions extends LeadColumns {
  /**
   * The file's encoding, by a name that `TextDecoder` knows.
   *
   * @default UTF-8 or UTF-16, as the file says, else Windows-1252
   * @example "windows-1250"
   */
  encoding?: string | undefined;
}

/**
 * Reads leads from a CSV file: separated by commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252. Numbers in
 * national spelling become E.164. One error names all bad rows, each by its line and column.
 *
 * @param source A path, a text with line breaks, or bytes. A relative path begins at the program's working folder.
 * @param options Which columns become what.
 * @returns Key → row, for the `leads` of a `FamulorLeadSet` or for a loop of `FamulorLead`.
 * @throws an error (`code: "famulor/input"`) with at most 20 problems, each by line, column and masked value, and their count; also if the
 * file cannot be read, or lacks a column that the options name.
 * @example
 * ```ts
 * const leads = leadsFromCsv("guests.csv", { country: "DE", phoneNumber: "Telefon", variables: { name: "Name" } });
 * new FamulorLeadSet("guests", { campaignId: spring, leads });
 * ```
 */
export function leadsFromCsv(source: string | Uint8Array, options: CsvOptions = {}): Record<string, LeadRow> {
  const file = readSource("leadsFromCsv", source, (text) => /[\r\n]/.test(text), options.encoding);
  const rows = new LeadRows(file.what, options, (line) => `line ${line}`);
  const separatorLine = /^"?sep=(.)"?(?:\r\n|\r|\n)/i.exec(file.text);
  const text = separatorLine ? file.text.slice(separatorLine[0].length) : file.text;
  const delimiter = separatorLine?.[1] ?? delimiterOf(text);
  const firstLine = separatorLine ? 2 : 1;
  let header: Header | undefined;
  eachRecord(file.what, text, delimiter, firstLine, (record, line) => {
    if (record.every((cell) => cell.trim() === "")) return;
    if (header === undefined) header = { ...readHeader(record, `${file.what}: line ${line}`, options), delimiter };
    else addRecord(rows, line, record, header, options);
  });
  if (header === undefined) throw new SeedsError(`${file.what} is empty.`);
  return rows.finish();
}

function addRecord(rows: LeadRows, line: number, record: string[], header: Header, options: CsvOptions): void {
  rows.add(line, (report) => {
    const swallowed = record.find((cell) => holdsRows(cell, header));
    if (swallowed !== undefined) {
      report(
        { column: "", value: swallowed.split(/[\r\n]/)[0] ?? "" },
        "begins a cell that holds whole lines of the file: a quote is open or in a wrong place",
      );
      return undefined;
    }
    const beyond = record.find((cell, index) => index >= header.columnCount && cell.trim() !== "")?.trim();
    if (beyond === undefined) {
      return draftOf((column) => record[header.indexes.get(column) as number], options, report);
    }
    report({ column: "", value: beyond }, "is behind the last column: a quote or a separator is wrong in this line");
    return undefined;
  });
}

/** Whether a line within the cell has as many separators as a line of the file: then an open quote has swallowed other people. */
function holdsRows(cell: string, { columnCount, delimiter }: Header): boolean {
  if (columnCount < 2 || !/[\r\n]/.test(cell)) return false;
  return cell.split(/[\r\n]+/).some((line) => line.split(delimiter).length >= columnCount);
}

/** @param firstLine The number of the text's first line. @param use Gets each record, and the number of the line in which it begins. */
function eachRecord(
  what: string,
  text: string,
  delimiter: string,
  firstLine: number,
  use: (record: string[], line: number) => void,
): void {
  let line = firstLine;
  try {
    parse(text, {
      delimiter,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      // Google Sheets quotes nothing in a TSV.
      relax_quotes: delimiter === "\t",
      // The parser keeps no record, so that memory holds only the text and the leads.
      on_record(record: string[]) {
        use(record, line);
        // The parser's own count is wrong: it counts CRLF in a cell as two lines.
        line += 1 + lineBreaksIn(record);
        return undefined;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new SeedsError(`${what}: line ${line} has a quote in the wrong place (${error.code}).`, {
      hint: 'A cell with a quote in it must be quoted as a whole, and each quote in it doubled: "Anna ""Anni"" Berg".',
    });
  }
}

function lineBreaksIn(record: string[]): number {
  let count = 0;
  for (const cell of record) {
    // Most cells have no line break, and `includes` is faster than the expression.
    if (cell.includes("\n") || cell.includes("\r")) count += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
  }
  return count;
}

const DELIMITERS = [";", "\t", ",", "|"];

/** The separator that occurs most often in the header, outside quotes. */
function delimiterOf(text: string): string {
  const counts = new Map(DELIMITERS.map((delimiter) => [delimiter, 0]));
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === "\n" || character === "\r") {
      // Lines before the header may be empty.
      if ([...counts.values()].some((count) => count > 0)) break;
    } else if (counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}

/** A column's name without what nobody sees: blanks, line breaks, invisible characters, and how an accent is stored. */
const plainName = (name: string) =>
  name
    .normalize("NFC")
    .replace(/[\s\p{Cf}]+/gu, " ")
    .trim();

interface Header {
  columnCount: number;
  delimiter: string;
  /** Column, as the options spell it → its index in a record. */
  indexes: ReadonlyMap<string, number>;
}

/** @param what The function, the file and the line, for the error. */
function readHeader(record: string[], what: string, options: CsvOptions): Omit<Header, "delimiter"> {
  if (record.some((cell) => readPhoneNumber(cell.trim(), options.country).problem === undefined)) {
    throw new SeedsError(`${what} must hold the names of the columns, and holds a phone number.`);
  }
  const names = record.map(plainName);
  const problems = new Set<string>();
  const indexes = new Map<string, number>();
  for (const column of columnsRead(options)) {
    const index = names.indexOf(plainName(column));
    if (index < 0) problems.add(`has no column ${JSON.stringify(column)}`);
    else if (names.lastIndexOf(plainName(column)) > index) problems.add(`has two columns ${JSON.stringify(column)}`);
    indexes.set(column, index);
  }
  if (problems.size === 0) return { columnCount: record.length, indexes };
  const list = names.filter((name) => name !== "").map((name) => JSON.stringify(name.slice(0, 50)));
  throw new SeedsError(`${what} ${[...problems].join(", ")}.`, {
    hint: `Its columns are ${maskPhoneNumbers(list.slice(0, 30).join(", "))}.`,
  });
}
