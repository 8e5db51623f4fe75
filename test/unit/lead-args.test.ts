import assert from "node:assert/strict";
import { leadProblems } from "../../src/provider/lead-args";
import { resolveSettings } from "../../src/provider/settings";

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
    ["eleven contacts", { ...good, secondaryContacts: contacts(11) }, /^secondaryContacts: must be at most 10/],
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

  it("tell all problems at once, and never a value", () => {
    const problems = leadProblems(
      { campaignId: 0, phoneNumber: "0171 5551234", variables: { a: null }, allowDuplicate: "yes", colour: "red" },
      undefined,
    );
    assert.equal(problems.length, 5);
    assert.doesNotMatch(problems.join(), /0171|5551234|yes|red/);
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

  it("hold every number against famulor:allowedPhoneNumbers", () => {
    const { settings } = resolveSettings({
      config: undefined,
      env: { FAMULOR_API_KEY: "k", FAMULOR_ALLOWED_PHONE_NUMBERS: "+4930231" },
    });
    assert.deepEqual(leadProblems({ ...good, secondaryContacts: contacts(2) }, settings), []);
    const problems = leadProblems(
      { campaignId: 1, phoneNumber: "+12125550100", secondaryContacts: [{ phoneNumber: "+447700900001" }] },
      settings,
    );
    assert.match(problems[0] ?? "", /^phoneNumber: begins with none of the prefixes in famulor:allowedPhoneNumbers/);
    assert.match(problems[1] ?? "", /^secondaryContacts\[0\]\.phoneNumber: begins with none/);
  });
});
