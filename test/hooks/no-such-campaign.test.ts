import assert from "node:assert/strict";
import type { Sandbox } from "../../src/sandbox";
import { failureOf, type RunningProvider } from "../support/hooks";
import { type FaultyWorld, startFaultyWorld } from "../support/world";

describe("a campaign that does not exist", () => {
  const nobody = { campaignId: 7, phoneNumber: "+493023125000" };
  const named = /^Error: campaignId: there is no campaign 7 in this account\. Nobody was called\./;
  const refusals = [
    { status: 404, body: '{"message":"Campaign not found"}' },
    { status: 404, body: '{"message":"Nicht gefunden"}' },
    {
      status: 422,
      body: '{"message":"The given data was invalid.","errors":{"campaign_id":["Die Kampagne ist ungültig."]}}',
    },
    { status: 422, body: '{"message":"Unprocessable"}' },
  ];
  let world: FaultyWorld;
  let sandbox: Sandbox;
  let provider: RunningProvider;
  beforeEach(async () => {
    world = await startFaultyWorld();
    ({ sandbox, provider } = world);
  });
  afterEach(() => world.close());

  for (const { status, body } of refusals) {
    it(`is named where a create is answered ${status} ${body}`, async () => {
      world.proxy.breakNext("POST /user/lead", { status, body, when: "before" });
      await assert.rejects(provider.create(nobody), named);
      assert.equal(sandbox.leads.length, 0);
    });

    it(`is not blamed for ${status} ${body} where it exists`, async () => {
      world.proxy.breakNext("POST /user/lead", { status, body, when: "before" });
      await assert.rejects(
        provider.create({ ...nobody, campaignId: 1 }),
        new RegExp(`^Error: POST /user/lead answered ${status}`),
      );
    });

    it(`is named where a move is answered ${status} ${body}`, async () => {
      const { id, outs } = await provider.create({ ...nobody, campaignId: 1 });
      const refusal = { status, body, when: "before" } as const;
      for (const route of ["/leads", "/user/leads"]) world.proxy.breakNext(`PUT ${route}/${id}`, refusal);
      await assert.rejects(
        provider.update(id, outs, nobody),
        /campaignId: there is no campaign 7 in this account\. Nothing was changed: the lead is where it was\./,
      );
    });
  }

  it("is not named where the list of campaigns cannot be read", async () => {
    world.proxy.breakNext("GET /user/campaigns", ...Array(9).fill("403-before"));
    await assert.rejects(provider.create(nobody), /^Error: POST \/user\/lead answered 404/);
  });

  it("is named once for a set, which then sends no more", async () => {
    const leads = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`row${index}`, { phoneNumber: `+4930231250${index + 10}` }]),
    );
    const { message } = await failureOf(provider.of("leadSet").create({ campaignId: 7, leads }));
    assert.equal(message.split("there is no campaign 7").length - 1, 1, message);
    assert.ok(sandbox.journal.length < 40, `${sandbox.journal.length} requests`);
  });
});
