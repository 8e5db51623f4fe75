import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { tallyRequests } from "../support/journal";
import { setProgram } from "../support/programs";

describe("a set of leads, with the real engine", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let project: Project;

  before(async function () {
    await useEngine(this);
    sandbox = await startSandbox({ campaigns: [] });
  });
  after(async () => {
    await project?.remove();
    await sandbox?.close();
  });
  const requests = () => tallyRequests(sandbox);

  it("goes up beside its campaign, changes row by row, is refreshed by pages, and goes in one request", async () => {
    project = await createProject({ program: setProgram(250), sandbox });
    const preview = await project.succeed("preview");
    assert.match(preview.output, /guests +create/);
    assert.deepEqual(requests(), {}, "a preview with a campaign that does not exist yet");
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(requests(), {
      "GET /user/me": 1,
      "GET /user/campaigns": 1,
      "POST /user/campaigns": 1,
      "GET /user/leads": 1,
      "POST /user/lead": 250,
    });
    const { statuses, statusCounts, unfinishedRows } = await project.outputs();
    assert.deepEqual([statusCounts, unfinishedRows], [{ created: 250 }, 0]);
    assert.deepEqual(
      [Object.keys(statuses as object).length, (statuses as Record<string, string>)["row-7"]],
      [250, "created"],
    );
    await project.succeed("preview", "--expect-no-changes");
    assert.deepEqual(requests(), {});

    const more = `
      delete leads["row-3"];
      leads["row-4"].variables.name = "Other";
      leads.added = { phoneNumber: "+12125550199" };`;
    await project.rewrite(setProgram(250, { more }));
    const edit = await project.succeed("up", "--diff");
    assert.match(edit.output, /~ row-4 *:/);
    assert.match(edit.output, /Of 251 leads: 1 to \w+ \("added"\), 1 to \w+ \("row-4"\), 1 to \w+ \("row-3"\)\./);
    assert.deepEqual(requests(), {
      "POST /user/lead": 1,
      "PUT /leads/…": 1,
      "DELETE /user/leads/…": 1,
      "GET /user/me": 1,
      "GET /user/leads": 1,
    });
    await project.succeed("refresh", "--skip-preview");
    assert.deepEqual(requests(), { "GET /user/leads": 3, "GET /user/campaigns": 1 });
    await project.succeed("preview", "--expect-no-changes");
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual(requests(), { "DELETE /user/campaign/1": 1 });
    assert.deepEqual(sandbox.leads, []);
  });
});
