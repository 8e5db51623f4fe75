/**
 * What the engine asks of a lead: check, diff, create, read, update, delete. A row of a set is asked the same (lead-set.ts).
 *
 * Decisions stand in lead-args.ts (check), lead-diff.ts, lead-gone.ts and lead-adoption.ts; here they are acted on.
 */
import type { dynamic } from "@pulumi/pulumi";
import { pause } from "../famulor/budget";
import { campaignName, findCampaign } from "../famulor/campaign-directory";
import type { FamulorClient } from "../famulor/client";
import { isOutcomeUnknown } from "../famulor/delivery";
import { FamulorApiError, FamulorInputError, FamulorNotFoundError } from "../famulor/errors";
import { findLead, type LeadTrace, recentLead, recentLeadsWithNumber } from "../famulor/lead-directory";
import { maskPhoneNumber } from "../famulor/masking";
import type { LeadChange } from "../famulor/schema";
import { accountIdOf, clientFor, isOwnAccount } from "./account";
import { type Hooks, PartialFailure } from "./boundary";
import { compareWorlds, isEndedSandbox, otherAccount, requireSameEndpoint, settingsAtHome } from "./guard";
import type { CampaignLeads } from "./lead-adoption";
import { type LeadArgs, leadProblems, requireLeadArgs } from "./lead-args";
import { ensureLead, fillIn, finishLead } from "./lead-create";
import { diffLead, statusToKeep } from "./lead-diff";
import { GONE, mayBeMadeAgain } from "./lead-gone";
import {
  dialledPerhaps,
  lostToAnother,
  noSuchCampaign,
  vanished,
  wouldBeADouble,
  wouldCallAgain,
} from "./lead-messages";
import {
  createdOutputs,
  hasOtherContacts,
  readFromElsewhere,
  refreshed,
  withoutArgs,
  withoutRequested,
} from "./lead-outputs";
import { ownershipAt } from "./ownership";
import { isUnknown, type Props } from "./plain";
import type { Say } from "./progress";
import type { Settings } from "./settings";

/** A line at a time, wherever something is to be said that is no error. */
const print: Say = (line) => console.log(line);

export const leadHooks: Hooks = {
  check: leadProblems,
  diff: (olds, news, settings) => judgeLead(olds, news, settings, print),
  create: (inputs, settings) => createLead(inputs, settings, print),
  read: (id, props, settings) => readLead(id, props, settings, print),
  update: updateLead,
  delete: (id, props, settings) => deleteLead(id, props, settings, print),
};

// Diff

export async function judgeLead(
  olds: Props,
  news: Props,
  settings: Settings,
  say: Say,
): Promise<Pick<dynamic.DiffResult, "changes" | "replaces" | "deleteBeforeReplace">> {
  const leadId = Number(olds.leadId);
  const { leads, campaignOfLead } = ownershipAt(settings);
  leads.noteSeen(leadId, olds.takenOver);
  if (leads.isHandedOver(leadId, olds.takenOver)) {
    // Its delete sends nothing, and the person who is declared here is made.
    say(`lead ${leadId} was taken over by another resource: this one gets a lead of its own.`);
    return { changes: true, replaces: ["leadId"], deleteBeforeReplace: true };
  }
  if (olds.status === GONE) {
    say(
      `lead ${leadId} is gone from Famulor and is not made again by itself, since the person may have been called. ` +
        "To call again: pulumi up --replace <its URN>. To forget it: remove it from the program.",
    );
    return { changes: false };
  }
  const requireRedial = (reason: string, status = olds.status) => {
    if (status !== "created" && !settings.allowRedial) throw wouldCallAgain(leadId, status, reason);
    say(`${reason}: lead ${leadId} (last known status: ${status}) is replaced, and the person will be called again.`);
  };
  const world = await compareWorlds(olds, settings, `lead ${leadId}`, async (client) => {
    return (await findLead(client, traceOf(leadId, olds))) !== undefined;
  });
  if (world !== "the same") {
    if (world === "another account")
      requireRedial("apiKey: it belongs to another account than the one that made the lead");
    return { changes: true, replaces: ["endpoint"], deleteBeforeReplace: true };
  }
  campaignOfLead.set(leadId, Number(olds.campaignId));
  const { change, contactsDiffer, recordedDiffer } = diffLead(olds, news);
  if (contactsDiffer) {
    // The state does not know who was called since it was written.
    const mustAsk = olds.status === "created" && !settings.allowRedial;
    const live = mustAsk ? await findLead(clientFor(settings), traceOf(leadId, olds)) : undefined;
    requireRedial("secondaryContacts: Famulor cannot change them", live?.status);
    return { replaces: ["secondaryContacts"], deleteBeforeReplace: true };
  }
  // A lead whose create was cut short: to be finished although its arguments are as before.
  if (olds.unfinished === true) return { changes: true };
  // `{}`: the engine compares the inputs itself, which also honours the user's replaceOnChanges.
  return recordedDiffer || Object.keys(change).length > 0 ? {} : { changes: false };
}

// Create

/** @param listed The campaign as it was listed before, for a row of a set. */
export async function createLead(
  inputs: Props,
  settings: Settings,
  say: Say,
  listed?: CampaignLeads,
): Promise<{ id: number; outs: Props }> {
  const args = requireLeadArgs(inputs, settings);
  const client = clientFor(settings);
  const accountId = await accountIdOf(client);
  const { lead, how, takenOver } = await ensureLead(client, args, settings, listed);
  const who = `lead ${lead.leadId} (${maskPhoneNumber(args.phoneNumber)}, campaign ${args.campaignId})`;
  if (how === "found") say(`${who}: the answer to its create was lost; a look found it.`);
  if (how === "taken over") say(`${who} was there already and is taken over.`);
  const told = await fillIn(client, lead, args);
  const outs = createdOutputs(inputs, args, told, { settings, accountId, takenOver });
  return { id: lead.leadId, outs: await finishLead(client, outs, lead.variables, args) };
}

