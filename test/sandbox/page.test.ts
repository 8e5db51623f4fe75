import assert from "node:assert/strict";
import { request } from "node:http";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { OPTION_NAMES, optionOf } from "../../src/sandbox/options";
import { callApi } from "../support/api";

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

describe("the page of the sandbox, without a browser", () => {
  let sandbox: Sandbox;
  let port: string;
  beforeEach(async () => {
    sandbox = await startSandbox();
    ({ port } = new URL(sandbox.pageUrl));
  });
  afterEach(() => sandbox.close());

  /** As it goes over the network: `fetch` allows neither Host nor Origin. */
  function raw(method: string, path: string, headers: Record<string, string> = {}, body = ""): Promise<Raw> {
    return new Promise((resolve, reject) => {
      const sent = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (incoming) => {
        let text = "";
        incoming.on("data", (chunk) => {
          text += chunk;
        });
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
      });
      sent.on("error", reject).end(body);
    });
  }
  const get = (path: string) => raw("GET", path);
  const FORM = { "content-type": "application/x-www-form-urlencoded" };
  const act = (action: string, fields: Record<string, string | number>, headers: Record<string, string> = {}) => {
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
    const sent = { ...FORM, origin: `http://127.0.0.1:${port}`, ...headers };
    return raw("POST", `/do/${action}`, sent, form.toString());
  };

  it("says that nobody is called, and which settings point here", async () => {
    const { status, headers, text } = await get("/");
    assert.equal(status, 200);
    assert.match(String(headers["content-type"]), /^text\/html/);
    assert.match(text, /<strong>Nobody is called\.<\/strong>/);
    assert.ok(text.includes(`pulumi config set famulor:baseUrl ${sandbox.baseUrl}`));
    assert.ok(text.includes(`pulumi config set --secret famulor:apiKey ${sandbox.apiKey}`));
    assert.match(text, /No leads yet/);
    assert.equal(sandbox.journal.length, 0, "the page's own requests are not in the journal");
  });

  it("loads nothing from elsewhere and forbids it", async () => {
    for (const path of ["/", "/requests", "/settings", "/style.css", "/script.js"]) {
      const { headers, text } = await get(path);
      assert.doesNotMatch(
        text.replaceAll(sandbox.baseUrl, "").replaceAll("http://www.w3.org/2000/svg", ""),
        /https?:\/\/(?!sandbox)/,
        path,
      );
      assert.match(String(headers["content-security-policy"]), /default-src 'none'.*frame-ancestors 'none'/);
      assert.doesNotMatch(text, /<[^>]+ (style|on[a-z]+)=/, `${path} has an attribute that the policy forbids`);
    }
  });

  it("escapes whatever a program has sent", async () => {
    const evil = `<img src=x onerror="alert(1)">`;
    sandbox.account.editCampaign(1, { name: evil });
    const { id } = sandbox.account.addLead({
      phone_number: "+493023125000",
      campaign_id: 1,
      variables: { [evil]: evil },
    });
    await callApi(sandbox, "POST", "/user/lead", { phone_number: evil, campaign_id: 1 });
    for (const path of [
      "/",
      `/lead/${id}`,
      "/campaign/1",
      "/requests",
      "/request/1",
      "/settings",
      `/?q=${encodeURIComponent(evil)}`,
    ]) {
      const { text } = await get(path);
      assert.ok(text.includes("&lt;img"), path);
      assert.ok(!text.includes("<img"), path);
    }
  });

  it("refuses its actions to another origin, another host name, and to whoever names no origin", async () => {
    const fields = { phone_number: "+493023125000", campaign_id: 1 };
    const here = `http://127.0.0.1:${port}`;
    const foreign: Record<string, string>[] = [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://127.0.0.1:1" },
      { origin: `http://localhost:${port}` },
      { origin: here, "sec-fetch-site": "cross-site" },
      { origin: here, "sec-fetch-site": "same-site" },
      // DNS rebinding: the browser takes the sandbox for evil.example itself.
      { origin: `http://evil.example:${port}`, host: `evil.example:${port}` },
      { origin: here, host: "evil.example" },
      { origin: here, host: "127.0.0.1.evil.example" },
      { origin: here, host: "localhost.evil.example" },
    ];
    for (const headers of foreign) {
      const { status } = await act("add-lead", fields, headers);
      assert.equal(status, 403, JSON.stringify(headers));
    }
    assert.equal((await raw("POST", "/do/add-lead", FORM, "phone_number=%2B493023125000&campaign_id=1")).status, 403);
    assert.equal((await act("add-lead", fields, { "content-type": "text/plain" })).status, 415);
    assert.equal((await raw("GET", "/do/add-lead?phone_number=%2B493023125000&campaign_id=1")).status, 405);
    assert.deepEqual(sandbox.leads, []);
    assert.equal((await act("add-lead", fields)).status, 303);
    const local = { origin: `http://localhost:${port}`, host: `localhost:${port}` };
    assert.equal((await act("add-lead", { ...fields, phone_number: "+493023125001" }, local)).status, 303);
    assert.equal(sandbox.leads.length, 2);
  });

  it("shows nothing and answers nothing under another host name, in the API neither", async () => {
    for (const path of ["/", "/export.json", "/events", "/api/user/leads"]) {
      const headers = { host: `evil.example:${port}`, authorization: "Bearer sandbox-key" };
      const { status, text } = await raw("GET", path, headers);
      assert.deepEqual([status, text.includes("sandbox-key")], [403, false], path);
    }
  });

  it("goes back only to its own paths", async () => {
    for (const back of [
      "https://evil.example/",
      "//evil.example",
      "/do/import",
      "/\\evil.example",
      "javascript:alert(1)",
    ]) {
      const { status, headers } = await act("advance", { minutes: 1, back });
      assert.equal(status, 303);
      assert.match(String(headers.location), /^\/\?told=\d+$/, back);
    }
    const { headers } = await act("advance", { minutes: 1, back: "/requests?q=x" });
    assert.match(String(headers.location), /^\/requests\?q=x&told=\d+$/);
  });

  it("does by forms alone what somebody in the dashboard can do", async () => {
    const done = async (action: string, fields: Record<string, string | number>) => {
      const { status, headers, text } = await act(action, fields);
      assert.equal(status, 303, text);
      return (await get(String(headers.location))).text;
    };
    const toldBy = (text: string) => /<p class="message"><span>([^<]*)/.exec(text)?.[1];
    assert.equal(toldBy(await done("add-campaign", { name: "Spring" })), "Added Spring as campaign 2.");
    await done("add-lead", {
      phone_number: "+49 30 23125-000",
      campaign_id: 1,
      variables: "name: Anna\r\nage: 40\nvip: true",
    });
    const lead = sandbox.leads[0];
    assert.deepEqual(lead?.variables, { name: "Anna", age: 40, vip: true });
    const id = Number(lead?.id);
    await done("edit-lead", { lead: id, phone_number: "+493023125001", campaign_id: 2, variables: "name: Anna B." });
    assert.deepEqual(
      [sandbox.leads[0]?.phone_number, sandbox.leads[0]?.campaign_id, sandbox.leads[0]?.variables],
      ["+493023125001", 2, { name: "Anna B." }],
    );
    await done("set-status", { lead: id, status: "blacklisted" });
    assert.equal(sandbox.leads[0]?.status, "blacklisted");
    await done("dial", { lead: id });
    assert.equal(sandbox.leads[0]?.status, "processing");
    await done("end-call", { lead: id, outcome: "answered" });
    assert.equal(sandbox.leads[0]?.status, "completed");
    await done("start", { campaign: 2 });
    assert.equal(sandbox.campaigns[1]?.status, "in-progress");
    await done("stop", { campaign: 2 });
    assert.equal(sandbox.campaigns[1]?.status, "stopped");
    await done("delete-lead", { lead: id });
    await done("delete-campaign", { campaign: 2 });
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length], [0, 1]);
    await done("add-account", { email: "two@sandbox.test", apiKey: "k2" });
    assert.equal((await callApi(sandbox, "GET", "/user/me", undefined, "k2")).body.email, "two@sandbox.test");
    await done("add-campaign", { name: "Theirs", account: 2 });
    assert.equal((await callApi(sandbox, "GET", "/user/campaigns", undefined, "k2")).body.length, 1);
    assert.match(
      toldBy(await done("import", { data: "phone_number\n+493023125005\n", campaign_id: 1 })) ?? "",
      /Imported 1 lead/,
    );
    await done("dialects", { dialects: "create-answers-201" });
    const created = await callApi(sandbox, "POST", "/user/lead", { phone_number: "+493023125006", campaign_id: 1 });
    assert.equal(created.status, 201);
    await done("add-fault", { fault: "server-error", on: "any", times: "always" });
    assert.equal((await callApi(sandbox, "GET", "/user/me")).status, 500);
    await done("remove-fault", { index: 0 });
    assert.equal((await callApi(sandbox, "GET", "/user/me")).status, 200);
  });

  it("answers a refusal with its reasons, on the page it came from", async () => {
    sandbox.account.addLead({ phone_number: "+493023125000", campaign_id: 1 });
    const twice = await act("add-lead", { phone_number: "+493023125000", campaign_id: 1, back: "/?status=created" });
    assert.equal(twice.status, 422);
    assert.match(
      twice.text,
      /class="message problem"><span>A lead with this phone number already exists in this campaign\./,
    );
    assert.match((await act("add-lead", { phone_number: "030", campaign_id: 1 })).text, /must be in E\.164/);
    assert.match((await act("start", { campaign: 99 })).text, /Campaign not found/);
    assert.equal((await get("/lead/99")).status, 404);
    assert.equal((await act("no-such-thing", {})).status, 404);
  });

  it("changes settings all or none, and shows every option", async () => {
    const { text } = await get("/settings");
    for (const name of OPTION_NAMES) {
      const { flag, isLive } = optionOf(name);
      assert.ok(isLive ? text.includes(`name="${name}"`) || name === "faults" : text.includes(`--${flag}`), name);
    }
    const fields = Object.fromEntries(
      OPTION_NAMES.filter((name) => optionOf(name).isLive && name !== "faults" && name !== "dialects").map((name) => [
        name,
        optionOf(name).write(optionOf(name).default).join("\n"),
      ]),
    );
    const wrong = await act("settings", { ...fields, balance: 5, speed: "fast" });
    assert.deepEqual([wrong.status, /--speed: must be a number/.test(wrong.text)], [422, true]);
    assert.equal((await callApi(sandbox, "GET", "/user/me")).body.total_balance, 100);
    assert.equal((await act("settings", { ...fields, balance: 5, rateLimits: "1/60" })).status, 303);
    assert.equal((await callApi(sandbox, "GET", "/user/me")).body.total_balance, 5);
    assert.equal((await callApi(sandbox, "GET", "/user/me")).status, 429);
  });

  it("finds, filters and pages through 10,000 leads", async () => {
    for (let index = 0; index < 10_000; index++) {
      sandbox.account.addLead({
        phone_number: `+331990${String(index).padStart(5, "0")}`,
        campaign_id: 1,
        variables: { name: `Guest ${index}` },
      });
    }
    const rows = (text: string) => text.match(/class="number" href/g)?.length ?? 0;
    const first = await get("/");
    assert.equal(rows(first.text), 100);
    assert.match(first.text, /1 to 100 of 10,000/);
    assert.ok(first.text.length < 200_000, `${first.text.length} characters`);
    assert.match((await get("/?page=100")).text, /9,901 to 10,000 of 10,000/);
    assert.equal(rows((await get("/?q=Guest+777")).text), 11);
    assert.equal(rows((await get("/?q=%2B33+1+99+00+07+77")).text), 1);
    assert.match((await get("/?q=Guest&status=completed")).text, /No lead matches/);
  }).timeout(30_000);

  it("reports changes to whoever listens, and ends with the sandbox", async () => {
    const told: string[] = [];
    const ended = new Promise<void>((resolve) => {
      request({ host: "127.0.0.1", port, path: "/events" }, (incoming) => {
        incoming.on("data", (chunk) => told.push(String(chunk)));
        incoming.on("close", resolve).on("error", () => {});
      }).end();
    });
    while (!told.join("").includes("data: ")) await new Promise(setImmediate);
    sandbox.account.addLead({ phone_number: "+493023125000", campaign_id: 1 });
    while (told.join("").split("data: ").length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    await sandbox.close();
    await ended;
  });
});
