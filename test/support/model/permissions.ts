/**
 * How often the user allows a person to be called. A person is declared, and is called once; whatever calls the person again
 * has one of the reasons in this file.
 */
import type { Resource } from "./engine";
import type { Command } from "./history";
import type { LeadRecord } from "./ledger";
import { type CampaignReference, type Declaration, type Permission, type Person, phoneNumberOf } from "./program";
import { leadsIn, leadsOf, type Stack } from "./world";

/** One person in a program, where it is declared. */
export interface Unit {
  /** Of the resource. */
  name: string;
  /** Of the row. */
  key: string | undefined;
  phoneNumber: string;
  campaign: CampaignReference;
  status: string | undefined;
  permission: Permission;
  /** Variables and secondary contacts. */
  content: string;
}

export function unitsOf({ program, engine }: Pick<Stack, "program" | "engine">): Unit[] {
  return program.declarations.flatMap((declaration) => unitsIn(declaration, engine.find(declaration.name)));
}

function unitsIn(declaration: Declaration, resource: Resource | undefined): Unit[] {
  if (declaration.kind === "campaign") return [];
  const { name, campaign, permission } = declaration;
  if (declaration.kind === "leadSet") {
    return [...declaration.rows].map(([key, row]) => {
      const phoneNumber = phoneNumberOf(row.person);
      return { name, key, phoneNumber, campaign, status: row.status, permission, content: contentOf(row) };
    });
  }
  const { person, status } = declaration;
  const kept = declaration.ignoresNumber ? (resource?.inputs.phoneNumber as string | undefined) : undefined;
  const phoneNumber = kept ?? phoneNumberOf(person);
  return [{ name, key: undefined, phoneNumber, campaign, status, permission, content: contentOf(declaration) }];
}

const contentOf = ({ variables, contacts }: Person) => JSON.stringify([variables, contacts]);

/** What may allow one more call of a declared person. */
interface Asked {
  unit: Unit;
  /** The same resource and row, as last declared. */
  before: Unit | undefined;
  unitsBefore: Unit[];
  units: Unit[];
  stack: Stack;
  /** Famulor still has the lead. */
  isLive(leadId: number): boolean;
}

const isNumber = (unit: Unit) => (other: Unit) => other.phoneNumber === unit.phoneNumber;
const isResource = (unit: Unit) => (other: Unit) => other.name === unit.name;

/** The resources in the state that have a lead of this number. */
const holdersOf = (unit: Unit, { engine }: Stack) =>
  engine.resources.filter((resource) => leadsIn(resource).some((lead) => lead.phoneNumber === unit.phoneNumber));

/** Reasons for which the resource or row may call its person although the person was declared before. */
const REASONS: { name: string; holds(asked: Asked): boolean }[] = [
  {
    name: "the resource, or row, was given another number",
    holds: ({ unit, before }) => before !== undefined && before.phoneNumber !== unit.phoneNumber,
  },
  {
    name: "another resource declares the person in another campaign",
    holds: ({ unit, unitsBefore, stack }) => {
      const campaignId =
        typeof unit.campaign === "string" ? stack.engine.find(unit.campaign)?.outs.campaignId : unit.campaign;
      const holders = holdersOf(unit, stack);
      // Under this very name: what an earlier `up` has failed to do, another resource may still do.
      const isNew = !unitsBefore
        .filter(isNumber(unit))
        .some(({ name, campaign }) => name === unit.name && campaign === unit.campaign);
      const isThere = holders.some(
        (holder) =>
          holder.name === unit.name ||
          leadsIn(holder).some((lead) => lead.phoneNumber === unit.phoneNumber && lead.campaignId === campaignId),
      );
      return isNew && !isThere;
    },
  },
  {
    name: "one more duplicate is declared, and allowed",
    holds: ({ unit, before, unitsBefore, units, stack }) => {
      if (unit.permission !== "allowDuplicate") return false;
      const count = (list: Unit[]) => list.filter(isResource(unit)).filter(isNumber(unit)).length;
      const isHeld = leadsOf(stack).some((lead) => lead.phoneNumber === unit.phoneNumber);
      const isHeldHere = holdersOf(unit, stack).some(({ name }) => name === unit.name);
      // Other content than that of a lead that is there already is what the message asks for.
      const isOther = before !== undefined && before.content !== unit.content;
      const isAnother = before?.permission !== "allowDuplicate" ? isHeld : isOther;
      return count(units) > count(unitsBefore) || (before !== undefined && isAnother && !isHeldHere);
    },
  },
  {
    name: "another resource declares the person, whose called lead somebody has removed in the dashboard",
    holds: ({ unit, stack, isLive }) => {
      const holders = holdersOf(unit, stack);
      const isElsewhere = holders.length > 0 && holders.every(({ name }) => name !== unit.name);
      const leads = holders.flatMap(leadsIn).filter(({ phoneNumber }) => phoneNumber === unit.phoneNumber);
      return isElsewhere && leads.every(({ leadId }) => !isLive(leadId));
    },
  },
];

/** How many calls more than there are the user's edits since the last `up` allow, by number. */
export function allowedByEdits(
  stack: Stack,
  stillMissing: (phoneNumber: string) => number,
  isLive: (leadId: number) => boolean,
): Map<string, number> {
  const { unitsBefore } = stack;
  const units = unitsOf(stack);
  const allowed = new Map<string, number>();
  for (const phoneNumber of new Set(units.map((unit) => unit.phoneNumber))) {
    const [mine, mineBefore] = [units, unitsBefore].map((list) =>
      list.filter((unit) => unit.phoneNumber === phoneNumber),
    ) as [Unit[], Unit[]];
    const declared = mine.length > mineBefore.length ? stillMissing(phoneNumber) : 0;
    const asked = mine.filter((unit) => {
      const before = unitsBefore.find((other) => other.name === unit.name && other.key === unit.key);
      return REASONS.some(({ holds }) => holds({ unit, before, unitsBefore, units, stack, isLive }));
    });
    const isHeld = leadsOf(stack).some((lead) => lead.phoneNumber === phoneNumber);
    const queuedAgain = isHeld ? countCreated(mine) - countCreated(mineBefore) : 0;
    const more = Math.max(declared, asked.length) + Math.max(0, queuedAgain);
    if (more > 0) allowed.set(phoneNumber, more);
  }
  return allowed;
}

/** `status: "created"` queues a lead again, once each time it is declared. */
const countCreated = (units: Unit[]) => units.filter(({ status }) => status === "created").length;

/** Who may be called once more by this command alone. */
export function allowedByCommand(stack: Stack, { env }: Command, replaced: ReadonlySet<string>): string[] {
  const units = unitsOf(stack);
  const inState = stack.engine.resources.filter(({ name }) => replaced.has(name)).flatMap(leadsIn);
  const byReplace = [...units.filter(({ name }) => replaced.has(name)), ...inState];
  const byRedial = env === "FAMULOR_REDIAL" ? [...units, ...leadsOf(stack)] : [];
  return [...new Set([...byReplace, ...byRedial].map(({ phoneNumber }) => phoneNumber))];
}

/** The leads whose deletion an error named as the reason why their persons are not called in this run. */
export function toldAsDeleted(text: string, leads: ReadonlyMap<number, LeadRecord>): LeadRecord[] {
  return [...text.matchAll(/this run has deleted lead (\d+)/g)].flatMap(([, id]) => leads.get(Number(id)) ?? []);
}
