import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { takeRequests } from "../support/journal";
import { campaignProgram } from "../support/programs";

const START = "POST /user/campaigns/update-status start";
const STOP = "POST /user/campaigns/update-status stop";

describe("a campaign, its leads and its run, with the real engine", function () {
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
  /** Moves of two leads come in any order. */
  const requests = () => takeRequests(sandbox).map((line) => line.replace(/^PUT .*/, "PUT /leads/…"));

  it("go up and start, are replaced with every lead kept, are refreshed, and go in one request", async () => {
    const forceDestroy = "forceDestroy: true";
    project = await createProject({ program: campaignProgram({ settings: forceDestroy, run: true }), sandbox });
    const preview = await project.succeed("preview", "--diff");
    assert.match(preview.output, /campaignId *: \[unknown\]/);
    assert.deepEqual(requests(), []);

    await project.succeed("up", "--skip-preview");
    assert.deepEqual(requests(), [
      "GET /user/me",
      "GET /user/campaigns",
      "POST /user/campaigns",
      // The page that shows which leads existed before this run.
      "GET /user/leads",
      "POST /user/lead",
      "POST /user/lead",
      START,
    ]);
    assert.equal(sandbox.campaigns[0]?.status, "in-progress");
    const before = await project.outputs();

    await project.succeed("preview", "--expect-no-changes");
    assert.deepEqual(requests(), [], "a no-op asks for nothing");

    // Famulor cannot change a campaign: a new one is created, the leads move to it, and the old one is deleted last.
    await project.rewrite(campaignProgram({ settings: `${forceDestroy}, maxRetries: 5`, run: true }));
    await project.succeed("up", "--skip-preview");
    const moved = requests();
    // The live status of the leads: one listing for both, or one each if the moves are far apart.
    const listings = moved.slice(0, moved.indexOf(STOP)).filter((line) => line === "GET /user/leads").length;
    assert.ok(listings >= 1 && listings <= 2, `${listings} listings`);
    assert.deepEqual(
      moved.filter((line, index) => line !== "GET /user/leads" || index > moved.indexOf(STOP)),
      [
        "GET /user/me",
        "GET /user/campaigns",
        "POST /user/campaigns",
        "PUT /leads/…",
        "PUT /leads/…",
        STOP,
        START,
        "GET /user/leads",
        "DELETE /user/campaign/1",
      ],
    );
    const after = await project.outputs();
    assert.deepEqual([after.campaignId, after.leadIds], [2, before.leadIds], "nobody was created again");
    assert.deepEqual(
      sandbox.leads.map((lead) => lead.campaign_id),
      [2, 2],
    );

    sandbox.account.editCampaign(2, { status: "completed" });
    await project.succeed("refresh", "--skip-preview");
    assert.match(await project.state(), /"status": "completed"/);
    await project.succeed("preview", "--expect-no-changes");
    const refreshed = requests();
    assert.deepEqual(
      refreshed.filter((line) => !/^GET \/user\/(leads|campaigns)$/.test(line)),
      [],
      "a refresh only lists, and starts nothing again",
    );

    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual(requests(), ["DELETE /user/campaign/2"]);
    assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
  });
});
