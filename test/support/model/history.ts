/** Random histories: turns of a few edits, by the user, the dashboard or time, and one command of Pulumi. */
import fc from "fast-check";
import type { NamedFault } from "../fault-proxy";
import type { AccountName, DeclaredStatus, Permission, ProviderName } from "./program";

export type StackIndex = 0 | 1;

/** `pick` counts through what is there, so every edit finds something as long as there is anything. */
interface Picks {
  stack: StackIndex;
  pick: number;
}

/** 4: somebody whom both stacks may declare. */
interface PersonChoice {
  person: number;
  variables: number;
  contacts: number;
  status: DeclaredStatus;
}

interface PlaceChoice {
  /** 0, 1: the dashboard's; 2: the program's own. */
  campaign: number;
  provider: ProviderName;
  permission: Permission;
  retain: boolean;
}

export type Edit =
  | ({ do: "declare lead"; stack: StackIndex; name: number; after: boolean; ignoresNumber: boolean } & PersonChoice &
      PlaceChoice)
  | ({ do: "declare set"; stack: StackIndex; name: number; rows: PersonChoice[] } & PlaceChoice)
  | { do: "declare campaign"; stack: StackIndex; retries: number; forceDestroy: boolean; provider: ProviderName }
  | ({ do: "change person"; what: "variables" | "contacts" | "status" | "person"; value: number } & Picks)
  | ({
      do: "change resource";
      what: "campaign" | "permission" | "retain" | "provider" | "after";
      value: number;
    } & Picks)
  | ({ do: "add row" } & PersonChoice & Picks)
  | ({ do: "drop person" } & Picks)
  | ({ do: "drop resource" } & Picks)
  /** `first`: the new name comes first in the program. */
  | ({ do: "rename"; first: boolean } & Picks)
  | ({ do: "rename rows" } & Picks)
  | ({ do: "lead to row"; adopts: boolean } & Picks)
  | ({ do: "row to lead"; adopts: boolean; after: boolean } & Picks)
  | ({ do: "swap numbers"; other: number } & Picks)
  | ({ do: "shift numbers"; other: number; person: number } & Picks)
  /** `moves`: the campaigns are changed to those of the other account. */
  | { do: "change key"; stack: StackIndex; provider: ProviderName; account: AccountName; moves: boolean }
  | { do: "dashboard"; pick: number; what: DashboardAction; value: number }
  | { do: "dashboard adds"; account: AccountName; person: number; campaign: number; variables: number }
  | { do: "time passes" };

export const DASHBOARD_ACTIONS = ["dial", "remove", "renumber", "move", "blacklist", "schedule", "queue"] as const;
export type DashboardAction = (typeof DASHBOARD_ACTIONS)[number];

export interface FaultChoice {
  method: "POST" | "PUT" | "DELETE" | "GET";
  /** The first is 0. */
  nth: number;
  fault: NamedFault;
}

export interface StopChoice {
  how: "interrupted" | "killed";
  /** After this many requests, without those of the preview. */
  after: number;
  /** Whether the last one is carried out. */
  isCarriedOut: boolean;
}

export interface Command {
  stack: StackIndex;
  do: "up" | "preview" | "refresh" | "destroy";
  refreshes: boolean;
  continueOnError: boolean;
  atOnce: boolean;
  /** Picks of resources; empty: no --target. */
  targets: readonly number[];
  replace: number | undefined;
  env: "FAMULOR_REDIAL" | "FAMULOR_ADOPT" | undefined;
  faults: readonly FaultChoice[];
  stop: StopChoice | undefined;
}

export interface Turn {
  edits: Edit[];
  command: Command;
}

const stack = fc.oneof(
  { weight: 3, arbitrary: fc.constant<StackIndex>(0) },
  { weight: 1, arbitrary: fc.constant<StackIndex>(1) },
);
const rarely = fc.nat(5).map((value) => value === 5);
const person = fc.constantFrom(0, 1, 2, 3, 0, 1, 2, 4);
const personChoice = {
  person,
  variables: fc.nat(2),
  contacts: fc.constantFrom(0, 0, 0, 1, 2),
  status: fc.constantFrom<DeclaredStatus>(undefined, undefined, undefined, undefined, "completed", "created"),
};
const provider = fc.constantFrom<ProviderName>("default", "default", "default", "x", "y");
const placeChoice = {
  campaign: fc.constantFrom(0, 0, 0, 1, 2),
  provider,
  permission: fc.constantFrom<Permission>("none", "none", "none", "none", "allowDuplicate", "adoptExisting"),
  retain: rarely,
};
const picks = { stack, pick: fc.nat(7) };
const edit = <Do extends Edit["do"], More extends object>(
  weight: number,
  kind: Do,
  more: { [Name in keyof More]: fc.Arbitrary<More[Name]> },
) => ({ weight, arbitrary: fc.record({ do: fc.constant(kind), ...more }) as unknown as fc.Arbitrary<Edit> });

