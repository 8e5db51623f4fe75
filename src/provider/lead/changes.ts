/**
 * What differs between a lead in the state and as declared, and what each difference asks for. Pure.
 */
import { isBlank, sameValue } from "../../famulor/same-value";
import type { LeadChange } from "../../famulor/wire/leads";
import type { LeadArgs, LeadState, SecondaryContactArgs, Variables } from "../../state/lead";
import { type Declared, holdsUnknown, isUnknown, type Preview, type Unknown } from "../engine/unknown";

/** What a difference in one argument asks for. */
interface Difference {
  /** Sent to Famulor, which changes the lead in place. */
  send?: LeadChange;
  /** Stored without a request, or not known yet. */
  isRecorded?: true;
  /** Famulor cannot change it. Only a new lead would, and a new lead is another call. */
  isReplacement?: true;
}

export interface LeadChanges {
  /** Empty: nothing to send. */
  send: LeadChange;
  /** Whether there is anything to send or to store. */
  isUpdate: boolean;
  isReplacement: boolean;
}

/** One entry for each argument: a forgotten one does not compile. */
const DIFFERENCE_OF: {
  [Argument in keyof Required<LeadArgs>]: (olds: LeadState, news: Declared<LeadArgs>) => Difference | undefined;
} = {
  campaignId: (olds, { campaignId: wanted }) =>
    whereDifferent(olds.campaignId, wanted, (campaignId) => ({ campaignId })),
  phoneNumber: (olds, { phoneNumber: wanted }) =>
    whereDifferent(olds.phoneNumber, wanted, (phoneNumber) => ({ phoneNumber })),
  variables: (olds, news) => differenceOfVariables(olds.variables, news.variables),
  secondaryContacts: (olds, news) => differenceOfContacts(olds.secondaryContacts, news.secondaryContacts),
  allowDuplicate: (olds, news) => recordedWhere(Boolean(olds.allowDuplicate) !== Boolean(news.allowDuplicate)),
  adoptExisting: (olds, news) => recordedWhere(Boolean(olds.adoptExisting) !== Boolean(news.adoptExisting)),
  // Compared with the last declared status, never with what Famulor says now: that changes by itself, and `created`
  // dials.
  status: ({ requestedStatus }, { status }) => {
    if (status === requestedStatus) return undefined;
    return status === undefined || isUnknown(status) ? { isRecorded: true } : { send: { status } };
  },
};

export function leadChanges(olds: LeadState, news: Declared<LeadArgs>): LeadChanges {
  const changes: LeadChanges = { send: {}, isUpdate: false, isReplacement: false };
  for (const differenceOf of Object.values(DIFFERENCE_OF)) {
    const difference = differenceOf(olds, news);
    if (difference === undefined) continue;
    Object.assign(changes.send, difference.send);
    if (difference.isReplacement) changes.isReplacement = true;
    else changes.isUpdate = true;
  }
  return changes;
}

const recordedWhere = (differs: boolean): Difference | undefined => (differs ? { isRecorded: true } : undefined);

function whereDifferent<T>(old: T, wanted: T | Unknown, send: (wanted: T) => LeadChange): Difference | undefined {
  if (isUnknown(wanted)) return { isRecorded: true };
  return sameValue(old, wanted) ? undefined : { send: send(wanted) };
}

/**
 * Sends what is new or different, and `""` for what was removed, because Famulor only merges. A new `""` is sent too: a
 * lead inherits the assistant's default for a variable that it was never given.
 */
function differenceOfVariables(
  before: Variables = {},
  wanted: Preview<Variables | undefined> = {},
): Difference | undefined {
  if (isUnknown(wanted)) return { isRecorded: true };
  const changed: Variables = {};
  let isUnknownYet = false;
  for (const [name, value] of Object.entries(wanted)) {
    if (isUnknown(value)) isUnknownYet = true;
    else if (!Object.hasOwn(before, name) || !sameValue(before[name], value)) changed[name] = value;
  }
  for (const [name, value] of Object.entries(before)) {
    if (!Object.hasOwn(wanted, name) && !isBlank(value)) changed[name] = "";
  }
  if (Object.keys(changed).length > 0) return { send: { variables: changed } };
  return recordedWhere(isUnknownYet);
}

function differenceOfContacts(
  before: SecondaryContactArgs[] = [],
  wanted: Preview<SecondaryContactArgs[] | undefined> = [],
): Difference | undefined {
  // Whether they will differ is not known yet. A replacement would call the person again, so it needs proof.
  if (holdsUnknown(wanted)) return { isRecorded: true };
  const after = wanted as SecondaryContactArgs[];
  const isSame =
    before.length === after.length &&
    before.every(({ phoneNumber, variables }, index) => {
      const other = after[index];
      return phoneNumber === other?.phoneNumber && sameVariables(variables, other?.variables);
    });
  return isSame ? undefined : { isReplacement: true };
}

/** A variable may have the name of something that every object inherits, such as `constructor`. */
export function ownValue<T>(map: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function sameVariables(one: Variables = {}, other: Variables = {}): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => sameValue(ownValue(one, name), ownValue(other, name)));
}
