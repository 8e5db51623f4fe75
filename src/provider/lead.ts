/**
 * What the engine asks of a lead: check, diff, create, read, update, delete.
 *
 * Decisions stand in lead-args.ts (check), lead-diff.ts, lead-gone.ts and lead-adoption.ts; here they are acted on.
 */
import { pause } from "../famulor/budget";
import { campaignName, findCampaign } from "../famulor/campaign-directory";
import type { FamulorClient } from "../famulor/client";
import { isOutcomeUnknown } from "../famulor/delivery";
import { FamulorApiError, FamulorError, FamulorInputError, FamulorNotFoundError } from "../famulor/errors";
import { findLead, type LeadTrace, recentLead, recentLeadsWithNumber } from "../famulor/lead-directory";
import { maskPhoneNumber } from "../famulor/masking";
import type { Lead } from "../famulor/schema";
import { accountIdOf, clientFor, isOwnAccount } from "./account";
import { type Hooks, PartialFailure } from "./boundary";
import {
  compareWorlds,
  endpointOutput,
  isEndedSandbox,
  otherAccount,
  requireSameEndpoint,
  settingsAtHome,
} from "./guard";
import type { CampaignLeads } from "./lead-adoption";
import { LEAD_ARG_NAMES, type LeadArgs, leadProblems, requireLeadArgs } from "./lead-args";
import { ensureLead, fillIn, finishLead } from "./lead-create";
import { diffLead, sameText, statusToKeep } from "./lead-diff";
import { GONE, mayBeMadeAgain } from "./lead-gone";
import { ownershipAt } from "./ownership";
import { isUnknown, type Props } from "./plain";
import type { Settings } from "./settings";

