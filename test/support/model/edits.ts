/** What an edit of a history does to a program. */
import type { Edit } from "./history";
import {
  CAMPAIGNS,
  type CampaignReference,
  type Declaration,
  type LeadDeclaration,
  type Permission,
  type Person,
  type Program,
  type ProviderName,
  type SetDeclaration,
} from "./program";

type ProgramEdit = Extract<Edit, { stack: unknown }>;

const OWN_CAMPAIGN = "spring";
const SHARED_PERSON = 8;
const PERSONS_OF_A_STACK = 4;
const STATUSES = [undefined, "created", "completed"] as const;
const PERMISSIONS: Permission[] = ["none", "none", "allowDuplicate", "adoptExisting", "none"];
const PROVIDERS: ProviderName[] = ["default", "x", "y", "x", "default"];

/** A person in the program, and where it is declared. */
type Slot =
  | { declaration: LeadDeclaration; key: undefined; person: Person }
  | { declaration: SetDeclaration; key: string; person: Person };

function slotsOf({ declarations }: Program): Slot[] {
  return declarations.flatMap((declaration): Slot[] => {
    if (declaration.kind === "campaign") return [];
    if (declaration.kind === "lead") return [{ declaration, key: undefined, person: declaration }];
    return [...declaration.rows].map(([key, person]) => ({ declaration, key, person }));
  });
}

const picked = <T>(list: T[], pick: number): T | undefined => list[pick % list.length];

/** Changes the program. @returns what has changed, for a reader; `undefined`: nothing. */
export function applyEdit(program: Program, edit: ProgramEdit): string | undefined {
  const before = new Set(slotsOf(program).map(placeOf));
  const told = apply(program, edit);
  return told === undefined ? undefined : told + dropTwins(program, before);
}

const placeOf = ({ declaration, person }: Slot) =>
  JSON.stringify([declaration.name, declaration.campaign, person.person]);

/** Somebody who is declared at another place now is no longer declared at the old one, or the program would throw. */
function dropTwins(program: Program, before: ReadonlySet<string>): string {
  let told = "";
  const seen = new Map<string, Slot>();
  for (const slot of slotsOf(program)) {
    const { declaration, person } = slot;
    if (declaration.permission === "allowDuplicate") continue;
    const place = JSON.stringify([declaration.campaign, person.person]);
    const twin = seen.get(place);
    const dropped = twin && before.has(placeOf(twin)) ? twin : slot;
    if (!twin || dropped === twin) seen.set(place, slot);
    if (!twin) continue;
    if (dropped.key !== undefined) dropped.declaration.rows.delete(dropped.key);
    else program.declarations.splice(program.declarations.indexOf(dropped.declaration), 1);
    told += `, and no longer ${dropped.declaration.name} ${dropped.key ?? ""}`;
  }
  return told;
}

