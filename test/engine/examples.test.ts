import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";

describe("the examples, with a plain `pulumi up`", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let project: Project;

  before(async function () {
    useEngine(this);
    sandbox = await startSandbox();
  });
  after(async () => {
    await project?.remove();
    await sandbox?.close();
  });

  it("quickstart, from the repository's own Pulumi.yaml", async () => {
    project = await createProject({ folder: ".", sandbox });
    await project.succeed("up");
    const outputs = await project.outputs();
    const [lead] = sandbox.leads;
    assert.equal(outputs.leadId, lead?.id);
    assert.equal(outputs.status, "created");
    assert.deepEqual(
      outputs.secondaryContactIds,
      lead?.secondary_contacts.map(({ id }) => id),
    );
    await project.succeed("destroy");
    assert.deepEqual(sandbox.leads, []);
  });
});
