/**
 * The look-ups of resources/look-ups.ts, which load this file only when one is called: they run in the program, not in the
 * plugin. Each asks Famulor once, also in preview.
 */
import { listEveryCampaign } from "../famulor/campaign-directory";
import { FamulorClient } from "../famulor/client";
import { FamulorInputError } from "../famulor/errors";
import { E164 } from "../famulor/limits";
import { maskPhoneNumber } from "../famulor/masking";
import { accountIdFromEmail } from "./account";
import { readableError } from "./boundary";
import { requireSettings, resolveSettings, type SettingsSource } from "./settings";

export function findCampaignByName(source: SettingsSource, name: string) {
  return ask(source, async (client) => {
    const all = await listEveryCampaign(client);
    return onlyOne(all, (campaign) => campaign.name === name, {
      wanted: `campaign named ${JSON.stringify(name)}`,
      describe: (campaign) => `${campaign.campaignId} (${campaign.name})`,
    });
  });
}

export function findOutboundAssistant(source: SettingsSource, name: string) {
  return ask(source, async (client) => {
    const all = await client.listOutboundAssistants();
    return onlyOne(all, (assistant) => assistant.name === name, {
      wanted: `outbound assistant named ${JSON.stringify(name)}`,
      describe: (assistant) => `${assistant.assistantId} (${assistant.name})`,
    });
  });
}

export function findPhoneNumber(source: SettingsSource, phoneNumber: string) {
  return ask(source, async (client) => {
    if (!E164.test(phoneNumber)) {
      throw new FamulorInputError("getPhoneNumber: phoneNumber must be in E.164, like +493023125000.");
    }
    const all = await client.listPhoneNumbers();
    return onlyOne(all, (each) => each.phoneNumber === phoneNumber, {
      wanted: `phone number ${maskPhoneNumber(phoneNumber)}`,
      describe: (each) =>
        `${each.phoneNumberId} (${[maskPhoneNumber(each.phoneNumber), each.nickname].filter(Boolean).join(", ")})`,
    });
  });
}

export function findAccount(source: SettingsSource) {
  return ask(source, async (client) => {
    const account = await client.me();
    return { ...account, accountId: accountIdFromEmail(account.email) };
  });
}

/** With a client of its own, closed afterwards: open connections would keep the program from ending. */
async function ask<T>(source: SettingsSource, question: (client: FamulorClient) => Promise<T>): Promise<T> {
  let client: FamulorClient | undefined;
  try {
    client = new FamulorClient(requireSettings(source));
    return await question(client);
  } catch (error) {
    throw readableError(error, resolveSettings(source).settings?.apiKey);
  } finally {
    await client?.close();
  }
}

const MAX_SHOWN = 20;

function onlyOne<T>(
  all: T[],
  isWanted: (each: T) => boolean,
  { wanted, describe }: { wanted: string; describe: (each: T) => string },
): T {
  const [found, ...others] = all.filter(isWanted);
  if (found && others.length === 0) return found;
  const candidates = found ? [found, ...others] : all;
  const shown = candidates.slice(0, MAX_SHOWN).map(describe).join(", ");
  const more = candidates.length > MAX_SHOWN ? ` and ${candidates.length - MAX_SHOWN} more` : "";
  throw new FamulorInputError(
    found ? `There are ${candidates.length} of this: ${wanted}.` : `There is no ${wanted} in this account.`,
    { hint: candidates.length === 0 ? "It has none at all." : `${found ? "Use an ID" : "It has"}: ${shown}${more}.` },
  );
}
