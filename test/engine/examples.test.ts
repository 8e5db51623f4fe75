import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { codeBlocks } from "../support/pages";

/** The resources and outputs of this program in README.md, which a terminal shows as a tree. */
function shownInReadme(): string[] {
  const shown = codeBlocks("README.md").find(({ info, text }) => info === "" && text.includes("Outputs:"))?.text ?? "";
  const resources = [...shown.matchAll(/─ (\S+) +(\S+) +created/g)].map(([, type, name]) => `${type} ${name} created`);
  assert.equal(resources.length, 2);
  return [...resources, shown.slice(shown.indexOf("Outputs:")).trimEnd()];
}

describe("the examples, with a plain `pulumi up`", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let project: Project | undefined;

  before(async function () {
    await useEngine(this);
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await project?.remove();
    project = undefined;
    await sandbox?.close();
  });

  it("are all run here", () => {
    const folders = readdirSync(resolve(__dirname, "../../examples"));
    assert.deepEqual(folders.sort(), ["campaign-with-leads", "quickstart", "staging-seeds", "two-accounts"]);
  });

  it("quickstart, from the repository's own Pulumi.yaml", async () => {
    project = await createProject({ folder: ".", sandbox });
    const { output } = await project.succeed("up");
    for (const line of shownInReadme()) assert.ok(output.includes(line), `README.md shows: ${line}`);
    const outputs = await project.outputs();
    const [lead] = sandbox.leads;
    assert.equal(outputs.leadId, lead?.id);
    assert.equal(outputs.status, "created");
    assert.equal(lead?.secondary_contacts.length, 1);
    assert.equal(sandbox.campaigns[1]?.status, "draft");
    await project.succeed("destroy");
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length], [0, 1]);
  });

  it("campaign-with-leads, started when the stack says so", async () => {
    project = await createProject({ folder: "examples/campaign-with-leads", sandbox });
    await project.succeed("up");
    const { campaignId, leadIds } = await project.outputs();
    assert.equal(campaignId, 2);
    assert.deepEqual((leadIds as number[]).sort(), [1_000_001, 1_000_002]);
    assert.equal(sandbox.campaigns[1]?.status, "draft");
    await project.succeed("config", "set", "start", "true");
    await project.succeed("up");
    assert.equal(sandbox.campaigns[1]?.status, "in-progress");
    sandbox.journal.length = 0;
    await project.succeed("destroy");
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length, sandbox.journal.length], [0, 1, 1]);
  });

  it("two-accounts, each with its own", async () => {
    const us = await startSandbox({ apiKey: "us-key", email: "us@sandbox.test" });
    try {
      const config = { euBaseUrl: sandbox.baseUrl, usBaseUrl: us.baseUrl };
      project = await createProject({ folder: "examples/two-accounts", config });
      await project.succeed("config", "set-all", "--secret", `euKey=${sandbox.apiKey}`, "--secret", "usKey=us-key");
      await project.succeed("up");
      assert.deepEqual(
        [sandbox, us].map(({ leads }) => leads.map((lead) => lead.phone_number)),
        [["+493023125000"], ["+12125550100"]],
      );
      await project.succeed("destroy");
      assert.deepEqual([sandbox.leads.length, us.leads.length], [0, 0]);
    } finally {
      await us.close();
    }
  });

  it("staging-seeds, which refuses what staging must not call, and is emptied with one request", async () => {
    project = await createProject({ folder: "examples/staging-seeds", stack: "staging", sandbox });
    await project.succeed("up");
    assert.deepEqual(await project.outputs(), { campaignId: 2, leadCount: 3 });
    assert.equal(sandbox.campaigns[1]?.name, "Recall (staging)");
    sandbox.account.addLead({ campaign_id: 2, phone_number: "+493023125777" });
    sandbox.journal.length = 0;
    await project.succeed("destroy");
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length, sandbox.journal.length], [0, 1, 1]);

    await project.succeed("config", "set", "famulor:allowedPhoneNumbers", "+49302312500099");
    assert.match(
      (await project.pulumi("preview")).output,
      /phoneNumber: is not allowed by famulor:allowedPhoneNumbers/,
    );
  });
});
