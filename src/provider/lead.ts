/**
 * What the engine asks of a lead: check, diff, create, read, update, delete.
 *
 * Decisions stand in lead-args.ts (check), lead-diff.ts, lead-gone.ts and lead-adoption.ts; here they are acted on.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FamulorClient } from "../famulor/client";
import {
  FamulorApiError,
  FamulorConfigError,
  FamulorConnectionError,
  FamulorError,
  FamulorInputError,
  FamulorNotFoundError,
  FamulorValidationError,
} from "../famulor/errors";
import { findLead, type LeadTrace, listEveryLead } from "../famulor/lead-directory";
import { maskPhoneNumber } from "../famulor/masking";
import { isOutcomeUnknown } from "../famulor/retry";
import type { Lead } from "../famulor/schema";
import { accountIdOf, clientFor, endpointOutput, isOwnAccount, requireSameEndpoint } from "./account";
import { type Hooks, PartialFailure } from "./boundary";
import { type Adoption, judgeAdoption } from "./lead-adoption";
import { LEAD_ARG_NAMES, type LeadArgs, leadProblems, parseLeadArgs } from "./lead-args";
import { diffLead, sameText } from "./lead-diff";
import { GONE, mayBeMadeAgain } from "./lead-gone";
import { isHandedOver, isHeld, isOwned, noteMade, noteSeen, noteTakenOver } from "./lead-ownership";
import { holdsUnknown, type Props } from "./plain";
import { isLoopback, type Settings } from "./settings";

export const leadHooks: Hooks = {
  check: leadProblems,

  diff(olds, news, settings) {
    requireSameEndpoint(olds, settings);
    noteSeen(Number(olds.leadId), olds.takenOver === true);
    if (olds.status === GONE) {
      console.log(
        `lead ${olds.leadId} is gone from Famulor and is not made again by itself, since the person may have been called. ` +
          "To call again: pulumi up --replace <its URN>. To forget it: remove it from the program.",
      );
      return { changes: false };
    }
    const { change, contactsDiffer, recordedDiffer } = diffLead(olds, news);
    if (contactsDiffer) {
      requireRedial(olds, settings);
      return { replaces: ["secondaryContacts"], deleteBeforeReplace: true };
    }
    // A lead whose create was cut short: to be finished although its arguments are as before.
    if (olds.unfinished === true) return { changes: true };
    // `{}`: the engine compares the inputs itself, which also honours the user's replaceOnChanges.
    return recordedDiffer || Object.keys(change).length > 0 ? {} : { changes: false };
  },

  async create(inputs, settings) {
    const args = lastLook(inputs, settings);
    const client = clientFor(settings);
    const accountId = await accountIdOf(client);
    const { lead, takenOver } = await ensureLead(client, args, settings);
    const told = await fillIn(client, lead, args);
    const outs: Props = {
      ...withoutRequested(inputs),
      leadId: lead.leadId,
      // Famulor's documented first status, where the answer leaves it out.
      status: told.status ?? "created",
      secondaryContactIds: contactIds(args, told),
      campaignName: told.campaignName,
      createdAt: told.createdAt,
      updatedAt: told.updatedAt,
      endpoint: endpointOutput(settings),
      accountId,
      // Never sent at create: a new lead is `created` already, and one that was taken over must not be dialled again.
      requestedStatus: args.status === "created" ? "created" : undefined,
      takenOver: takenOver || undefined,
    };
    return { id: lead.leadId, outs: await finish(client, outs, lead.variables, args, takenOver) };
  },

  async read(id, props, settings) {
    // For FamulorLead.get there are only arguments yet.
    const isRefresh = props.leadId !== undefined;
    if (isRefresh) requireSameEndpoint(props, settings);
    const client = clientFor(settings);
    const lead = await findLead(client, traceOf(id, props));
    if (lead !== undefined)
      return isRefresh ? refreshed(props, lead) : { props: readFromElsewhere(props, lead, settings) };
    if (!isRefresh) {
      throw new FamulorInputError(`FamulorLead.get: there is no lead ${id} in campaign ${props.campaignId}.`, {
        hint: "Check the ID and the campaign; the stack's API key must belong to the account that holds it.",
      });
    }
    // Another account's listing is empty too, and that proves nothing.
    if (!(await isOwnAccount(client, props))) throw otherAccount(id);
    if (mayBeMadeAgain(props.status, props.createdAt, Date.now())) return undefined;
    if (props.status !== GONE) {
      console.log(`lead ${id}: gone from Famulor after it was ${props.status}. It stays in the state as "${GONE}".`);
    }
    return { props: { ...props, status: GONE } };
  },

  async update(id, olds, news, settings) {
    requireSameEndpoint(olds, settings);
    const args = lastLook(news, settings);
    const client = clientFor(settings);
    const { change } = diffLead(olds, news);
    const { unfinished, requestedStatus, ...kept } = withoutArgs(olds);
    const outs: Props = { ...kept, ...withoutRequested(news), requestedStatus: args.status, status: olds.status };
    if (Object.keys(change).length === 0) return outs;
    try {
      await client.updateLead(id, change);
    } catch (error) {
      if (error instanceof FamulorNotFoundError) throw vanished(id, error);
      // Sent again it might dial again: recorded as carried out, so that only an edit sends it once more.
      if (change.status === "created" && isOutcomeUnknown(error))
        throw new PartialFailure(id, outs, dialledPerhaps(id, error));
      throw error;
    }
    if (change.status !== undefined) outs.status = change.status;
    if (change.campaignId !== undefined) {
      // The answer does not tell the new campaign's name; an old one in state would be a lie.
      const lead = await findLead(client, traceOf(id, outs)).catch(() => undefined);
      Object.assign(outs, { campaignName: lead?.campaignName, updatedAt: lead?.updatedAt });
    }
    return outs;
  },

  async delete(id, props, settings) {
    if (isHandedOver(id, props.takenOver === true)) {
      console.log(`lead ${id} belongs to another resource now: it is not deleted.`);
      return;
    }
    requireSameEndpoint(props, settings);
    const client = clientFor(settings);
    try {
      await deleteOnceIdle(client, id, props);
    } catch (error) {
      if (error instanceof FamulorNotFoundError) {
        if (await isOwnAccount(client, props)) return;
        throw otherAccount(id);
      }
      if (error instanceof FamulorConnectionError && error.delivery === "not-sent" && isLoopback(settings.baseUrl)) {
        console.log(`lead ${id}: the sandbox at ${settings.baseUrl} is gone, and the lead with it.`);
        return;
      }
      throw error;
    }
  },
};

/** What `check` saw may have been unknown then; this is the last look before a phone can ring. */
function lastLook(inputs: Props, settings: Settings): LeadArgs {
  const problems = holdsUnknown(inputs) ? ["a value is still unknown"] : leadProblems(inputs, settings);
  if (problems.length > 0) throw new FamulorInputError(problems.join("\n"));
  return parseLeadArgs(inputs);
}

