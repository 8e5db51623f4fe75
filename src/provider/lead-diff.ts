/**
 * What is different between a lead as it stands in state and as it is declared, and what that asks for. Pure.
 */
import type { LeadChange, Variables } from "../famulor/schema";
import { holdsUnknown, isUnknown, type Props } from "./plain";

export interface LeadDiff {
  /** What has to be sent; empty: nothing. */
  change: LeadChange;
  /** The secondary contacts differ, which Famulor cannot change: only a new lead, and so another call, would. */
  contactsDiffer: boolean;
  /** Something differs that is only stored, or may differ once it is known. */
  recordedDiffer: boolean;
}

/** Statuses that mean "not called any more", and that can be set. */
const ENDED_STATUSES = ["completed", "reached-max-retries"];

/** What a move has to carry along of the status a lead has now: whether it queues the lead again is undocumented. */
export function statusToKeep(status: string | undefined): string | undefined {
  return status !== undefined && ENDED_STATUSES.includes(status) ? status : undefined;
}

/** @param olds The outputs in state. @param news The declared arguments; in preview some may be unknown. */
export function diffLead(olds: Props, news: Props): LeadDiff {
  const change: LeadChange = {};
  if (!sameText(olds.campaignId, news.campaignId)) change.campaignId = news.campaignId as number;
  if (!sameText(olds.phoneNumber, news.phoneNumber)) change.phoneNumber = news.phoneNumber as string;
  const variables = changedVariables(olds.variables, news.variables);
  if (variables !== undefined) change.variables = variables;
  // Compared with what was last asked for, never with what Famulor says now: it moves by itself, and `created` dials.
  if (news.status !== undefined && news.status !== olds.requestedStatus) change.status = news.status as string;
  return {
    change,
    contactsDiffer: !sameContacts(olds.secondaryContacts, news.secondaryContacts),
    recordedDiffer:
      Boolean(olds.allowDuplicate) !== Boolean(news.allowDuplicate) ||
      Boolean(olds.adoptExisting) !== Boolean(news.adoptExisting) ||
      holdsUnknown(news.secondaryContacts) ||
      (news.status === undefined && olds.requestedStatus !== undefined),
  };
}

/** The variables to send: what is new or different, and `""` for what was removed, since Famulor only merges. */
function changedVariables(olds: unknown, news: unknown): Variables | undefined {
  if (isUnknown(news)) return {};
  const before = (olds ?? {}) as Variables;
  const after = (news ?? {}) as Variables;
  const changed = Object.entries(after).filter(([name, value]) => !sameText(before[name], value));
  const removed = Object.keys(before).filter((name) => !(name in after) && before[name] !== "");
  if (changed.length + removed.length === 0) return undefined;
  return { ...Object.fromEntries(changed), ...Object.fromEntries(removed.map((name) => [name, ""])) };
}

/** Equal as text: Famulor may echo `1` as `"1"`. */
export function sameText(one: unknown, other: unknown): boolean {
  return one === other || (one !== undefined && other !== undefined && String(one) === String(other));
}

interface Contact {
  phoneNumber?: unknown;
  variables?: Record<string, unknown>;
}

function sameContacts(olds: unknown, news: unknown): boolean {
  // Whether it will differ is not known yet; a replacement on a doubt would call the person again.
  if (holdsUnknown(news)) return true;
  const before = (olds ?? []) as Contact[];
  const after = (news ?? []) as Contact[];
  return (
    before.length === after.length &&
    before.every((contact, index) => {
      const other = after[index];
      return contact.phoneNumber === other?.phoneNumber && sameVariables(contact.variables, other?.variables);
    })
  );
}

export function sameVariables(one: Record<string, unknown> = {}, other: Record<string, unknown> = {}): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => sameText(one[name], other[name]));
}
