import assert from "node:assert/strict";
import type { Lead } from "../../src/famulor/schema";
import { arrangeLeads } from "../../src/provider/lead-adoption";
import type { LeadArgs } from "../../src/provider/lead-args";
import { findMade } from "../../src/provider/lead-recovery";

const PHONE_NUMBER = "+493023125000";
const CONTACT_NUMBER = "+493023125001";
const sent: LeadArgs = {
  campaignId: 1,
  phoneNumber: PHONE_NUMBER,
  variables: { name: "Anna", visits: 2 },
  secondaryContacts: [{ phoneNumber: CONTACT_NUMBER }],
};
const listed = (leadId: number, change: Partial<Lead> = {}): Lead =>
  ({
    leadId,
    campaignId: 1,
    phoneNumber: PHONE_NUMBER,
    variables: { name: "Anna", visits: "2", greeting: "from the assistant" },
    secondaryContacts: [{ contactId: leadId + 1, phoneNumber: CONTACT_NUMBER, variables: {} }],
    ...change,
  }) as Lead;
const nobody = { isHeld: () => false, highestSeenId: 10 };

describe("what a list says about a create whose outcome is unknown", () => {
  const cases: [string, Lead[], string, Partial<typeof nobody>?][] = [
    ["an empty one: nothing", [], "nothing"],
    ["the lead with the content that was sent: ours", [listed(11)], "ours"],
    ["one whose ID had been given out before: older", [listed(10)], "older"],
    ["another number: nothing", [listed(11, { phoneNumber: "+493023125009" })], "nothing"],
    ["other variables: foreign", [listed(11, { variables: { name: "Bert" } })], "foreign"],
    ["other secondary contacts: foreign", [listed(11, { secondaryContacts: [] })], "foreign"],
    ["two of them: foreign", [listed(11), listed(13)], "foreign"],
    ["one that another resource has: foreign", [listed(11)], "foreign", { isHeld: () => true }],
    [
      "a row that is somebody's secondary contact: nothing",
      [
        listed(11),
        listed(12, {
          phoneNumber: "+493023125009",
          secondaryContacts: [{ contactId: 11, phoneNumber: PHONE_NUMBER }] as never,
        }),
      ],
      "nothing",
    ],
  ];
  for (const [name, leads, expected, circumstances] of cases) {
    it(name, () => assert.equal(findMade(sent, arrangeLeads(leads), { ...nobody, ...circumstances }).is, expected));
  }
});
