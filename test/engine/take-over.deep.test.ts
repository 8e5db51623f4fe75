import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { goesUp, type Project, useEngine } from "../support/engine";
import { takeRequests } from "../support/journal";

const PROGRAM = `const { FamulorLead, FamulorLeadSet } = require("pulumi-famulor");`;
const ANNA = `{ phoneNumber: "+493023125000" }`;
const BEN = `{ phoneNumber: "+493023125001" }`;
const both = `${PROGRAM} new FamulorLeadSet("old", { campaignId: 1, leads: { anna: ${ANNA}, ben: ${BEN} } });`;

/** docs/lead-sets.md, "Move leads": from this program to that one in one `pulumi up`. */
const MOVES: Record<string, [before: string, after: string]> = {
  "from a FamulorLead to a set": [
    `${PROGRAM} new FamulorLead("anna", { campaignId: 1, ...${ANNA} });`,
    `${PROGRAM} new FamulorLeadSet("new", { campaignId: 1, adoptExisting: true, leads: { anna: ${ANNA} } });`,
  ],
  "from a set to a FamulorLead": [
    both,
    `${PROGRAM} const ben = new FamulorLead("ben", { campaignId: 1, adoptExisting: true, ...${BEN} });
     new FamulorLeadSet("old", { campaignId: 1, leads: { anna: ${ANNA} } }, { dependsOn: [ben] });`,
  ],
  "from a set to another set": [
    both,
    `${PROGRAM} const next = new FamulorLeadSet("new", { campaignId: 1, adoptExisting: true, leads: { ben: ${BEN} } });
     new FamulorLeadSet("old", { campaignId: 1, leads: { anna: ${ANNA} } }, { dependsOn: [next] });`,
  ],
};

describe("leads that were called move to another resource, with the real engine", function () {
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

  for (const [how, [before, after]] of Object.entries(MOVES)) {
    it(`${how}: nobody is called, and every lead stays`, async () => {
      project = await goesUp({ program: before, sandbox });
      const leads = () => sandbox.leads.map(({ id, status }) => [id, status]).sort();
      for (const { id } of sandbox.leads) sandbox.account.editLead(id, { status: "completed" });
      const there = leads();
      await project.rewrite(after);
      await project.succeed("up", "--skip-preview");
      await project.succeed("up", "--skip-preview");
      assert.deepEqual(
        takeRequests(sandbox).filter((request) => !request.startsWith("GET")),
        [],
      );
      assert.deepEqual(leads(), there);
      await project.succeed("destroy", "--skip-preview");
      assert.deepEqual(leads(), []);
    });
  }
});
