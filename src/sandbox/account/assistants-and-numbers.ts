/** The assistants and phone numbers that an account has by default, and how the API lists them. */
import type { Fields, SandboxAssistant, SandboxPhoneNumber } from "./records";

export const DEFAULT_ASSISTANTS: SandboxAssistant[] = [
  { id: 1, name: "Sandbox assistant", status: "active", timezone: "Europe/Berlin", variables: { name: "" } },
];

export const DEFAULT_PHONE_NUMBERS: SandboxPhoneNumber[] = [
  { id: 1, phone_number: "+493023125999", nickname: null, country_code: "DE", region: "Berlin" },
];

export function outboundAssistants(assistants: SandboxAssistant[], now: string): Fields[] {
  return assistants.map(({ id, name, status, timezone, variables }) => ({
    id,
    user_id: 1,
    name,
    type: "outbound",
    mode: "pipeline",
    status,
    timezone,
    variables,
    webhook_url: null,
    is_webhook_active: false,
    created_at: now,
    updated_at: now,
  }));
}

export function phoneNumbers(numbers: SandboxPhoneNumber[], now: string): Fields[] {
  return numbers.map(({ id, phone_number, nickname, country_code, region }) => ({
    id,
    phone_number,
    nickname,
    country_code,
    type: "normal",
    type_label: "Phone number",
    sms_capable: false,
    region,
    has_active_subscription: true,
    created_at: now,
  }));
}
