import assert from "node:assert/strict";
import type { Sandbox } from "../../src/sandbox";
import type { Fault, FaultProxy } from "../support/fault-proxy";
import { failureOf, type Hooks, type RunningProvider } from "../support/hooks";
import { countStarting, requestsTo } from "../support/journal";
import { type FaultyWorld, startFaultyWorld } from "../support/world";

const spring = { name: "Spring", assistantId: 1, maxRetries: 2 };
const UNKNOWN: Fault[] = ["reset-after", "half-body-after", "html-after", "nonsense-after"];

describe("a campaign, when Famulor or the network fails", function () {
  this.timeout(60_000);
  let world: FaultyWorld;
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let provider: RunningProvider;
  let campaign: Hooks;
  let run: Hooks;

  beforeEach(async () => {
    world = await startFaultyWorld({
      sandbox: { campaigns: [{ name: "Other" }] },
      config: { "famulor:requestTimeoutSeconds": "0.5" },
    });
    ({ sandbox, proxy, provider } = world);
    campaign = provider.of("campaign");
    run = provider.of("campaignRun");
  });
  afterEach(() => world.close());
  const sent = (start: string) => countStarting(requestsTo(sandbox), start);
  const withLead = (campaignId: string | number) =>
    sandbox.account.addLead({ campaign_id: campaignId, phone_number: "+493023125000" });

  for (const fault of [...UNKNOWN, "stall-after"] as Fault[]) {
    it(`is found in the listing and not created twice after "${fault}"`, async () => {
      proxy.breakNext("POST /user/campaigns", fault);
      const { id, outs } = await campaign.create(spring);
      assert.equal(id, "2");
      assert.equal(outs.status, "draft");
      assert.equal(sent("POST"), 1);
      assert.equal(sandbox.campaigns.length, 2);
    });
  }

  it("that may not have been created is not created again; the next run looks for it", async () => {
    proxy.breakNext("POST /user/campaigns", "reset-before");
    await assert.rejects(campaign.create(spring), /unknown outcome.*FAMULOR_ADOPT=identical pulumi up takes it over/);
    assert.equal(sent("POST"), 0);
    assert.equal((await campaign.create(spring)).id, "2");
  });

  for (const fault of UNKNOWN) {
    it(`is deleted with its leads in spite of "${fault}", again and again`, async () => {
      const { id, outs } = await campaign.create({ ...spring, forceDestroy: true });
      withLead(id);
      proxy.breakNext(`DELETE /user/campaign/${id}`, fault, fault, fault, fault);
      await campaign.delete(id, outs);
      assert.deepEqual([sandbox.campaigns.length, sandbox.leads.length], [1, 0]);
    });
  }

  it("is deleted although Famulor fails before it acts, more often than a request is repeated", async () => {
    const { id, outs } = await campaign.create({ ...spring, forceDestroy: true });
    const failure: Fault = { status: 503, body: "{}", when: "before" };
    proxy.breakNext(`DELETE /user/campaign/${id}`, failure, failure, failure, "reset-before");
    await campaign.delete(id, outs);
    assert.equal(sandbox.campaigns.length, 1);
  });

  it("whose delete is refused says what is left and how to go on", async () => {
    const { id, outs } = await campaign.create({ ...spring, forceDestroy: true });
    withLead(id);
    proxy.breakNext(`DELETE /user/campaign/${id}`, { status: 403, body: `{"message":"No"}`, when: "before" });
    await assert.rejects(
      campaign.delete(id, outs),
      /Campaign 2 and its leads are still in Famulor.*Run the same command again to delete them/,
    );
    await campaign.delete(id, outs);
    assert.equal(sandbox.leads.length, 0);
  });

  it("is not deleted when its leads cannot be counted, whatever that is answered", async () => {
    const { id, outs } = await campaign.create(spring);
    withLead(Number(id));
    for (const status of [404, 422]) {
      proxy.breakNext("GET /user/leads", { status, body: `{"message":"No"}`, when: "before" });
      await assert.rejects(campaign.delete(id, outs), new RegExp(`answered ${status}`));
    }
    assert.equal(sandbox.leads.length, 1);
  });

  it("of a sandbox that has ended is gone with it", async () => {
    const { id, outs } = await campaign.create(spring);
    await sandbox.close();
    await proxy.close();
    await campaign.delete(id, outs);
    assert.match(provider.output, /campaign 2: the sandbox at .* is gone/);
  });

  it("is not dropped from state on a broken or wrong list", async () => {
    const { id, outs } = await campaign.create(spring);
    const broken: Fault[] = [
      { status: 500, body: "{}", when: "before" },
      {
        status: 200,
        body: `{"message":"nothing here"}`,
        when: "before",
        headers: { "content-type": "application/json" },
      },
      { status: 200, body: "<html></html>", when: "before", headers: { "content-type": "text/html" } },
    ];
    for (const fault of broken) {
      proxy.breakNext("GET /user/campaigns", fault, fault, fault, fault);
      await assert.rejects(campaign.read(id, outs));
      proxy.clearFaults();
    }
    assert.equal((await campaign.read(id, outs)).id, id);
  });

  for (const fault of UNKNOWN) {
    it(`runs after one start whose answer was lost by "${fault}"`, async () => {
      withLead(1);
      proxy.breakNext("POST /user/campaigns/update-status", fault);
      const { outs } = await run.create({ campaignId: 1 });
      assert.equal(outs.status, "in-progress");
      assert.equal(sent("POST"), 1);
    });
  }

  it("is started again when the listing shows that the first start never arrived", async () => {
    withLead(1);
    proxy.breakNext("POST /user/campaigns/update-status", "reset-before");
    const { outs } = await run.create({ campaignId: 1 });
    assert.equal(outs.status, "in-progress");
  });

  it("that may be running is kept in state, so that it is stopped or started for sure", async () => {
    withLead(1);
    proxy.breakNext("POST /user/campaigns/update-status", "reset-after");
    const failure: Fault = { status: 500, body: "{}", when: "before" };
    proxy.breakNext("GET /user/campaigns", ...Array<Fault>(9).fill(failure));
    const { partial } = await failureOf(run.create({ campaignId: 1 }));
    assert.match(String(partial?.reasons.join()), /Campaign 1 may be running/);
    assert.equal(partial?.id, "1");
    assert.match(String(partial?.properties.__provider), /campaignRun/);
    proxy.clearFaults();
    const { __provider, ...outs } = partial?.properties ?? {};
    assert.equal((await run.diff("1", outs, { campaignId: 1 })).changes, 2, "to be finished");
    const finished = await run.update("1", outs, { campaignId: 1 });
    assert.equal(finished.status, "in-progress");
    assert.equal(finished.unfinished, undefined);
    const next = await world.newRun();
    await next.of("campaignRun").delete("1", finished);
    assert.equal(sandbox.campaigns[0]?.status, "stopped");
  });
});
