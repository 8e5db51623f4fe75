import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { type Fault, type FaultProxy, startFaultProxy } from "../support/fault-proxy";
import { tallyRequests } from "../support/journal";
import { pluginOf } from "../support/processes";
import { setProgram } from "../support/programs";

const refused: Fault = { status: 422, body: `{"message":"No","errors":{"variables":["No"]}}`, when: "before" };

describe("a set of leads that fails, moves or is interrupted, with the real engine", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let project: Project;

  before(async function () {
    await useEngine(this);
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
  const requests = () => tallyRequests(sandbox);
  const storedLeadIds = async () => {
    const { resources } = JSON.parse(await project.state()).deployment;
    const set = resources.find(({ type }: { type: string }) => type.endsWith(":LeadSet"));
    return Object.values((set?.outputs.leadIds ?? {}) as Record<string, number>);
  };
  const idsThere = () => sandbox.leads.map(({ id }) => id).sort();

  it("moves with its campaign when that is replaced, and loses nobody", async () => {
    await setUp(setProgram(20));
    await project.succeed("up", "--skip-preview");
    const before = await project.outputs();
    requests();
    await project.rewrite(setProgram(20).replace("assistantId: 1,", "assistantId: 1, maxRetries: 5,"));
    await project.succeed("up");
    const { "PUT /leads/…": moved, "POST /user/lead": made, "DELETE /user/campaign/1": deleted } = requests();
    assert.deepEqual([moved, made, deleted], [20, undefined, 1]);
    assert.deepEqual((await project.outputs()).leadIds, before.leadIds);
    assert.ok(sandbox.leads.every(({ campaign_id }) => campaign_id === 2));
    await project.succeed("preview", "--expect-no-changes");
  });

  it("fails when rows fail, keeps the others, names the rows, and does the rest next time", async () => {
    await setUp(setProgram(60));
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
      await setUp(setProgram(5));
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
    await setUp(setProgram(10_000));
    proxy.breakNext("POST /user/lead", refused);
    const failed = await project.pulumi("up", "--skip-preview");
    assert.notEqual(failed.code, 0);
    assert.match(failed.output, /1 of its leads is not as declared/);
    assert.equal(sandbox.leads.length, 9_999);
    assert.equal((await storedLeadIds()).length, 9_999);
  });

  it("keeps what was created when its plugin gets SIGINT, and the next up creates the rest", async () => {
    await setUp(setProgram(50), { latencyMs: 100 });
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
    await setUp(setProgram(400), { latencyMs: 120 });
    const up = await project.succeed("up", "--skip-preview");
    assert.match(up.output, /leads: \d+ of 400, \d+ a minute, about \d+ s left\./);
    // Only one of the existing rows is worked on, and it takes no time.
    await project.rewrite(setProgram(399));
    assert.doesNotMatch((await project.succeed("up", "--skip-preview")).output, /a minute/);
  });
});