// Create

/** Makes the lead, or takes over the one that is there where that was asked for. */
async function ensureLead(
  client: FamulorClient,
  args: LeadArgs,
  settings: Settings,
): Promise<{ lead: Lead; takenOver: boolean }> {
  if (args.adoptExisting) {
    const adoption = await lookForExisting(client, args);
    if (adoption.existing) return takeOver(args, adoption);
  }
  if (args.allowDuplicate) {
    // Famulor would refuse nothing: what a killed run of this program made has to be found before it is made again.
    const left = (await listCampaign(client, args)).filter((lead) => lead.phoneNumber === args.phoneNumber);
    const identical = left.find((lead) => !isHeld(lead.leadId) && judgeAdoption(args, [lead], isHeld).identical);
    if (identical && settings.adoptIdentical) return takeOver(args, judgeAdoption(args, [identical], isHeld));
    if (identical) throw explainIdenticalDouble(args, identical);
  }
  try {
    const lead = await client.createLead(newLead(args));
    noteMade(lead.leadId);
    return { lead, takenOver: false };
  } catch (error) {
    if (isOutcomeUnknown(error)) throw explainUnknownCreate(error as Error, args);
    if (!mayBeADouble(error)) throw error;
    const adoption = await lookForExisting(client, args);
    if (!adoption.existing) throw await explainElsewhere(client, error as Error, args);
    if (settings.adoptIdentical && adoption.identical) return takeOver(args, adoption);
    throw explainDouble(error as Error, args, adoption);
  }
}

