/**
 * Compares the variables of leads with those of the campaign's assistant, whose texts they fill. A name that the assistant
 * does not define is probably misspelt, and the assistant would speak without the value.
 *
 * No request is sent for this. Famulor returns an assistant's variables only in its list of assistants, and never says which
 * assistant a campaign has. So the names are known only if the program itself looks the assistant up and declares the
 * campaign.
 */
import * as pulumi from "@pulumi/pulumi";
import { showInvisible } from "../../invisible";
import { maskPhoneNumbers } from "../../masking";
import { nearestOf } from "../../nearest-name";
import type { CampaignReference } from "../campaign-reference";
import { errorInOutput } from "./error-in-output";
import { perProgram } from "./per-program";
import { whenKnown } from "./when-known";

/** An assistant that the program has looked up. */
interface Assistant {
  name: string;
  variableNames: readonly string[];
  /** A variable that the assistant does not define is an error. */
  isStrict: boolean;
}

/** By the assistant's ID. */
const assistantsOfProgram = perProgram(() => new Map<number, Assistant>());

/** @param found The answer to a look-up; the mocks of a test may answer anything. */
export function noteAssistant(
  found: { assistantId?: unknown; name?: unknown; variableNames?: unknown },
  isStrict: boolean,
) {
  const { assistantId, name, variableNames } = found;
  if (typeof assistantId !== "number" || !Array.isArray(variableNames)) return;
  assistantsOfProgram().set(assistantId, { name: String(name), variableNames: variableNames.map(String), isStrict });
}

/** The assistant's ID of each campaign that the program declares. */
const assistantIds = new WeakMap<object, pulumi.Input<number>>();

export function noteAssistantOf(campaign: pulumi.Resource, assistantId: pulumi.Input<number>): void {
  assistantIds.set(campaign, assistantId);
}

/** Variables that are declared at one place, such as `FamulorLead "anna": variables`. */
interface Declared {
  path: string;
  names: string[];
}

/**
 * Checks variables as soon as they and the assistant are known. Plain values are known at once, before anything is registered.
 * Variables that stay unknown in preview hide only themselves.
 *
 * @param walk Hands over the variables of each person.
 * @throws pulumi.RunError if the look-up of the assistant was strict.
 */
export function checkVariables(campaign: CampaignReference, walk: (add: (declared: Declared) => void) => void): void {
  const assistantId = assistantIds.get(campaign as object);
  if (assistantId === undefined) return;
  const assistants = assistantsOfProgram();
  whenKnown(assistantId, (known) => {
    const assistant = assistants.get(known as number);
    if (assistant === undefined) return;
    const plain: Declared[] = [];
    let add = (declared: Declared): unknown => plain.push(declared);
    walk((declared) => add(declared));
    report(assistant, plain);
    add = (declared) => report(assistant, [declared]);
  });
}

/** @param path Where the lead is, up to the name of an argument. */
export function variablesOfLead(path: string, lead: unknown, add: (declared: Declared) => void): void {
  const { variables, secondaryContacts } = (lead ?? {}) as { variables?: unknown; secondaryContacts?: unknown };
  const addKnown = (at: string, value: unknown) =>
    whenKnown(value, (known) => add({ path: path + at, names: Object.keys((known ?? {}) as object) }));
  addKnown("variables", variables);
  whenKnown(secondaryContacts, (contacts) => {
    if (!Array.isArray(contacts)) return;
    for (const [index, contact] of contacts.entries()) {
      whenKnown(contact, (known) =>
        addKnown(`secondaryContacts[${index}].variables`, (known as { variables?: unknown } | null)?.variables),
      );
    }
  });
}

/** Nobody reads a longer list: further names are only counted. */
const MAX_NAMES = 20;

function report({ name: assistant, variableNames, isStrict }: Assistant, declared: Declared[]): void {
  const unknown = new Map<string, { path: string; count: number }>();
  for (const { path, names } of declared) {
    for (const name of names) {
      if (variableNames.includes(name)) continue;
      const before = unknown.get(name);
      if (before) before.count++;
      else unknown.set(name, { path, count: 1 });
    }
  }
  if (unknown.size === 0) return;
  const lines = [...unknown].slice(0, MAX_NAMES).map(([name, { path, count }]) => {
    const more = count > 1 ? ` and ${count - 1} more` : "";
    return `${path}.${shown(name)}${more}: the assistant ${shown(JSON.stringify(assistant))} defines no such variable. ${meant(name, variableNames)}`;
  });
  if (unknown.size > MAX_NAMES) lines.push(`And ${unknown.size - MAX_NAMES} more names like these.`);
  if (isStrict) throw errorInOutput(lines.join("\n"));
  void pulumi.log.warn(lines.join("\n"));
}

function meant(name: string, [first, ...others]: readonly string[]): string {
  return first === undefined ? "It defines none." : `Did you mean ${shown(nearestOf(name, [first, ...others]))}?`;
}

/** Names are the user's own, and so may hold anything. */
const shown = (text: string) => maskPhoneNumbers(showInvisible(text));
