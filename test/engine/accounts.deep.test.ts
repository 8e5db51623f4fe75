import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { takeRequests } from "../support/journal";
import { twoProviders } from "../support/programs";

const ANNA = `phoneNumber: "+493023125000", variables: { name: "Anna" }`;

describe("moves between accounts, keys and sandboxes, with the real engine", function () {
  this.timeout(300_000);
  let eu: Sandbox;
  let us: Sandbox;
  let project: Project;

  before(async function () {
    await useEngine(this);
  });
  beforeEach(async () => {
    eu = await startSandbox({ apiKey: "eu-key-not-to-be-seen", email: "eu@sandbox.test" });
    us = await startSandbox({ apiKey: "us-key-not-to-be-seen", email: "us@sandbox.test" });
  });
  afterEach(async () => {
    await project?.remove();
    await eu.close();
    await us.close();
  });
  const keys = () => ({ EU_KEY: eu.apiKey, US_KEY: us.apiKey });
  const providers = () => twoProviders(eu, us);
  const annaIn = (provider: "eu" | "us") =>
    `${providers()} exports.leadId = new FamulorLead("anna", { campaignId: 1, ${ANNA} }, { provider: ${provider} }).leadId;`;

  it("moves a lead from one account to the other: deleted there, created here", async () => {
    project = await createProject({ program: annaIn("eu"), env: keys() });
    await project.succeed("up", "--skip-preview");
    takeRequests(eu);
    await project.rewrite(annaIn("us"));
    const preview = await project.succeed("preview");
    assert.match(preview.output, /anna +replace/);
    await project.succeed("up", "--skip-preview");
    assert.deepEqual([eu.leads.length, us.leads.length], [0, 1]);
    assert.deepEqual(takeRequests(eu), ["DELETE /user/leads/1000001"]);
    assert.equal(takeRequests(us).filter((line) => line.startsWith("POST")).length, 1);
  });

  it("moves a lead between two accounts of one address too, but not one that may have been called", async () => {
    const other = eu.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
    const { id: otherCampaign } = other.addCampaign({ name: "Theirs" });
    const inOther = annaIn("us")
      .replaceAll(us.baseUrl, eu.baseUrl)
      .replace("campaignId: 1", `campaignId: ${otherCampaign}`);
    project = await createProject({ program: annaIn("eu"), env: { ...keys(), US_KEY: "other-key" } });
    await project.succeed("up", "--skip-preview");
    eu.account.editLead(1_000_001, { status: "completed" });
    await project.succeed("refresh", "--skip-preview");
    await project.rewrite(inOther);
    const refused = await project.pulumi("up", "--skip-preview");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /another account.*last known status: completed.*FAMULOR_REDIAL=allow/);
    assert.deepEqual([eu.leads.length, other.leads.length], [1, 0]);
    await project.withEnv({ FAMULOR_REDIAL: "allow" }).succeed("up", "--skip-preview");
    assert.deepEqual([eu.leads.length, other.leads.length], [0, 1]);
  });

  it("goes from the stack's configuration to a provider of the same account without a change", async () => {
    const plain = `const { FamulorLead } = require("pulumi-famulor"); new FamulorLead("anna", { campaignId: 1, ${ANNA} });`;
    project = await createProject({ program: plain, sandbox: eu, env: keys() });
    await project.succeed("up", "--skip-preview");
    takeRequests(eu);
    await project.rewrite(annaIn("eu"));
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(takeRequests(eu), ["GET /user/me"]);
    assert.equal(eu.leads.length, 1);
  });

  it("updates a rotated key in place, and reads, edits and destroys with it", async () => {
    project = await createProject({ program: annaIn("eu"), env: keys() });
    await project.succeed("up", "--skip-preview");
    eu.setKey("new-key-not-to-be-seen");
    const rotated = project.withEnv({ EU_KEY: "new-key-not-to-be-seen" });
    const up = await rotated.succeed("up", "--skip-preview");
    assert.match(up.output, /eu updat/);
    assert.match(up.output, /unchanged/);
    assert.equal(eu.leads.length, 1);
    await project.succeed("refresh", "--skip-preview");
    await project.succeed("destroy", "--skip-preview");
    assert.equal(eu.leads.length, 0);
    for (const text of [await project.state(), project.printed]) assert.doesNotMatch(text, /key-not-to-be-seen/);
  });

  it("refreshes one account although the other's key is wrong, and drops nothing", async () => {
    const both = `${annaIn("eu")}
      new FamulorLead("ben", { campaignId: 1, phoneNumber: "+493023125001" }, { provider: us });`;
    project = await createProject({ program: both, env: keys() });
    await project.succeed("up", "--skip-preview");
    us.account.editLead(1_000_001, { status: "completed" });
    eu.setKey("rotated");
    const refresh = await project.pulumi("refresh", "--skip-preview");
    assert.notEqual(refresh.code, 0);
    assert.match(refresh.output, /anna.*401/s);
    const state = JSON.parse(await project.state()).deployment.resources as {
      type: string;
      outputs: { status: string };
    }[];
    const statuses = state.filter(({ type }) => type.endsWith(":Lead")).map(({ outputs }) => outputs.status);
    assert.deepEqual(statuses.sort(), ["completed", "created"]);
  });

  it("previews with a key that is not known yet, and refuses an empty one", async () => {
    const later = `const pulumi = require("@pulumi/pulumi");
      const { FamulorCampaign, FamulorLead, FamulorProvider } = require("pulumi-famulor");
      const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1 });
      const apiKey = spring.campaignId.apply(() => "${us.apiKey}");
      const us = new FamulorProvider("us", { apiKey, baseUrl: "${us.baseUrl}" });
      new FamulorLead("anna", { campaignId: 1, ${ANNA} }, { provider: us });`;
    project = await createProject({ program: later, sandbox: eu });
    await project.succeed("preview");
    await project.succeed("up", "--skip-preview");
    assert.equal(us.leads.length, 1);
    await project.succeed("destroy", "--skip-preview");
    await project.rewrite(later.replace(`"${us.apiKey}"`, `""`));
    const empty = await project.withEnv({ FAMULOR_API_KEY: eu.apiKey }).pulumi("up", "--skip-preview");
    assert.notEqual(empty.code, 0);
    assert.match(empty.output, /FamulorProvider "us": apiKey is required/);
    assert.equal(us.leads.length + eu.leads.length, 0);
  });

  it("lets a provider allow fewer numbers than the stack, and never more", async () => {
    const program = (allowed: string) =>
      `${annaIn("eu").replace("apiKey: process.env.EU_KEY,", `apiKey: process.env.EU_KEY, allowedPhoneNumbers: "${allowed}",`)}`;
    project = await createProject({
      program: program("any"),
      env: keys(),
      config: { "famulor:allowedPhoneNumbers": "+1" },
    });
    assert.match(
      (await project.pulumi("preview")).output,
      /phoneNumber: is not allowed by famulor:allowedPhoneNumbers/,
    );
    await project.succeed("config", "set", "famulor:allowedPhoneNumbers", "+49");
    await project.succeed("preview");
    await project.rewrite(program("+4930999"));
    assert.match(
      (await project.pulumi("preview")).output,
      /phoneNumber: is not allowed by famulor:allowedPhoneNumbers/,
    );
  });

  it("re-creates a stack's leads and campaign in another sandbox when the old one has ended", async () => {
    const program = `const { FamulorCampaign, FamulorLead } = require("pulumi-famulor");
      const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1 });
      new FamulorLead("anna", { campaignId: spring, ${ANNA} });`;
    project = await createProject({ program, sandbox: eu });
    await project.succeed("up", "--skip-preview");
    await eu.close();
    await project.succeed("config", "set", "famulor:baseUrl", us.baseUrl);
    await project.succeed("config", "set", "--secret", "famulor:apiKey", us.apiKey);
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(
      us.leads.map((lead) => lead.campaign.name),
      ["Spring"],
    );
    await project.succeed("config", "set", "famulor:baseUrl", "https://app.famulor.example/api");
    const refused = await project.pulumi("preview");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /was created at http:\/\/127.*first destroy the stack at the old one/);
  });

  it("refuses to take a campaign to another account, in preview", async () => {
    const inEu = `${providers()} new FamulorCampaign("spring", { name: "Spring", assistantId: 1 }, { provider: eu });`;
    project = await createProject({ program: inEu, env: keys() });
    await project.succeed("up", "--skip-preview");
    eu.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
    const refused = await project.withEnv({ EU_KEY: "other-key" }).pulumi("preview");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /Campaign 2 belongs to another account/);
  });
});
