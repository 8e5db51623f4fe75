import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSandbox } from "../../src/sandbox";
import { startPlugin } from "../support/plugin";

/** What a release wrote into state for one lead. `endpoint` is filled in, since every sandbox has another. */
interface StoredLead {
  id: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}
const folder = join(__dirname, "../state");
const anna = {
  campaignId: 1,
  phoneNumber: "+493023125000",
  variables: { name: "Anna", visits: 2 },
  secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben" } }],
  status: "completed",
};
const createdAt = new Date("2026-11-01T12:00:00Z");

/** A sandbox in which the lead of a state file exists as it did then. */
async function world() {
  const sandbox = await startSandbox({ now: () => createdAt });
  const plugin = await startPlugin({ "famulor:apiKey": sandbox.apiKey, "famulor:baseUrl": sandbox.baseUrl });
  const close = () => Promise.all([plugin.close(), sandbox.close()]);
  return { sandbox, plugin, close };
}

describe("state files", () => {
  it("hold what current.json holds; UPDATE_STATE=1 writes it anew", async () => {
    const { sandbox, plugin, close } = await world();
    try {
      const { id, outs } = await plugin.create(anna);
      assert.equal(outs.endpoint, sandbox.baseUrl);
      const written: StoredLead = { id, inputs: anna, outputs: { ...outs, endpoint: "SANDBOX" } };
      const file = join(folder, "current.json");
      if (process.env.UPDATE_STATE) writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
      assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), written);
    } finally {
      await close();
    }
  });

  for (const file of readdirSync(folder)) {
    it(`of ${file} are read, diffed, updated and deleted`, async () => {
      const { id, inputs, outputs } = JSON.parse(readFileSync(join(folder, file), "utf8")) as StoredLead;
      const { sandbox, plugin, close } = await world();
      try {
        sandbox.account.addLead({
          phone_number: inputs.phoneNumber,
          campaign_id: inputs.campaignId,
          variables: inputs.variables,
          secondary_contacts: [{ phone_number: "+493023125001", variables: { name: "Ben" } }],
        });
        assert.equal(String(sandbox.leads[0]?.id), id);
        sandbox.account.editLead(Number(id), { status: "completed" });
        const stored = { ...outputs, endpoint: sandbox.baseUrl };
        assert.equal((await plugin.diff(id, stored, inputs)).changes, 1, "an upgrade alone changes nothing");
        const read = await plugin.read(id, stored);
        assert.deepEqual(read.props, stored);
        assert.deepEqual(read.inputs, inputs);
        const edited = { ...inputs, phoneNumber: "+493023125009" };
        assert.equal((await plugin.diff(id, stored, edited)).changes, 0);
        const updated = await plugin.update(id, stored, edited);
        assert.equal(sandbox.leads[0]?.phone_number, "+493023125009");
        await plugin.delete(id, updated);
        assert.deepEqual(sandbox.leads, []);
      } finally {
        await close();
      }
    });
  }
});
