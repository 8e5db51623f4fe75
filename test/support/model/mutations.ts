/**
 * The eight mechanisms without which faults have called people twice or lost leads, and what the provider is without each. The
 * model of random histories must notice (hooks/model-mutations.deep.test.ts).
 */

import type { LeadClaims, Place } from "../../../src/provider/session/claims";
import type { LeadState } from "../../../src/state/lead";
import type { Edit, Turn } from "./history";
import type { WorldOptions } from "./world";

import pairing = require("../../../src/provider/lead-set/pair-rows");
import decisions = require("../../../src/provider/lead/decide");
import accounts = require("../../../src/provider/session/account");
import claims = require("../../../src/provider/session/claims");
import shared = require("../../../src/provider/session/shared-claims");

export interface Mutation {
  /** What is taken out. */
  name: string;
  world?: WorldOptions;
  /** Makes its case frequent, where it is one in tens of thousands of commands. */
  adapt?: (turn: Turn) => Turn;
  /** Takes it out. @returns what puts it back. */
  apply(): () => void;
}

function replaced<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  value: unknown,
): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name) as PropertyDescriptor;
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => void Object.defineProperty(owner, name, before);
}

function together(...undo: (() => void)[]): () => void {
  return () => {
    for (const each of undo) each();
  };
}

const { prototype: leadClaims } = claims.LeadClaims;
const { prototype: sharedClaims } = shared.SharedClaims;
const { prototype: account } = accounts.Account;

export const MUTATIONS: Mutation[] = [
  {
    name: "a lead that is not found is proven gone only by the account that made it",
    apply: () => replaced(account, "made", async () => true),
  },
  {
    name: "the lead because of which a create was refused is not deleted",
    // What waits for a create keeps the same lead, but only where the person was called.
    apply: () =>
      together(
        replaced(leadClaims, "isInTheWay", () => false),
        replaced(leadClaims, "isWanted", () => false),
        replaced(sharedClaims, "isInTheWay", () => false),
      ),
    adapt: ({ edits, command }) => ({
      edits,
      command: { ...command, continueOnError: true, targets: [], stop: undefined },
    }),
  },
  {
    name: "after a lost answer, only a lead that was not there before counts as created",
    apply: () => replaced(account, "highestIdBefore", async () => 0),
    adapt: ({ edits, command }) => ({
      edits: edits.map((edit) =>
        "person" in edit && "stack" in edit ? { ...edit, person: 4, variables: 0, contacts: 0 } : edit,
      ) as Edit[],
      command: { ...command, faults: [{ method: "POST", nth: 0, fault: "reset-after" }], targets: [], stop: undefined },
    }),
  },
  {
    name: "whoever this run has deleted after a call is not created again",
    apply: () =>
      together(
        replaced(leadClaims, "deletedAt", () => undefined),
        replaced(sharedClaims, "takenAway", () => undefined),
      ),
  },
  {
    name: "a vanished lead counts as waiting only while it is young",
    apply: () => replaced(decisions, "mayBeRecreated", ({ status }: LeadState) => status === "created"),
    adapt: ({ edits, command }) => ({ edits: [{ do: "time passes" }, ...edits], command }),
  },
  {
    name: "the old account's process learns that its lead is to be replaced",
    world: { newNotes: () => ({ add() {}, has: () => false, *[Symbol.iterator]() {} }) },
    apply: () => () => {},
  },
  {
    name: "a lead that is about to leave a place counts until its change has succeeded",
    adapt: ({ edits, command }) => ({
      edits: [...edits, { do: "shift numbers", stack: command.stack, pick: 0, other: 1, person: 3 }],
      command: {
        ...command,
        atOnce: true,
        targets: [],
        stop: undefined,
        faults: [{ method: "PUT", nth: 1, fault: "422-before" }],
      },
    }),
    apply() {
      const { hasLeft, idsAt } = leadClaims;
      const isGoing = (its: LeadClaims, leadId: number, place: Place) => its.isLeaving(leadId, place);
      return together(
        replaced(leadClaims, "hasLeft", function (this: LeadClaims, leadId: number, place: Place) {
          return hasLeft.call(this, leadId, place) || isGoing(this, leadId, place);
        }),
        replaced(leadClaims, "idsAt", function (this: LeadClaims, place: Place) {
          return idsAt.call(this, place).filter((leadId) => !isGoing(this, leadId, place));
        }),
      );
    },
  },
  {
    name: "rows of one number that are renamed are matched one to one",
    // What the run has deleted would not be created again either.
    apply: () =>
      together(
        replaced(pairing, "pairRows", pairedByFirstNumber),
        replaced(leadClaims, "deletedAt", () => undefined),
        replaced(sharedClaims, "takenAway", () => undefined),
      ),
    adapt: ({ edits, command }) => ({
      edits: [
        ...edits.map((edit) =>
          edit.do === "declare set"
            ? {
                ...edit,
                permission: "allowDuplicate" as const,
                rows: edit.rows.flatMap((row) => [row, { ...row, variables: 2 }]),
              }
            : edit,
        ),
        { do: "rename rows", stack: command.stack, pick: 0 },
      ],
      command,
    }),
  },
];

/** Of several old rows with one number, only the first is found again. */
function pairedByFirstNumber<News>(
  olds: ReadonlyMap<string, LeadState>,
  rows: ReadonlyMap<string, News>,
  numberOf: (news: News) => unknown,
): pairing.Pair<News>[] {
  const isTaken = new Set<string>();
  const declared = [...rows].map(([key, news]): pairing.Pair<News> => {
    const byNumber = [...olds].find(([, { phoneNumber }]) => phoneNumber === numberOf(news))?.[0];
    const oldKey = olds.has(key) ? key : byNumber;
    const lead = oldKey === undefined || isTaken.has(oldKey) ? undefined : olds.get(oldKey);
    if (oldKey === undefined || lead === undefined) return { key, news, lead: undefined };
    isTaken.add(oldKey);
    return { key, news, oldKey, lead };
  });
  const dropped = [...olds].filter(([oldKey]) => !isTaken.has(oldKey));
  return [...declared, ...dropped.map(([oldKey, lead]): pairing.Pair<News> => ({ key: undefined, oldKey, lead }))];
}
