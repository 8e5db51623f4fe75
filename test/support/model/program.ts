/** A program of one stack: what it declares, and what becomes of it when somebody edits it. */

import type { Props } from "../hooks";
import { type Goal, OutputOf } from "./engine";

export type AccountName = "a" | "b";
/** The stack's own provider, or one of two explicit ones. */
export type ProviderName = "default" | "x" | "y";

/** A campaign that the dashboard made, or one of the program's by its name. */
export type CampaignReference = number | string;

/** Never both: `check` refuses that. */
export type Permission = "none" | "allowDuplicate" | "adoptExisting";
export type DeclaredStatus = "created" | "completed" | undefined;

/** What a lead and a row of a set have in common. */
export interface Person {
  person: number;
  variables: number;
  contacts: number;
  status: DeclaredStatus;
}

interface Options {
  provider: ProviderName;
  retain: boolean;
  /** `dependsOn` */
  after: string | undefined;
}

export interface LeadDeclaration extends Person, Options {
  kind: "lead";
  name: string;
  campaign: CampaignReference;
  permission: Permission;
  ignoresNumber: boolean;
}

export interface SetDeclaration extends Options {
  kind: "leadSet";
  name: string;
  campaign: CampaignReference;
  permission: Permission;
  rows: Map<string, Person>;
}

export interface CampaignDeclaration extends Options {
  kind: "campaign";
  name: string;
  /** Any other replaces the campaign. */
  retries: number;
  forceDestroy: boolean;
}

export type Declaration = LeadDeclaration | SetDeclaration | CampaignDeclaration;

export interface Program {
  /** In the program's order. */
  declarations: Declaration[];
  /** Whose key the stack's configuration and the explicit providers have. */
  keyOf: Record<ProviderName, AccountName>;
}

/** Fictional numbers, none of which may appear in any output. */
export const phoneNumberOf = (person: number) => `+4930231250${String(person).padStart(2, "0")}`;
const CONTACTS = ["+493023125901", "+493023125902"];
const VARIABLES: (Props | undefined)[] = [undefined, { name: "Anna" }, { name: "Bea", visits: 2 }];
export const PERSONS = 9;
export const ALL_NUMBERS = [...Array.from({ length: PERSONS }, (_, person) => phoneNumberOf(person)), ...CONTACTS];

/** Which of the accounts has a campaign of the dashboard. */
export const CAMPAIGNS: Record<AccountName, number[]> = { a: [1, 2], b: [3, 4] };

const rowInputs = ({ person, variables, contacts, status }: Person): Props => ({
  phoneNumber: phoneNumberOf(person),
  ...(VARIABLES[variables] && { variables: VARIABLES[variables] }),
  ...(contacts > 0 && { secondaryContacts: CONTACTS.slice(0, contacts).map((phoneNumber) => ({ phoneNumber })) }),
  ...(status && { status }),
});

/** Every person that a declaration declares. */
export function personsOf(declaration: Declaration): Person[] {
  if (declaration.kind === "campaign") return [];
  return declaration.kind === "lead" ? [declaration] : [...declaration.rows.values()];
}

/** What the constructors hand to the engine. */
export function goalsOf({ declarations }: Program): Goal[] {
  const byName = new Map(declarations.map((each) => [each.name, each]));
  return inOrder(declarations, byName).map((declaration): Goal => {
    const { name, kind, provider, after, retain } = declaration;
    const dependsOn = after !== undefined && byName.has(after) ? [after] : [];
    const goal = { name, kind, provider, dependsOn, retainOnDelete: retain };
    if (kind === "campaign") {
      const { retries, forceDestroy } = declaration;
      const inputs = {
        name: `Campaign ${name}`,
        assistantId: 1,
        maxRetries: retries,
        ...(forceDestroy && { forceDestroy }),
      };
      return { ...goal, inputs };
    }
    const { campaign, permission } = declaration;
    const own = typeof campaign === "string" ? byName.get(campaign) : undefined;
    const inputs: Props = {
      campaignId: own ? new OutputOf(own.name, "campaignId") : campaign,
      ...(permission !== "none" && { [permission]: true }),
      ...(kind === "lead"
        ? rowInputs(declaration)
        : { leads: Object.fromEntries([...declaration.rows].map(([key, row]) => [key, rowInputs(row)])) }),
    };
    const goesWithIt = own?.kind === "campaign" && own.forceDestroy && permission !== "allowDuplicate";
    return {
      ...goal,
      inputs,
      dependsOn: own ? [...new Set([own.name, ...dependsOn])] : dependsOn,
      deletedWith: goesWithIt ? own.name : undefined,
      ...(kind === "lead" && declaration.ignoresNumber && { ignoreChanges: ["phoneNumber"] }),
    };
  });
}

/** A resource is registered after those it depends on. */
function inOrder(declarations: Declaration[], byName: Map<string, Declaration>): Declaration[] {
  const done = new Set<Declaration>();
  const visit = (declaration: Declaration, path: Declaration[]) => {
    if (path.includes(declaration)) return;
    const campaign = declaration.kind === "campaign" ? undefined : declaration.campaign;
    for (const name of [declaration.after, campaign]) {
      const other = typeof name === "string" ? byName.get(name) : undefined;
      if (other) visit(other, [...path, declaration]);
    }
    done.add(declaration);
  };
  for (const declaration of declarations) visit(declaration, []);
  return [...done];
}

/** What a constructor throws, in preview already. `undefined`: nothing. */
export function problemOf({ declarations, keyOf }: Program): string | undefined {
  const seen = new Set<string>();
  const names = new Set(declarations.map(({ name }) => name));
  for (const declaration of declarations) {
    if (declaration.kind === "campaign") continue;
    const { name, campaign, permission, retain, provider } = declaration;
    if (typeof campaign === "string") {
      const own = declarations.find((each) => each.name === campaign);
      if (own?.kind !== "campaign") return `${name}: no campaign ${campaign}`;
      if (own.forceDestroy && (retain || own.retain)) return `${name}: retainOnDelete under forceDestroy`;
      if (keyOf[own.provider] !== keyOf[provider]) return `${name}: a campaign of another account`;
    }
    if (declaration.after !== undefined && dependsOnItself(declaration, declarations)) return `${name}: a circle`;
    if (!names.has(name)) return `${name}: unknown`;
    if (permission === "allowDuplicate") continue;
    for (const { person } of personsOf(declaration)) {
      // The constructors tell providers apart and not accounts, so they would miss one person under two providers.
      const place = JSON.stringify([campaign, person]);
      if (seen.has(place)) return `${name}: declares somebody twice`;
      seen.add(place);
    }
  }
  return undefined;
}

function dependsOnItself(declaration: Declaration, declarations: Declaration[]): boolean {
  const byName = new Map(declarations.map((each) => [each.name, each]));
  for (let at: Declaration | undefined = declaration, steps = 0; at?.after !== undefined; steps++) {
    at = byName.get(at.after);
    if (at === declaration || steps > declarations.length) return true;
  }
  return false;
}
