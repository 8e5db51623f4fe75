import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, goesUp, type Project, useEngine } from "../support/engine";
import { type Fault, startFaultProxy } from "../support/fault-proxy";
import { takeRequests } from "../support/journal";
import { ANNA, leadProgram } from "../support/programs";

const CONTACTS = `secondaryContacts: [{ phoneNumber: "+493023125001" }]`;

describe("the life of a lead, with the real engine", function () {
  this.timeout(180_000);
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
  const requests = () => takeRequests(sandbox);
  async function leadThatWentUp(program: string): Promise<number> {
    project = await goesUp({ program, sandbox });
    return Number(sandbox.leads[0]?.id);
  }
  const up = () => project.succeed("up", "--skip-preview");

  it("repairs drift that a refresh found", async () => {
    const id = await leadThatWentUp(leadProgram(ANNA));
    sandbox.account.editLead(id, { variables: { name: "Otto" }, status: "processing" });
    const refresh = await project.succeed("refresh", "--skip-preview");
    assert.match(refresh.output, /1 updated/);
    await up();
    assert.deepEqual(requests(), ["GET /user/leads", `PUT /leads/${id}`]);
    assert.deepEqual(sandbox.leads[0]?.variables, { name: "Anna" });
    await project.succeed("preview", "--expect-no-changes");
  });

  it("re-creates a vanished lead that was waiting and young", async () => {
    const id = await leadThatWentUp(leadProgram(ANNA));
    sandbox.account.removeLead(id);
    await project.succeed("up", "--refresh", "--skip-preview");
    assert.equal(sandbox.leads.length, 1);
    assert.equal(requests().filter((request) => request.startsWith("POST")).length, 1);
  });

  it("keeps a lead as gone that was completed and then retired, and calls nobody", async () => {
    const id = await leadThatWentUp(leadProgram(ANNA));
    sandbox.account.editLead(id, { status: "completed" });
    await project.succeed("refresh", "--skip-preview");
    sandbox.account.removeLead(id);
    const refresh = await project.succeed("refresh", "--skip-preview");
    assert.match(refresh.output, /gone from Famulor after it was completed/);
    await up();
    await project.rewrite(leadProgram(ANNA.replace("Anna", "Anne")));
    await up();
    assert.equal(
      requests().some((request) => /POST|PUT/.test(request)),
      false,
    );
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual(requests(), [`DELETE /user/leads/${id}`, "GET /user/me"]);
  });

  it("calls nobody for a lead that was completed and retired with no refresh in between", async () => {
    await sandbox.close();
    const fortyDaysAgo = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000);
    sandbox = await startSandbox({ now: () => fortyDaysAgo });
    const id = await leadThatWentUp(leadProgram(ANNA));
    sandbox.account.editLead(id, { status: "completed" });
    sandbox.account.removeLead(id);
    assert.match(await project.state(), /"status": "created"/, "the state knows nothing of it");
    await project.succeed("up", "--refresh", "--skip-preview");
    assert.equal(
      requests().some((request) => /POST|PUT/.test(request)),
      false,
    );
    assert.match(await project.state(), /"status": "gone"/);
  });

  it("replaces for other secondary contacts, deleting first, and says so in preview", async () => {
    const id = await leadThatWentUp(leadProgram(`${ANNA}, ${CONTACTS}`));
    await project.rewrite(leadProgram(ANNA));
    const preview = await project.succeed("preview");
    assert.match(preview.output, /is replaced, and the person will be called again/);
    await up();
    // The preview and the up first ask whether the person was called since the state was written.
    assert.deepEqual(requests(), [
      "GET /user/leads",
      "GET /user/leads",
      `DELETE /user/leads/${id}`,
      "GET /user/me",
      "GET /user/leads",
      "POST /user/lead",
    ]);
  });

  it("is renamed without an alias under adoptExisting: nothing is sent but the listing, and the lead stays", async () => {
    const id = await leadThatWentUp(leadProgram(ANNA));
    await project.rewrite(leadProgram(`${ANNA}, adoptExisting: true`, { name: "anne" }));
    await up();
    assert.deepEqual(requests(), ["GET /user/me", "GET /user/leads"]);
    assert.deepEqual(
      sandbox.leads.map((lead) => lead.id),
      [id],
    );
    assert.equal((await project.outputs()).leadId, id);
  });

  it("is renamed without an alias and without adoptExisting: refused, nobody called, and the old one is kept", async () => {
    const id = await leadThatWentUp(leadProgram(ANNA));
    await project.rewrite(leadProgram(ANNA, { name: "anne" }));
    const { code, output } = await project.pulumi("up", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, new RegExp(`already has lead ${id}`));
    assert.deepEqual(
      sandbox.leads.map((lead) => lead.id),
      [id],
    );
  });

  it("is renamed with an alias: no request at all", async () => {
    await leadThatWentUp(leadProgram(ANNA));
    await project.rewrite(leadProgram(ANNA, { name: "anne", options: `aliases: [{ name: "anna" }]` }));
    await up();
    assert.deepEqual(requests(), []);
  });

  it("honours ignoreChanges, replaceOnChanges, protect and retainOnDelete", async () => {
    const id = await leadThatWentUp(leadProgram(ANNA));
    const edited = ANNA.replace("Anna", "Anne");
    await project.rewrite(leadProgram(edited, { options: `ignoreChanges: ["variables"]` }));
    await up();
    assert.deepEqual(requests(), []);
    await project.rewrite(leadProgram(edited, { options: `replaceOnChanges: ["variables"]` }));
    await up();
    assert.deepEqual(requests(), [
      // Whether the person was called.
      "GET /user/leads",
      `DELETE /user/leads/${id}`,
      "GET /user/me",
      "GET /user/leads",
      "POST /user/lead",
    ]);
    await project.rewrite(leadProgram(edited, { options: "protect: true" }));
    await up();
    assert.notEqual((await project.pulumi("destroy", "--skip-preview")).code, 0);
    await project.rewrite(leadProgram(edited, { options: "retainOnDelete: true" }));
    await up();
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual(requests(), []);
    assert.equal(sandbox.leads.length, 1);
  });

  it("takes its lead back that retainOnDelete has kept, as the message says", async () => {
    const options = "retainOnDelete: true";
    const id = await leadThatWentUp(leadProgram(ANNA, { options }));
    await project.rewrite(leadProgram(`${ANNA}, ${CONTACTS}`, { options }));
    const kept = await project.pulumi("up", "--skip-preview");
    assert.match(
      kept.output,
      /retainOnDelete has kept that lead\. To go on with it: undo the edit, remove the option, run/,
    );
    await project.rewrite(leadProgram(ANNA));
    const { resources } = JSON.parse(await project.state()).deployment;
    const { urn } = resources.find(({ type }: { type: string }) => type.endsWith(":Lead"));
    await project.succeed("state", "delete", urn, "--yes");
    await project.withEnv({ FAMULOR_ADOPT: "identical" }).succeed("up", "--skip-preview");
    assert.deepEqual(await project.outputs(), { leadId: id, status: "created", secondaryContactIds: [] });
    assert.equal(sandbox.leads.length, 1);
    await project.succeed("preview", "--expect-no-changes");
  });

  it("keeps secrets secret through a refresh", async () => {
    const secret = `require("@pulumi/pulumi").secret`;
    const args = `campaignId: 1, phoneNumber: ${secret}("+493023125000"), variables: { pin: ${secret}("top-secret-pin") }`;
    const id = await leadThatWentUp(leadProgram(args));
    sandbox.account.editLead(id, { variables: { pin: "drifted-pin" } });
    await project.succeed("refresh", "--skip-preview", "--diff");
    const state = await project.state();
    await project.succeed("up", "--diff");
    assert.deepEqual(sandbox.leads[0]?.variables, { pin: "top-secret-pin" });
    for (const text of [state, project.printed]) assert.doesNotMatch(text, /top-secret-pin|drifted-pin|493023125000/);
  });

  it("stays in state through a refresh that gets bad answers", async () => {
    const proxy = await startFaultProxy(sandbox.baseUrl);
    try {
      project = await createProject({ program: leadProgram(ANNA), sandbox: { ...sandbox, baseUrl: proxy.baseUrl } });
      await up();
      const bad: [Fault, RegExp][] = [
        [
          { status: 401, body: '{"error":"Unauthorized"}', when: "before" },
          /answered 401: Unauthorized. Check the API key/,
        ],
        [{ status: 302, body: "", headers: { location: "/login" }, when: "before" }, /answered 302.*Check the API key/],
        [{ status: 503, body: "{}", when: "before" }, /GET \/user\/leads answered 503/],
        [
          { status: 200, body: '{"data":[],"current_page":1,"last_page":1,"total":7}', when: "before" },
          /never added up/,
        ],
        ["html-after", /is not JSON/],
      ];
      for (const [fault, expected] of bad) {
        proxy.breakNext("GET /user/leads", fault, fault, fault);
        const { code, output } = await project.pulumi("refresh", "--skip-preview");
        proxy.clearFaults();
        assert.notEqual(code, 0);
        assert.match(output, expected);
        assert.match(await project.state(), /"leadId": 1000001/);
      }
      await project.succeed("destroy", "--skip-preview");
      assert.equal(sandbox.leads.length, 0);
    } finally {
      await proxy.close();
    }
  });

  it("is read by FamulorLead.get and left alone by destroy; a missing one is an error", async () => {
    const { id } = sandbox.account.addLead({ phone_number: "+493023125000", campaign_id: 1 });
    const get = (leadId: number) => `
      const { FamulorLead } = require("pulumi-famulor");
      const lead = FamulorLead.get("anna", "${leadId}", { campaignId: 1 });
      exports.status = lead.status;
      exports.phone = lead.phoneNumber;
    `;
    project = await createProject({ program: get(id), sandbox });
    await up();
    assert.deepEqual(await project.outputs(), { status: "created", phone: "+493023125000" });
    await project.succeed("refresh", "--skip-preview");
    await project.succeed("destroy", "--skip-preview");
    assert.equal(sandbox.leads.length, 1);
    await project.rewrite(get(77));
    const missing = await project.pulumi("preview");
    assert.notEqual(missing.code, 0);
    assert.match(missing.output, /there is no lead 77 in campaign 1/);
  });

  it("is not declared twice in one program: preview names both", async () => {
    const twice = `
      const { FamulorLead } = require("pulumi-famulor");
      for (const name of ["anna", "again"]) new FamulorLead(name, { ${ANNA} });
    `;
    project = await createProject({ program: twice, sandbox });
    const { code, output } = await project.pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(output, /FamulorLead "again" declares the same number in the same campaign as FamulorLead "anna"/);
    assert.deepEqual(requests(), []);
  });
});
