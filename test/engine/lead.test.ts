import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { takeRequests } from "../support/journal";
import { ANNA, leadProgram } from "../support/programs";

const CONTACTS = `secondaryContacts: [{ phoneNumber: "+493023125001" }, { phoneNumber: "+493023125002" }]`;

describe("a lead, with the real engine", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let project: Project;

  before(async function () {
    await useEngine(this);
    sandbox = await startSandbox({ apiKey: "fk-7c1e5a90-not-to-be-seen" });
  });
  after(async () => {
    await project?.remove();
    await sandbox?.close();
  });
  const requests = () => takeRequests(sandbox);

  it("goes up with one POST, changes with one PUT, is refreshed and destroyed; the key is nowhere", async () => {
    project = await createProject({ program: leadProgram(`${ANNA}, ${CONTACTS}`), sandbox });
    await project.succeed("preview");
    assert.deepEqual(requests(), [], "preview needs no network");

    await project.succeed("up", "--skip-preview");
    assert.deepEqual(requests(), ["GET /user/me", "GET /user/leads", "POST /user/lead"]);
    const [lead] = sandbox.leads;
    assert.deepEqual(await project.outputs(), {
      leadId: lead?.id,
      status: "created",
      secondaryContactIds: lead?.secondary_contacts.map(({ id }) => id),
    });

    await project.succeed("preview", "--expect-no-changes");
    await project.succeed("up", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(requests(), [], "a no-op asks for nothing");

    await project.rewrite(leadProgram(`${ANNA.replace("Anna", "Anne")}, ${CONTACTS}`));
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(requests(), [`PUT /leads/${lead?.id}`]);
    assert.deepEqual(sandbox.leads[0]?.variables, { name: "Anne" });

    sandbox.account.editLead(Number(lead?.id), { status: "completed" });
    await project.succeed("refresh", "--skip-preview");
    const state = await project.state();
    assert.match(state, /"status": "completed"/);
    assert.deepEqual(requests(), ["GET /user/leads"]);

    await project.succeed("destroy");
    assert.deepEqual(requests(), [`DELETE /user/leads/${lead?.id}`]);
    assert.deepEqual(sandbox.leads, []);
    for (const text of [state, project.printed]) assert.equal(text.includes(sandbox.apiKey), false);
  });
});
