/**
 * Rows of leads from a CSV or JSON file, or invented on numbers that ring nobody. Knows neither Pulumi nor HTTP.
 *
 * - {@link leadsFromCsv}: a spreadsheet, as spreadsheets really write CSV
 * - {@link leadsFromJson}: a JSON file
 * - {@link fictionalLeads}: invented people, the same ones for the same seed
 * - {@link toE164}: one phone number, from any usual spelling
 * - {@link isFictionalPhoneNumber}: whether a number is reserved for fiction
 *
 * The first three return key → row, for the `leads` of a `FamulorLeadSet` or for a loop of `FamulorLead`.
 *
 * @packageDocumentation
 */
export { type FictionalCountry, isFictionalPhoneNumber } from "../fictional-numbers";
export type { LeadRow } from "../state/lead-set";
export type { ContactColumns, LeadColumns, VariableColumn } from "./columns";
export { type CsvOptions, leadsFromCsv } from "./csv";
export { type FictionalField, type FictionalLeadsOptions, fictionalLeads } from "./fictional-leads";
export { leadsFromJson } from "./json";
export { toE164 } from "./phone-number";
