import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";

describe("look-ups, in a program of the real engine", function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let project: Project;
  before(async function () {
    await useEngine(this);
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ apiKey: "key-not-to-be-seen" });
  });
  afterEach(async () => {
    await project?.remove();
    await sandbox.close();
  });

  it("find by name, also in preview and through a provider, and make no secret of what is none", async () => {
    const program = `
      const famulor = require("pulumi-famulor");
      module.exports = async () => {
        const eu = new famulor.FamulorProvider("eu", { apiKey: process.env.EU_KEY, baseUrl: "${sandbox.baseUrl}" });
        const campaign = await famulor.getCampaign({ name: "Sandbox campaign" });
        const assistant = famulor.getOutboundAssistantOutput({ name: "Sandbox assistant" }, { provider: eu });
        const number = await famulor.getPhoneNumber({ phoneNumber: "+493023125999" }, { provider: eu });
        return {
          campaignId: campaign.campaignId,
          assistantId: assistant.assistantId,
          phoneNumberId: number.phoneNumberId,
          account: famulor.getAccountOutput().accountId,
        };
      };`;
    project = await createProject({ program, sandbox, env: { EU_KEY: sandbox.apiKey } });
    await project.succeed("preview");
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(await project.outputs(), {
      campaignId: 1,
      assistantId: 1,
      phoneNumberId: 1,
      account: "0a53e53ca7d8",
    });
    assert.doesNotMatch(await project.state(), /key-not-to-be-seen/);
  });

  it("let preview warn of a variable that the assistant does not define, or refuse it", async () => {
    const program = (strict: boolean) => `
      const { FamulorCampaign, FamulorLead, getOutboundAssistantOutput } = require("pulumi-famulor");
      const assistant = getOutboundAssistantOutput({ name: "Sandbox assistant", strictVariables: ${strict} });
      const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: assistant.assistantId });
      new FamulorLead("anna", { campaignId: spring, phoneNumber: "+493023125000", variables: { nmae: "Anna" } });`;
    const problem =
      'FamulorLead "anna": variables.nmae: the assistant "Sandbox assistant" defines no such variable. Did you mean name?';
    project = await createProject({ program: program(false), sandbox });
    const { output } = await project.succeed("preview");
    assert.ok(output.includes(`warning: ${problem}`), output);
    await project.rewrite(program(true));
    const strict = await project.pulumi("preview");
    assert.notEqual(strict.code, 0);
    assert.ok(strict.output.includes(problem), strict.output);
    assert.doesNotMatch(strict.output, /at .*\.js:\d+/, "no stack trace");
  });

  it("say what there is when there is none or more than one", async () => {
    sandbox.account.addCampaign({ name: "Twin" });
    sandbox.account.addCampaign({ name: "Twin" });
    const problems: [string, RegExp][] = [
      [
        `getCampaign({ name: "Sprnig" })`,
        /getCampaign: There is no campaign named "Sprnig" .* It has: 1 \(Sandbox campaign\), 2 \(Twin\)/,
      ],
      [
        `getCampaign({ name: "Twin" })`,
        /There is more than one campaign named "Twin" in this account\. Use an ID: 2 \(Twin\), 3 \(Twin\)/,
      ],
      [`getOutboundAssistant({ name: "Eve" })`, /no outbound assistant named "Eve" .* 1 \(Sandbox assistant\)/],
      [`getPhoneNumber({ phoneNumber: "+4930111" })`, /no phone number \+49… .* 1 \(\+4930…99\)/],
    ];
    // Caught in the program: Pulumi takes many seconds to end one whose main function rejects.
    const program = `
      const pulumi = require("@pulumi/pulumi");
      const famulor = require("pulumi-famulor");
      module.exports = async () => {
        for (const ask of [${problems.map(([ask]) => `() => famulor.${ask}`).join()}]) {
          await ask().catch((error) => console.log(error instanceof pulumi.RunError, error.message));
        }
      };`;
    project = await createProject({ program, sandbox });
    const { output } = await project.succeed("preview");
    for (const [, problem] of problems) assert.match(output, problem);
    assert.equal(output.match(/true get/g)?.length, output.match(/(true|false) get/g)?.length, "each a RunError");
    await project.succeed("config", "set", "--secret", "famulor:apiKey", "wrong-key-not-to-be-seen");
    const refused = await project.succeed("preview");
    assert.match(refused.output, /getPhoneNumber: GET .* answered 401/);
    assert.doesNotMatch(refused.output, /not-to-be-seen/);
  });
});