export const leadHooks: Hooks = {
  check: leadProblems,

  async diff(olds, news, settings) {
    const leadId = Number(olds.leadId);
    const { leads, campaignOfLead } = ownershipAt(settings);
    leads.noteSeen(leadId, olds.takenOver);
    if (leads.isHandedOver(leadId, olds.takenOver)) {
      // Its delete sends nothing, and the person who is declared here is made.
      console.log(`lead ${leadId} was taken over by another resource: this one gets a lead of its own.`);
      return { changes: true, replaces: ["leadId"], deleteBeforeReplace: true };
    }
    if (olds.status === GONE) {
      console.log(
        `lead ${leadId} is gone from Famulor and is not made again by itself, since the person may have been called. ` +
          "To call again: pulumi up --replace <its URN>. To forget it: remove it from the program.",
      );
      return { changes: false };
    }
    const world = await compareWorlds(olds, settings, `lead ${leadId}`, async (client) => {
      return (await findLead(client, traceOf(leadId, olds))) !== undefined;
    });
    if (world !== "the same") {
      if (world === "another account")
        requireRedial(olds, settings, "apiKey: it belongs to another account than the one that made the lead");
      return { changes: true, replaces: ["endpoint"], deleteBeforeReplace: true };
    }
    campaignOfLead.set(leadId, Number(olds.campaignId));
    const { change, contactsDiffer, recordedDiffer } = diffLead(olds, news);
    if (contactsDiffer) {
      requireRedial(olds, settings, "secondaryContacts: Famulor cannot change them");
      return { replaces: ["secondaryContacts"], deleteBeforeReplace: true };
    }
    // A lead whose create was cut short: to be finished although its arguments are as before.
    if (olds.unfinished === true) return { changes: true };
    // `{}`: the engine compares the inputs itself, which also honours the user's replaceOnChanges.
    return recordedDiffer || Object.keys(change).length > 0 ? {} : { changes: false };
  },

  create: (inputs, settings) => createLead(inputs, settings),

  async read(id, props, settings) {
    // For FamulorLead.get there are only arguments yet.
    const isRefresh = props.leadId !== undefined;
    // In preview its campaign may be yet to be made, and then the lead cannot be asked for.
    if (!isRefresh && (props.campaignId === undefined || isUnknown(props.campaignId))) return { props };
    if (isRefresh) requireSameEndpoint(props, settings, `lead ${id}`);
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
    if (!(await isOwnAccount(client, props))) throw otherAccount(`lead ${id}`);
    if (mayBeMadeAgain(props.status, props.createdAt, Date.now())) return undefined;
    if (props.status !== GONE) {
      console.log(`lead ${id}: gone from Famulor after it was ${props.status}. It stays in the state as "${GONE}".`);
    }
    return { props: { ...props, status: GONE } };
  },

  async update(id, olds, news, settings) {
    requireSameEndpoint(olds, settings, `lead ${id}`);
    const args = requireLeadArgs(news, settings);
    const client = clientFor(settings);
    const { leads, campaigns, campaignOfLead } = ownershipAt(settings);
    if (leads.isHandedOver(id, olds.takenOver)) throw lostToAnother(id);
    const { change } = diffLead(olds, news);
    const { unfinished, requestedStatus, ...kept } = withoutArgs(olds);
    const outs: Props = { ...kept, ...withoutRequested(news), requestedStatus: args.status, status: olds.status };
    if (Object.keys(change).length === 0) return outs;
    const isMove = change.campaignId !== undefined;
    // Famulor is only known to refuse a double when one is created. A campaign that was just made has none.
    if ((isMove || change.phoneNumber !== undefined) && !args.allowDuplicate && !campaigns.isMade(args.campaignId)) {
      const same = await recentLeadsWithNumber(client, args.campaignId, args.phoneNumber).catch((error) => {
        if (error instanceof FamulorNotFoundError) return []; // no such campaign: the change itself says so
        throw error;
      });
      // One that is declared elsewhere in the program is about to have another number: nobody is declared twice.
      const other = same.find(({ leadId }) => leadId !== id && !leads.isHeld(leadId));
      if (other) throw wouldBeADouble(id, args, other.leadId);
    }
    if (isMove && change.status === undefined) {
      // The state does not know who was called since it was written.
      const live = await recentLead(client, traceOf(id, olds));
      outs.status = live?.status ?? olds.status;
      const keep = statusToKeep(live?.status);
      if (keep !== undefined) change.status = keep;
    }
    try {
      await client.updateLead(id, change);
    } catch (error) {
      if (error instanceof FamulorNotFoundError) {
        if (!(await isOwnAccount(client, olds))) throw otherAccount(`lead ${id}`);
        throw (await lacksCampaign(client, change.campaignId))
          ? noSuchCampaign(change.campaignId, error)
          : vanished(id, error);
      }
      if (!(change.status === "created" && isOutcomeUnknown(error))) throw error;
      // Sent again it might dial again: recorded as carried out, so that only an edit sends it once more. What went along
      // with it is sent anew by the next `up`, and does no harm twice.
      throw new PartialFailure(
        id,
        { ...olds, status: "created", requestedStatus: "created" },
        dialledPerhaps(id, error),
      );
    }
    if (change.status !== undefined) outs.status = change.status;
    if (change.campaignId !== undefined) {
      campaignOfLead.set(id, change.campaignId);
      // The answer does not tell the new campaign's name; an old one in state would be a lie.
      outs.campaignName = await campaignName(client, change.campaignId);
    }
    return outs;
  },

  async delete(id, props, settings) {
    const home = settingsAtHome(props, settings, `lead ${id}`);
    const { leads, campaignOfLead } = ownershipAt(home);
    if (leads.isHandedOver(id, props.takenOver)) {
      console.log(`lead ${id} belongs to another resource now: it is not deleted.`);
      return;
    }
    const client = clientFor(home);
    try {
      await deleteOnceIdle(client, id, props);
    } catch (error) {
      if (isEndedSandbox(error, home)) {
        console.log(`lead ${id}: the sandbox at ${home.baseUrl} is gone, and the lead with it.`);
      } else if (!(error instanceof FamulorNotFoundError)) {
        throw error;
      } else if (!(await isOwnAccount(client, props))) {
        throw otherAccount(`lead ${id}`);
      }
    }
    campaignOfLead.delete(id);
  },
};

// Create

/** @param listed The campaign as it was listed before, for a row of a set. */
export async function createLead(
  inputs: Props,
  settings: Settings,
  listed?: CampaignLeads,
): Promise<{ id: number; outs: Props }> {
  const args = requireLeadArgs(inputs, settings);
  const client = clientFor(settings);
  const accountId = await accountIdOf(client);
  const { lead, takenOver } = await ensureLead(client, args, settings, listed);
  const told = await fillIn(client, lead, args);
  const outs: Props = {
    ...withoutRequested(inputs),
    leadId: lead.leadId,
    // Famulor's documented first status, where the answer leaves it out.
    status: told.status ?? "created",
    ...stored({ secondaryContactIds: contactIds(args, told), createdAt: told.createdAt, updatedAt: told.updatedAt }),
    campaignName: told.campaignName,
    endpoint: endpointOutput(settings),
    accountId,
    // Never sent at create: a new lead is `created` already, and one that was taken over must not be dialled again.
    requestedStatus: args.status === "created" ? "created" : undefined,
    takenOver,
  };
  return { id: lead.leadId, outs: await finishLead(client, outs, lead.variables, args) };
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
  if (live.campaignId !== props.campaignId) {
    console.log(
      `lead ${lead.leadId} was moved to campaign ${live.campaignId} outside of this program. \`pulumi up\` moves it back; do so ` +
        "before a destroy, which would leave it there if its own campaign has forceDestroy.",
    );
  }
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
    ...stored({
      secondaryContactIds: contacts.map(({ contactId }) => contactId),
      createdAt: lead.createdAt,
      updatedAt: lead.updatedAt,
    }),
    campaignName: lead.campaignName,
    endpoint: endpointOutput(settings),
  };
}

