import assert from "node:assert/strict";
import type { Lead } from "../../src/famulor/wire/leads";
import { guardOf, notAllowed, outsidersAmong, refusedBy } from "../../src/provider/session/guard";

const BERLIN = "+493023125000";
const MOBILE = "+491713920000";
const NEW_YORK = "+12125550100";
/** Directory assistance: the one number here that somebody answers. */
const REAL = "+12125551212";

const guard = (...texts: unknown[]) => {
  const { guard: parsed, problems } = guardOf(texts.map((text, index) => ({ setting: `list ${index + 1}`, text })));
  assert.deepEqual(problems, []);
  return parsed;
};

describe("the guard", () => {
  const cases: [lists: unknown[], allowed: string[], refused: Record<string, string>][] = [
    [[], [BERLIN, REAL], {}],
    [[undefined], [REAL], {}],
    [["any"], [REAL], {}],
    [[" any "], [REAL], {}],
    [["fictional"], [BERLIN, MOBILE, NEW_YORK], { [REAL]: "list 1" }],
    [["+49"], [BERLIN, MOBILE], { [NEW_YORK]: "list 1" }],
    [["+4930, +1212"], [BERLIN, NEW_YORK, REAL], { [MOBILE]: "list 1" }],
    [[`fictional,${REAL}`], [BERLIN, REAL], { "+12125551213": "list 1" }],
    // Each list can only tighten the others, in any order.
    [["any", "fictional"], [BERLIN], { [REAL]: "list 2" }],
    [["fictional", "any"], [BERLIN], { [REAL]: "list 1" }],
    [["+49", "+4930"], [BERLIN], { [MOBILE]: "list 2", [NEW_YORK]: "list 1" }],
    [["+1", "fictional"], [NEW_YORK], { [BERLIN]: "list 1", [REAL]: "list 2" }],
    [["+49", "+1"], [], { [BERLIN]: "list 2", [NEW_YORK]: "list 1" }],
    [[undefined, "+4930", undefined], [BERLIN], { [MOBILE]: "list 2" }],
  ];
  for (const [lists, allowed, refused] of cases) {
    it(`of ${JSON.stringify(lists)} allows what every list allows, and names the list that forbids a number`, () => {
      for (const number of allowed) assert.equal(refusedBy(guard(...lists), number), undefined, number);
      for (const [number, list] of Object.entries(refused)) assert.equal(refusedBy(guard(...lists), number), list);
    });
  }

  const unusable: [unknown, RegExp][] = [
    ["", /^is set but empty, and would allow nobody\. .* To allow every number: any\.$/],
    [" ", /^is set but empty/],
    [",", /^is set but empty/],
    [null, /^is set but empty/],
    ["+49,", /^must be `any`, or a comma-separated list .* Entry 2 of 2 is neither\.$/],
    ["+49;+1", /^must be/],
    ["4930", /^must be/],
    ["+049", /^must be/],
    ["0049", /^must be/],
    ["+49 30", /^must be/],
    ["+", /^must be/],
    ["+4930231250000000", /^must be/],
    ["none", /^must be/],
    ["Fictional", /^must be/],
    ["any,+49", /`any` must stand alone\.$/],
    ["any\u200b", /^must be/],
    ["\uff0b49", /^must be/],
    ['["+49"]', /^must be/],
    [true, /^must be/],
  ];
  for (const [text, problem] of unusable) {
    it(`of ${JSON.stringify(text)} is refused, rather than allow everybody`, () => {
      const { problems } = guardOf([{ setting: "list", text }]);
      assert.equal(problems.length, 1);
      assert.match(problems[0]?.replace(/^list: /, "") ?? "", problem);
    });
  }

  it("masks the number that it refuses", () => {
    assert.equal(notAllowed(REAL, "list"), "is not allowed by list, so +1212…12 must not be called");
  });
});

describe("the outsiders of a listing", () => {
  const lead = (change: Partial<Lead>) =>
    ({ leadId: 7, phoneNumber: BERLIN, secondaryContacts: [], unreadableContacts: 0, ...change }) as Lead;
  const outsiders = (change: Partial<Lead>) => outsidersAmong(guard("fictional", "+49"), [lead({}), lead(change)]);

  it("are leads and contacts whose number a list forbids, each with that list", () => {
    assert.deepEqual(outsiders({}), []);
    assert.deepEqual(outsiders({ leadId: 9, phoneNumber: REAL }), [
      { person: "lead 9", phoneNumber: REAL, setting: "list 1" },
    ]);
    const contacts = [
      { contactId: 8, phoneNumber: BERLIN },
      { contactId: 9, phoneNumber: NEW_YORK },
    ];
    assert.deepEqual(outsiders({ secondaryContacts: contacts }), [
      { person: "secondary contact 9 of lead 7", phoneNumber: NEW_YORK, setting: "list 2" },
    ]);
  });

  it("are also people whose number cannot be read: nobody can tell whom Famulor would call", () => {
    assert.deepEqual(outsiders({ phoneNumber: undefined }), [{ person: "lead 7", setting: "list 1" }]);
    assert.deepEqual(outsiders({ unreadableContacts: 2 }), [
      { person: "a secondary contact of lead 7", setting: "list 1" },
      { person: "a secondary contact of lead 7", setting: "list 1" },
    ]);
  });

  it("are none without a guard", () => {
    assert.deepEqual(outsidersAmong([], [lead({ phoneNumber: REAL, unreadableContacts: 1 })]), []);
  });
});
