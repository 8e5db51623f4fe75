import assert from "node:assert/strict";
import type { Lead } from "../../src/famulor/wire/leads";
import { arrangeLeads, matchIn } from "../../src/provider/lead/observe";
import type { LeadArgs } from "../../src/state/lead";

const PHONE_NUMBER = "+493023125000";
const CONTACT_NUMBER = "+493023125001";
const declared: LeadArgs = {
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
    secondaryContacts: [{ contactId: leadId + 1, phoneNumber: CONTACT_NUMBER }],
    ...change,
  }) as Lead;

interface Situation {
  isHeld?: boolean;
  isRetained?: boolean;
  hasLeft?: boolean;
  allowDuplicate?: boolean;
  /** One more declared variable. */
  title?: string;
}

describe("the lead of a campaign that a create would duplicate", () => {
  const cases: [string, Lead[], string, Situation?][] = [
    ["an empty campaign: none", [], "none"],
    ["the declared content: identical", [listed(11)], "11 identical"],
    [
      "the declared content as Laravel stores it: identical",
      [listed(11, { variables: { name: " Anna", visits: "2", title: null } })],
      "11 identical",
      { title: "" },
    ],
    ["an empty text that is missing: identical", [listed(11)], "11 identical", { title: " " }],
    ["another number: none", [listed(11, { phoneNumber: "+493023125009" })], "none"],
    ["other variables: not identical", [listed(11, { variables: { name: "Bert" } })], "11"],
    ["other contacts: cannot be taken over", [listed(11, { secondaryContacts: [] })], "11 other contacts"],
    ["two leads: cannot be taken over", [listed(11), listed(13)], "11 identical several"],
    [
      "the lead that is replaced, and was kept: cannot be taken over",
      [listed(11)],
      "11 identical retained",
      { isHeld: true, isRetained: true },
    ],
    ["a lead that this run has deleted, in a listing from before: none", [listed(11)], "none", { hasLeft: true }],
    ["a lead of another resource: cannot be taken over", [listed(11)], "11 identical held", { isHeld: true }],
    [
      "a row that is somebody's secondary contact: none",
      [
        listed(11),
        listed(12, {
          phoneNumber: "+493023125009",
          secondaryContacts: [{ contactId: 11, phoneNumber: PHONE_NUMBER }],
        }),
      ],
      "none",
    ],
    [
      "under allowDuplicate, one with other content: none",
      [listed(11, { variables: { name: "Bert" } })],
      "none",
      { allowDuplicate: true },
    ],
    ["under allowDuplicate, an identical one: it", [listed(11)], "11 identical", { allowDuplicate: true }],
    [
      "under allowDuplicate, an identical one of another resource: none",
      [listed(11)],
      "none",
      { allowDuplicate: true, isHeld: true },
    ],
  ];
  for (const [
    name,
    leads,
    expected,
    { isHeld = false, isRetained = false, hasLeft = false, allowDuplicate = false, title } = {},
  ] of cases) {
    it(name, () => {
      const match = matchIn(
        arrangeLeads(leads),
        {
          ...declared,
          allowDuplicate,
          variables: { ...declared.variables, ...(title === undefined ? {} : { title }) },
        },
        { isHeld: () => isHeld, isBeingReplaced: () => isRetained, hasLeft: () => hasLeft },
      );
      const shown = match && [match.lead.leadId, match.isIdentical && "identical", match.obstacle?.is];
      assert.equal(shown ? shown.filter(Boolean).join(" ") : "none", expected);
    });
  }
});
