import assert from "node:assert/strict";
import { campaign as definition } from "../../src/provider/campaign/hooks";
import { atBoundary } from "../../src/provider/engine/boundary";
import { Run } from "../../src/provider/session/run";
import { json, type ScriptedServer, startScriptedServer } from "../support/scripted-server";
import { VirtualClock } from "../support/virtual-clock";

describe("a campaign, in process", () => {
  let server: ScriptedServer;
  let run: Run;
  /** What Famulor has. */
  let campaigns: { id: number; name: string; status: string }[];
  /** The status of the answer to a DELETE; 0: Famulor deletes it. */
  let deleteAnswers: (() => number)[];
  let stop: () => void;
  let isListBroken: boolean;

  beforeEach(async () => {
    campaigns = [];
    deleteAnswers = [];
    isListBroken = false;
    stop = () => {
      for (const each of campaigns) each.status = "stopped";
    };
    server = await startScriptedServer((response, { method, url, body }) => {
      const { pathname } = new URL(url, "http://localhost");
      if (pathname === "/api/user/me") return json(response, 200, { name: "A", email: "a@b.c", total_balance: 1 });
      if (pathname === "/api/user/campaigns/update-status") {
        stop();
        return json(response, 200, { message: "done" });
      }
      if (method === "DELETE") {
        const status = deleteAnswers.shift()?.() ?? 0;
        if (status) return json(response, status, { message: "No" });
        campaigns = campaigns.filter(({ id }) => !pathname.endsWith(`/${id}`));
        return json(response, 200, { message: "done" });
      }
      if (method === "POST") {
        const created = { id: campaigns.length + 1, name: JSON.parse(body).name as string, status: "draft" };
        campaigns.push(created);
        return json(response, 201, { data: created });
      }
      if (isListBroken) return json(response, 422, { message: "No" });
      json(response, 200, campaigns);
    });
    run = new Run({
      env: { FAMULOR_API_KEY: "key", FAMULOR_BASE_URL: server.baseUrl },
      clock: new VirtualClock(),
      say: () => {},
      onQueue: () => () => {},
      interruptible: (_deadlines, work) => work(),
    });
  });
  afterEach(async () => {
    await run.close();
    await server.close();
  });
  const hooks = () => atBoundary(definition, run);
  const requests = () =>
    server.received.splice(0).map(({ method, url }) => `${method} ${url.replace("/api/user/", "")}`);
  const spring = { name: "Spring", assistantId: 1, forceDestroy: true };

  /** Creates it and forgets the requests. */
  async function created(status: string) {
    const { id, outs } = await hooks().create(spring);
    for (const each of campaigns) each.status = status;
    requests();
    return { id, outs };
  }
  const DELETE = "DELETE campaign/1";
  const LIST = "GET campaigns";
  const STOP = "POST campaigns/update-status";

  for (const status of [400, 409, 422, 423]) {
    it(`that is not running and whose DELETE answers ${status} is reported after one listing`, async () => {
      const { id, outs } = await created("stopped");
      deleteAnswers = [() => status];
      await assert.rejects(
        async () => hooks().delete?.(id, outs),
        new RegExp(`answered ${status}: No\\. Campaign 1 and its leads are still in Famulor`),
      );
      assert.deepEqual(requests(), [DELETE, LIST]);
    });
  }

  it("that cannot be listed after a refusal is reported", async () => {
    const { id, outs } = await created("in-progress");
    deleteAnswers = [() => 422];
    isListBroken = true;
    await assert.rejects(async () => hooks().delete?.(id, outs), /DELETE .* answered 422/);
    assert.deepEqual(requests(), [DELETE, LIST]);
  });

  for (const status of ["in-progress", "active"]) {
    it(`that is ${status} is stopped once and deleted again`, async () => {
      const { id, outs } = await created(status);
      deleteAnswers = [() => 409, () => 409];
      await hooks().delete?.(id, outs);
      assert.deepEqual(requests(), [DELETE, LIST, STOP, DELETE, LIST, DELETE]);
      assert.deepEqual(campaigns, []);
    });
  }

  it("that stays undeletable after its stop is reported, too", async () => {
    const { id, outs } = await created("in-progress");
    deleteAnswers = Array(9).fill(() => 422);
    await assert.rejects(async () => hooks().delete?.(id, outs), /are still in Famulor/);
    assert.deepEqual(requests(), [DELETE, LIST, STOP, ...Array(5).fill([DELETE, LIST]).flat()]);
  });

  it("that somebody else deleted meanwhile is gone", async () => {
    const { id, outs } = await created("stopped");
    deleteAnswers = [
      () => {
        campaigns = [];
        return 409;
      },
    ];
    await hooks().delete?.(id, outs);
    assert.deepEqual(requests(), [DELETE, LIST]);
  });

  it("with a 404 to its DELETE is gone only if the key belongs to the account that created it", async () => {
    const { id, outs } = await created("stopped");
    const notFound = () => 404;
    deleteAnswers = [notFound, notFound, notFound];
    await hooks().delete?.(id, outs);
    assert.deepEqual(requests(), [DELETE]);
    const { accountId, ...anonymous } = outs;
    await assert.rejects(
      async () => hooks().delete?.(id, anonymous),
      /Campaign 1 and its leads are still in Famulor/,
      "it is listed",
    );
    campaigns = [];
    await assert.rejects(async () => hooks().delete?.(id, anonymous), /campaign 1 is not in the account/);
  });

  it("is created after another one of the same name, never at the same time", async () => {
    const [one, other] = await Promise.all([hooks().create(spring), hooks().create(spring)]);
    assert.notEqual(one.id, other.id);
    assert.deepEqual(requests(), ["GET me", LIST, "POST campaigns", LIST, "POST campaigns"]);
  });

  it("stores an update without a request, and keeps what is not an argument", async () => {
    const { id, outs } = await hooks().create({ ...spring, maxRetries: 3 });
    requests();
    const { outs: updated } = (await hooks().update?.(id, outs, { name: "Spring", assistantId: 1 })) ?? {};
    const { maxRetries, forceDestroy, ...kept } = outs;
    assert.deepEqual(updated, kept);
    assert.deepEqual(requests(), []);
  });

  it("reads declared settings only; .get reads what Famulor returns", async () => {
    const { id, outs } = await created("completed");
    Object.assign(campaigns[0] ?? {}, { max_retries: 5, retry_interval: 60, name: "Renamed" });
    const refreshed = await hooks().read?.(id, outs);
    assert.deepEqual(refreshed?.inputs, { ...spring, name: "Renamed" });
    assert.equal(refreshed?.props?.status, "completed");
    const { props } = (await hooks().read?.(id, {})) ?? {};
    assert.deepEqual(props, {
      campaignId: 1,
      name: "Renamed",
      status: "completed",
      maxRetries: 5,
      retryIntervalMinutes: 60,
      endpoint: server.baseUrl,
    });
    const { inputs } = (await hooks().read?.(id, props)) ?? {};
    assert.deepEqual(inputs, { name: "Renamed", maxRetries: 5, retryIntervalMinutes: 60 }, "refreshed");
  });
});
