/** Validation in the manner of Laravel, on which Famulor is built: the complaints about all fields at once, under `errors`. */
import { isTimeZone } from "./hours";
import { DAYS, type Fields } from "./records";

export type FieldErrors = Record<string, string[]>;

/** Thrown where a request is refused: the status and body of the answer. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Record<string, unknown>,
  ) {
    super(String(body.message));
  }
}

/** @throws a refusal with all complaints. */
export const refuse = (errors: FieldErrors): never => {
  throw new Refusal(422, { message: "The given data was invalid.", errors });
};

export const isPhoneNumber = (value: unknown): value is string =>
  typeof value === "string" && /^\+[1-9]\d{1,14}$/.test(value);
export const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isWhole = (value: unknown): value is number => Number.isInteger(value);

/** A strict service refuses a misspelt field. A service that ignored it would hide the mistake. */
export function requireKnownFields(body: Fields, known: readonly string[]): void {
  const invalid = Object.keys(body).filter((name) => !known.includes(name));
  if (invalid.length > 0) throw new Refusal(422, { message: `Invalid fields: ${invalid.join(", ")}` });
}

export function validateNewLead(body: Fields): void {
  requireKnownFields(body, ["phone_number", "campaign_id", "variables", "allow_dupplicate", "secondary_contacts"]);
  const errors: FieldErrors = {};
  if (!isPhoneNumber(body.phone_number)) errors.phone_number = ["The phone number must be in E.164 format."];
  if (!isWhole(body.campaign_id)) errors.campaign_id = ["The campaign id must be an integer."];
  if (body.variables !== undefined && !isMap(body.variables)) errors.variables = ["The variables must be an object."];
  if (body.allow_dupplicate !== undefined && typeof body.allow_dupplicate !== "boolean") {
    errors.allow_dupplicate = ["The allow dupplicate field must be true or false."];
  }
  Object.assign(errors, secondaryContactErrors(body.secondary_contacts ?? [], body.phone_number));
  if (Object.keys(errors).length > 0) refuse(errors);
}

function secondaryContactErrors(contacts: unknown, primary: unknown): FieldErrors {
  if (!Array.isArray(contacts)) return { secondary_contacts: ["The secondary contacts must be an array."] };
  const errors: FieldErrors = {};
  if (contacts.length > 10) errors.secondary_contacts = ["There may not be more than 10 secondary contacts."];
  const seen = new Set([primary]);
  for (const [index, contact] of contacts.entries()) {
    const field = `secondary_contacts.${index}`;
    if (!isMap(contact)) {
      errors[field] = ["The secondary contact must be an object."];
      continue;
    }
    const unknown = Object.keys(contact).filter((name) => name !== "phone_number" && name !== "variables");
    if (unknown.length > 0) errors[field] = [`Invalid fields: ${unknown.join(", ")}`];
    if (!isPhoneNumber(contact.phone_number)) errors[`${field}.phone_number`] = ["The phone number must be in E.164."];
    else if (seen.has(contact.phone_number))
      errors[`${field}.phone_number`] = ["The phone number has a duplicate value."];
    if (contact.variables !== undefined && !isMap(contact.variables)) {
      errors[`${field}.variables`] = ["The variables must be an object."];
    }
    seen.add(contact.phone_number);
  }
  return errors;
}

const SETTABLE_STATUSES = ["created", "completed", "reached-max-retries"];

export function validateLeadChange(body: Fields): void {
  requireKnownFields(body, ["campaign_id", "phone_number", "status", "variables"]);
  const errors: FieldErrors = {};
  if (body.campaign_id !== undefined && !isWhole(body.campaign_id)) errors.campaign_id = ["Must be an integer."];
  if (body.phone_number !== undefined && !isPhoneNumber(body.phone_number)) {
    throw new Refusal(422, { message: "Invalid phone number" });
  }
  if (body.status !== undefined && !SETTABLE_STATUSES.includes(String(body.status))) {
    errors.status = ["This status is assigned by the system and cannot be set."];
  }
  if (body.variables !== undefined && !isMap(body.variables)) errors.variables = ["The variables must be an array."];
  if (Object.keys(errors).length > 0) refuse(errors);
}

const isHour = (value: unknown) => typeof value === "string" && /^([01]\d|2[0-3]):[0-5]\d$/.test(value);
const isBetween = (low: number, high: number) => (value: unknown) => isWhole(value) && value >= low && value <= high;
const isText = (value: unknown) => typeof value === "string" && value.length > 0 && value.length <= 255;
const isFlag = (value: unknown) => typeof value === "boolean";

const CAMPAIGN_RULES: Record<string, (value: unknown) => boolean> = {
  name: isText,
  assistant_id: isWhole,
  timezone: isTimeZone,
  max_calls_in_parallel: isBetween(1, 10),
  allowed_hours_start_time: isHour,
  allowed_hours_end_time: isHour,
  allowed_days: (value) => Array.isArray(value) && value.every((day) => DAYS.includes(day)),
  max_retries: isBetween(1, 5),
  retry_interval: isBetween(10, 4320),
  retry_on_voicemail: isFlag,
  retry_on_goal_incomplete: isFlag,
  goal_completion_variable: isText,
  mark_complete_when_no_leads: isFlag,
  phone_number_ids: (value) => Array.isArray(value) && value.every(isWhole) && new Set(value).size === value.length,
};

export function validateNewCampaign(body: Fields): void {
  requireKnownFields(body, Object.keys(CAMPAIGN_RULES));
  const errors: FieldErrors = {};
  for (const [name, isValid] of Object.entries(CAMPAIGN_RULES)) {
    const required = name === "name" || name === "assistant_id";
    if (body[name] === undefined ? required : !isValid(body[name])) errors[name] = [`The ${name} field is invalid.`];
  }
  if (Object.keys(errors).length > 0) refuse(errors);
}

/** Complaints about the settings of a campaign that are given. Hours may have seconds, as in a listing. */
export function campaignProblems(settings: Fields): string[] {
  return Object.entries(settings)
    .filter(([name, value]) => {
      const given = /hours/.test(name) && typeof value === "string" ? value.slice(0, 5) : value;
      return CAMPAIGN_RULES[name]?.(given) === false;
    })
    .map(([name]) => `${name} is invalid`);
}

/** A whole number from a query, within its bounds. */
export function queryNumber(query: Fields, name: string, fallback: number, most: number): number {
  const value = query[name] === undefined ? fallback : Number(query[name]);
  if (isBetween(1, most)(value)) return value;
  return refuse({ [name]: [`The ${name} must be between 1 and ${most}.`] });
}
