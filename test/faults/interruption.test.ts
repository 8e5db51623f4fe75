import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy";
import { type HookError, type Plugin, startPlugin } from "../support/plugin";

const anna = { campaignId: 1, phoneNumber: "+493023125000" };

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

describe("a plugin whose run is interrupted", function () {
  this.timeout(30_000);
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let plugin: Plugin;
  let engine: Awaited<ReturnType<typeof startEngine>>;

  beforeEach(async () => {
    sandbox = await startSandbox();
    proxy = await startFaultProxy(sandbox.baseUrl);
    engine = await startEngine();
    const settings = { "famulor:apiKey": sandbox.apiKey, "famulor:baseUrl": proxy.baseUrl };
    plugin = await startPlugin(settings, { engine: engine.address });
  });
  afterEach(async () => {
    await plugin.close();
    engine.kill();
    await proxy.close();
    await sandbox.close();
  });
  const fails = (work: Promise<unknown>): Promise<HookError> =>
    work.then(
      () => assert.fail("it must fail"),
      (thrown) => thrown,
    );
  const POST = "POST /user/lead";
  const count = (start: string) => proxy.requests.filter((request) => request.startsWith(start)).length;

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`by ${signal} keeps the lead whose create is in flight, begins nothing, and ends`, async () => {
      proxy.breakNext(POST, { lateMs: 1000 });
      const create = fails(plugin.create({ ...anna, status: "completed" }));
      await proxy.arrived(2);
      plugin.kill(signal);
      const { message, partial } = await create;
      assert.match(message, /PUT .* was not sent: the run was interrupted. Run the command again/);
      assert.equal(partial?.id, "1000001");
      assert.equal(count("PUT"), 0);
      assert.equal(await plugin.ended, 0);
    });
  }

  it("waits for nothing any more, looks once, and sends no create a second time", async () => {
    proxy.breakNext(POST, "reset-before");
    const create = fails(plugin.create(anna));
    await proxy.arrived(3);
    const startedAt = Date.now();
    plugin.kill("SIGINT");
    assert.match((await create).message, /may hold a lead .* that is not in the state/);
    assert.ok(Date.now() - startedAt < 3_000, "the wait of 5 s is cut short");
    assert.deepEqual(proxy.requests, ["GET /user/me", POST, "GET /user/leads"]);
  });

  it("notices within 5 s that its engine is gone, begins no request, and ends", async () => {
    proxy.breakNext(POST, { lateMs: 4000 });
    const create = fails(plugin.create({ ...anna, status: "completed" }));
    await proxy.arrived(2);
    engine.kill();
    await sleep(3000);
    const { message } = await fails(plugin.create({ ...anna, phoneNumber: "+493023125001" }));
    assert.match(message, /was not sent: the run was interrupted/);
    assert.equal((await create).partial?.id, "1000001");
    assert.equal(await plugin.ended, 0);
    assert.deepEqual(proxy.requests, ["GET /user/me", POST]);
  });

  it("goes on when the engine has only closed an idle connection", async () => {
    const second = await startEngine();
    const [, port] = second.address.split(":");
    const settings = { "famulor:apiKey": sandbox.apiKey, "famulor:baseUrl": proxy.baseUrl };
    const other = await startPlugin(settings, { engine: second.address });
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
