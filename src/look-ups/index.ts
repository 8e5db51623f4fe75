/**
 * The look-ups of resources/look-ups.ts, which loads this file only when a look-up is called. They run in the program
 * and not in the plugin. Each asks Famulor once, also in preview.
 */
import { FamulorInputError } from "../famulor/errors";
import { systemClock } from "../famulor/http/clock";
import { E164 } from "../famulor/limits";
import { LIKE_EXAMPLE, maskPhoneNumber } from "../masking";
import { readableError } from "../provider/engine/readable-error";
import { accountIdFromEmail } from "../provider/session/account";
import { Run } from "../provider/session/run";
import type { Session } from "../provider/session/session";
import type { SettingsSource } from "../provider/session/settings";

export type { SettingsSource } from "../provider/session/settings";

export function findCampaignByName(source: SettingsSource, name: string) {
  return ask(source, async ({ campaigns }) => {
    const all = await campaigns.listAll();
    return onlyOne(all, (campaign) => campaign.name === name, {
      wanted: `campaign named ${JSON.stringify(name)}`,
      describe: (campaign) => `${campaign.campaignId} (${campaign.name})`,
    });
  });
}

export function findOutboundAssistant(source: SettingsSource, name: string) {
  return ask(source, async ({ client }) => {
    const all = await client.listOutboundAssistants();
    return onlyOne(all, (assistant) => assistant.name === name, {
      wanted: `outbound assistant named ${JSON.stringify(name)}`,
      describe: (assistant) => `${assistant.assistantId} (${assistant.name})`,
    });
  });
}

export function findPhoneNumber(source: SettingsSource, phoneNumber: string) {
  return ask(source, async ({ client }) => {
    if (!E164.test(phoneNumber)) {
      throw new FamulorInputError(`getPhoneNumber: phoneNumber must be in E.164, ${LIKE_EXAMPLE}.`);
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
  return ask(source, async ({ client }) => {
    const account = await client.me();
    return { ...account, accountId: accountIdFromEmail(account.email) };
  });
}

/** Asks in a separate run and closes it, because open connections would keep the program from ending. */
async function ask<T>({ config, env }: SettingsSource, question: (session: Session) => Promise<T>): Promise<T> {
  const run = new Run({
    env,
    clock: systemClock,
    say: () => {},
    onQueue: () => () => {},
    interruptible: (_deadlines, work) => work(),
  });
  try {
    return await question(run.session(config));
  } catch (error) {
    throw readableError(error, run.settings(config).settings?.apiKey);
  } finally {
    await run.close();
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
    found ? `There is more than one ${wanted} in this account.` : `There is no ${wanted} in this account.`,
    {
      hint:
        candidates.length === 0
          ? "The account has none at all."
          : `${found ? "Use an ID" : "It has"}: ${shown}${more}.`,
    },
  );
}