/**
 * Some answers to a create hold nothing but the ID; the rest stands in the list. A list that fails now must not lose the
 * lead that was made: then what is known is stored, and the next refresh brings the rest.
 */
async function fillIn(client: FamulorClient, lead: Lead, args: LeadArgs): Promise<Lead> {
  if (lead.createdAt !== undefined && (lead.secondaryContacts !== undefined || !args.secondaryContacts?.length)) {
    return lead;
  }
  const listed = await findLead(client, { leadId: lead.leadId, ...args }).catch(() => undefined);
  return listed ?? lead;
}

/** The arguments that `POST /user/lead` takes. */
function newLead({ campaignId, phoneNumber, variables, secondaryContacts, allowDuplicate }: LeadArgs) {
  return {
    campaignId,
    phoneNumber,
    variables: variables ?? {},
    secondaryContacts: (secondaryContacts ?? []).map((contact) => ({
      phoneNumber: contact.phoneNumber,
      variables: contact.variables ?? {},
    })),
    allowDuplicate: allowDuplicate ?? false,
  };
}

async function lookForExisting(client: FamulorClient, args: LeadArgs): Promise<Adoption> {
  return judgeAdoption(args, await listCampaign(client, args), isOwned);
}

/** The whole campaign and not only this number: it may stand there as somebody's secondary contact. */
async function listCampaign(client: FamulorClient, { campaignId }: LeadArgs): Promise<Lead[]> {
  return [...(await listEveryLead(client, { campaignId })).values()];
}

function takeOver(args: LeadArgs, { existing, obstacle }: Adoption): { lead: Lead; takenOver: true } {
  if (!existing || obstacle) {
    throw new FamulorInputError(`Lead ${existing?.leadId} cannot be taken over: ${obstacle}.`, {
      hint: "Nothing was sent. Delete it in Famulor, or declare what is there.",
    });
  }
  noteTakenOver(existing.leadId);
  console.log(
    `lead ${existing.leadId} (${maskPhoneNumber(args.phoneNumber)}, campaign ${args.campaignId}) was there already and is taken over.`,
  );
  return { lead: existing, takenOver: true };
}

/** Sends what a create cannot carry: a status, and the variables of a lead that was taken over. */
async function finish(
  client: FamulorClient,
  outs: Props,
  liveVariables: Record<string, unknown>,
  args: LeadArgs,
  takenOver: boolean,
): Promise<Props> {
  const leadId = outs.leadId as number;
  const variables = Object.entries(args.variables ?? {}).filter(
    ([name, value]) => !sameText(liveVariables[name], value),
  );
  const change = {
    ...(takenOver && variables.length > 0 ? { variables: Object.fromEntries(variables) } : {}),
    ...(args.status === undefined || args.status === "created" ? {} : { status: args.status }),
  };
  if (Object.keys(change).length === 0) return outs;
  try {
    await client.updateLead(leadId, change);
  } catch (error) {
    // What is declared but was not sent must differ from what is stored, or `update` would find nothing to do.
    const variablesThere = Object.fromEntries(
      Object.entries(args.variables ?? {}).filter(([name]) => !(name in (change.variables ?? {}))),
    );
    throw new PartialFailure(leadId, { ...outs, variables: variablesThere, unfinished: true }, error);
  }
  return change.status === undefined ? outs : { ...outs, status: change.status, requestedStatus: change.status };
}

/**
 * How Famulor refuses a double is undocumented. So every refusal may be one that is not plainly about something else: the
 * key, permission, the balance, the campaign, the rate, another field.
 */
function mayBeADouble(error: unknown): boolean {
  if (!(error instanceof FamulorApiError)) return false;
  if (error instanceof FamulorValidationError) {
    const fields = Object.keys(error.fieldErrors);
    return fields.length === 0 || fields.includes("phone_number");
  }
  return [400, 403, 409].includes(error.status);
}

