import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, goesUp, type Project, useEngine } from "../support/engine";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy";
import { countStarting, takeRequests } from "../support/journal";
import { type CampaignShape, campaignProgram, numberInCampaign } from "../support/programs";

describe("a campaign beside its leads, with the real engine", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let proxy: FaultProxy | undefined;
  let project: Project;

  before(async function () {
    await useEngine(this);
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ campaigns: [] });
  });
  afterEach(async () => {
    await project?.remove();
    await proxy?.close();
    proxy = undefined;
    await sandbox.close();
  });
  /** The requests since the last call. */
  function requests(): string[] {
    // Moves of several leads come in any order.
    const lines = takeRequests(sandbox).map((line) => line.replace(/^PUT .*/, "PUT /leads/…"));
    // Listings at the same time share one request.
    return lines.filter((line, index) => line !== "GET /user/leads" || lines[index - 1] !== line);
  }
  async function wentUp(shape: CampaignShape = {}): Promise<void> {
    const address = proxy ? { ...sandbox, baseUrl: proxy.baseUrl } : sandbox;
    project = await goesUp({ program: campaignProgram(shape), sandbox: address });
  }
  const up = () => project.succeed("up", "--skip-preview");

  it("previews a new campaign with 100 leads without a request, then creates each once and deletes all of them", async () => {
    project = await createProject({ program: campaignProgram({ leads: 100 }), sandbox });
    const preview = await project.succeed("preview", "--diff");
    assert.match(preview.output, /campaignId *: \[unknown\]/);
    assert.deepEqual(requests(), []);

    await up();
    const made = requests();
    assert.deepEqual(made.slice(0, 4), [
      "GET /user/me",
      "GET /user/campaigns",
      "POST /user/campaigns",
      // The page that shows which leads existed before this run.
      "GET /user/leads",
    ]);
    assert.equal(made.length, 104);
    assert.equal(countStarting(made, "POST /user/lead"), 100);

    await project.succeed("preview", "--expect-no-changes");
    await project.succeed("up", "--skip-preview", "--expect-no-changes");
    assert.deepEqual(requests(), [], "a no-op asks for nothing");

    await project.succeed("destroy", "--skip-preview");
    const destroyed = requests();
    assert.equal(countStarting(destroyed, "DELETE /user/leads/"), 100);
    assert.deepEqual(destroyed.slice(100), ["GET /user/leads", "DELETE /user/campaign/1"]);
    assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
  });

  it("destroys a campaign with forceDestroy, its run and 100 leads in one request", async () => {
    await wentUp({ settings: "forceDestroy: true", leads: 100, run: true });
    assert.equal(sandbox.campaigns[0]?.status, "in-progress");
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual(requests(), ["DELETE /user/campaign/1"]);
    assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
  });

  it("deletes a lead that allows duplicates by itself, since nothing would refuse a second one", async () => {
    const duplicates = campaignProgram({ settings: "forceDestroy: true" }).replace(
      "phoneNumber }",
      "phoneNumber, allowDuplicate: index === 0 }",
    );
    project = await createProject({ program: duplicates, sandbox });
    await project.succeed("up", "--skip-preview");
    const duplicate = sandbox.leads.find((lead) => lead.phone_number === numberInCampaign(0));
    requests();
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual(requests(), [`DELETE /user/leads/${duplicate?.id}`, "DELETE /user/campaign/1"]);
  });

  it("creates the new campaign first, moves the leads to it, and deletes the old one last", async () => {
    await wentUp({ run: true });
    const before = await project.outputs();
    await project.rewrite(campaignProgram({ settings: "maxRetries: 5", run: true }));
    const preview = await project.succeed("preview");
    assert.deepEqual(requests(), []);
    assert.match(preview.output, /spring +replace/);
    assert.match(preview.output, /lead-0 +update/);

    await up();
    const moved = requests();
    // The live status of the leads: one listing for both, or one each if the moves are far apart.
    const stop = moved.indexOf("POST /user/campaigns/update-status stop");
    const listings = moved.slice(0, stop).filter((line) => line === "GET /user/leads").length;
    assert.ok(listings >= 1 && listings <= 2, `${listings} listings`);
    assert.deepEqual(
      moved.filter((line, index) => line !== "GET /user/leads" || index > stop),
      [
        "GET /user/me",
        "GET /user/campaigns",
        "POST /user/campaigns",
        "PUT /leads/…",
        "PUT /leads/…",
        "POST /user/campaigns/update-status stop",
        "POST /user/campaigns/update-status start",
        "GET /user/leads",
        "DELETE /user/campaign/1",
      ],
    );
    const after = await project.outputs();
    assert.deepEqual(after.leadIds, before.leadIds, "nobody was created again");
    assert.deepEqual(
      sandbox.leads.map((lead) => lead.campaign_id),
      [2, 2],
    );
    assert.match(await project.state(), /"campaignName": "Spring"/);
    assert.equal(sandbox.campaigns[0]?.status, "in-progress");
    await project.succeed("preview", "--expect-no-changes");
  });

  it("keeps every lead when a move fails half-way, and finishes with the next up", async () => {
    proxy = await startFaultProxy(sandbox.baseUrl);
    await wentUp({ settings: "forceDestroy: true", leads: 3 });
    await project.rewrite(campaignProgram({ settings: "forceDestroy: true, maxRetries: 5", leads: 3 }));
    proxy.breakNext("PUT /leads/1000002", { status: 422, body: `{"message":"Not now"}`, when: "before" });
    const broken = await project.pulumi("up", "--skip-preview", "--continue-on-error");
    assert.notEqual(broken.code, 0);
    assert.match(broken.output, /Not now/);
    assert.equal(sandbox.leads.length, 3, "no lead is lost");
    assert.equal(sandbox.campaigns.length, 2);
    assert.equal(countStarting(requests(), "DELETE"), 0);

    await up();
    // An earlier run created the campaign, so the provider lists who else is in it.
    assert.deepEqual(requests(), ["GET /user/leads", "PUT /leads/…", "GET /user/leads", "DELETE /user/campaign/1"]);
    assert.deepEqual(
      sandbox.leads.map((lead) => lead.campaign_id),
      [2, 2, 2],
    );
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
  });

  it("loses no lead when an up with --target replaces the campaign and not its leads", async () => {
    await wentUp({ settings: "forceDestroy: true" });
    await project.rewrite(campaignProgram({ settings: "forceDestroy: true, maxRetries: 5" }));
    const target = ["--target", "urn:pulumi:test::famulor-test::pulumi-nodejs:dynamic/famulor:Campaign::spring"];
    for (const attempt of ["at once", "and with another such up, which finds the old one left over"]) {
      const refused = await project.pulumi("up", "--skip-preview", ...target);
      assert.match(
        refused.output,
        /Campaign 1 is not deleted: it still holds 2 leads .*`pulumi up` without --target/,
        attempt,
      );
      assert.equal(sandbox.leads.length, 2);
    }
    await up();
    assert.deepEqual(
      sandbox.leads.map((lead) => lead.campaign_id),
      [2, 2],
    );
    assert.equal(sandbox.campaigns.length, 1);
  });

  it("names the lead that was removed along with a change of its campaign, and lets it go with FAMULOR_FORCE_DESTROY", async () => {
    await wentUp({ settings: "forceDestroy: true", leads: 2 });
    await project.rewrite(campaignProgram({ settings: "forceDestroy: true, maxRetries: 5", leads: 1 }));
    const refused = await project.pulumi("up", "--skip-preview");
    assert.match(
      refused.output,
      /Campaign 1 is not deleted: it still holds 1 lead .*FAMULOR_FORCE_DESTROY=1 pulumi up/,
    );
    assert.deepEqual(sandbox.leads.map((lead) => [lead.phone_number, lead.campaign_id]).sort(), [
      [numberInCampaign(0), 2],
      [numberInCampaign(1), 1],
    ]);
    await project.withEnv({ FAMULOR_FORCE_DESTROY: "1" }).succeed("up", "--skip-preview");
    assert.deepEqual(
      sandbox.leads.map((lead) => [lead.phone_number, lead.campaign_id]),
      [[numberInCampaign(0), 2]],
    );
    await project.succeed("preview", "--expect-no-changes");
  });

  it("deletes the leads of a campaign that is retained, one by one", async () => {
    await wentUp({ settings: "forceDestroy: true", options: "retainOnDelete: true" });
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length], [0, 1]);
  });

  it("changes nothing at the plan's limit of campaigns, and says what to do", async () => {
    await sandbox.close();
    sandbox = await startSandbox({ campaigns: [], campaignLimit: 1 });
    await wentUp();
    await project.rewrite(campaignProgram({ settings: "maxRetries: 5" }));
    const refused = await project.pulumi("up", "--skip-preview");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /answered 403.*leads stay where they are/);
    assert.equal(countStarting(requests(), "PUT") + countStarting(requests(), "DELETE"), 0);
    assert.equal(sandbox.leads.length, 2);
    await project.rewrite(campaignProgram());
    await project.succeed("preview", "--expect-no-changes");
  });

  it("refuses deleteBeforeReplace, which would delete the leads; forced, says so, and re-creates them after a refresh", async () => {
    const options = "deleteBeforeReplace: true";
    await wentUp({ settings: "forceDestroy: true", options });
    await project.rewrite(campaignProgram({ settings: "forceDestroy: true, maxRetries: 5", options }));
    const broken = await project.pulumi("up", "--skip-preview");
    assert.notEqual(broken.code, 0);
    assert.match(broken.output, /Campaign 1 is not deleted: .* remove the option/);
    assert.equal(sandbox.leads.length, 2);
    const forced = await project.withEnv({ FAMULOR_FORCE_DESTROY: "1" }).pulumi("up", "--skip-preview");
    assert.notEqual(forced.code, 0);
    assert.match(forced.output, /Somebody deleted it, or its campaign.*Run `pulumi refresh`, then `pulumi up`/);
    await project.succeed("refresh", "--skip-preview");
    await up();
    assert.equal(sandbox.leads.length, 2);
    assert.equal(sandbox.campaigns.length, 1);
  });

  it("does not delete leads that somebody else put into the campaign, replaced or destroyed", async () => {
    await wentUp();
    sandbox.account.addLead({ campaign_id: 1, phone_number: numberInCampaign(77) });
    const destroy = await project.pulumi("destroy", "--skip-preview");
    assert.notEqual(destroy.code, 0);
    assert.match(destroy.output, /Campaign 1 is not deleted: it still holds 1 lead that this stack does not delete/);
    assert.equal(sandbox.leads.length, 1);

    await project.rewrite(campaignProgram({ settings: "maxRetries: 5" }));
    const replaced = await project.pulumi("up", "--skip-preview");
    assert.notEqual(replaced.code, 0);
    assert.match(replaced.output, /FAMULOR_FORCE_DESTROY=1 pulumi up/);
    assert.equal(sandbox.leads.length, 3);
  });

  it("lets go of a replaced campaign with FAMULOR_FORCE_DESTROY, which an edit no longer reaches", async () => {
    await wentUp();
    sandbox.account.addLead({ campaign_id: 1, phone_number: numberInCampaign(77) });
    await project.rewrite(campaignProgram({ settings: "maxRetries: 5" }));
    assert.notEqual((await project.pulumi("up", "--skip-preview")).code, 0);
    const again = await project.pulumi("up", "--skip-preview");
    assert.match(again.output, /still holds 1 lead/, "it goes on asking");
    await project.withEnv({ FAMULOR_FORCE_DESTROY: "1" }).succeed("up", "--skip-preview");
    assert.deepEqual(
      sandbox.campaigns.map(({ id }) => id),
      [2],
    );
    assert.equal(sandbox.leads.length, 2);
  });

  it("calls nobody twice when the delete of a campaign fails whose leads have left the state", async () => {
    proxy = await startFaultProxy(sandbox.baseUrl);
    await wentUp({ settings: "forceDestroy: true", run: true });
    proxy.breakNext("DELETE /user/campaign/1", { status: 403, body: `{"message":"Forbidden"}`, when: "before" });
    const failed = await project.pulumi("destroy", "--skip-preview");
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /Campaign 1 and its leads are still in Famulor.*Run the same command again/);
    assert.doesNotMatch(await project.state(), /lead-0/, "the engine has dropped them");
    assert.equal(sandbox.leads.length, 2);

    const refused = await project.pulumi("up", "--skip-preview");
    assert.notEqual(refused.code, 0);
    assert.match(refused.output, /already has lead 100000\d .*nobody was called twice/);
    assert.equal(sandbox.leads.length, 2);
    await project.withEnv({ FAMULOR_ADOPT: "identical" }).succeed("up", "--skip-preview");
    assert.equal(sandbox.leads.length, 2);
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
  });

  it("renames a campaign by creating a new one, and starts and stops with one request each", async () => {
    await wentUp();
    await project.rewrite(campaignProgram({ run: true }));
    await up();
    assert.deepEqual(requests(), ["GET /user/me", "POST /user/campaigns/update-status start"]);
    await project.rewrite(campaignProgram());
    await up();
    assert.deepEqual(requests(), ["POST /user/campaigns/update-status stop"]);
    await project.rewrite(campaignProgram().replace(`name: "Spring"`, `name: "Summer"`));
    await up();
    assert.deepEqual(requests(), [
      "GET /user/me",
      "GET /user/campaigns",
      "POST /user/campaigns",
      // The live status of the leads.
      "GET /user/leads",
      "PUT /leads/…",
      "PUT /leads/…",
      "GET /user/leads",
      "DELETE /user/campaign/1",
    ]);
    assert.equal(sandbox.campaigns[0]?.name, "Summer");
  });

  it("refuses --replace, which no hook can see, and changes nothing", async () => {
    await wentUp();
    const urn = "urn:pulumi:test::famulor-test::pulumi-nodejs:dynamic/famulor:Campaign::spring";
    const replaced = await project.pulumi("up", "--skip-preview", "--replace", urn);
    assert.notEqual(replaced.code, 0);
    assert.match(replaced.output, /already has campaign 1 .* If you used --replace, change a setting instead/);
    assert.deepEqual(requests(), ["GET /user/me", "GET /user/campaigns"]);
    await project.succeed("preview", "--expect-no-changes");
  });

  it("finds two leads with one number in a campaign that does not exist yet, and a lead that would be retained", async () => {
    const twice = `${campaignProgram()}
      new FamulorLead("twin", { campaignId: spring, phoneNumber: "${numberInCampaign(1)}" });`;
    project = await createProject({ program: twice, sandbox });
    const preview = await project.pulumi("preview");
    assert.notEqual(preview.code, 0);
    assert.match(
      preview.output,
      /"twin" declares the same number in the same campaign as .*"lead-1"|"lead-1" .* "twin"/,
    );
    await project.rewrite(`${campaignProgram({ settings: "forceDestroy: true" })}
      new FamulorLead("kept", { campaignId: spring, phoneNumber: "${numberInCampaign(9)}" }, { retainOnDelete: true });`);
    const retained = await project.pulumi("preview");
    assert.notEqual(retained.code, 0);
    assert.match(retained.output, /FamulorLead "kept": retainOnDelete cannot be kept/);
    assert.deepEqual(requests(), []);
  });
});
