/**
 * Create of a lead: make it, or take over the one that is there where that was asked for, and never a second one.
 *
 *   ensureLead   POST, or a take-over; every refusal explained
 *   fillIn       what the answer to the POST left out
 *   finishLead   what a POST cannot carry
 */
import type { FamulorClient } from "../famulor/client";
import { FamulorApiError, FamulorError, FamulorInputError, FamulorValidationError } from "../famulor/errors";
import { findLead, listEveryLead } from "../famulor/lead-directory";
import { maskPhoneNumber } from "../famulor/masking";
import { isOutcomeUnknown } from "../famulor/retry";
import type { Lead } from "../famulor/schema";
import { PartialFailure } from "./boundary";
import { type Adoption, judgeAdoption } from "./lead-adoption";
import type { LeadArgs } from "./lead-args";
import { sameText } from "./lead-diff";
import { ownershipAt } from "./ownership";
import type { Props } from "./plain";
import type { Settings } from "./settings";

/** Makes the lead, or takes over the one that is there where that was asked for. */
export async function ensureLead(
  client: FamulorClient,
  args: LeadArgs,
  settings: Settings,
): Promise<{ lead: Lead; takenOver: boolean }> {
  const { leads: ownership } = ownershipAt(settings);
  const isHeld = (leadId: number) => ownership.isHeld(leadId);
  if (args.adoptExisting) {
    const adoption = await lookForExisting(client, args);
    if (adoption.existing) return takeOver(client, args, adoption);
  }
  if (args.allowDuplicate) {
    // Famulor would refuse nothing: what a killed run of this program made has to be found before it is made again.
    const left = (await listCampaign(client, args)).filter((lead) => lead.phoneNumber === args.phoneNumber);
    const identical = left.find((lead) => !isHeld(lead.leadId) && judgeAdoption(args, [lead], isHeld).identical);
    if (identical && settings.adoptIdentical) return takeOver(client, args, judgeAdoption(args, [identical], isHeld));
    if (identical) throw explainIdenticalDouble(args, identical);
  }
  try {
    const lead = await client.createLead(newLead(args));
    ownership.noteMade(lead.leadId);
    return { lead, takenOver: false };
  } catch (error) {
    if (isOutcomeUnknown(error)) throw explainUnknownCreate(error as Error, args);
    if (!mayBeADouble(error)) throw error;
    const adoption = await lookForExisting(client, args);
    if (!adoption.existing) throw await explainElsewhere(client, error as Error, args);
    if (settings.adoptIdentical && adoption.identical) return takeOver(client, args, adoption);
    throw explainDouble(error as Error, args, adoption);
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

async function lookForExisting(client: FamulorClient, args: LeadArgs): Promise<Adoption> {
  const { leads: ownership } = ownershipAt(client);
  return judgeAdoption(args, await listCampaign(client, args), (leadId) => ownership.isOwned(leadId));
}

/** The whole campaign and not only this number: it may stand there as somebody's secondary contact. */
async function listCampaign(client: FamulorClient, { campaignId }: LeadArgs): Promise<Lead[]> {
  return [...(await listEveryLead(client, { campaignId })).values()];
}

function takeOver(
  client: FamulorClient,
  args: LeadArgs,
  { existing, obstacle }: Adoption,
): { lead: Lead; takenOver: true } {
  if (!existing || obstacle) {
    throw new FamulorInputError(`Lead ${existing?.leadId} cannot be taken over: ${obstacle}.`, {
      hint: "Nothing was sent. Delete it in Famulor, or declare what is there.",
    });
  }
  ownershipAt(client).leads.noteTakenOver(existing.leadId);
  console.log(
    `lead ${existing.leadId} (${maskPhoneNumber(args.phoneNumber)}, campaign ${args.campaignId}) was there already and is taken over.`,
  );
  return { lead: existing, takenOver: true };
}

/** Sends what a create cannot carry: a status, and the variables of a lead that was taken over. */
export async function finishLead(
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
