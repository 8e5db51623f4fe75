/**
 * What only Pulumi's real plugin process shows: values over gRPC, sizes, signals, crashes. Everything else is tested in
 * this process.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy";
import { failureOf, HookError, type Props, type RunningProvider } from "../support/hooks";
import { countStarting, requestsTo, takeRequests } from "../support/journal";
import { type Plugin, startPlugin } from "../support/plugin";
import { startProvider } from "../support/provider";
import { TEST_CERTIFICATE, TEST_KEY } from "../support/test-certificate";

const anna = { campaignId: 1, phoneNumber: "+493023125000" };
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const number = (index: number) => `+493023${String(index).padStart(6, "0")}`;

const configFor = (sandbox: Sandbox, { baseUrl }: { baseUrl: string } = sandbox) => ({
  "famulor:apiKey": sandbox.apiKey,
  "famulor:baseUrl": baseUrl,
});

describe("the plugin process, and the provider in this process that the tests use in its place", function () {
  this.timeout(30_000);

  interface World {
    /** Ends the run of the last command and starts the run of the next one. */
    newRun(): Promise<RunningProvider>;
    sandbox: Sandbox;
    proxy: FaultProxy;
    close(): Promise<void>;
  }
  /** What happens to one resource; returns what the hooks answered. */
  type Life = (world: World) => Promise<unknown[]>;

  let [here, process]: World[] = [];
  before(async () => {
    [here, process] = await Promise.all([start(startProvider), start(startPlugin)]);
  });
  after(async () => {
    for (const world of [here, process]) await world?.close();
  });

  async function start(startRun: (config: Record<string, string>) => Promise<RunningProvider>): Promise<World> {
    const sandbox = await startSandbox({ now: () => new Date("2026-11-01T12:00:00Z") });
    const proxy = await startFaultProxy(sandbox.baseUrl);
    let run: RunningProvider | undefined;
    return {
      async newRun() {
        await run?.close();
        run = await startRun(configFor(sandbox, proxy));
        return run;
      },
      sandbox,
      proxy,
      async close() {
        await run?.close();
        await proxy.close();
        await sandbox.close();
      },
    };
  }
  async function answersIn(world: World | undefined, life: Life): Promise<unknown> {
    assert.ok(world);
    return JSON.parse(JSON.stringify(await life(world)).replaceAll(world.proxy.baseUrl, "SANDBOX"));
  }
  /** Everything that an error says. */
  async function failed(work: Promise<unknown>): Promise<unknown> {
    const error = await failureOf(work);
    assert.ok(error instanceof HookError);
    return { message: error.message, partial: error.partial };
  }

  const odd = { text: 'Zoë 🎈\u2028"\\', float: 0.1, large: 2 ** 53 - 1, negative: -1, empty: "", yes: true };
  const lives: Record<string, Life> = {
    async lead({ newRun, sandbox }) {
      const declared = { ...anna, variables: odd, secondaryContacts: [{ phoneNumber: number(1) }] };
      const edited = { ...declared, variables: { ...odd, text: "" }, status: "completed" };
      const bad = { ...declared, campaignId: UNKNOWN, variables: { a: { b: [null] } }, colour: "red" };
      const up = await newRun();
      const checked = await up.check(declared);
      const { id, outs } = await up.create(declared);
      const vanishing = await up.create({ ...anna, phoneNumber: number(2) });
      const edit = await newRun();
      const before = [
        checked,
        await edit.check(declared, declared),
        await edit.check(bad, declared),
        outs,
        await edit.diff(id, outs, declared),
        await edit.diff(id, outs, { ...declared, campaignId: UNKNOWN }),
        await edit.diff(id, outs, { ...declared, secondaryContacts: [] }),
        await edit.diff(id, outs, edited),
      ];
      const updated = await edit.update(id, outs, edited);
      sandbox.account.removeLead(Number(vanishing.id));
      const refresh = await newRun();
      const after = [
        updated,
        await refresh.read(id, updated),
        await refresh.read(vanishing.id, vanishing.outs),
        await refresh.read(id, { campaignId: 1 }),
        await failed(refresh.read("77", { campaignId: 1 })),
      ];
      const renamed = await newRun();
      const refused = [await failed(renamed.create(declared)), await failed(renamed.delete(id, updated))];
      await (await newRun()).delete(id, updated);
      assert.deepEqual(sandbox.leads, []);
      return [id, ...before, ...after, ...refused];
    },

    async "lead set"({ newRun, sandbox }) {
      const newSet = async () => (await newRun()).of("leadSet");
      const rows = { anna: { phoneNumber: number(0), variables: odd }, "ben's": { phoneNumber: number(1) } };
      const declared = { campaignId: 1, leads: rows };
      const edited = { campaignId: 1, leads: { ...rows, "ben's": { ...rows["ben's"], status: "completed" } } };
      const up = await newSet();
      const checked = await up.check(declared);
      const { id, outs } = await up.create(declared);
      const edit = await newSet();
      const before = [
        checked,
        await edit.check(declared, declared),
        await edit.check({ leads: { a: 1 } }, declared),
        outs,
        await edit.diff(id, outs, declared),
        await edit.diff(id, outs, edited),
        await edit.diff(id, outs, { ...declared, leads: UNKNOWN }),
      ];
      const updated = await edit.update(id, outs, edited);
      const read = await (await newSet()).read(id, updated);
      await (await newSet()).delete(id, updated);
      assert.deepEqual(sandbox.leads, []);
      return [id, ...before, updated, read];
    },

    async "campaign and its run"({ newRun, sandbox }) {
      const declared = { name: "Spring", assistantId: 1, allowedDays: ["monday"], forceDestroy: true };
      const up = await newRun();
      const checked = [await up.of("campaign").check(declared), await up.of("campaign").check({ name: "" })];
      const { id, outs } = await up.of("campaign").create(declared);
      sandbox.account.addLead({ campaign_id: Number(id), phone_number: number(0) });
      const started = await up.of("campaignRun").create({ campaignId: Number(id) });
      const second = await newRun();
      const [campaign, runs] = [second.of("campaign"), second.of("campaignRun")];
      const answers = [
        ...checked,
        outs,
        started,
        await campaign.diff(id, outs, declared),
        await runs.diff(started.id, started.outs, { campaignId: UNKNOWN }),
        await campaign.read(id, outs),
        await runs.read(started.id, started.outs),
        await failed(campaign.create({ name: "Sandbox campaign", assistantId: 1 })),
        await failed(runs.create({ campaignId: 99 })),
        await campaign.diff(id, outs, { ...declared, maxRetries: 2 }),
      ];
      await (await newRun()).of("campaign").delete(id, outs);
      assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length], [0, 1]);
      return [id, ...answers];
    },

    async "lead that is created and cannot be finished"({ newRun, sandbox, proxy }) {
      const lead = await newRun();
      const { id } = await lead.create(anna);
      proxy.breakNext(`PUT /leads/${Number(id) + 1}`, {
        status: 422,
        body: '{"message":"Nö 🎈\\nNo"}',
        when: "before",
      });
      const unfinished = { ...anna, phoneNumber: number(3), variables: odd, status: "completed" };
      const answers = [await failed(lead.create(unfinished))];
      assert.equal(sandbox.leads.length, 2);
      return answers;
    },
  };
  for (const [name, life] of Object.entries(lives)) {
    it(`answer the same in the life of a ${name}`, async () => {
      assert.deepEqual(await answersIn(here, life), await answersIn(process, life));
    });
  }
});