// Delete

/** Famulor may refuse to delete a lead while it is on the phone: then it is tried again until the call has ended. */
async function deleteOnceIdle(client: FamulorClient, id: number, props: Props): Promise<void> {
  for (let waitMs = 500; ; waitMs *= 2) {
    try {
      return await client.deleteLead(id);
    } catch (error) {
      const mayBeOnThePhone = error instanceof FamulorApiError && [400, 409, 422, 423].includes(error.status);
      if (!mayBeOnThePhone) throw error;
      const lead = await findLead(client, traceOf(id, props));
      if (lead?.status !== "processing" || !(await pause(waitMs))) throw error;
    }
  }
}

// Outputs and errors

/** The contacts' IDs in the order in which they were declared: Famulor's list may have another. */
function contactIds(args: LeadArgs, lead: Lead): number[] {
  const idByNumber = new Map(lead.secondaryContacts?.map((contact) => [contact.phoneNumber, contact.contactId]));
  return (args.secondaryContacts ?? []).flatMap(({ phoneNumber }) => idByNumber.get(phoneNumber) ?? []);
}

/**
 * Without what most leads have in common, since bytes in state are dear: no contacts, and not changed since it was made. The
 * resource in the program fills it in again.
 */
function stored(outs: {
  secondaryContactIds: number[];
  createdAt?: string | undefined;
  updatedAt?: string | undefined;
}) {
  return {
    createdAt: outs.createdAt,
    ...(outs.updatedAt === outs.createdAt ? {} : { updatedAt: outs.updatedAt }),
    ...(outs.secondaryContactIds.length === 0 ? {} : { secondaryContactIds: outs.secondaryContactIds }),
  };
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
function requireRedial(olds: Props, settings: Settings, reason: string): void {
  const what = `lead ${olds.leadId} (last known status: ${olds.status})`;
  if (olds.status !== "created" && !settings.allowRedial) {
    throw new FamulorInputError(`${reason}, so ${what} would be replaced and the person called again.`, {
      hint: "Undo the edit, or allow it for one run: FAMULOR_REDIAL=allow pulumi up.",
    });
  }
  console.log(`${reason}: ${what} is replaced, and the person will be called again.`);
}

/** A 404 may be about the campaign a lead was to move to. */
async function lacksCampaign(client: FamulorClient, campaignId: number | undefined): Promise<boolean> {
  return campaignId !== undefined && (await findCampaign(client, campaignId)) === undefined;
}

function noSuchCampaign(campaignId: number | undefined, cause: Error): FamulorInputError {
  return new FamulorInputError(`campaignId: there is no campaign ${campaignId} in this account.`, {
    hint: "Nothing was changed: the lead is where it was.",
    cause,
  });
}

function wouldBeADouble(leadId: number, { campaignId, phoneNumber }: LeadArgs, otherId: number): FamulorInputError {
  return new FamulorInputError(
    `Lead ${leadId} is not changed: campaign ${campaignId} already has lead ${otherId} with ${maskPhoneNumber(phoneNumber)}, and ` +
      "the person would be called twice.",
    {
      hint:
        "Delete one of the two. If this program is about to delete the other one, do that first, in a `pulumi up` of its own. To " +
        "have both all the same: allowDuplicate: true.",
    },
  );
}

function lostToAnother(leadId: number): FamulorInputError {
  return new FamulorInputError(`Lead ${leadId} was taken over by another resource of this program in this run.`, {
    hint: "Nothing was changed. Run `pulumi up` again: this resource then gets a lead of its own.",
  });
}

function vanished(leadId: number, cause: Error): FamulorInputError {
  return new FamulorInputError(`Lead ${leadId} cannot be changed: Famulor does not have it (any more).`, {
    hint:
      "Somebody deleted it, or its campaign, which takes its leads with it. Nothing was changed. Run `pulumi refresh`, then " +
      "`pulumi up`: a lead that was still waiting is made again, one that may have been called stays as it is.",
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