/** One of Famulor's pages says that it refuses a number that is anywhere in the account. */
async function explainElsewhere(client: FamulorClient, error: Error, args: LeadArgs): Promise<Error> {
  const listed = await listEveryLead(client, { phoneNumber: args.phoneNumber });
  const elsewhere = [...listed.values()].find((lead) => lead.phoneNumber === args.phoneNumber);
  if (!elsewhere) return error;
  return new FamulorInputError(
    `${error.message} The account has lead ${elsewhere.leadId} with ${maskPhoneNumber(args.phoneNumber)} ` +
      `in campaign ${elsewhere.campaignId}; nobody was called twice.`,
    {
      hint: "Delete it there, or declare it in that campaign with adoptExisting: true and then move it.",
      cause: error,
    },
  );
}

function explainDouble(error: Error, args: LeadArgs, { existing, identical, obstacle }: Adoption): FamulorError {
  const ways = obstacle
    ? `It cannot be taken over: ${obstacle}.`
    : "If another stack or resource declares it, remove one of the two. If not, take it over with adoptExisting: true" +
      (identical
        ? ", or, if an interrupted run of this program made it, run once: FAMULOR_ADOPT=identical pulumi up."
        : ".");
  return new FamulorInputError(
    `${error.message} Campaign ${args.campaignId} already has lead ${existing?.leadId} with ${maskPhoneNumber(args.phoneNumber)}; ` +
      "nobody was called twice.",
    { hint: ways, cause: error },
  );
}

function explainIdenticalDouble(args: LeadArgs, { leadId }: Lead): FamulorError {
  return new FamulorInputError(
    `allowDuplicate: campaign ${args.campaignId} already has lead ${leadId} with ${maskPhoneNumber(args.phoneNumber)} and ` +
      "exactly this content, and no resource seen in this run has it. Nothing was sent.",
    {
      hint:
        "If an interrupted run of this program made it, run once: FAMULOR_ADOPT=identical pulumi up. " +
        "If the person is to be called twice, declare other content, such as one more variable.",
    },
  );
}

/** Adds what a tired person must know: that somebody may be called although `up` failed. */
function explainUnknownCreate(error: Error, args: LeadArgs): FamulorError {
  const advice = args.allowDuplicate
    ? "If it is there, the next run with FAMULOR_ADOPT=identical pulumi up takes it over, and a plain one refuses it."
    : "Famulor refuses a second one, so nobody is called twice; if it is there, the next run with " +
      "FAMULOR_ADOPT=identical pulumi up takes it over.";
  return new FamulorError("famulor/unknown-outcome", error.message, {
    hint:
      `Campaign ${args.campaignId} may hold a lead ${maskPhoneNumber(args.phoneNumber)} that is not in the state. ` +
      `Look in Famulor's list of leads. ${advice}`,
    cause: error,
  });
}

// Read

function traceOf(leadId: number, props: Props): LeadTrace {
  return {
    leadId,
    campaignId: props.campaignId as number | undefined,
    phoneNumber: props.phoneNumber as string | undefined,
    createdAt: props.createdAt as string | undefined,
  };
}