// Read

export async function readLead(
  id: number,
  props: Props,
  settings: Settings,
  say: Say,
): Promise<{ props: Props; inputs?: Props } | undefined> {
  // For FamulorLead.get there are only arguments yet.
  const isRefresh = props.leadId !== undefined;
  // In preview its campaign may be yet to be made, and then the lead cannot be asked for.
  if (!isRefresh && (props.campaignId === undefined || isUnknown(props.campaignId))) return { props };
  if (isRefresh) requireSameEndpoint(props, settings, `lead ${id}`);
  const client = clientFor(settings);
  const lead = await findLead(client, traceOf(id, props));
  if (lead !== undefined && !isRefresh) return { props: readFromElsewhere(props, lead, settings) };
  if (lead !== undefined) {
    const live = refreshed(props, lead);
    if (live.props.campaignId !== props.campaignId) {
      say(
        `lead ${id} was moved to campaign ${live.props.campaignId} outside of this program. \`pulumi up\` moves it back; do so ` +
          "before a destroy, which would leave it there if its own campaign has forceDestroy.",
      );
    }
    if (hasOtherContacts(props, lead)) {
      say(`lead ${id}: Famulor lists other secondary contacts than are declared. Nothing was changed.`);
    }
    return live;
  }
  if (!isRefresh) {
    throw new FamulorInputError(`FamulorLead.get: there is no lead ${id} in campaign ${props.campaignId}.`, {
      hint: "Check the ID and the campaign; the stack's API key must belong to the account that holds it.",
    });
  }
  // Another account's listing is empty too, and that proves nothing.
  if (!(await isOwnAccount(client, props))) throw otherAccount(`lead ${id}`);
  if (mayBeMadeAgain(props.status, props.createdAt, Date.now())) return undefined;
  if (props.status !== GONE) {
    say(`lead ${id}: gone from Famulor after it was ${props.status}. It stays in the state as "${GONE}".`);
  }
  return { props: { ...props, status: GONE } };
}

function traceOf(leadId: number, props: Props): LeadTrace {
  return {
    leadId,
    campaignId: props.campaignId as number | undefined,
    phoneNumber: props.phoneNumber as string | undefined,
    createdAt: props.createdAt as string | undefined,
  };
}

// Update

export async function updateLead(id: number, olds: Props, news: Props, settings: Settings): Promise<Props> {
  requireSameEndpoint(olds, settings, `lead ${id}`);
  const args = requireLeadArgs(news, settings);
  const client = clientFor(settings);
  const { leads, campaignOfLead } = ownershipAt(settings);
  if (leads.isHandedOver(id, olds.takenOver)) throw lostToAnother(id);
  const { change } = diffLead(olds, news);
  const { unfinished, requestedStatus, ...kept } = withoutArgs(olds);
  const outs: Props = { ...kept, ...withoutRequested(news), requestedStatus: args.status, status: olds.status };
  if (Object.keys(change).length === 0) return outs;
  await requireNoDouble(client, id, args, change);
  if (change.campaignId !== undefined && change.status === undefined) {
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
    throw new PartialFailure(id, { ...olds, status: "created", requestedStatus: "created" }, dialledPerhaps(id, error));
  }
  if (change.status !== undefined) outs.status = change.status;
  if (change.campaignId !== undefined) {
    campaignOfLead.set(id, change.campaignId);
    // The answer does not tell the new campaign's name; an old one in state would be a lie.
    outs.campaignName = await campaignName(client, change.campaignId);
  }
  return outs;
}

/** Famulor is only known to refuse a double when one is created, and not when a lead is moved or gets another number. */
async function requireNoDouble(client: FamulorClient, id: number, args: LeadArgs, change: LeadChange): Promise<void> {
  if ((change.campaignId === undefined && change.phoneNumber === undefined) || args.allowDuplicate) return;
  const { leads, campaigns } = ownershipAt(client);
  // One that was just made has none.
  if (campaigns.isMade(args.campaignId)) return;
  const same = await recentLeadsWithNumber(client, args.campaignId, args.phoneNumber).catch((error) => {
    if (error instanceof FamulorNotFoundError) return []; // no such campaign: the change itself says so
    throw error;
  });
  // One that is declared elsewhere in the program is about to have another number: nobody is declared twice.
  const other = same.find(({ leadId }) => leadId !== id && !leads.isHeld(leadId));
  if (other) throw wouldBeADouble(id, args, other.leadId);
}

/** A 404 may be about the campaign a lead was to move to. */
async function lacksCampaign(client: FamulorClient, campaignId: number | undefined): Promise<boolean> {
  return campaignId !== undefined && (await findCampaign(client, campaignId)) === undefined;
}

// Delete

export async function deleteLead(id: number, props: Props, settings: Settings, say: Say): Promise<void> {
  const home = settingsAtHome(props, settings, `lead ${id}`);
  const { leads, campaignOfLead } = ownershipAt(home);
  if (leads.isHandedOver(id, props.takenOver)) {
    say(`lead ${id} belongs to another resource now: it is not deleted.`);
    return;
  }
  const client = clientFor(home);
  try {
    await deleteOnceIdle(client, id, props);
  } catch (error) {
    if (isEndedSandbox(error, home)) {
      say(`lead ${id}: the sandbox at ${home.baseUrl} is gone, and the lead with it.`);
    } else if (!(error instanceof FamulorNotFoundError)) {
      throw error;
    } else if (!(await isOwnAccount(client, props))) {
      throw otherAccount(`lead ${id}`);
    }
  }
  campaignOfLead.delete(id);
}

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
