import assert from "node:assert/strict";
import { wireAssistantList, wirePhoneNumberList } from "../../src/famulor/wire/account";
import { campaignToWire, wireCampaignPage, wireCampaignStatus } from "../../src/famulor/wire/campaigns";
import { leadChangeToWire, leadToWire, wireCreatedLead, wireLeadPage } from "../../src/famulor/wire/leads";

const ROW = {
  id: 7,
  campaign_id: 1,
  phone_number: "+493023125000",
  variables: { name: "Anna" },
  status: "created",
  created_at: "2026-06-30 11:53:20",
  updated_at: "2026-06-30 11:53:21",
  campaign: { id: 1, name: "Spring" },
  secondary_contacts: [{ id: 8, phone_number: "+493023125001", variables: {}, status: "created" }],
};
const LEAD = {
  leadId: 7,
  campaignId: 1,
  phoneNumber: "+493023125000",
  variables: { name: "Anna" },
  status: "created",
  createdAt: "2026-06-30 11:53:20",
  updatedAt: "2026-06-30 11:53:21",
  campaignName: "Spring",
  secondaryContacts: [{ contactId: 8, phoneNumber: "+493023125001" }],
  unreadableContacts: 0,
};
const page = (...rows: unknown[]) => ({ data: rows, current_page: 1, last_page: 1, total: rows.length });

describe("a lead on the wire", () => {
  it("has our names", () => {
    assert.deepEqual(wireCreatedLead.parse({ data: ROW }), LEAD);
    assert.deepEqual(wireCreatedLead.parse([{ data: ROW }]), LEAD);
    assert.deepEqual(wireLeadPage.parse(page(ROW)).leads, [LEAD]);
  });

  const NOTHING = undefined;
  const odd: [field: keyof typeof ROW, value: unknown, read: Partial<Record<keyof typeof LEAD, unknown>>][] = [
    ["campaign_id", "one", { campaignId: 1 }],
    ["campaign_id", "4711", { campaignId: 4711 }],
    ["phone_number", 493023125000, { phoneNumber: NOTHING }],
    ["phone_number", null, { phoneNumber: NOTHING }],
    ["variables", "name=Anna", { variables: {} }],
    ["variables", [], { variables: {} }],
    ["variables", [{ name: "Anna" }, { city: "Bonn" }], { variables: { name: "Anna", city: "Bonn" } }],
    ["status", 3, { status: NOTHING }],
    ["status", { name: "created" }, { status: NOTHING }],
    ["created_at", { date: "2026-06-30" }, { createdAt: NOTHING }],
    ["updated_at", 0, { updatedAt: NOTHING }],
    ["campaign", "Spring", { campaignName: NOTHING }],
    ["campaign", [], { campaignName: NOTHING }],
    ["campaign", { id: {}, name: "Spring" }, {}],
    ["campaign", { id: 1, name: 7 }, { campaignName: NOTHING }],
    ["secondary_contacts", {}, { secondaryContacts: NOTHING }],
    ["secondary_contacts", null, { secondaryContacts: NOTHING }],
    ["secondary_contacts", { "1": ROW.secondary_contacts[0] }, { secondaryContacts: NOTHING, unreadableContacts: 1 }],
    ["secondary_contacts", "8", { secondaryContacts: NOTHING, unreadableContacts: 1 }],
    ["secondary_contacts", [null, "odd", { id: 9 }, ...ROW.secondary_contacts], { unreadableContacts: 3 }],
  ];
  for (const [field, value, read] of odd) {
    it(`is read although ${field} is ${JSON.stringify(value)}`, () => {
      const row = { ...ROW, [field]: value };
      assert.deepEqual(wireCreatedLead.parse({ data: row }), { ...LEAD, ...read });
      assert.deepEqual(wireLeadPage.parse(page(ROW, row)).leads, [LEAD, { ...LEAD, ...read }]);
    });
  }

  it("needs an ID and nothing else", () => {
    assert.equal(wireCreatedLead.parse({ data: { id: "1234569" } }).leadId, 1234569);
    for (const id of [undefined, null, 0, -1, 1.5, "x", "", {}, 1e300]) {
      assert.equal(wireCreatedLead.safeParse({ data: { ...ROW, id } }).success, false, String(id));
      assert.equal(wireLeadPage.safeParse(page(ROW, { ...ROW, id })).success, false, String(id));
    }
  });

  it("is sent with every field", () => {
    assert.deepEqual(leadToWire({ campaignId: 1, phoneNumber: "+493023125000" }), {
      campaign_id: 1,
      phone_number: "+493023125000",
      variables: {},
      allow_dupplicate: false,
      secondary_contacts: [],
    });
    assert.deepEqual(JSON.parse(JSON.stringify(leadChangeToWire({ phoneNumber: "+493023125000" }))), {
      phone_number: "+493023125000",
    });
  });
});

describe("what else is on the wire", () => {
  it("a campaign is sent with what is set", () => {
    const body = campaignToWire({ name: "Spring", assistantId: 3, retryIntervalMinutes: 30 });
    assert.deepEqual(JSON.parse(JSON.stringify(body)), { name: "Spring", assistant_id: 3, retry_interval: 30 });
  });

  it("campaigns in each form of their list, odd settings left out", () => {
    const wire = {
      id: 1,
      name: "Spring",
      max_retries: "many",
      allowed_hours_start_time: "09:00:00",
      allowed_days: "all",
    };
    for (const body of [[wire], { campaigns: [wire] }, { data: [wire] }]) {
      const [campaign] = wireCampaignPage.parse(body).campaigns;
      assert.equal(campaign?.name, "Spring");
      assert.equal(campaign?.allowedHoursStartTime, "09:00");
      assert.equal(campaign?.maxRetries, undefined);
      assert.equal(campaign?.allowedDays, undefined);
    }
  });

  it("the answer to start and stop, whatever is in it", () => {
    assert.equal(wireCampaignStatus.parse({ data: { campaign_id: 1, status: "in-progress" } }), "in-progress");
    for (const body of [{ message: "done" }, { data: [] }, { data: null }, { data: { status: 1 } }, [], "done"]) {
      assert.equal(wireCampaignStatus.parse(body), undefined, JSON.stringify(body));
    }
  });

  it("assistants and phone numbers, of which one is odd", () => {
    const assistants = wireAssistantList.parse([
      { id: 1, name: null, variables: 7 },
      { id: "2", name: "Bo", variables: { a: "" } },
    ]);
    assert.deepEqual(
      assistants.map(({ assistantId, name, variableNames }) => [assistantId, name, variableNames]),
      [
        [1, "", []],
        [2, "Bo", ["a"]],
      ],
    );
    const numbers = wirePhoneNumberList.parse({ data: [{ id: 1 }, { id: 2, phone_number: "+493023125000" }] });
    assert.deepEqual(
      numbers.map(({ phoneNumber }) => phoneNumber),
      ["", "+493023125000"],
    );
  });
});
