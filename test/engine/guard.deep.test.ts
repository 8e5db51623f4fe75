import assert from "node:assert/strict";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { countStarting, takeRequests } from "../support/journal";
import { ANNA, campaignProgram, leadProgram } from "../support/programs";

const GUARD = "famulor:allowedPhoneNumbers";
/** Directory assistance: possible, and reserved for nobody's film. */
const REAL = "+12125551212";

describe("the guard, with the real engine", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let project: Project;

  before(async function () {
    await useEngine(this);
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await project?.remove();
    await sandbox.close();
  });

  it("refuses in preview to be empty: in the configuration, in its file, and in the environment", async () => {
    project = await createProject({ program: leadProgram(ANNA), sandbox });
    const isRefused = async (env: NodeJS.ProcessEnv = {}) => {
      const { code, output } = await project.withEnv(env).pulumi("preview");
      assert.notEqual(code, 0);
      assert.match(output, /allowedPhoneNumbers: is set but empty|ALLOWED_PHONE_NUMBERS: is set but empty/);
    };
    await isRefused({ FAMULOR_ALLOWED_PHONE_NUMBERS: " " });
    await isRefused({ FAMULOR_ALLOWED_PHONE_NUMBERS: "" });
    await project.succeed("config", "set", GUARD, "");
    await isRefused();
    await project.succeed("config", "rm", GUARD);
    await appendFile(join(project.folder, "Pulumi.test.yaml"), `  ${GUARD}:\n`);
    await isRefused();
    assert.deepEqual(takeRequests(sandbox), []);
  });

  it("of the environment tightens a stack that says any, and an explicit provider's", async () => {
    const inEu = `const { FamulorProvider } = require("pulumi-famulor");
      const eu = new FamulorProvider("eu", { apiKey: "${sandbox.apiKey}", allowedPhoneNumbers: "any" });`;
    const args = `campaignId: 1, phoneNumber: "${REAL}"`;
    project = await createProject({ program: leadProgram(args), sandbox, config: { [GUARD]: "any" } });
    for (const program of [leadProgram(args), inEu + leadProgram(args, { options: "provider: eu" })]) {
      await project.rewrite(program);
      await project.succeed("preview");
      const tight = project.withEnv({ FAMULOR_ALLOWED_PHONE_NUMBERS: "fictional" });
      const { code, output } = await tight.pulumi("up", "--skip-preview");
      assert.notEqual(code, 0);
      assert.match(output, /phoneNumber: is not allowed by \S+( of the stack)?, so \+1212…12 must not be called/);
    }
    assert.deepEqual(takeRequests(sandbox), []);
  });

  it("starts no campaign with a stranger in it, whom a colleague has added, and starts it without", async () => {
    project = await createProject({ program: campaignProgram(), sandbox, config: { [GUARD]: "fictional" } });
    await project.succeed("up", "--skip-preview");
    const [campaign] = sandbox.campaigns.slice(-1);
    const stranger = sandbox.account.addLead({ campaign_id: campaign?.id, phone_number: REAL });
    await project.rewrite(campaignProgram({ run: true }));
    takeRequests(sandbox);
    const { code, output } = await project.pulumi("up", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(
      output,
      /is not started: campaign \d+ has 1 person who is not allowed by famulor:\w+: lead \d+ \(\+1212…12\)/,
    );
    assert.equal(countStarting(takeRequests(sandbox), "POST"), 0);
    sandbox.account.removeLead(stranger.id);
    await project.succeed("up", "--skip-preview");
    assert.equal(sandbox.campaigns.at(-1)?.status, "in-progress");
  });
});
