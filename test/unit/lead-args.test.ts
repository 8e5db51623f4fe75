import assert from "node:assert/strict";
import { type Declared, markUnknowns } from "../../src/provider/engine/unknown";
import { leadProblems as problemsOf } from "../../src/provider/lead/args";
import { resolveSettings, type Settings } from "../../src/provider/session/settings";
import type { LeadArgs } from "../../src/state/lead";

/** As the boundary hands them over. */
const leadProblems = (news: object, settings: Settings | undefined) =>
  problemsOf(markUnknowns(news) as Declared<LeadArgs>, settings);

const good = { campaignId: 1, phoneNumber: "+493023125000" };
const contacts = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ phoneNumber: `+4930231251${String(index).padStart(2, "0")}` }));

/** As the engine sends them: always strings, whatever the value's type will be. */
const unknowns = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

describe("the arguments of a lead", () => {
  const fine: [string, Record<string, unknown>][] = [
    ["the smallest lead", good],
    [
      "all of them",
      { ...good, variables: { a: "x", b: 1, c: false }, secondaryContacts: contacts(10), allowDuplicate: true },
    ],
    ["empty collections", { ...good, variables: {}, secondaryContacts: [] }],
  ];
  for (const [name, args] of fine) it(`accept ${name}`, () => assert.deepEqual(leadProblems(args, undefined), []));

  const bad: [string, Record<string, unknown>, RegExp][] = [
    ["a national number", { ...good, phoneNumber: "030 23125000" }, /^phoneNumber: must be in E\.164/],
    ["no number", { campaignId: 1 }, /^phoneNumber: is required/],
    ["a negative campaign", { ...good, campaignId: -1 }, /^campaignId: must be a whole number above 0/],
    ["half a campaign", { ...good, campaignId: 1.5 }, /^campaignId: must be a whole number above 0/],
    ["a campaign as a string", { ...good, campaignId: "1" }, /^campaignId: must be a campaign or its ID, a number/],
    [
      "a nested variable",
      { ...good, variables: { a: { b: 1 } } },
      /^variables\.a: must be a string, a number or a boolean/,
    ],
    [
      "eleven contacts",
      { ...good, secondaryContacts: contacts(11) },
      /^secondaryContacts: must have at most 10 entries/,
    ],
    [
      "a contact with the lead's number",
      { ...good, secondaryContacts: [{ phoneNumber: good.phoneNumber }] },
      /^secondaryContacts\[0\]\.phoneNumber: must differ from phoneNumber/,
    ],
    [
      "two contacts with one number",
      { ...good, secondaryContacts: [...contacts(1), ...contacts(1)] },
      /^secondaryContacts\[1\]\.phoneNumber: must differ from secondaryContacts\[0\]\.phoneNumber/,
    ],
    ["a misspelt argument", { ...good, allowDupplicate: true }, /^allowDupplicate: is not an argument/],
    [
      "a misspelt one in a contact",
      { ...good, secondaryContacts: [{ phone: "+4930" }] },
      /^secondaryContacts\[0\]\.phoneNumber: is required/,
    ],
    [
      "what does not fit into state",
      { ...good, variables: { text: "x".repeat(33_000) } },
      /^variables: the lead has \d+ bytes/,
    ],
  ];
  for (const [name, args, expected] of bad) {
    it(`refuse ${name}`, () => assert.match(leadProblems(args, undefined)[0] ?? "no problem", expected));
  }

  it("report all problems at once, and never a value", () => {
    const problems = leadProblems(
      { campaignId: 0, phoneNumber: "0171 5551234", variables: { a: null }, allowDuplicate: "yes", colour: "red" },
      undefined,
    );
    assert.equal(problems.length, 5);
    assert.doesNotMatch(problems.join(), /0171|5551234|yes|red/);
  });

  const once: [string, object, RegExp, string?][] = [
    [
      "a national number, in its shape",
      { ...good, phoneNumber: "030 / 23125000" },
      /^phoneNumber: must be in E\.164: .*, like \+493023125000, and this one is `0xx \/ xxxxxxxx`$/,
    ],
    ["an empty number", { ...good, phoneNumber: "" }, /and this one is empty$/],
    ["a text in its place", { ...good, phoneNumber: "call Anna!" }, /and this one is `aaaa aaaa!`$/],
    [
      "direction marks around a number",
      { ...good, phoneNumber: "\u202a+493023125000\u202c" },
      /has the character U\+202A \(left-to-right embedding, invisible\) and U\+202C \(pop directional formatting, invisible\): type the number again$/,
    ],
    ["a full-width plus", { ...good, phoneNumber: "＋493023125000" }, /has the character U\+FF0B \(full-width plus\)/],
    [
      "a byte order mark before a name, once",
      { campaignId: 1, "\ufeffphoneNumber": "+493023125000" },
      /^\\u\{FEFF\}phoneNumber: the name holds the character U\+FEFF \(byte order mark, invisible\)\. Remove it/,
    ],
    [
      "a contact's too",
      { ...good, secondaryContacts: [{ "phoneNumber\u00a0": "+493023125001" }] },
      /^secondaryContacts\[0\]\.phoneNumber\\u\{A0\}: the name holds the character U\+00A0/,
    ],
    [
      "a number with a 0 after the country code, masked",
      { ...good, phoneNumber: "+4903023125000" },
      /^phoneNumber: must not have a 0 after the country code \+49: leave out the 0 of national calls \(\+4903…00\)$/,
    ],
    [
      "a number outside the guard, masked",
      { ...good, phoneNumber: "+12125550100" },
      /^phoneNumber: is not allowed by FAMULOR_ALLOWED_PHONE_NUMBERS, so \+1212…00 must not be called$/,
      "+4930231",
    ],
    ["a wrong number outside the guard", { ...good, phoneNumber: "0171 3920000" }, /must be in E\.164/, "+4930231"],
    [
      "a variable that is named like a number, masked",
      { ...good, variables: { "+493023125009": null } },
      /^variables\.\+4930…09: must be/,
    ],
    [
      "one number twice, masked",
      { ...good, secondaryContacts: [{ phoneNumber: good.phoneNumber }] },
      /the same person \(\+4930…00\) would be called twice$/,
    ],
  ];
  for (const [name, args, expected, guard] of once) {
    it(`refuse ${name}, with one problem`, () => {
      const env = { FAMULOR_API_KEY: "k", ...(guard ? { FAMULOR_ALLOWED_PHONE_NUMBERS: guard } : {}) };
      const problems = leadProblems(args, resolveSettings({ config: undefined, env }).settings);
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", expected);
    });
  }

  it("still say that a number is missing beside another name with an invisible character", () => {
    const problems = leadProblems({ campaignId: 1, "\ufeffcolour": "red" }, undefined);
    assert.equal(problems.length, 2);
  });

  it("accept a value that is not known yet anywhere", () => {
    for (const unknown of unknowns) {
      const places = [
        { ...good, campaignId: unknown },
        { ...good, phoneNumber: unknown, secondaryContacts: [{ phoneNumber: unknown }, { phoneNumber: unknown }] },
        { ...good, variables: unknown },
        { ...good, variables: { a: unknown } },
        { ...good, secondaryContacts: unknown },
        { ...good, secondaryContacts: [unknown] },
        { ...good, secondaryContacts: [{ phoneNumber: "+493023125001", variables: { a: unknown } }] },
        { ...good, allowDuplicate: unknown },
      ];
      for (const args of places) assert.deepEqual(leadProblems(args, undefined), [], JSON.stringify(args));
    }
  });

  it("still refuse what is wrong beside an unknown", () => {
    const problems = leadProblems({ campaignId: unknowns[0], phoneNumber: "123" }, undefined);
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /^phoneNumber: must be in E\.164/);
  });

  it("hold every number against the guard", () => {
    const { settings } = resolveSettings({
      config: undefined,
      env: { FAMULOR_API_KEY: "k", FAMULOR_ALLOWED_PHONE_NUMBERS: "+4930231" },
    });
    assert.deepEqual(leadProblems({ ...good, secondaryContacts: contacts(2) }, settings), []);
    const problems = leadProblems(
      { campaignId: 1, phoneNumber: "+12125550100", secondaryContacts: [{ phoneNumber: "+447700900001" }] },
      settings,
    );
    assert.match(problems[0] ?? "", /^phoneNumber: is not allowed by FAMULOR_ALLOWED_PHONE_NUMBERS/);
    assert.match(problems[1] ?? "", /^secondaryContacts\[0\]\.phoneNumber: is not allowed/);
  });
});
