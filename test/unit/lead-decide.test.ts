import assert from "node:assert/strict";
import type { Lead } from "../../src/famulor/wire/leads";
import {
  type CreateKnowledge,
  type CreateStep,
  type DeleteObservation,
  type DiffObservation,
  decideCreate,
  decideDelete,
  decideDiff,
  decideQueueing,
  type Match,
  mayBeRecreated,
  mayRenumber,
  mayTakeNumber,
  type Obstacle,
} from "../../src/provider/lead/decide";
import type { LeadState } from "../../src/state/lead";

const match = (leadId: number, { isIdentical = true, obstacle }: { isIdentical?: boolean; obstacle?: Obstacle } = {}) =>
  ({ lead: { leadId } as Lead, isIdentical, obstacle }) as Match;

/** A step in short, such as `look after 5000 ms` or `refuse: duplicate (held)`. */
function inShort(step: CreateStep): string {
  if (step.do === "look") return `look after ${step.afterMs} ms`;
  if (step.do === "take over" || step.do === "keep") return `${step.do} ${step.lead.leadId}`;
  if (step.do !== "refuse") return step.do;
  const { because } = step;
  const why = because.is === "duplicate" && because.why ? because.why : undefined;
  return `refuse: ${because.is}${why ? ` (${typeof why === "string" ? why : why.is})` : ""}`;
}

describe("what a create does next", () => {
  const nothing: CreateKnowledge = {
    outcome: "not sent",
    sent: 0,
    looks: 0,
    match: undefined,
    cannotLook: false,
    elsewhere: undefined,
    hasLookedElsewhere: false,
    baseline: 10,
    deleted: undefined,
    takenAway: undefined,
    kept: undefined,
  };
  const refused = { outcome: "refused", sent: 1 } as const;
  const unknown = { outcome: "unknown", sent: 1 } as const;
  const other = { lead: { leadId: 5, campaignId: 2 } as Lead };
  const held = { is: "held" } as const;
  const called = { leadId: 7, status: "completed" };

  type Declared = { adoptExisting?: true; allowDuplicate?: true; adoptIdentical?: true; allowRedial?: true };
  const cases: [string, Partial<CreateKnowledge>, string, Declared?][] = [
    ["sends at once", {}, "send"],
    ["looks first with adoptExisting", {}, "look after 0 ms", { adoptExisting: true }],
    ["looks first with allowDuplicate", {}, "look after 0 ms", { allowDuplicate: true }],
    ["sends when the look found nothing", { looks: 1 }, "send", { adoptExisting: true }],
    ["takes over what it was asked to", { looks: 1, match: match(7) }, "take over 7", { adoptExisting: true }],
    [
      "takes over other variables, which it then syncs",
      { looks: 1, match: match(7, { isIdentical: false }) },
      "take over 7",
      { adoptExisting: true },
    ],
    [
      "takes over nothing of another resource",
      { looks: 1, match: match(7, { obstacle: held }) },
      "refuse: not adoptable",
      { adoptExisting: true },
    ],
    ["a row: refuses a duplicate", { looks: 1, match: match(7) }, "refuse: duplicate"],
    ["a row: takes over once for a run", { looks: 1, match: match(7) }, "take over 7", { adoptIdentical: true }],
    [
      "a row: takes over nothing else for a run",
      { looks: 1, match: match(7, { isIdentical: false }) },
      "refuse: duplicate",
      { adoptIdentical: true },
    ],
    [
      "an identical second lead: refused",
      { looks: 1, match: match(7) },
      "refuse: identical duplicate",
      { allowDuplicate: true },
    ],
    [
      "an identical second lead: taken over for a run",
      { looks: 1, match: match(7) },
      "take over 7",
      { allowDuplicate: true, adoptIdentical: true },
    ],

    ["refused: looks", refused, "look after 0 ms"],
    ["refused, and the listing fails: Famulor's error", { ...refused, cannotLook: true }, "refuse: refused"],
    ["refused, not in the campaign: looks elsewhere", { ...refused, looks: 1 }, "look elsewhere"],
    ["refused, nowhere: Famulor's error", { ...refused, looks: 1, hasLookedElsewhere: true }, "refuse: refused"],
    [
      "refused, in another campaign",
      { ...refused, looks: 1, hasLookedElsewhere: true, elsewhere: other.lead },
      "refuse: duplicate elsewhere",
    ],
    ["refused, in this campaign", { ...refused, looks: 1, match: match(7) }, "refuse: duplicate"],
    [
      "refused, another resource has it",
      { ...refused, looks: 1, match: match(7, { obstacle: held }) },
      "refuse: duplicate (held)",
    ],
    [
      "refused, identical, allowed for this run",
      { ...refused, looks: 1, match: match(7) },
      "take over 7",
      { adoptIdentical: true },
    ],

    ["unknown: looks at once", unknown, "look after 0 ms"],
    ["unknown, nothing: looks again later", { ...unknown, looks: 1 }, "look after 5000 ms"],
    ["unknown, twice nothing: sends once more", { ...unknown, looks: 2 }, "send"],
    [
      "unknown, twice nothing, Famulor would refuse nothing",
      { ...unknown, looks: 2 },
      "refuse: unknown outcome",
      { allowDuplicate: true },
    ],
    ["unknown after the repetition: looks", { ...unknown, sent: 2 }, "look after 0 ms"],
    ["unknown after the repetition, nothing", { ...unknown, sent: 2, looks: 1 }, "refuse: unknown outcome"],
    ["unknown, and nobody can look", { ...unknown, cannotLook: true }, "refuse: unknown outcome"],
    ["unknown, a newer identical lead: its own", { ...unknown, looks: 1, match: match(11) }, "keep 11"],
    ["unknown, an older identical lead", { ...unknown, looks: 1, match: match(10) }, "refuse: duplicate"],
    [
      "unknown, an identical lead, and nobody knows what was there before",
      { ...unknown, looks: 1, match: match(11), baseline: undefined },
      "refuse: duplicate",
    ],
    ["a person whose lead was to be replaced and was kept", { kept: 7 }, "refuse: kept"],
    ["a person whose lead was to be replaced and was kept, allowed", { kept: 7 }, "send", { allowRedial: true }],
    ["a person whom this run deleted", { deleted: { leadId: 7, status: undefined } }, "refuse: deleted in this run"],
    ["a person whom this run deleted after a call", { deleted: called }, "refuse: deleted in this run"],
    ["a person whom this run deleted while they waited", { deleted: { leadId: 7, status: "created" } }, "send"],
    [
      "a person whose called lead this run gave another number",
      { takenAway: called },
      "refuse: taken away in this run",
    ],
    [
      "a person whose lead this run gave another number, and nobody knows its status",
      { takenAway: { leadId: 7, status: undefined } },
      "refuse: taken away in this run",
    ],
    [
      "a person whose waiting lead this run gave another number",
      { takenAway: { leadId: 7, status: "created" } },
      "send",
    ],
    [
      "a person whose called lead got another number, allowed for this run",
      { takenAway: called },
      "send",
      { allowRedial: true },
    ],
    ["a person whom this run deleted, allowed for this run", { deleted: called }, "send", { allowRedial: true }],
    [
      "unknown, an older identical lead, allowed for this run",
      { ...unknown, looks: 1, match: match(10) },
      "take over 10",
      { adoptIdentical: true },
    ],
    [
      "unknown, other variables",
      { ...unknown, looks: 1, match: match(11, { isIdentical: false }) },
      "refuse: duplicate (other content)",
    ],
    [
      "unknown, another resource has it",
      { ...unknown, looks: 1, match: match(11, { obstacle: held }) },
      "refuse: duplicate (held)",
    ],
    [
      "unknown, a candidate under allowDuplicate",
      { ...unknown, looks: 1, match: match(11) },
      "refuse: unknown outcome",
      { allowDuplicate: true, adoptIdentical: true },
    ],
  ];
  for (const [
    name,
    known,
    expected,
    { adoptIdentical = false, allowRedial = false, ...declared } = {} as Declared,
  ] of cases) {
    it(name, () => {
      assert.equal(
        inShort(decideCreate(declared, { adoptIdentical, allowRedial }, { ...nothing, ...known })),
        expected,
      );
    });
  }
});