describe("the plugin process", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  const plugins: Plugin[] = [];

  let plugin: Plugin;

  before(async () => {
    sandbox = await startSandbox();
    proxy = await startFaultProxy(sandbox.baseUrl);
  });
  /** Each test is another `pulumi` command, so it has a separate process. */
  beforeEach(async () => {
    plugin = await start();
    for (const { id } of sandbox.leads) sandbox.account.removeLead(id);
    takeRequests(sandbox);
  });
  afterEach(() => Promise.all(plugins.splice(0).map((each) => each.close())));
  after(async () => {
    await proxy.close();
    await sandbox.close();
  });
  async function start(config: Record<string, string> = configFor(sandbox, proxy), env: NodeJS.ProcessEnv = {}) {
    const started = await startPlugin(config, { env });
    plugins.push(started);
    return started;
  }

  it("configures itself once for hooks that all come at once, and asks once who the key belongs to", async () => {
    const people = Array.from({ length: 12 }, (_, index) => ({ campaignId: 1, phoneNumber: number(index) }));
    const made = await Promise.all(people.map((person) => plugin.create(person)));
    assert.equal(countStarting(takeRequests(sandbox), "GET /user/me"), 1);
    await Promise.all(made.map(({ id, outs }) => plugin.delete(id, outs)));
    assert.deepEqual(sandbox.leads, []);
  });

  it("takes settings from its environment, where the stack has none", async () => {
    const fromEnvironment = await start({}, { FAMULOR_API_KEY: sandbox.apiKey, FAMULOR_BASE_URL: sandbox.baseUrl });
    assert.equal((await fromEnvironment.create(anna)).outs.endpoint, sandbox.baseUrl);
  });

  it("carries a set of 10,000 rows in both directions", async () => {
    const people = Array.from({ length: 10_000 }, (_, index) => ({ phoneNumber: number(index), variables: { index } }));
    for (const { phoneNumber, variables } of people) {
      sandbox.account.addLead({ campaign_id: 1, phone_number: phoneNumber, variables });
    }
    const leads = Object.fromEntries(people.map((person, index) => [`row-${index}`, person]));
    const { id, outs } = await plugin.of("leadSet").create({ campaignId: 1, leads, adoptExisting: true });
    assert.match(id, /^set-/);
    assert.deepEqual(outs.leads, leads);
    assert.equal(Object.keys(outs.leadIds as Props).length, 10_000);
    assert.equal(countStarting(requestsTo(sandbox), "POST"), 0);
  });

  it("lets an error through that is as long as an error may be, in any alphabet", async () => {
    const message = "ж".repeat(5_000);
    proxy.breakNext("POST /user/lead", { status: 422, body: JSON.stringify({ message }), when: "before" });
    const error = await failureOf(plugin.create(anna));
    assert.match(error.message, /answered 422: жжж/);
    assert.ok(Buffer.byteLength(error.message) <= 2048);
    assert.equal(error.partial, undefined);
  });

  it("prints what it has to say, and neither the key nor a phone number", async () => {
    const { id, outs } = await plugin.create(anna);
    await failureOf(plugin.read("77", { campaignId: 1 }));
    await plugin.diff(id, outs, { ...anna, secondaryContacts: [{ phoneNumber: number(1) }] });
    assert.match(plugin.output, /there is no lead 77/);
    assert.match(plugin.output, /called again/);
    for (const secret of [sandbox.apiKey, anna.phoneNumber]) assert.ok(!plugin.output.includes(secret));
  });

  it("that is killed in the middle of a create leaves a lead that the next run names, and takes over with FAMULOR_ADOPT", async () => {
    const killed = await start();
    proxy.breakNext("POST /user/lead", "stall-after");
    const create = failureOf(killed.create(anna));
    while (sandbox.leads.length === 0) await sleep(10);
    killed.kill("SIGKILL");
    await create;
    const id = String(sandbox.leads[0]?.id);
    await assert.rejects(plugin.create(anna), new RegExp(`already has lead ${id} .*FAMULOR_ADOPT=identical`));
    const adopting = await start(configFor(sandbox, proxy), { FAMULOR_ADOPT: "identical" });
    assert.equal((await adopting.create(anna)).id, id);
    assert.equal(sandbox.leads.length, 1);
  });
});

