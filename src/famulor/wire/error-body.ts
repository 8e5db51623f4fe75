/** The body of a refusal, in every form that the API pages show, and in others that PHP writes. */
import { z } from "zod";
import { CAMPAIGN_WIRE_NAMES } from "./campaigns";
import { LEAD_WIRE_NAMES } from "./leads";
import { readable, unwrapped } from "./scalars";

const wireText = z.string().min(1);

/** A text, or an object that holds one. */
const wireMessage = readable(z.union([wireText, z.object({ message: wireText }).transform(({ message }) => message)]));

/** `["text", …]`, or one text. Elements in other forms are left out. */
const wireTexts = z.union([
  wireText.transform((text) => [text]),
  z.array(wireMessage).transform((texts) => texts.filter((text) => text !== undefined)),
]);

/** By field, or without fields. */
const wireErrors = readable(
  z.union([
    wireTexts.transform((texts) => ({ texts, byField: {} })),
    z.record(z.string(), readable(wireTexts)).transform((byField) => ({ texts: [], byField: underOurNames(byField) })),
  ]),
);

/** Each member is read separately, so that a member in an unknown form does not hide the others. */
export const wireErrorBody = z
  .object({ message: wireMessage, error: wireMessage, errors: wireErrors, retry_after: z.unknown().optional() })
  .transform(({ message, error, errors, retry_after }) => ({
    /** Everything that is not about one field; `undefined` where there is nothing. */
    message: inOneLine([message ?? error, ...(errors?.texts ?? [])]),
    /** By our argument's name. Empty where the answer names no field. */
    fieldErrors: errors?.byField ?? {},
    retryAfter: retry_after,
  }));

function inOneLine(texts: (string | undefined)[]): string | undefined {
  const said = new Set(texts.flatMap((text) => text?.trim().replace(/\.$/, "") || []));
  return said.size > 0 ? [...said].join("; ") : undefined;
}

/**
 * True if a body with a success status says the opposite. A function and not a schema, because it runs for every answer.
 */
export function saysRefused(body: unknown): boolean {
  const answer = unwrapped(body);
  return typeof answer === "object" && answer !== null && "success" in answer && answer.success === false;
}

function underOurNames(byField: Record<string, string[] | undefined>): Record<string, string[]> {
  const entries = Object.entries(byField).flatMap(([field, texts]) =>
    texts?.length ? [[ourArgument(field), texts] as const] : [],
  );
  return Object.fromEntries(entries);
}

const OUR_NAME_OF: { readonly [wireName: string]: string } = Object.fromEntries(
  Object.entries({ ...CAMPAIGN_WIRE_NAMES, ...LEAD_WIRE_NAMES }).map(([ours, wire]) => [wire, ours]),
);

/** `secondary_contacts.0.phone_number` → `secondaryContacts[0].phoneNumber`. Names of variables are the user's own. */
export function ourArgument(wireField: string): string {
  let path = "";
  let isVariable = false;
  for (const part of wireField.split(".")) {
    const name = !isVariable && Object.hasOwn(OUR_NAME_OF, part) ? OUR_NAME_OF[part] : part;
    isVariable ||= part === LEAD_WIRE_NAMES.variables;
    path += path && /^\d+$/.test(part) ? `[${part}]` : `${path && "."}${name}`;
  }
  return path;
}
