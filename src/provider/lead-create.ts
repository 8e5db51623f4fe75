/**
 * Create of a lead: make it, or take over the one that is there where that was asked for, and never a second one.
 *
 *   ensureLead   POST, or a take-over; every refusal explained
 *   recover      after a POST whose outcome is unknown: look, and only then send it once more
 *   fillIn       what the answer to the POST left out
 *   finishLead   what a POST cannot carry
 */
import { pause } from "../famulor/budget";
import type { FamulorClient } from "../famulor/client";
import { isOutcomeUnknown } from "../famulor/delivery";
import { FamulorApiError, FamulorError, FamulorInputError, FamulorValidationError } from "../famulor/errors";
import { findLead, listEveryLead } from "../famulor/lead-directory";
import { maskPhoneNumber } from "../famulor/masking";
import type { Lead } from "../famulor/schema";
import { PartialFailure } from "./boundary";
import { type Adoption, arrangeLeads, type CampaignLeads, judgeAdoption } from "./lead-adoption";
import type { LeadArgs } from "./lead-args";
import { sameText } from "./lead-diff";
import { findMade } from "./lead-recovery";
import { ownershipAt } from "./ownership";
import type { Props } from "./plain";
import type { Settings } from "./settings";

export interface EnsuredLead {
  lead: Lead;
  /** `found`: made, by a create whose answer was lost. */
  how: "made" | "found" | "taken over";
  /** When it was taken over; absent for one that was made. */
  takenOver?: number;
}

/**
 * Makes the lead, or takes over the one that is there where that was asked for.
 *
 * @param listed The campaign as it was listed before, for one of many: it is then not listed again for each.
 */
export async function ensureLead(
  client: FamulorClient,
  args: LeadArgs,
  settings: Settings,
  listed?: CampaignLeads,
): Promise<EnsuredLead> {
  const { leads: ownership } = ownershipAt(settings);
  if (args.allowDuplicate) {
    // Famulor would refuse nothing: what a killed run of this program made has to be found before it is made again.
    const isHeld = (leadId: number) => ownership.isHeld(leadId);
    const { byNumber, contactIds } = listed ?? (await listCampaign(client, args));
    const [left] = (byNumber.get(args.phoneNumber) ?? [])
      .filter(({ leadId }) => !isHeld(leadId))
      .map((lead) => judgeAdoption(args, { byNumber: new Map([[args.phoneNumber, [lead]]]), contactIds }, isHeld))
      .filter(({ identical }) => identical);
    if (left && settings.adoptIdentical) return takeOver(client, left);
    if (left?.existing) throw explainIdenticalDouble(args, left.existing);
  } else if (args.adoptExisting || listed) {
    const adoption = judgeExisting(client, args, listed ?? (await listCampaign(client, args)));
    const isWanted = args.adoptExisting || (settings.adoptIdentical && adoption.identical);
    if (adoption.existing && isWanted) return takeOver(client, adoption);
    if (adoption.existing) throw explainDouble(new Error("Nothing was sent."), args, adoption);
  }
  const highestSeenId = ownership.highestSeenId;
  try {
    const lead = await client.createLead(newLead(args));
    ownership.noteMade(lead.leadId);
    return { lead, how: "made" };
  } catch (error) {
    if (isOutcomeUnknown(error)) return recover(client, args, settings, error as Error, highestSeenId);
    if (!mayBeADouble(error)) throw error;
    return afterRefusal(client, args, settings, error as Error);
  }
}

async function afterRefusal(
  client: FamulorClient,
  args: LeadArgs,
  settings: Settings,
  error: Error,
): Promise<EnsuredLead> {
  const leads = await listCampaign(client, args).catch(() => undefined);
  if (!leads) throw error;
  const adoption = judgeExisting(client, args, leads);
  if (!adoption.existing) throw await explainElsewhere(client, error, args);
  if (settings.adoptIdentical && adoption.identical) return takeOver(client, adoption);
  throw explainDouble(error, args, adoption);
}

/** How long after an unknown create the second look comes, in milliseconds: the list may lag behind, and so may the create. */
const SECOND_LOOK_MS = 5_000;

/**
 * Two looks at the campaign, a second POST only if both found nothing, then one more look. The second POST is safe because
 * Famulor refuses the second of two equal leads, should the first one still arrive; where that refusal is switched off
 * (`allowDuplicate`) there is none.
 */
async function recover(
  client: FamulorClient,
  args: LeadArgs,
  settings: Settings,
  unknown: Error,
  highestSeenId: number,
): Promise<EnsuredLead> {
  const { leads: ownership } = ownershipAt(settings);
  const look = async (): Promise<EnsuredLead | undefined> => {
    // A look that fails shows nothing: then nobody knows, and nothing is sent.
    const leads = await listCampaign(client, args).catch(() => {
      throw explainUnknownCreate(unknown, args);
    });
    const finding = findMade(args, leads, { isHeld: (leadId) => ownership.isHeld(leadId), highestSeenId });
    if (finding.is === "nothing") return undefined;
    if (args.allowDuplicate) throw explainUnknownCreate(unknown, args, finding.lead);
    const { lead } = finding;
    const adoption = { existing: lead, identical: true, obstacle: finding.is === "foreign" ? finding.why : undefined };
    if (finding.is === "older" && settings.adoptIdentical) return takeOver(client, adoption);
    if (finding.is !== "ours") throw explainDouble(unknown, args, adoption);
    ownership.noteMade(lead.leadId);
    return { lead, how: "found" };
  };
  for (const waitMs of [0, SECOND_LOOK_MS]) {
    if (!(await pause(waitMs))) throw explainUnknownCreate(unknown, args);
    const found = await look();
    if (found) return found;
  }
  if (args.allowDuplicate) throw explainUnknownCreate(unknown, args);
  try {
    const lead = await client.createLead(newLead(args));
    ownership.noteMade(lead.leadId);
    return { lead, how: "made" };
  } catch {
    const found = await look();
    if (found) return found;
    throw explainUnknownCreate(unknown, args);
  }
}

