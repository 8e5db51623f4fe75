import assert from "node:assert/strict";
import { copyFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { runs, seed } from "../support/depth";
import { createProject, type Project, useEngine } from "../support/engine";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy";
import { descendantsOf, isAlive, killIfAlive, pluginOf } from "../support/processes";

/** INTERRUPTIONS=20 for more; INTERRUPTION_SEED=… for the same instants again. */
const INTERRUPTIONS = runs("INTERRUPTIONS", { quick: 1, full: 3 });
const SEED = seed("INTERRUPTION_SEED");

const LEADS = 50;
/** Who the key belongs to, the campaigns, the campaign, a list of leads, the leads. */
const REQUESTS = 4 + LEADS;

const beside = (leads: string) => `
  const { FamulorCampaign, FamulorLead, FamulorLeadSet } = require("pulumi-famulor");
  const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1, maxRetries: 2 });
  const rows = {};
  for (let index = 0; index < ${LEADS}; index++) {
    rows["lead-" + index] = { phoneNumber: "+4930231250" + String(index).padStart(2, "0"), variables: { index } };
  }
  ${leads}
`;
const PROGRAMS = {
  leads: beside("for (const key in rows) new FamulorLead(key, { campaignId: spring, ...rows[key] });"),
  "a set of leads": beside(`new FamulorLeadSet("guests", { campaignId: spring, leads: rows });`),
};

interface Stored {
  type: string;
  /** Only a set has `leadIds`. */
  outputs?: { leadIds?: Record<string, number> };
}
/** How many leads the state knows, as separate resources or in a set. */
function leadsIn(resources: Stored[]): number {
  const single = resources.filter(({ type }) => type.endsWith("famulor:Lead")).length;
  return resources.reduce((sum, { outputs }) => sum + Object.keys(outputs?.leadIds ?? {}).length, single);
}

async function isJson(file: string): Promise<boolean> {
  try {
    JSON.parse(await readFile(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}

/** The same instants for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

for (const [what, program] of Object.entries(PROGRAMS))
  describe(`an up of ${what} that is interrupted, with the real engine (INTERRUPTION_SEED=${SEED})`, function () {
    this.timeout(300_000);
    let sandbox: Sandbox;
    let proxy: FaultProxy;
    let project: Project;

    before(async function () {
      await useEngine(this);
      // Signals and `ps` as POSIX has them.
      if (process.platform === "win32") this.skip();
    });
    async function setUp(env: NodeJS.ProcessEnv = {}): Promise<void> {
      sandbox = await startSandbox({ campaigns: [] });
      proxy = await startFaultProxy(sandbox.baseUrl, { latencyMs: 80 });
      project = await createProject({ program, sandbox: { ...sandbox, ...proxy }, env });
    }
    afterEach(async () => {
      await project?.remove();
      await proxy?.close();
      await sandbox?.close();
    });

    /** What a user does next: `pulumi up`, and the way out that its error names. Then every person was created once. */
    async function finish({ withRefresh = false } = {}): Promise<void> {
      if (withRefresh) await project.succeed("refresh", "--skip-preview");
      const plain = await project.pulumi("up", "--skip-preview");
      if (plain.code !== 0) {
        assert.match(plain.output, /FAMULOR_ADOPT=identical pulumi up/, "the error names the way out");
        await project.withEnv({ FAMULOR_ADOPT: "identical" }).succeed("up", "--skip-preview");
      }
      const posts = sandbox.journal.filter(({ method, status }) => method === "POST" && status < 300);
      const people = posts
        .filter(({ path }) => path === "/user/lead")
        .map(({ body }) => (body as { phone_number: string }).phone_number);
      assert.equal(people.length, LEADS);
      assert.equal(new Set(people).size, LEADS, "every person was created once");
      assert.equal(posts.length, LEADS + 1, "and one campaign");
      assert.equal(sandbox.leads.length, LEADS);
      await project.succeed("preview", "--expect-no-changes");
      await project.succeed("destroy", "--skip-preview");
      assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
    }

    async function interruptCli(at: number, signal: NodeJS.Signals): Promise<number[]> {
      const { pid, result } = project.start("up", "--skip-preview");
      await proxy.arrived(at);
      const below = descendantsOf(pid).map((each) => each.pid);
      const plugin = pluginOf(pid);
      process.kill(pid, signal);
      await result;
      if (signal !== "SIGKILL" || plugin === undefined) return below;
      const killedAt = Date.now();
      while (isAlive(plugin) && Date.now() - killedAt < 5_000) await sleep(50);
      const seen = proxy.requests.length;
      await sleep(300);
      assert.equal(proxy.requests.length, seen, "a plugin without an engine has stopped within 5 s");
      assert.ok(!isAlive(plugin), "and has ended");
      return below;
    }

    /**
     * Killed while it wrote its state file, the CLI leaves a part of one, with the one before beside it, or a part of the
     * file's attributes, without which it reads the state as well.
     */
    async function restoreStateFile(): Promise<void> {
      const file = join(project.folder, "pulumi/state/.pulumi/stacks/famulor-test/test.json");
      if (!(await isJson(file))) await copyFile(`${file}.bak`, file);
      if (!(await isJson(`${file}.attrs`))) await rm(`${file}.attrs`, { force: true });
    }

    async function killPlugin(at: number): Promise<void> {
      const { pid, result } = project.start("up", "--skip-preview");
      await proxy.arrived(at);
      const plugin = pluginOf(pid);
      assert.ok(plugin !== undefined);
      process.kill(plugin, "SIGKILL");
      assert.notEqual((await result).code, 0);
    }

    const next = random(SEED);
    for (let run = 0; run < INTERRUPTIONS; run++) {
      const at = 1 + Math.floor(next() * REQUESTS);

      it(`by SIGINT at request ${at} keeps what was created, and the next up creates the rest`, async () => {
        await setUp();
        await interruptCli(at, "SIGINT");
        const stored = JSON.parse(await project.state()).deployment;
        assert.equal(leadsIn(stored.resources), sandbox.leads.length, "state holds every lead that was made");
        assert.equal(stored.pending_operations, undefined);
        await project.succeed("up", "--skip-preview");
        await finish();
      });

      it(`by SIGKILL of the plugin at request ${at} leads to every person created once`, async () => {
        await setUp();
        await killPlugin(at);
        await finish({ withRefresh: run % 2 === 1 });
      });

      it(`by SIGKILL of the CLI at request ${at} leads to every person created once`, async () => {
        await setUp();
        for (const pid of await interruptCli(at, "SIGKILL")) killIfAlive(pid, "SIGKILL");
        await restoreStateFile();
        const locked = await project.pulumi("up", "--skip-preview");
        assert.match(locked.output, /pulumi cancel/);
        await project.succeed("cancel", "--yes");
        await finish({ withRefresh: run % 2 === 1 });
      });
    }

    describe("under PULUMI_SKIP_CHECKPOINTS=true, where a kill empties the state", () => {
      const at = 2 + Math.floor(next() * (REQUESTS - 2));
      const fast = { PULUMI_SKIP_CHECKPOINTS: "true" };

      it(`by SIGINT at request ${at}`, async () => {
        await setUp(fast);
        await interruptCli(at, "SIGINT");
        await project.succeed("up", "--skip-preview");
        await finish();
      });

      it(`by SIGKILL of the plugin at request ${at}`, async () => {
        await setUp(fast);
        await killPlugin(at);
        await finish();
      });

      it(`by SIGKILL of the CLI at request ${at}`, async () => {
        await setUp(fast);
        for (const pid of await interruptCli(at, "SIGKILL")) killIfAlive(pid, "SIGKILL");
        await project.succeed("cancel", "--yes");
        assert.equal(leadsIn(JSON.parse(await project.state()).deployment.resources ?? []), 0);
        await finish();
      });
    });
  });