describe("what a diff answers", () => {
  const olds = { leadId: 7, campaignId: 1, phoneNumber: "+493023125000", status: "created" } as LeadState;
  const none = { send: {}, isUpdate: false, isReplacement: false };
  const contacts = { ...none, isReplacement: true };
  const here: DiffObservation = { isHandedOver: false, home: "here", status: "created" };
  const cases: [string, Partial<LeadState>, typeof none, Partial<DiffObservation>, string, true?][] = [
    ["nothing differs", {}, none, {}, "nothing"],
    ["something to send", {}, { ...none, isUpdate: true }, {}, "update"],
    ["an unfinished lead", { unfinished: true }, none, {}, "update unfinished"],
    ["other contacts of a waiting lead", {}, contacts, {}, "replace: secondaryContacts"],
    ["other contacts of one that was called", {}, contacts, { status: "completed" }, "refuse: secondaryContacts"],
    [
      "other contacts of one that was called, allowed for this run",
      {},
      contacts,
      { status: "completed" },
      "replace: secondaryContacts",
      true,
    ],
    ["a lead that is gone", { status: "gone" }, contacts, { status: "gone" }, "gone"],
    [
      "a lead that another resource took over",
      { status: "gone" },
      none,
      { isHandedOver: true },
      "replace: taken over by another resource",
    ],
    ["another sandbox", {}, none, { home: "another sandbox", status: "completed" }, "replace: another sandbox"],
    ["another account", {}, none, { home: "another account" }, "replace: another account"],
    [
      "another account, and it was called",
      {},
      none,
      { home: "another account", status: "completed" },
      "refuse: another account",
    ],
  ];
  for (const [name, state, changes, observed, expected, allowRedial = false] of cases) {
    it(name, () => {
      const plan = decideDiff({ ...olds, ...state }, changes, { ...here, ...observed }, allowRedial);
      const more =
        "because" in plan ? `: ${plan.because}` : "isUnfinished" in plan && plan.isUnfinished ? " unfinished" : "";
      assert.equal(plan.step + more, expected);
    });
  }
});

