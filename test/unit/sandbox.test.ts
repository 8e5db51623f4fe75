import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { callApi } from "../support/api";

describe("the sandbox", () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  const call = (method: string, path: string, body?: unknown, key?: string) =>
    callApi(sandbox, method, path, body, key);
  const anna = { phone_number: "+493023125000", campaign_id: 1 };

  it("creates a lead with 200 and all of its fields", async () => {
    const { status, body } = await call("POST", "/user/lead", {
      ...anna,
      variables: { name: "Anna" },
      secondary_contacts: [{ phone_number: "+493023125001" }],
    });
    assert.equal(status, 200);
    const { id, secondary_contacts: contacts, created_at, updated_at, ...rest } = body.data;
    assert.match(created_at, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    assert.equal(updated_at, created_at);
    assert.deepEqual(rest, {
      campaign_id: 1,
      phone_number: "+493023125000",
      variables: { name: "Anna" },
      status: "created",
      campaign: { id: 1, name: "Sandbox campaign" },
    });
    assert.equal(contacts.length, 1);
    assert.notEqual(contacts[0].id, id);
    assert.equal(contacts[0].status, "created");
  });

  const refused: [string, Record<string, unknown>, number, string][] = [
    ["no number", { campaign_id: 1 }, 422, "phone_number"],
    ["a national number", { ...anna, phone_number: "03023125000" }, 422, "phone_number"],
    ["a campaign as text", { ...anna, campaign_id: "1" }, 422, "campaign_id"],
    ["the correct spelling of Famulor's field", { ...anna, allow_duplicate: true }, 422, ""],
    ["a list of variables", { ...anna, variables: [] }, 422, "variables"],
    ["a contact with the lead's number", { ...anna, secondary_contacts: [anna] }, 422, "secondary_contacts.0"],
    ["an unknown campaign", { ...anna, campaign_id: 9 }, 404, ""],
  ];
  for (const [name, body, status, field] of refused) {
    it(`refuses a lead with ${name}`, async () => {
      const answer = await call("POST", "/user/lead", body);
      assert.equal(answer.status, status);
      if (field) assert.ok(field in answer.body.errors, JSON.stringify(answer.body));
      assert.deepEqual(sandbox.leads, []);
    });
  }

  it("refuses a duplicate in the same campaign unless it is allowed", async () => {
    sandbox.account.addCampaign({ name: "Other" });
    await call("POST", "/user/lead", anna);
    assert.equal((await call("POST", "/user/lead", anna)).status, 422);
    assert.equal((await call("POST", "/user/lead", { ...anna, campaign_id: 2 })).status, 200);
    assert.equal((await call("POST", "/user/lead", { ...anna, allow_dupplicate: true })).status, 200);
    assert.equal(sandbox.leads.length, 3);
  });

  it("lists in pages, with Laravel's envelope, newest first", async () => {
    for (let index = 0; index < 250; index++) {
      sandbox.account.addLead({ phone_number: `+4930231${25000 + index}`, campaign_id: 1 });
    }
    const { body } = await call("GET", "/user/leads?per_page=100&page=3&campaign_id=1");
    assert.deepEqual(
      [body.current_page, body.last_page, body.total, body.from, body.to, body.data.length, body.next_page_url],
      [3, 3, 250, 201, 250, 50, null],
    );
    assert.equal(body.data.at(-1).phone_number, "+493023125000");
    assert.equal((await call("GET", "/user/leads")).body.per_page, 15);
    assert.equal((await call("GET", "/user/leads?per_page=101")).status, 422);
    const partial = await call("GET", `/user/leads?phone_number=${encodeURIComponent("+49302312524")}`);
    assert.equal(partial.body.total, 10);
    const past = await call("GET", "/user/leads?date_to=2000-01-01");
    assert.deepEqual([past.body.total, past.body.from], [0, null]);
  });

  it("changes four fields of a lead, merges variables, and answers without the lead", async () => {
    const { id } = sandbox.account.addLead({ ...anna, variables: { a: 1, b: 2 } });
    const answer = await call("PUT", `/leads/${id}`, { variables: { b: 3 }, status: "completed" });
    assert.deepEqual(Object.keys(answer.body), ["message"]);
    assert.deepEqual(sandbox.leads[0]?.variables, { a: 1, b: 3 });
    assert.equal(sandbox.leads[0]?.status, "completed");
    assert.match((await call("PUT", `/leads/${id}`, { secondary_contacts: [] })).body.message, /^Invalid fields:/);
    assert.ok("status" in (await call("PUT", `/leads/${id}`, { status: "scheduled" })).body.errors);
    assert.equal((await call("PUT", "/leads/1", {})).status, 404);
  });

  it("deletes a lead once, and a campaign with its leads", async () => {
    const { id } = sandbox.account.addLead(anna);
    assert.equal((await call("DELETE", `/user/leads/${id}`)).status, 200);
    assert.equal((await call("DELETE", `/user/leads/${id}`)).status, 404);
    sandbox.account.addLead(anna);
    assert.equal((await call("DELETE", "/user/campaign/1")).status, 200);
    assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
  });

  it("creates campaigns with 201, starts and stops them, and never returns what Famulor does not", async () => {
    const { status, body } = await call("POST", "/user/campaigns", { name: "Spring", assistant_id: 1, max_retries: 2 });
    assert.equal(status, 201);
    assert.equal(body.data.max_retries, 2);
    assert.equal(body.data.allowed_hours_start_time, "00:00:00");
    assert.equal("assistant_id" in body.data, false);
    assert.equal((await call("POST", "/user/campaigns", { name: "x", assistant_id: 5 })).status, 404);
    assert.equal((await call("POST", "/user/campaigns", { name: "x", assistant_id: 1, max_retries: 6 })).status, 422);
    const start = { campaign_id: body.data.id, action: "start" };
    assert.equal((await call("POST", "/user/campaigns/update-status", start)).status, 400, "it has no leads");
    sandbox.account.addLead({ ...anna, campaign_id: body.data.id });
    assert.equal((await call("POST", "/user/campaigns/update-status", start)).body.data.status, "in-progress");
    assert.equal((await call("POST", "/user/campaigns/update-status", start)).status, 400);
    assert.equal((await call("GET", "/user/campaigns")).body.length, 2);
  });

  it("asks for the key, and distinguishes a wrong route from a wrong method", async () => {
    assert.equal((await call("GET", "/user/me", undefined, "wrong")).status, 401);
    assert.equal((await call("GET", "/user/me")).body.email, "owner@sandbox.test");
    sandbox.setKey("rotated");
    assert.equal((await call("GET", "/user/me", undefined, "rotated")).status, 200);
    assert.equal((await call("GET", "/user/nothing")).status, 404);
    assert.equal((await call("GET", "/user/lead")).status, 405);
  });

  it("keeps a journal of every request, also of refused ones", async () => {
    await call("POST", "/user/lead", anna, "wrong");
    await call("GET", "/user/leads?campaign_id=1");
    const lines = sandbox.journal.map(({ method, path, query, body, authorized, status }) => {
      return { method, path, query, body, authorized, status };
    });
    assert.deepEqual(lines, [
      { method: "POST", path: "/user/lead", query: {}, body: anna, authorized: false, status: 401 },
      {
        method: "GET",
        path: "/user/leads",
        query: { campaign_id: "1" },
        body: undefined,
        authorized: true,
        status: 200,
      },
    ]);
  });

  it("is reached from localhost only", async () => {
    const { port } = new URL(sandbox.baseUrl);
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address && !address.internal && address.family === "IPv4")?.address;
    for (const host of [outside, "[::1]"].filter(Boolean)) {
      await assert.rejects(fetch(`http://${host}:${port}/api/user/me`), TypeError);
    }
  });
});