const declarations = [
  edit(10, "declare lead", {
    stack,
    name: fc.nat(2),
    after: rarely,
    ignoresNumber: rarely,
    ...personChoice,
    ...placeChoice,
  }),
  edit(6, "declare set", {
    stack,
    name: fc.nat(1),
    rows: fc.uniqueArray(fc.record(personChoice), { minLength: 1, maxLength: 3, selector: (row) => row.person }),
    ...placeChoice,
  }),
  edit(2, "declare campaign", { stack, retries: fc.constantFrom(1, 2), forceDestroy: fc.boolean(), provider }),
];

const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  ...declarations,
  edit(8, "change person", {
    ...picks,
    what: fc.constantFrom("variables", "contacts", "contacts", "status", "person"),
    value: fc.nat(4),
  }),
  edit(4, "change resource", {
    ...picks,
    what: fc.constantFrom("campaign", "permission", "retain", "provider", "provider", "after"),
    value: fc.nat(4),
  }),
  edit(2, "add row", { ...picks, ...personChoice }),
  edit(2, "drop person", picks),
  edit(2, "drop resource", picks),
  edit(4, "rename", { ...picks, first: fc.boolean() }),
  edit(2, "rename rows", picks),
  edit(3, "lead to row", { ...picks, adopts: rarely }),
  edit(3, "row to lead", { ...picks, adopts: rarely, after: fc.boolean() }),
  edit(2, "swap numbers", { ...picks, other: fc.nat(7) }),
  edit(3, "shift numbers", { ...picks, other: fc.nat(7), person }),
  edit(3, "change key", {
    stack,
    provider: fc.constantFrom("default", "x", "y"),
    account: fc.constantFrom("a", "b"),
    moves: fc.boolean(),
  }),
  edit(12, "dashboard", {
    pick: fc.nat(7),
    what: fc.constantFrom("dial", "dial", "dial", ...DASHBOARD_ACTIONS),
    value: fc.nat(8),
  }),
  edit(1, "dashboard adds", {
    account: fc.constantFrom("a", "b"),
    person: fc.nat(8),
    campaign: fc.nat(1),
    variables: fc.nat(2),
  }),
  edit(1, "time passes", {}),
);

export const PLAIN_UP: Command = {
  stack: 0,
  do: "up",
  refreshes: false,
  continueOnError: false,
  atOnce: false,
  targets: [],
  replace: undefined,
  env: undefined,
  faults: [],
  stop: undefined,
};

/** Those that take no real time. */
const FAULTS: NamedFault[] = [
  "reset-before",
  "reset-after",
  "reset-after",
  "half-body-after",
  "500-after",
  "502-before",
  "504-after",
  "html-after",
  "nonsense-after",
  "422-before",
  "401-before",
  "403-before",
  "429-before",
];

const fault: fc.Arbitrary<FaultChoice> = fc.record({
  method: fc.constantFrom("POST", "POST", "PUT", "DELETE", "GET"),
  nth: fc.nat(2),
  fault: fc.constantFrom(...FAULTS),
});

const command: fc.Arbitrary<Command> = fc.record({
  stack,
  do: fc.constantFrom("up", "up", "up", "up", "up", "up", "refresh", "destroy", "preview"),
  refreshes: rarely,
  continueOnError: fc.nat(2).map((value) => value === 2),
  atOnce: fc.boolean(),
  targets: fc.oneof(
    { weight: 7, arbitrary: fc.constant<number[]>([]) },
    { weight: 1, arbitrary: fc.array(fc.nat(5), { minLength: 1, maxLength: 2 }) },
  ),
  replace: fc.option(fc.nat(5), { nil: undefined, freq: 10 }),
  env: fc.constantFrom(
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    "FAMULOR_REDIAL",
    "FAMULOR_ADOPT",
  ),
  faults: fc.oneof(
    { weight: 5, arbitrary: fc.constant<FaultChoice[]>([]) },
    { weight: 1, arbitrary: fc.array(fault, { minLength: 1, maxLength: 2 }) },
  ),
  stop: fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({
        how: fc.constantFrom("interrupted", "killed"),
        after: fc.nat(8),
        isCarriedOut: fc.boolean(),
      }),
    },
  ),
});

const turn: fc.Arbitrary<Turn> = fc.record({
  edits: fc.array(anyEdit, { minLength: 1, maxLength: 3, size: "max" }),
  command,
});

/** Edits and commands of a world with nothing in it would be wasted. */
const firstTurn: fc.Arbitrary<Turn> = fc.record({
  edits: fc.array(fc.oneof(...declarations), { minLength: 1, maxLength: 3, size: "max" }),
  command: fc.record({ stack, atOnce: fc.boolean() }).map(({ stack, atOnce }) => ({ ...PLAIN_UP, stack, atOnce })),
});

/** @param size How many turns at most. */
export function histories(size: number): fc.Arbitrary<Turn[]> {
  return fc
    .tuple(firstTurn, fc.array(turn, { minLength: 1, maxLength: size - 1, size: "max" }))
    .map(([first, others]) => [first, ...others]);
}
