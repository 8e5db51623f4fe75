import assert from "node:assert/strict";
import { UNKNOWN } from "../../src/provider/engine/unknown";
import { leadChanges } from "../../src/provider/lead/changes";
import type { LeadArgs, LeadState } from "../../src/state/lead";

const CONTACTS = [{ phoneNumber: "+493023125001", variables: { name: "Ben" } }];
const args: LeadArgs = {
  campaignId: 1,
  phoneNumber: "+493023125000",
  variables: { name: "Anna", visits: 2 },
  secondaryContacts: CONTACTS,
};
/** As an earlier refresh may have stored it. */
const nulled = { variables: JSON.parse('{"name":"Anna","old":null}') };
const state: LeadState = { ...args, leadId: 7, status: "completed", secondaryContactIds: [8] };

describe("what differs between a lead in the state and as declared", () => {
  const cases: [string, object, object, object?][] = [
    ["nothing", {}, {}],
    ["equal as text", { variables: { name: "Anna", visits: "2" } }, {}],
    ["other blanks around a value", { variables: { name: "\u00a0Anna ", visits: 2 } }, {}],
    ["an empty text for null", { variables: { name: "Anna", old: "" } }, {}, nulled],
    [
      "an empty text for blanks",
      { variables: { name: "Anna", old: "" } },
      {},
      { variables: { name: "Anna", old: " " } },
    ],
    ["a removed null", { variables: { name: "Anna" } }, {}, nulled],
    [
      "a new empty text, which may overwrite the assistant's default",
      { variables: { ...args.variables, greeting: "" } },
      { send: { variables: { greeting: "" } } },
    ],
    ["a blank inside a value", { variables: { name: "An na", visits: 2 } }, { send: { variables: { name: "An na" } } }],
    [
      "other blanks in a contact's variables",
      { secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: " Ben", title: "" } }] },
      {},
    ],
    ["another campaign", { campaignId: 2 }, { send: { campaignId: 2 } }],
    ["another number", { phoneNumber: "+493023125009" }, { send: { phoneNumber: "+493023125009" } }],
    ["a changed variable", { variables: { name: "Bert", visits: 2 } }, { send: { variables: { name: "Bert" } } }],
    ["a removed variable", { variables: { name: "Anna" } }, { send: { variables: { visits: "" } } }],
    [
      "a variable that was removed before",
      { variables: { name: "Anna" } },
      {},
      { variables: { name: "Anna", old: "" } },
    ],
    ["all variables removed", { variables: undefined }, { send: { variables: { name: "", visits: "" } } }],
    [
      "a removed variable with the name of something that every object inherits",
      {},
      { send: { variables: { constructor: "" } } },
      { variables: JSON.parse('{"name":"Anna","visits":2,"constructor":"x"}') },
    ],
    ["other contacts", { secondaryContacts: [] }, { isReplacement: true }],
    ["a contact's variable", { secondaryContacts: [{ phoneNumber: "+493023125001" }] }, { isReplacement: true }],
    [
      "another number of a contact",
      { secondaryContacts: [{ phoneNumber: "+493023125002", variables: { name: "Ben" } }] },
      { isReplacement: true },
    ],
    [
      "one more contact",
      { secondaryContacts: [...CONTACTS, { phoneNumber: "+493023125002" }] },
      { isReplacement: true },
    ],
    [
      "the second of two contacts",
      { secondaryContacts: [...CONTACTS, { phoneNumber: "+493023125003" }] },
      { isReplacement: true },
      { secondaryContacts: [...CONTACTS, { phoneNumber: "+493023125002" }] },
    ],
    [
      "one of two variables of a contact",
      { secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben", role: "b" } }] },
      { isReplacement: true },
      { secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben", role: "a" } }] },
    ],
    ["no contacts, as before", { secondaryContacts: undefined }, {}, { secondaryContacts: [] }],
    ["an empty list of contacts, as before", { secondaryContacts: [] }, {}, { secondaryContacts: undefined }],
    ["a first status", { status: "created" }, { send: { status: "created" } }],
    ["the status that was carried out", { status: "completed" }, {}, { requestedStatus: "completed" }],
    ["a status that is not declared any more", {}, { isUpdate: true }, { requestedStatus: "completed" }],
    ["allowDuplicate", { allowDuplicate: true }, { isUpdate: true }],
    ["adoptExisting", { adoptExisting: true }, { isUpdate: true }],
    ["allowDuplicate: false", { allowDuplicate: false }, {}],
    ["an unknown campaign", { campaignId: UNKNOWN }, { isUpdate: true }],
    ["unknown variables", { variables: UNKNOWN }, { isUpdate: true }],
    ["an unknown variable", { variables: { name: UNKNOWN, visits: 2 } }, { isUpdate: true }],
    [
      "an unknown variable beside a changed one",
      { variables: { name: UNKNOWN, visits: 3 } },
      { send: { variables: { visits: 3 } } },
    ],
    ["unknown contacts replace nothing", { secondaryContacts: UNKNOWN }, { isUpdate: true }],
    ["nor does an unknown number", { secondaryContacts: [{ phoneNumber: UNKNOWN }] }, { isUpdate: true }],
  ];
  for (const [name, news, expected, olds] of cases) {
    it(name, () => {
      const changes = leadChanges({ ...state, ...olds }, { ...args, ...news });
      const isUpdate = "send" in expected;
      assert.deepEqual(changes, { send: {}, isUpdate, isReplacement: false, ...expected });
    });
  }
});
