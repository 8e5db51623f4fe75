/**
 * The guard: whom a stack may call. The stack's configuration, the environment and an explicit provider may each set a list,
 * and a number must be in every list that is set, so that each can only tighten the others. Pure.
 *
 *   guardOf           the lists as they are set → the guard, or what is wrong with them
 *   refusedBy         the setting that forbids a number
 *   notAllowed        how a message says so
 *   outsidersAmong    who in a listing must not be called
 */
import type { Lead } from "../../famulor/wire/leads";
import { isFictionalPhoneNumber } from "../../fictional-numbers";
import { maskPhoneNumber } from "../../masking";

/** A list that is set, and not to `any`. */
interface AllowedNumbers {
  /** The setting, as a message names it. */
  setting: string;
  /** E.164 prefixes and `fictional`. */
  entries: readonly string[];
}

/** Empty: every number may be called. Plain data, because a session is found by its settings. */
export type Guard = readonly AllowedNumbers[];

const ANY = "any";
const FICTIONAL = "fictional";
const PREFIX = /^\+[1-9]\d{0,14}$/;

/** @param lists `undefined`: not set. */
export function guardOf(lists: readonly { setting: string; text: unknown }[]): { guard: Guard; problems: string[] } {
  const guard: AllowedNumbers[] = [];
  const problems: string[] = [];
  for (const { setting, text } of lists) {
    if (text === undefined) continue;
    const entries = String(text ?? "")
      .split(",")
      .map((entry) => entry.trim());
    if (entries.length === 1 && entries[0] === ANY) continue;
    const problem = problemOf(entries);
    if (problem !== undefined) problems.push(`${setting}: ${problem}`);
    guard.push({ setting, entries });
  }
  return { guard, problems };
}

function problemOf(entries: readonly string[]): string | undefined {
  if (entries.every((entry) => entry === "")) {
    return "is set but empty, and would allow nobody. Is a variable missing where it is set? To allow every number: any.";
  }
  const wrong = entries.findIndex((entry) => entry !== FICTIONAL && !PREFIX.test(entry));
  if (wrong < 0) return undefined;
  const which = entries.length === 1 ? "" : ` Entry ${wrong + 1} of ${entries.length} is neither.`;
  const alone = entries[wrong] === ANY ? ` \`${ANY}\` must stand alone.` : which;
  return (
    `must be \`${ANY}\`, or a comma-separated list of E.164 prefixes, such as +4930,+1212, and of \`${FICTIONAL}\` ` +
    `(numbers that ring nobody).${alone}`
  );
}

/** The first setting that forbids the number; `undefined`: it may be called. */
export function refusedBy(guard: Guard, phoneNumber: string): string | undefined {
  return guard.find(({ entries }) => !entries.some((entry) => matches(entry, phoneNumber)))?.setting;
}

/** The end of a sentence about the number. */
export function notAllowed(phoneNumber: string, setting: string): string {
  return `is not allowed by ${setting}, so ${maskPhoneNumber(phoneNumber)} must not be called`;
}

function matches(entry: string, phoneNumber: string): boolean {
  return entry === FICTIONAL ? isFictionalPhoneNumber(phoneNumber) : phoneNumber.startsWith(entry);
}

/** Somebody whom Famulor would call, and who must not be called. */
export interface Outsider {
  /** Such as `secondary contact 8 of lead 7`. */
  person: string;
  /** Absent: Famulor's answer has no number that can be read, so nobody can tell who would be called. */
  phoneNumber?: string;
  /** The setting that forbids the number. */
  setting: string;
}

export function outsidersAmong(guard: Guard, leads: Iterable<Lead>): Outsider[] {
  const [first] = guard;
  if (first === undefined) return [];
  const outsiders: Outsider[] = [];
  const look = (person: string, phoneNumber: string | undefined) => {
    if (phoneNumber === undefined) return void outsiders.push({ person, setting: first.setting });
    const setting = refusedBy(guard, phoneNumber);
    if (setting !== undefined) outsiders.push({ person, phoneNumber, setting });
  };
  for (const { leadId, phoneNumber, secondaryContacts = [], unreadableContacts } of leads) {
    look(`lead ${leadId}`, phoneNumber);
    for (const contact of secondaryContacts) {
      look(`secondary contact ${contact.contactId} of lead ${leadId}`, contact.phoneNumber);
    }
    for (let each = 0; each < unreadableContacts; each++) look(`a secondary contact of lead ${leadId}`, undefined);
  }
  return outsiders;
}