/** Accepts connections, as the engine does. */
async function startEngine(): Promise<{ address: string; kill(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    kill() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe("the plugin process, when its run is interrupted", function () {
  this.timeout(30_000);
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let plugin: Plugin;
  let engine: Awaited<ReturnType<typeof startEngine>>;

  beforeEach(async () => {
    sandbox = await startSandbox();
    proxy = await startFaultProxy(sandbox.baseUrl);
    engine = await startEngine();
    plugin = await startPlugin(configFor(sandbox, proxy), { engine: engine.address });
  });
  afterEach(async () => {
    await plugin.close();
    engine.kill();
    await proxy.close();
    await sandbox.close();
  });
  const POST = "POST /user/lead";
  const count = (start: string) => countStarting(proxy.requests, start);
  async function arrived(request: string, times = 1): Promise<void> {
    while (count(request) < times) await proxy.arrived(proxy.requests.length + 1);
  }

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`by ${signal} keeps the lead whose create is in flight, begins nothing, and ends`, async () => {
      proxy.breakNext(POST, { lateMs: 1000 });
      const create = failureOf(plugin.create({ ...anna, status: "completed" }));
      await arrived(POST);
      plugin.kill(signal);
      const { message, partial } = await create;
      assert.match(message, /PUT .* was not sent: the run was interrupted. Run the command again/);
      assert.equal(partial?.id, "1000001");
      assert.equal(count("PUT"), 0);
      assert.equal(await plugin.ended, 0);
    });
  }

  it("waits for nothing any more, lists once, and sends no create a second time", async () => {
    proxy.breakNext(POST, "reset-before");
    const create = failureOf(plugin.create(anna));
    // The page before the create, and the listing after it.
    await arrived("GET /user/leads", 2);
    const startedAt = Date.now();
    plugin.kill("SIGINT");
    assert.match((await create).message, /may hold a lead .* that is not in the state/);
    assert.ok(Date.now() - startedAt < 3_000, "the wait of 5 s is cut short");
    assert.deepEqual(proxy.requests, ["GET /user/me", "GET /user/leads", POST, "GET /user/leads"]);
  });

  it("notices within 5 s that its engine is gone, begins no request, and ends", async () => {
    proxy.breakNext(POST, { lateMs: 4000 });
    const create = failureOf(plugin.create({ ...anna, status: "completed" }));
    await arrived(POST);
    engine.kill();
    await sleep(3000);
    const { message } = await failureOf(plugin.create({ ...anna, phoneNumber: "+493023125001" }));
    assert.match(message, /was not sent: the run was interrupted/);
    assert.equal((await create).partial?.id, "1000001");
    assert.equal(await plugin.ended, 0);
    assert.deepEqual(proxy.requests, ["GET /user/me", "GET /user/leads", POST]);
  });

  it("goes on when the engine has only closed an idle connection", async () => {
    const second = await startEngine();
    const [, port] = second.address.split(":");
    const other = await startPlugin(configFor(sandbox, proxy), { engine: second.address });
    try {
      await other.create(anna);
      second.kill();
      const again = createServer((socket) => void socket.on("error", () => {})).listen(Number(port), "127.0.0.1");
      await sleep(2500);
      await other.create({ ...anna, phoneNumber: "+493023125001" });
      assert.equal(count(POST), 2);
      again.close();
    } finally {
      await other.close();
    }
  });
});

describe("the plugin process, before an API whose certificate nobody has signed", function () {
  this.timeout(30_000);

  it("gets neither a request nor the key, also under NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    let requests = 0;
    const server = createHttpsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (_incoming, outgoing) => {
      requests++;
      outgoing.end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const baseUrl = `https://localhost:${(server.address() as AddressInfo).port}/api`;
    const settings = { "famulor:apiKey": "a-key", "famulor:baseUrl": baseUrl };
    const plugin = await startPlugin(settings, { env: { NODE_TLS_REJECT_UNAUTHORIZED: "0" } });
    try {
      await assert.rejects(
        plugin.create({ campaignId: 1, phoneNumber: "+493023125000" }),
        /was not sent: Famulor could not be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      );
      assert.equal(requests, 0);
    } finally {
      await plugin.close();
      server.close();
    }
  });
});