describe("the command famulor-sandbox", () => {
  const command = [require.resolve("../../dist/sandbox/command.js")];

  it("prints its address, its key and how to use them, and ends on SIGINT", async () => {
    const child = spawn(process.execPath, [
      ...command,
      "--port",
      "0",
      "--key",
      "k1",
      "--rate-limit",
      "famulor",
      "--dialect",
      "json-as-html",
    ]);
    let printed = "";
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      printed += `${line}\n`;
      if (line.includes("apiKey")) break;
    }
    const baseUrl = /config set famulor:baseUrl (http:\S+)/.exec(printed)?.[1];
    assert.match(printed, /config set --secret famulor:apiKey k1/);
    const response = await fetch(`${baseUrl}/user/me`, { headers: { authorization: "Bearer k1" } });
    assert.equal(response.status, 200);
    assert.match(String(response.headers.get("content-type")), /text\/html/);
    await response.text();
    const statuses = [];
    for (let count = 0; count < 20; count++) {
      const again = await fetch(`${baseUrl}/user/me`, { headers: { authorization: "Bearer k1" } });
      await again.text();
      statuses.push(again.status);
    }
    assert.deepEqual(statuses, [...Array(19).fill(200), 429]);
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "exit"), [0, null]);
  });

  it("explains an option it does not know", async () => {
    const failed = await promisify(execFile)(process.execPath, [...command, "--prot", "1"]).catch((error) => error);
    assert.equal(failed.code, 2);
    assert.match(failed.stderr, /Unknown option '--prot'[\s\S]*--port N/);
    const other = await promisify(execFile)(process.execPath, [...command, "--dialect", "x"]).catch((error) => error);
    assert.match(other.stderr, /--dialect x: there is no such dialect[\s\S]*trims-strings: /);
  });
});
