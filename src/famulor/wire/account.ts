/** What an account has beside its leads and campaigns: its owner, its assistants, its phone numbers. */
import { z } from "zod";
import { listOf, readable, wireId, wireText, wireVariables } from "./scalars";

/** `GET /user/me`. Only the e-mail address is needed to distinguish accounts. */
export const wireMe = z
  .object({ email: z.string().min(1), name: wireText, total_balance: readable(z.coerce.number()) })
  .transform((wire) => ({ email: wire.email, name: wire.name, totalBalance: wire.total_balance }));
export type Me = z.output<typeof wireMe>;

/** A name that cannot be read becomes empty, so that the other names of the list stay readable. */
const wireName = wireText.transform((name) => name ?? "");

const wireAssistant = z
  .object({ id: wireId, name: wireName, status: wireText, timezone: wireText, variables: readable(wireVariables) })
  .transform(({ id, name, status, timezone, variables }) => ({
    assistantId: id,
    name,
    status,
    timezone,
    variableNames: Object.keys(variables ?? {}),
  }));
export type Assistant = z.output<typeof wireAssistant>;

/** `GET /user/assistants/outbound`. */
export const wireAssistantList = listOf(wireAssistant);

const wirePhoneNumber = z
  .object({ id: wireId, phone_number: wireName, nickname: wireText, country_code: wireText, type: wireText })
  .transform((wire) => ({
    phoneNumberId: wire.id,
    phoneNumber: wire.phone_number,
    nickname: wire.nickname,
    countryCode: wire.country_code,
    type: wire.type,
  }));
export type PhoneNumber = z.output<typeof wirePhoneNumber>;

/** `GET /user/phone-numbers/all`. */
export const wirePhoneNumberList = listOf(wirePhoneNumber);
