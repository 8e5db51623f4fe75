import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startSandbox } from "../../src/sandbox";
import { createProject, useEngine } from "../support/engine";
import type { Kind } from "../support/hooks";
import { CREATED_AT, EDITS, KINDS, readStateFile, type StateFile, stateFiles } from "../support/state-files";

const CLASSES: Record<Kind, string> = {
  campaign: "FamulorCampaign",
  lead: "FamulorLead",
  leadSet: "FamulorLeadSet",
  campaignRun: "FamulorCampaignRun",
};

/** Declares what a state file holds, one after another. */
function program(inputsOf: (kind: Kind) => object): string {
  const lines = KINDS.map(
    (kind) =>
      `before = new famulor.${CLASSES[kind]}("${kind}", ${JSON.stringify(inputsOf(kind))}, { dependsOn: before });`,
  );
  return `const famulor = require("pulumi-famulor");\nlet before = [];\n${lines.join("\n")}\n`;
}

interface Deployment {
  resources: { urn: string; id: string; inputs: object; outputs: { __provider: string } }[];
}

/** An exported stack, as if the release of the state file had written it. */
function asStoredBy(state: StateFile, exported: { deployment: Deployment }, endpoint: string): object {
  const resources = exported.deployment.resources.map((resource) => {
    const kind = KINDS.find((each) => resource.urn.endsWith(`::${each}`));
    if (!kind) return resource; // the stack, and the default provider
    const { id, inputs, outputs } = state[kind];
    assert.equal(resource.id, id);
    const { __provider } = resource.outputs;
    return { ...resource, inputs: { ...inputs, __provider }, outputs: { ...outputs, endpoint, __provider } };
  });
  return { ...exported, deployment: { ...exported.deployment, resources } };
}

describe("a stack of an older release", function () {
  this.timeout(180_000);
  before(async function () {
    await useEngine(this);
  });

  for (const file of stateFiles()) {
    it(`of ${file} is previewed without a change, refreshed, updated and destroyed`, async () => {
      const state = readStateFile(file);
      const sandbox = await startSandbox({ campaigns: [], now: () => CREATED_AT });
      const project = await createProject({ program: program((kind) => state[kind].inputs), sandbox });
      try {
        await project.succeed("up", "--skip-preview");
        const exported = join(project.folder, "stack.json");
        const stored = asStoredBy(state, JSON.parse(await project.state()), sandbox.baseUrl);
        await writeFile(exported, JSON.stringify(stored));
        await project.succeed("stack", "import", "--file", exported);
        sandbox.journal.length = 0;

        await project.succeed("preview", "--expect-no-changes");
        assert.deepEqual(sandbox.journal, []);
        await project.succeed("refresh", "--skip-preview");
        await project.succeed("preview", "--expect-no-changes");
        await project.rewrite(program((kind) => ({ ...state[kind].inputs, ...EDITS[kind] })));
        await project.succeed("up", "--skip-preview");
        assert.deepEqual(sandbox.leads.map(({ phone_number }) => phone_number).sort(), [
          "+493023125009",
          "+493023125010",
        ]);
        assert.deepEqual(sandbox.leads.find(({ phone_number }) => phone_number.endsWith("10"))?.variables, {
          name: "Benno",
        });
        await project.succeed("destroy", "--skip-preview");
        assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
      } finally {
        await project.remove();
        await sandbox.close();
      }
    });
  }
});
