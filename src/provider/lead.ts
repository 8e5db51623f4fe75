/**
 * What the engine asks of a lead: check, diff, create, read, update, delete.
 *
 * This release creates, reads and deletes. `diff` refuses every change of what Famulor holds, since the only other answer,
 * a replacement, would call the person again.
 */
import { isDeepStrictEqual } from "node:util";
import {
  FamulorConfigError,
  FamulorConnectionError,
  FamulorError,
  FamulorInputError,
  FamulorNotFoundError,
} from "../famulor/errors";
import { findLead } from "../famulor/lead-directory";
import { maskPhoneNumber } from "../famulor/masking";
import { isOutcomeUnknown } from "../famulor/retry";
import type { Lead, NewLead } from "../famulor/schema";
import { accountIdOf, clientFor, endpointOutput, isOwnAccount, requireSameEndpoint } from "./account";
import type { Hooks } from "./boundary";
import { LEAD_ARG_NAMES, leadProblems, toNewLead } from "./lead-args";
import { holdsUnknown, type Props } from "./plain";
import { isLoopback } from "./settings";

/** Arguments that only matter at create: a change of them is stored and asks for nothing. */
const RECORDED_ARGS = ["allowDuplicate"];

export const leadHooks: Hooks = {
  check: leadProblems,

  diff(olds, news) {
    const changed = LEAD_ARG_NAMES.filter((name) => !isDeepStrictEqual(olds[name], news[name]));
    const unsupported = changed.filter((name) => !RECORDED_ARGS.includes(name));
    if (unsupported.length > 0) {
      throw new FamulorInputError(
        `${unsupported.join(", ")}: changing a lead that exists is not supported yet (lead ${olds.leadId}).`,
        { hint: "Undo the edit. Nothing was changed in Famulor." },
      );
    }
    // `{}`: the engine compares the inputs itself, and stores the recorded ones by an update that sends nothing.
    return changed.length > 0 ? {} : { changes: false };
  },

  async create(inputs, settings) {
    // What `check` saw may have been unknown then; this is the last look before a phone can ring.
    const problems = holdsUnknown(inputs) ? ["a value is still unknown"] : leadProblems(inputs, settings);
    if (problems.length > 0) throw new FamulorInputError(problems.join("\n"));
    const client = clientFor(settings);
    const newLead = toNewLead(inputs);
    const accountId = await accountIdOf(client);
    const lead = await client.createLead(newLead).catch((error: unknown) => {
      throw explainFailedCreate(error, newLead);
    });
    return {
      id: lead.leadId,
      outs: {
        ...inputs,
        leadId: lead.leadId,
        // Famulor's documented first status, where the answer leaves it out.
        status: lead.status ?? "created",
        secondaryContactIds: contactIds(newLead, lead),
        campaignName: lead.campaignName,
        createdAt: lead.createdAt,
        updatedAt: lead.updatedAt,
        endpoint: endpointOutput(settings),
        accountId,
      },
    };
  },

  async read(id, props, settings) {
    requireSameEndpoint(props, settings);
    const client = clientFor(settings);
    const lead = await findLead(client, {
      leadId: id,
      campaignId: props.campaignId as number | undefined,
      phoneNumber: props.phoneNumber as string | undefined,
      createdAt: props.createdAt as string | undefined,
    });
    if (lead === undefined) {
      // Another account's listing is empty too, and that proves nothing.
      if (await isOwnAccount(client, props)) return undefined;
      throw otherAccount(id);
    }
    return {
      props: {
        ...props,
        status: lead.status ?? props.status,
        campaignName: lead.campaignName ?? props.campaignName,
        updatedAt: lead.updatedAt ?? props.updatedAt,
      },
    };
  },

  // Only reached for what `diff` lets through: recorded arguments.
  update: async (_id, olds, news) => ({ ...withoutArgs(olds), ...news }),

  async delete(id, props, settings) {
    requireSameEndpoint(props, settings);
    const client = clientFor(settings);
    try {
      await client.deleteLead(id);
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

function otherAccount(leadId: number): FamulorConfigError {
  return new FamulorConfigError(`famulor:apiKey: lead ${leadId} is not in the account this key belongs to.`, {
    hint: "Use the key of the account that made it. Nothing was changed, in Famulor or in the state.",
  });
}

/** Adds what a tired person must know: that somebody may be called although `up` failed. */
function explainFailedCreate(error: unknown, lead: NewLead): unknown {
  if (!(error instanceof Error && isOutcomeUnknown(error))) return error;
  const advice = lead.allowDuplicate
    ? "With allowDuplicate the next `pulumi up` would make it again and call the person twice: first delete it there."
    : "Famulor refuses a second one, so nobody is called twice; if it is there, delete it before the next `pulumi up`.";
  return new FamulorError("famulor/unknown-outcome", error.message, {
    hint:
      `Campaign ${lead.campaignId} may hold a lead ${maskPhoneNumber(lead.phoneNumber)} that is not in the state. ` +
      `Look in Famulor's list of leads. ${advice}`,
    cause: error,
  });
}

/** The contacts' IDs in the order in which they were declared: Famulor's list may have another. */
function contactIds(declared: NewLead, lead: Lead): number[] {
  const idByNumber = new Map(lead.secondaryContacts?.map((contact) => [contact.phoneNumber, contact.contactId]));
  return (declared.secondaryContacts ?? []).flatMap(({ phoneNumber }) => idByNumber.get(phoneNumber) ?? []);
}

function withoutArgs(outs: Props): Props {
  return Object.fromEntries(Object.entries(outs).filter(([name]) => !LEAD_ARG_NAMES.includes(name)));
}
