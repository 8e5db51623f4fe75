/**
 * What goes into the outputs of a lead, and so into state: after a create, after a refresh, and for one that is only read. Pure.
 */
import type { Lead } from "../famulor/schema";
import { endpointOutput } from "./guard";
import { LEAD_ARG_NAMES, type LeadArgs } from "./lead-args";
import { sameText } from "./lead-diff";
import type { Props } from "./plain";
import type { Settings } from "./settings";

/** The outputs of a lead that was made or taken over. */
export function createdOutputs(
  inputs: Props,
  args: LeadArgs,
  told: Lead,
  about: { settings: Settings; accountId: string | undefined; takenOver: number | undefined },
): Props {
  // Not a spread with names after it, which V8 gives a hidden class of its own each time: many times the time and memory.
  return Object.assign({}, inputs, stored(contactIds(args, told), told), {
    leadId: told.leadId,
    // Famulor's documented first status, where the answer leaves it out.
    status: told.status ?? "created",
    campaignName: told.campaignName,
    endpoint: endpointOutput(about.settings),
    accountId: about.accountId,
    // Never sent at create: a new lead is `created` already, and one that was taken over must not be dialled again.
    requestedStatus: args.status === "created" ? "created" : undefined,
    takenOver: about.takenOver,
  });
}

/** Brings home what the user set and somebody changed; what Famulor added by itself stays out. */
export function refreshed(props: Props, lead: Lead): { props: Props; inputs: Props } {
  const live: Props = {
    ...props,
    campaignId: lead.campaignId ?? props.campaignId,
    phoneNumber: lead.phoneNumber ?? props.phoneNumber,
    ...(props.variables === undefined ? {} : { variables: liveVariables(props.variables as Props, lead.variables) }),
    status: lead.status ?? props.status,
    campaignName: lead.campaignName ?? props.campaignName,
    createdAt: lead.createdAt ?? props.createdAt,
  };
  if (lead.updatedAt !== undefined && lead.updatedAt !== live.createdAt) live.updatedAt = lead.updatedAt;
  const ids = contactIds(props as unknown as LeadArgs, lead);
  if (ids.length > ((props.secondaryContactIds ?? []) as number[]).length) live.secondaryContactIds = ids;
  const declared = Object.entries(live).filter(([name]) => LEAD_ARG_NAMES.includes(name) && name !== "status");
  const status = props.requestedStatus === undefined ? {} : { status: props.requestedStatus };
  return { props: live, inputs: { ...Object.fromEntries(declared), ...status } };
}

/** The declared variables with the values Famulor has now; a value that only changed its type keeps the declared one. */
function liveVariables(declared: Props, live: Record<string, unknown>): Props {
  const there = Object.entries(declared).filter(([name, value]) => name in live || value === "");
  return Object.fromEntries(
    there.map(([name, value]) => [name, !(name in live) || sameText(live[name], value) ? value : live[name]]),
  );
}

/** Never drift: the list comes reordered, in part, or not at all, and acting on it would call everybody again. */
export function hasOtherContacts(props: Props, { secondaryContacts }: Lead): boolean {
  if (secondaryContacts === undefined) return false;
  const declared = ((props.secondaryContacts ?? []) as { phoneNumber: string }[]).map(({ phoneNumber }) => phoneNumber);
  const there = secondaryContacts.map(({ phoneNumber }) => phoneNumber);
  return declared.sort().join() !== there.sort().join();
}

/** The outputs of `FamulorLead.get`. */
export function readFromElsewhere(props: Props, lead: Lead, settings: Settings): Props {
  const contacts = lead.secondaryContacts ?? [];
  return {
    ...props,
    phoneNumber: lead.phoneNumber,
    campaignId: lead.campaignId ?? props.campaignId,
    variables: lead.variables,
    secondaryContacts: contacts.map(({ phoneNumber }) => ({ phoneNumber })),
    leadId: lead.leadId,
    status: lead.status,
    ...stored(
      contacts.map(({ contactId }) => contactId),
      lead,
    ),
    campaignName: lead.campaignName,
    endpoint: endpointOutput(settings),
  };
}

/** The contacts' IDs in the order in which they were declared: Famulor's list may have another. */
function contactIds(args: LeadArgs, lead: Lead): number[] {
  const idByNumber = new Map(lead.secondaryContacts?.map((contact) => [contact.phoneNumber, contact.contactId]));
  return (args.secondaryContacts ?? []).flatMap(({ phoneNumber }) => idByNumber.get(phoneNumber) ?? []);
}

/**
 * Without what most leads have in common, since bytes in state are dear: no contacts, and not changed since it was made. The
 * resource in the program fills it in again.
 */
function stored(secondaryContactIds: number[], { createdAt, updatedAt }: Lead) {
  return {
    createdAt,
    updatedAt: updatedAt === createdAt ? undefined : updatedAt,
    secondaryContactIds: secondaryContactIds.length === 0 ? undefined : secondaryContactIds,
  };
}

/** `status` is the one argument whose output is something else: what Famulor says now. */
export function withoutRequested(inputs: Props): Props {
  const { status, ...rest } = inputs;
  return rest;
}

export function withoutArgs(outs: Props): Props {
  return Object.fromEntries(Object.entries(outs).filter(([name]) => !LEAD_ARG_NAMES.includes(name)));
}