/** Brings home what the user set and somebody changed; what Famulor added by itself stays out. */
function refreshed(props: Props, lead: Lead): { props: Props; inputs: Props } {
  const { takenOver, ...kept } = props;
  const live: Props = {
    ...kept,
    campaignId: lead.campaignId ?? props.campaignId,
    phoneNumber: lead.phoneNumber ?? props.phoneNumber,
    ...(props.variables === undefined ? {} : { variables: liveVariables(props.variables as Props, lead.variables) }),
    status: lead.status ?? props.status,
    campaignName: lead.campaignName ?? props.campaignName,
    updatedAt: lead.updatedAt ?? props.updatedAt,
  };
  const ids = contactIds(props as unknown as LeadArgs, lead);
  if (ids.length > ((props.secondaryContactIds ?? []) as number[]).length) live.secondaryContactIds = ids;
  warnOfOtherContacts(props, lead);
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
function warnOfOtherContacts(props: Props, lead: Lead): void {
  if (lead.secondaryContacts === undefined) return;
  const declared = ((props.secondaryContacts ?? []) as { phoneNumber: string }[]).map(({ phoneNumber }) => phoneNumber);
  const there = lead.secondaryContacts.map(({ phoneNumber }) => phoneNumber);
  if (declared.sort().join() === there.sort().join()) return;
  console.log(`lead ${lead.leadId}: Famulor lists other secondary contacts than are declared. Nothing was changed.`);
}

/** The outputs of `FamulorLead.get`. */
function readFromElsewhere(props: Props, lead: Lead, settings: Settings): Props {
  const contacts = lead.secondaryContacts ?? [];
  return {
    ...props,
    phoneNumber: lead.phoneNumber,
    campaignId: lead.campaignId ?? props.campaignId,
    variables: lead.variables,
    secondaryContacts: contacts.map(({ phoneNumber }) => ({ phoneNumber })),
    leadId: lead.leadId,
    status: lead.status,
    secondaryContactIds: contacts.map(({ contactId }) => contactId),
    campaignName: lead.campaignName,
    createdAt: lead.createdAt,
    updatedAt: lead.updatedAt,
    endpoint: endpointOutput(settings),
  };
}

// Delete

/** How long a delete waits for a call to end, in milliseconds: Ctrl-C waits for it too. */
const CALL_BUDGET_MS = 60_000;

/** Famulor may refuse to delete a lead while it is on the phone: then it is tried again until the call has ended. */
async function deleteOnceIdle(client: FamulorClient, id: number, props: Props): Promise<void> {
  const startedAt = Date.now();
  for (let waitMs = 500; ; waitMs *= 2) {
    try {
      return await client.deleteLead(id);
    } catch (error) {
      const mayBeOnThePhone = error instanceof FamulorApiError && [400, 409, 422, 423].includes(error.status);
      if (!mayBeOnThePhone || Date.now() - startedAt + waitMs > CALL_BUDGET_MS) throw error;
      const lead = await findLead(client, traceOf(id, props));
      if (lead?.status !== "processing") throw error;
      await sleep(waitMs);
    }
  }
}

// Outputs and errors

/** The contacts' IDs in the order in which they were declared: Famulor's list may have another. */
function contactIds(args: LeadArgs, lead: Lead): number[] {
  const idByNumber = new Map(lead.secondaryContacts?.map((contact) => [contact.phoneNumber, contact.contactId]));
  return (args.secondaryContacts ?? []).flatMap(({ phoneNumber }) => idByNumber.get(phoneNumber) ?? []);
}

/** `status` is the one argument whose output is something else: what Famulor says now. */
function withoutRequested(inputs: Props): Props {
  const { status, ...rest } = inputs;
  return rest;
}

function withoutArgs(outs: Props): Props {
  return Object.fromEntries(Object.entries(outs).filter(([name]) => !LEAD_ARG_NAMES.includes(name)));
}

/** Replacing a lead that Famulor may have called already rings that phone again: not by an edit alone. */
function requireRedial(olds: Props, settings: Settings): void {
  const what = `lead ${olds.leadId} (last known status: ${olds.status})`;
  if (olds.status !== "created" && !settings.allowRedial) {
    throw new FamulorInputError(
      `secondaryContacts: Famulor cannot change them, so ${what} would be replaced and the person called again.`,
      { hint: "Undo the edit, or allow it for one run: FAMULOR_REDIAL=allow pulumi up." },
    );
  }
  console.log(`secondaryContacts differ: ${what} is replaced, and the person will be called again.`);
}

function otherAccount(leadId: number): FamulorConfigError {
  return new FamulorConfigError(`famulor:apiKey: lead ${leadId} is not in the account this key belongs to.`, {
    hint: "Use the key of the account that made it. Nothing was changed, in Famulor or in the state.",
  });
}

function vanished(leadId: number, cause: Error): FamulorInputError {
  return new FamulorInputError(`Lead ${leadId} cannot be changed: Famulor does not have it (any more).`, {
    hint: "Run `pulumi refresh`: it tells a lead that is gone from a key of another account. Nothing was changed.",
    cause,
  });
}

function dialledPerhaps(leadId: number, error: unknown): FamulorError {
  return new FamulorError("famulor/unknown-outcome", (error as Error).message, {
    hint:
      `Lead ${leadId} may have been queued to be called again. It is not sent a second time by itself: ` +
      "look at its status in Famulor; to send it again, remove `status`, `pulumi up`, and set it anew.",
    cause: error,
  });
}
