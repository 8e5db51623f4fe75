import assert from "node:assert/strict";
import { SANDBOX_DIALECTS, type Sandbox, type SandboxDialect, startSandbox } from "../../src/sandbox";
import { type Plugin, startPlugin } from "../support/plugin";

const anna = {
  campaignId: 1,
  phoneNumber: "+493023125000",
  variables: { name: "Anna", visits: 2, vip: true },
  secondaryContacts: [{ phoneNumber: "+493023125001" }, { phoneNumber: "+493023125002" }],
};

describe("every dialect of Famulor's API", () => {
  let sandbox: Sandbox;
  let plugin: Plugin;
  const start = async (dialects: SandboxDialect[], apiKey?: string) => {
    sandbox = await startSandbox({ dialects });
    plugin = await startPlugin({ "famulor:apiKey": apiKey ?? sandbox.apiKey, "famulor:baseUrl": sandbox.baseUrl });
  };
  afterEach(async () => {
    await plugin.close();
    await sandbox.close();
  });
  const count = (method: string) => sandbox.journal.filter((request) => request.method === method).length;

  const dialects = Object.keys(SANDBOX_DIALECTS) as SandboxDialect[];
  for (const dialect of dialects) {
    it(`${dialect}: ${SANDBOX_DIALECTS[dialect]}`, async () => {
      await start([dialect]);
      const { id, outs } = await plugin.create(anna);
      const numbers = new Map(
        sandbox.leads[0]?.secondary_contacts.map((contact) => [contact.phone_number, contact.id]),
      );
      assert.deepEqual(outs.secondaryContactIds, [numbers.get("+493023125001"), numbers.get("+493023125002")]);
      assert.equal(outs.campaignName, "Sandbox campaign");
      assert.equal(outs.status, "created");
      assert.equal(typeof outs.createdAt, "string");

      const edited = { ...anna, variables: { name: "Anne", visits: 3, vip: true } };
      const updated = await plugin.update(id, outs, edited);
      assert.deepEqual(sandbox.leads[0]?.variables, edited.variables);

      const read = await plugin.read(id, updated);
      assert.equal(read.id, id);
      assert.deepEqual(read.inputs, edited, "no false drift");

      sandbox.journal.length = 0;
      assert.equal((await plugin.diff(id, read.props, edited)).changes, 1);
      assert.equal(sandbox.journal.length, 0, "a no-op asks for nothing");

      await plugin.delete(id, read.props);
      assert.deepEqual(sandbox.leads, []);
      // And a lead that vanished is still told from one that is there.
      const second = await plugin.create({ ...anna, secondaryContacts: [] });
      sandbox.account.removeLead(Number(second.id));
      assert.equal((await plugin.read(second.id, second.outs)).id, "");
      assert.equal(count("POST"), 1);
    });
  }

  it("busy-is-409: waits for the call to end", async () => {
    await start(["busy-is-409"]);
    const { id, outs } = await plugin.create(anna);
    sandbox.account.editLead(Number(id), { status: "processing" });
    sandbox.journal.length = 0;
    await plugin.delete(id, outs);
    assert.deepEqual(
      sandbox.journal.map(({ method, status }) => `${method} ${status}`),
      ["DELETE 409", "GET 200", "DELETE 200"],
    );
  });

  it("foreign-is-403: is an error, and the state stays", async () => {
    await start(["foreign-is-403"]);
    const { id, outs } = await plugin.create(anna);
    sandbox.account.removeLead(Number(id));
    await assert.rejects(plugin.delete(id, outs), /answered 403: Forbidden/);
  });

  it("bad-key-is-redirected: says that it is the key, and drops nothing", async () => {
    await start(["bad-key-is-redirected"], "wrong-key");
    const advice = /answered 302: .*Check the API key/;
    await assert.rejects(plugin.create(anna), advice);
    const outs = { ...anna, leadId: 1, endpoint: sandbox.baseUrl, createdAt: "2026-01-01 00:00:00", status: "created" };
    await assert.rejects(plugin.read("1", outs), advice);
    await assert.rejects(plugin.delete("1", outs), advice);
  });

  it("double-anywhere: names the lead and the campaign that has it", async () => {
    await start(["double-anywhere"]);
    const other = sandbox.account.addCampaign({ name: "Other" });
    const { id } = sandbox.account.addLead({ phone_number: anna.phoneNumber, campaign_id: other.id });
    await assert.rejects(plugin.create(anna), new RegExp(`The account has lead ${id} with .* in campaign ${other.id}`));
  });
});
