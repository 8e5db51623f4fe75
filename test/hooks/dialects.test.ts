import assert from "node:assert/strict";
import { SANDBOX_DIALECTS, type Sandbox, type SandboxDialect } from "../../src/sandbox";
import type { RunningProvider } from "../support/hooks";
import { type FaultyWorld, startFaultyWorld, startWorld, type World } from "../support/world";

const anna = {
  campaignId: 1,
  phoneNumber: "+493023125000",
  variables: { name: "Anna", visits: 2, vip: true },
  secondaryContacts: [{ phoneNumber: "+493023125001" }, { phoneNumber: "+493023125002" }],
};

describe("every dialect of Famulor's API", () => {
  let world: World;
  let sandbox: Sandbox;
  let provider: RunningProvider;
  const start = async (dialects: SandboxDialect[], config = {}) => {
    world = await startWorld({ sandbox: { dialects }, config });
    ({ sandbox, provider } = world);
  };
  afterEach(() => world.close());
  const count = (method: string) => sandbox.journal.filter((request) => request.method === method).length;

  const dialects = Object.keys(SANDBOX_DIALECTS) as SandboxDialect[];
  for (const dialect of dialects) {
    it(`${dialect}: ${SANDBOX_DIALECTS[dialect]}`, async () => {
      await start([dialect]);
      const { id, outs } = await provider.create(anna);
      const numbers = new Map(
        sandbox.leads[0]?.secondary_contacts.map((contact) => [contact.phone_number, contact.id]),
      );
      assert.deepEqual(outs.secondaryContactIds, [numbers.get("+493023125001"), numbers.get("+493023125002")]);
      assert.equal(outs.campaignName, "Sandbox campaign");
      assert.equal(outs.status, "created");
      assert.equal(typeof outs.createdAt, "string");

      const edited = { ...anna, variables: { name: "Anne", visits: 3, vip: true } };
      const updated = await provider.update(id, outs, edited);
      assert.deepEqual(sandbox.leads[0]?.variables, edited.variables);

      const read = await provider.read(id, updated);
      assert.equal(read.id, id);
      assert.deepEqual(read.inputs, edited, "no false drift");

      sandbox.journal.length = 0;
      assert.equal((await provider.diff(id, read.props, edited)).changes, 1);
      assert.equal(sandbox.journal.length, 0, "a no-op asks for nothing");

      await provider.delete(id, read.props);
      assert.deepEqual(sandbox.leads, []);
      // And a lead that vanished is still distinguished from a lead that exists.
      const next = await world.newRun();
      const second = await next.create({ ...anna, secondaryContacts: [] });
      sandbox.account.removeLead(Number(second.id));
      assert.equal((await next.read(second.id, second.outs)).id, "");
      assert.equal(count("POST"), 1);
    });
  }

  const blanks = { ...anna, variables: { name: "Anna ", title: "", note: "  " }, secondaryContacts: [] };
  for (const dialect of [undefined, "trims-strings", "empty-is-missing"] as const) {
    const start = async () => {
      world = await startFaultyWorld({ sandbox: { dialects: dialect ? [dialect] : [] } });
      ({ sandbox, provider } = world);
      return (world as FaultyWorld).proxy;
    };

    it(`${dialect}: blanks and empty texts are no drift`, async () => {
      await start();
      const { id, outs } = await provider.create(blanks);
      const read = await provider.read(id, outs);
      assert.deepEqual(read.inputs, blanks);
      assert.deepEqual(read.props, outs);
      sandbox.journal.length = 0;
      assert.equal((await provider.diff(id, read.props, blanks)).changes, 1);
      assert.equal(sandbox.journal.length, 0);
      // A real edit outside still counts.
      sandbox.account.editLead(Number(id), { variables: { title: "Dr", name: null } });
      const edited = await (await world.newRun()).read(id, outs);
      assert.deepEqual(edited.inputs?.variables, { title: "Dr", note: "  " });
    });

    it(`${dialect}: a lead with blanks is recognised after a lost answer, and taken over without a change`, async () => {
      const proxy = await start();
      proxy.breakNext("POST /user/lead", "reset-after");
      const { id } = await provider.create(blanks);
      assert.equal(id, String(sandbox.leads[0]?.id));
      assert.equal(count("POST"), 1);
      const other = await world.newRun({ env: { FAMULOR_ADOPT: "identical" } });
      assert.equal((await other.create(blanks)).id, id);
      const last = await world.newRun();
      assert.equal((await last.create({ ...blanks, adoptExisting: true })).id, id);
      assert.equal(count("PUT"), 0);
    });

    it(`${dialect}: a campaign with blanks around its name is no drift`, async () => {
      const proxy = await start();
      const spring = { name: " Spring ", assistantId: 1 };
      proxy.breakNext("POST /user/campaigns", "reset-after");
      const campaign = provider.of("campaign");
      const { id, outs } = await campaign.create(spring);
      const read = await campaign.read(id, outs);
      assert.deepEqual(read.inputs, spring);
      assert.deepEqual((await campaign.diff(id, read.props, spring)).replaces, []);
    });
  }

  for (const dialect of ["refuses-with-200", "errors-as-list", "json-as-html", "answers-in-gzip"] as const) {
    it(`${dialect}: a duplicate is recognised, and a refusal of a change is no success`, async () => {
      await start([dialect]);
      const { id, outs } = await provider.create(anna);
      await assert.rejects((await world.newRun()).create(anna), new RegExp(`already has lead ${id} with`));
      sandbox.setKey("another");
      await assert.rejects(provider.update(id, outs, { ...anna, variables: {} }), /answered 401/);
      await assert.rejects(provider.delete(id, outs), /answered 401/);
      assert.equal(sandbox.leads.length, 1);
    });
  }

  for (const dialect of [undefined, "retry-after-is-a-date", "retry-after-is-zero"] as const) {
    it(`${dialect}: a run of more requests than the limit ends, and sends nothing in a hot loop`, async () => {
      const now = () => new Date(world?.clock.now() ?? Date.now());
      const rateLimits = [{ requests: 4, ms: 5_000 }];
      world = await startWorld({ sandbox: { dialects: dialect ? [dialect] : [], rateLimits, now } });
      ({ sandbox, provider } = world);
      for (const index of [0, 1, 2, 3, 4, 5])
        await provider.create({ ...anna, phoneNumber: `+49302312501${index}`, secondaryContacts: [] });
      assert.equal(sandbox.leads.length, 6);
      assert.ok(sandbox.journal.length < 20, `${sandbox.journal.length} requests`);
    });
  }

  it("list-of-no-campaign-is-404: refreshes and forgets a lead whose campaign was deleted", async () => {
    await start(["list-of-no-campaign-is-404"]);
    const campaign = provider.of("campaign");
    const spring = await campaign.create({ name: "Spring", assistantId: 1 });
    const { id, outs } = await provider.create({ ...anna, campaignId: Number(spring.id) });
    sandbox.account.deleteCampaign(Number(spring.id));
    assert.equal((await (await world.newRun()).read(id, outs)).id, "");
  });

  it("busy-is-409: waits for the call to end", async () => {
    await start(["busy-is-409"]);
    const { id, outs } = await provider.create(anna);
    sandbox.account.editLead(Number(id), { status: "processing" });
    sandbox.journal.length = 0;
    await provider.delete(id, outs);
    assert.deepEqual(
      sandbox.journal.map(({ method, status }) => `${method} ${status}`),
      ["DELETE 409", "GET 200", "DELETE 200"],
    );
  });

  it("foreign-is-403: is an error, and the state stays", async () => {
    await start(["foreign-is-403"]);
    const { id, outs } = await provider.create(anna);
    sandbox.account.removeLead(Number(id));
    await assert.rejects(provider.delete(id, outs), /answered 403: Forbidden/);
  });

  it("bad-key-is-redirected: says that it is the key, and drops nothing", async () => {
    await start(["bad-key-is-redirected"], { "famulor:apiKey": "wrong-key" });
    const advice = /answered 302: .*Check the API key/;
    await assert.rejects(provider.create(anna), advice);
    const outs = { ...anna, leadId: 1, endpoint: sandbox.baseUrl, createdAt: "2026-01-01 00:00:00", status: "created" };
    await assert.rejects(provider.read("1", outs), advice);
    await assert.rejects(provider.delete("1", outs), advice);
  });

  it("duplicate-anywhere: names the lead and the campaign that has it", async () => {
    await start(["duplicate-anywhere"]);
    const other = sandbox.account.addCampaign({ name: "Other" });
    const { id } = sandbox.account.addLead({ phone_number: anna.phoneNumber, campaign_id: other.id });
    await assert.rejects(
      provider.create(anna),
      new RegExp(`The account has lead ${id} with .* in campaign ${other.id}`),
    );
  });
});