describe("a vanished lead", () => {
  const now = Date.parse("2026-11-26T12:00:00Z");
  const cases: [string, string, string | undefined, boolean][] = [
    ["young and waiting: may be re-created", "created", "2026-11-25 10:00:00", true],
    ["rescheduled, with its day alone", "rescheduled", "2026-11-01", true],
    ["scheduled: may be re-created", "scheduled", "2026-11-25 10:00:00", true],
    ["28 days old by its day, whatever the hour: stays", "created", "2026-10-29 23:00:00", false],
    ["called: stays", "completed", "2026-11-25 10:00:00", false],
    ["in a call: stays", "processing", "2026-11-25 10:00:00", false],
    ["28 days old: stays", "created", "2026-10-29", false],
    ["of unknown age: stays", "created", undefined, false],
    ["gone already: stays", "gone", "2026-11-25 10:00:00", false],
  ];
  for (const [name, status, createdAt, expected] of cases) {
    it(name, () => assert.equal(mayBeRecreated({ status, createdAt }, now), expected));
  }
});

describe("a move", () => {
  const cases: [string | undefined, string][] = [
    ["created", "move"],
    ["scheduled", "move"],
    [undefined, "move"],
    ["completed", "move, still completed"],
    ["reached-max-retries", "move, still reached-max-retries"],
    ["blacklisted", "refuse"],
  ];
  for (const [status, expected] of cases) {
    it(`of a lead that is ${status}: ${expected}`, () => {
      const decision = decideQueueing(status);
      assert.equal(
        decision.do === "go on"
          ? ["move", ...(decision.status ? [`still ${decision.status}`] : [])].join(", ")
          : decision.do,
        expected,
      );
    });
  }
});

describe("what a delete does", () => {
  const usual: DeleteObservation = { isHandedOver: false, isInTheWay: false, makesWay: false, status: "completed" };
  const cases: [string, Partial<DeleteObservation>, string, true?][] = [
    ["deletes whoever was called", {}, "send"],
    ["leaves alone what another resource took over", { isHandedOver: true, isInTheWay: true }, "leave alone"],
    ["keeps the lead because of which a create was refused", { isInTheWay: true }, "refuse: in the way"],
    ["makes way for a create of somebody who waits", { makesWay: true, status: "created" }, "send"],
    ["does not make way for a second call", { makesWay: true }, "refuse: would call again"],
    ["does not make way where nobody can tell", { makesWay: true, status: "gone" }, "refuse: would call again"],
    ["makes way for a second call that this run allows", { makesWay: true }, "send", true],
  ];
  for (const [name, observed, expected, allowRedial = false] of cases) {
    it(name, () => {
      const decision = decideDelete({ ...usual, ...observed }, allowRedial);
      assert.equal("because" in decision ? `${decision.do}: ${decision.because}` : decision.do, expected);
    });
  }
});

describe("another number, where this run creates a lead for the person who had it", () => {
  const cases: [string, Parameters<typeof mayRenumber>, boolean][] = [
    ["nobody wants the number", [false, "completed", false], true],
    ["the person waits: nobody has called yet", [true, "created", false], true],
    ["the person was called", [true, "completed", false], false],
    ["nobody can tell", [true, "gone", false], false],
    ["the person was called, allowed for this run", [true, "completed", true], true],
  ];
  for (const [name, asked, expected] of cases) it(name, () => assert.equal(mayRenumber(...asked), expected));
});

describe("a number that this run has taken from a person's lead, for another lead", () => {
  const cases: [string, Parameters<typeof mayTakeNumber>, boolean][] = [
    ["nobody had it", [undefined, "created", false], true],
    ["the person waited", [{ leadId: 7, status: "created" }, "created", false], true],
    ["the person was called, and this lead waits", [{ leadId: 7, status: "completed" }, "created", false], false],
    ["nobody can tell, and this lead waits", [{ leadId: 7, status: undefined }, "rescheduled", false], false],
    ["the person was called, and so was this lead", [{ leadId: 7, status: "completed" }, "completed", false], true],
    ["the person was called, allowed for this run", [{ leadId: 7, status: "completed" }, "created", true], true],
  ];
  for (const [name, asked, expected] of cases) it(name, () => assert.equal(mayTakeNumber(...asked), expected));
});