/**
 * Some answers to a create hold nothing but the ID; the rest stands in the list. A list that fails now must not lose the
 * lead that was made: then what is known is stored, and the next refresh brings the rest.
 */
export async function fillIn(client: FamulorClient, lead: Lead, args: LeadArgs): Promise<Lead> {
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

function judgeExisting(client: FamulorClient, args: LeadArgs, leads: CampaignLeads): Adoption {
  const { leads: ownership } = ownershipAt(client);
  return judgeAdoption(args, leads, (leadId) => ownership.isHeld(leadId));
}

/** The whole campaign and not only this number: it may stand there as somebody's secondary contact. */
export async function listCampaign(
  client: FamulorClient,
  { campaignId }: Pick<LeadArgs, "campaignId">,
): Promise<CampaignLeads> {
  const leads = [...(await listEveryLead(client, { campaignId })).values()];
  for (const { leadId } of leads) ownershipAt(client).leads.noteGivenOut(leadId);
  return arrangeLeads(leads);
}

function takeOver(client: FamulorClient, { existing, obstacle }: Adoption): EnsuredLead {
  if (!existing || obstacle) {
    throw new FamulorInputError(`Lead ${existing?.leadId} cannot be taken over: ${obstacle}.`, {
      hint: "Nothing was sent. Delete it in Famulor, or declare what is there.",
    });
  }
  return { lead: existing, how: "taken over", takenOver: ownershipAt(client).leads.noteTakenOver(existing.leadId) };
}

/** Sends what a create cannot carry: a status, and the variables of a lead that was taken over. */
export async function finishLead(
  client: FamulorClient,
  outs: Props,
  liveVariables: Record<string, unknown>,
  args: LeadArgs,
): Promise<Props> {
  const leadId = outs.leadId as number;
  const variables = Object.entries(args.variables ?? {}).filter(
    ([name, value]) => !sameText(liveVariables[name], value),
  );
  const change = {
    ...(outs.takenOver !== undefined && variables.length > 0 ? { variables: Object.fromEntries(variables) } : {}),
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
    throw new PartialFailure(
      leadId,
      { ...outs, variables: variablesThere, unfinished: true },
      notFinished(leadId, error),
    );
  }
  return change.status === undefined ? outs : { ...outs, status: change.status, requestedStatus: change.status };
}

function notFinished(leadId: number, cause: unknown): FamulorError {
  const { code = "famulor/api", message } = cause as Partial<FamulorError>;
  return new FamulorError(code, message ?? String(cause), {
    hint:
      `Lead ${leadId} is there and in the state, but not yet as declared: until then Famulor calls it as usual. Run \`pulumi up\` ` +
      "again to finish it.",
    cause,
  });
}

/** What is plainly about something else: the key, the balance, the campaign, the route, the size, the rate. */
const PLAIN_REFUSALS = [401, 402, 404, 405, 413, 429];

/** How Famulor refuses a double is undocumented, so every other refusal may be one. */
function mayBeADouble(error: unknown): boolean {
  if (!(error instanceof FamulorApiError)) return false;
  if (error instanceof FamulorValidationError) {
    const fields = Object.keys(error.fieldErrors);
    return fields.length === 0 || fields.includes("phone_number");
  }
  return error.status >= 400 && !PLAIN_REFUSALS.includes(error.status);
}

/** One of Famulor's pages says that it refuses a number that is anywhere in the account. */
async function explainElsewhere(client: FamulorClient, error: Error, args: LeadArgs): Promise<Error> {
  const listed = await listEveryLead(client, { phoneNumber: args.phoneNumber }).catch(() => new Map<number, Lead>());
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
function explainUnknownCreate(error: Error, args: LeadArgs, candidate?: Lead): FamulorError {
  const advice = args.allowDuplicate
    ? "If it is there, the next run with FAMULOR_ADOPT=identical pulumi up takes it over, and a plain one refuses it."
    : "Famulor refuses a second one, so nobody is called twice; if it is there, the next run with " +
      "FAMULOR_ADOPT=identical pulumi up takes it over.";
  return new FamulorError("famulor/unknown-outcome", error.message, {
    hint:
      `Campaign ${args.campaignId} may hold a lead ${maskPhoneNumber(args.phoneNumber)} that is not in the state` +
      `${candidate ? `: perhaps ${candidate.leadId}` : ""}. ` +
      `Look in Famulor's list of leads. ${advice}`,
    cause: error,
  });
}
