import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { type Fault, type FaultProxy, startFaultProxy } from "../support/fault-proxy";
import { pluginOf } from "../support/processes";

/** A campaign and a set of so many leads in it. `more` is put into the program after its rows. */
const program = (leads: number, { more = "", options = "" } = {}) => `
  const { FamulorCampaign, FamulorLeadSet } = require("pulumi-famulor");
  const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1, forceDestroy: true });
  const leads = {};
  for (let index = 0; index < ${leads}; index++) {
    const phoneNumber = "+1" + (201 + Math.floor(index / 100)) + "55501" + String(index % 100).padStart(2, "0");
    leads["row-" + index] = { phoneNumber, variables: { name: "Guest " + index } };
  }
  ${more}
  const guests = new FamulorLeadSet("guests", { campaignId: spring, leads, ${options} });
  exports.leadIds = guests.leadIds;
  exports.statuses = guests.statuses;
  exports.statusCounts = guests.statusCounts;
  exports.unfinishedRows = guests.unfinishedRows;
`;
const refused: Fault = { status: 422, body: `{"message":"No","errors":{"variables":["No"]}}`, when: "before" };

describe("a set of leads, with the real engine", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let project: Project;

  before(function () {
    useEngine(this);
  });
  async function setUp(text: string, { latencyMs = 0 } = {}): Promise<void> {
    sandbox = await startSandbox({ campaigns: [] });
    proxy = await startFaultProxy(sandbox.baseUrl, { latencyMs });
    project = await createProject({ program: text, sandbox: { ...sandbox, ...proxy } });
  }
  afterEach(async () => {
    await project?.remove();
    await proxy?.close();
    await sandbox?.close();
  });
  /** The requests since the last call, IDs left out, each with how often. */
  function requests(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { method, path } of sandbox.journal) {
      const request = `${method} ${path.replace(/\d{4,}/, "…")}`;
      counts[request] = (counts[request] ?? 0) + 1;
    }
    sandbox.journal.length = 0;
    return counts;
  }
  const storedLeadIds = async () => {
    const { resources } = JSON.parse(await project.state()).deployment;
    const set = resources.find(({ type }: { type: string }) => type.endsWith(":LeadSet"));
    return Object.values(JSON.parse((set?.outputs.leadIds ?? "{}") as string) as Record<string, number>);
  };
  const idsThere = () => sandbox.leads.map(({ id }) => id).sort();

  it("goes up beside its campaign, changes row by row, is refreshed by pages, and goes in one request", async () => {
    await setUp(program(250));
    const preview = await project.succeed("preview");
    assert.match(preview.output, /guests +create/);
    assert.deepEqual(requests(), {}, "a preview with a campaign that is yet to be made");
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
    await project.rewrite(program(250, { more }));
    const edit = await project.succeed("up", "--diff");
    assert.match(edit.output, /~ row-4 *:/);
    assert.match(
      edit.output,
      /Of 251 leads: 1 to be made \("added"\), 1 to be changed \("row-4"\), 1 to be deleted \("row-3"\)\./,
    );
    assert.deepEqual(requests(), {
      "POST /user/lead": 1,
      "PUT /leads/…": 1,
      "DELETE /user/leads/…": 1,
      "GET /user/me": 1,
    });
    await project.succeed("refresh", "--skip-preview");
    assert.deepEqual(requests(), { "GET /user/leads": 3, "GET /user/campaigns": 1 });
    await project.succeed("preview", "--expect-no-changes");
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual(requests(), { "DELETE /user/campaign/1": 1 });
    assert.deepEqual(sandbox.leads, []);
  });

  it("moves with its campaign when that is replaced, and loses nobody", async () => {
    await setUp(program(20));
    await project.succeed("up", "--skip-preview");
    const before = await project.outputs();
    requests();
    await project.rewrite(program(20).replace("assistantId: 1,", "assistantId: 1, maxRetries: 5,"));
    await project.succeed("up");
    const { "PUT /leads/…": moved, "POST /user/lead": made, "DELETE /user/campaign/1": deleted } = requests();
    assert.deepEqual([moved, made, deleted], [20, undefined, 1]);
    assert.deepEqual((await project.outputs()).leadIds, before.leadIds);
    assert.ok(sandbox.leads.every(({ campaign_id }) => campaign_id === 2));
    await project.succeed("preview", "--expect-no-changes");
  });

  it("fails when rows fail, keeps the others, names the rows, and does the rest next time", async () => {
    await setUp(program(60));
    proxy.breakNext("POST /user/lead", refused, refused);
    const failed = await project.pulumi("up", "--skip-preview");
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /FamulorLeadSet "guests": 2 of its leads are not as declared; the others are done/);
    assert.match(failed.output, /Failed: "row-\d+", "row-\d+"\./);
    assert.match(failed.output, /answered 422: No/);
    assert.equal(sandbox.leads.length, 58);
    assert.deepEqual((await storedLeadIds()).sort(), idsThere());
    await project.succeed("refresh", "--skip-preview");
    requests();
    await project.succeed("up", "--skip-preview");
    assert.equal(requests()["POST /user/lead"], 2);
    assert.deepEqual((await storedLeadIds()).sort(), idsThere());
    await project.succeed("preview", "--expect-no-changes");
  });

  it("that has failed rows can be destroyed, also with the program run", async () => {
    for (const how of [[], ["--run-program"]]) {
      await setUp(program(5));
      proxy.breakNext("POST /user/lead", refused);
      assert.notEqual((await project.pulumi("up", "--skip-preview")).code, 0);
      await project.succeed("destroy", "--skip-preview", ...how);
      assert.deepEqual(sandbox.leads, []);
      await project.remove();
      await proxy.close();
      await sandbox.close();
    }
  });

  it("of 10,000 with one that fails is stored, and the exit code is not 0", async () => {
    await setUp(program(10_000));
    proxy.breakNext("POST /user/lead", refused);
    const failed = await project.pulumi("up", "--skip-preview");
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /1 of its leads is not as declared/);
    assert.equal(sandbox.leads.length, 9_999);
    assert.equal((await storedLeadIds()).length, 9_999);
  });

  it("keeps what was made when its plugin is told to end, and the next up makes the rest", async () => {
    await setUp(program(50), { latencyMs: 100 });
    const { pid, result } = project.start("up", "--skip-preview");
    await proxy.arrived(20);
    const plugin = pluginOf(pid);
    assert.ok(plugin !== undefined);
    process.kill(plugin, "SIGINT");
    const stopped = await result;
    assert.notEqual(stopped.code, 0);
    assert.match(stopped.output, /was not sent: the run was interrupted/);
    assert.ok(sandbox.leads.length < 50, "it did not go on");
    assert.deepEqual((await storedLeadIds()).sort(), idsThere(), "all that was made is stored");
    await project.succeed("up", "--skip-preview");
    const posts = sandbox.journal.filter(({ method, path }) => method === "POST" && path === "/user/lead");
    assert.equal(posts.length, 50);
    assert.equal(new Set(posts.map(({ body }) => (body as { phone_number: string }).phone_number)).size, 50);
  });

  it("says how far it is when it takes long, and nothing when it does not", async () => {
    await setUp(program(400), { latencyMs: 120 });
    const up = await project.succeed("up", "--skip-preview");
    assert.match(up.output, /leads: \d+ of 400, \d+ a minute, about \d+ s left\./);
    // Of those that are there only one is worked on, and it takes no time.
    await project.rewrite(program(399));
    assert.doesNotMatch((await project.succeed("up", "--skip-preview")).output, /a minute/);
  });
});