function apply(program: Program, edit: ProgramEdit): string | undefined {
  const { declarations, keyOf } = program;
  const personOf = (person: number) =>
    person === PERSONS_OF_A_STACK ? SHARED_PERSON : edit.stack * PERSONS_OF_A_STACK + person;
  const put = (declaration: Declaration) => {
    const at = declarations.findIndex(({ name }) => name === declaration.name);
    if (at < 0) declarations.push(declaration);
    else declarations[at] = declaration;
  };
  const remove = (declaration: Declaration) => void declarations.splice(declarations.indexOf(declaration), 1);
  const campaignOf = (campaign: number, provider: ProviderName): CampaignReference => {
    const own = declarations.find(({ name }) => name === OWN_CAMPAIGN);
    if (campaign === 2 && own && keyOf[own.provider] === keyOf[provider]) return own.name;
    return CAMPAIGNS[keyOf[provider]][campaign % 2] as number;
  };
  const slots = slotsOf(program);
  const slot = "pick" in edit ? picked(slots, edit.pick) : undefined;
  const resource = "pick" in edit ? picked(declarations, edit.pick) : undefined;
  const show = (what: object) =>
    JSON.stringify(what, (_key, value) => (value instanceof Map ? Object.fromEntries(value) : value)).replaceAll(
      '"',
      "",
    );

  switch (edit.do) {
    case "declare lead": {
      const { person, variables, contacts, status, campaign, provider, permission, retain, ignoresNumber } = edit;
      const name = `lead-${edit.name}`;
      const first = declarations.find((each) => each.name !== name);
      const lead: LeadDeclaration = {
        kind: "lead",
        name,
        provider,
        retain,
        after: edit.after ? first?.name : undefined,
        campaign: campaignOf(campaign, provider),
        permission,
        ignoresNumber,
        person: personOf(person),
        variables,
        contacts,
        status,
      };
      put(lead);
      return `declare ${show(lead)}`;
    }
    case "declare set": {
      const { campaign, provider, permission, retain } = edit;
      const rows = edit.rows.map((row, index) => [`k${index}`, { ...row, person: personOf(row.person) }] as const);
      const set: SetDeclaration = {
        kind: "leadSet",
        name: `set-${edit.name}`,
        provider,
        retain,
        after: undefined,
        campaign: campaignOf(campaign, provider),
        permission,
        rows: new Map(rows),
      };
      put(set);
      return `declare ${show(set)}`;
    }
    case "declare campaign": {
      const { retries, forceDestroy, provider } = edit;
      const own: Declaration = {
        kind: "campaign",
        name: OWN_CAMPAIGN,
        provider,
        retain: false,
        after: undefined,
        retries,
        forceDestroy,
      };
      put(own);
      return `declare ${show(own)}`;
    }
    case "change person": {
      if (!slot) return undefined;
      const { person, declaration } = slot;
      const { what, value } = edit;
      if (what === "person") person.person = personOf(value);
      else if (what === "status") person.status = STATUSES[value % 3];
      else person[what] = value % 3;
      return `${declaration.name} ${slot.key ?? ""}: ${what} is ${person[what]}`;
    }
    case "change resource": {
      if (!resource || resource.kind === "campaign") return undefined;
      const { what, value } = edit;
      if (what === "campaign") resource.campaign = campaignOf(value % 3, resource.provider);
      else if (what === "permission") resource.permission = PERMISSIONS[value] ?? "none";
      else if (what === "retain") resource.retain = !resource.retain;
      else if (what === "after") resource.after = declarations.find((each) => each !== resource)?.name;
      else {
        const before = keyOf[resource.provider];
        resource.provider = PROVIDERS[value] ?? "default";
        const after = keyOf[resource.provider];
        if (before !== after) resource.campaign = campaignOf(value % 2, resource.provider);
      }
      return `${resource.name}: ${what} is ${resource[what]}, campaign ${resource.campaign}`;
    }
    case "add row": {
      const sets = declarations.filter((each) => each.kind === "leadSet");
      const set = picked(sets, edit.pick);
      if (set?.kind !== "leadSet") return undefined;
      const { person, variables, contacts, status } = edit;
      const row = { person: personOf(person), variables, contacts, status };
      set.rows.set(freeKey(set), row);
      return `${set.name}: new row ${show(row)}`;
    }
    case "drop person":
      if (!slot) return undefined;
      if (slot.key === undefined) remove(slot.declaration);
      else slot.declaration.rows.delete(slot.key);
      return `drop ${slot.declaration.name} ${slot.key ?? ""}`;
    case "drop resource":
      if (!resource) return undefined;
      remove(resource);
      return `drop ${resource.name}`;
    case "rename": {
      if (!resource || resource.kind === "campaign") return undefined;
      const before = resource.name;
      remove(resource);
      resource.name = freeName(program, resource.kind === "lead" ? "new-lead" : "new-set");
      if (edit.first) declarations.unshift(resource);
      else declarations.push(resource);
      return `rename ${before} to ${resource.name}`;
    }
    case "rename rows": {
      const set = picked(
        declarations.filter((each) => each.kind === "leadSet"),
        edit.pick,
      );
      if (set?.kind !== "leadSet") return undefined;
      const isRenamed = [...set.rows.keys()].some((key) => key.startsWith("x"));
      set.rows = new Map([...set.rows.values()].map((row, index) => [`${isRenamed ? "k" : "x"}${index}`, row]));
      return `${set.name}: rename all rows`;
    }
    case "lead to row": {
      const lead = picked(
        declarations.filter((each) => each.kind === "lead"),
        edit.pick,
      );
      if (lead?.kind !== "lead") return undefined;
      const { provider, campaign, retain, person, variables, contacts, status } = lead;
      const permission = edit.adopts ? "adoptExisting" : lead.permission;
      let set = declarations.find(
        (each): each is SetDeclaration =>
          each.kind === "leadSet" && each.provider === provider && each.campaign === campaign,
      );
      remove(lead);
      if (!set) {
        set = {
          kind: "leadSet",
          name: freeName(program, "set"),
          provider,
          campaign,
          retain,
          permission,
          after: undefined,
          rows: new Map(),
        };
        declarations.push(set);
      }
      if (edit.adopts) set.permission = "adoptExisting";
      set.rows.set(freeKey(set), { person, variables, contacts, status });
      return `${lead.name} becomes a row of ${set.name}${edit.adopts ? ", adopting" : ""}`;
    }
    case "row to lead": {
      const rows = slots.filter((each) => each.key !== undefined);
      const row = picked(rows, edit.pick);
      if (row?.key === undefined) return undefined;
      const set = row.declaration;
      set.rows.delete(row.key);
      const name = freeName(program, "lead");
      declarations.push({
        ...row.person,
        kind: "lead",
        name,
        provider: set.provider,
        campaign: set.campaign,
        retain: set.retain,
        permission: edit.adopts ? "adoptExisting" : set.permission,
        ignoresNumber: false,
        after: edit.after ? set.name : undefined,
      });
      return `row ${row.key} of ${set.name} becomes ${name}`;
    }
    case "swap numbers":
    case "shift numbers": {
      const other = picked(slots, edit.other);
      if (!slot || !other || slot.person === other.person) return undefined;
      const { person } = slot.person;
      slot.person.person = other.person.person;
      other.person.person = edit.do === "swap numbers" ? person : personOf(edit.person);
      const nameOf = ({ declaration, key }: Slot) => `${declaration.name} ${key ?? ""}`;
      return `${nameOf(slot)}: person ${slot.person.person}; ${nameOf(other)}: person ${other.person.person}`;
    }
    case "change key": {
      const { provider, account, moves } = edit;
      if (keyOf[provider] === account) return undefined;
      keyOf[provider] = account;
      if (moves) {
        for (const declaration of declarations) {
          if (declaration.kind === "campaign" || declaration.provider !== provider) continue;
          const { campaign } = declaration;
          if (typeof campaign === "number") declaration.campaign = campaignOf(campaign % 2 === 1 ? 0 : 1, provider);
        }
      }
      return `the key of ${provider} is that of account ${account}${moves ? ", the campaigns too" : ""}`;
    }
  }
}

function freeName({ declarations }: Program, base: string): string {
  for (let number = 0; ; number++) {
    const name = `${base}-${number}`;
    if (declarations.every((each) => each.name !== name)) return name;
  }
}

function freeKey({ rows }: SetDeclaration): string {
  for (let number = 0; ; number++) if (!rows.has(`k${number}`)) return `k${number}`;
}
