import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { type Fault, type FaultProxy, startFaultProxy } from "../support/fault-proxy";
import { type HookError, type Plugin, startPlugin } from "../support/plugin";

const anna = { campaignId: 1, phoneNumber: "+493023125000", variables: { name: "Anna" } };

describe("a lead, when Famulor or the network fails", function () {
  this.timeout(30_000);
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let plugin: Plugin;

  beforeEach(async () => {
    sandbox = await startSandbox();
    proxy = await startFaultProxy(sandbox.baseUrl);
    plugin = await startPlugin({
      "famulor:apiKey": sandbox.apiKey,
      "famulor:baseUrl": proxy.baseUrl,
      "famulor:requestTimeoutSeconds": "1",
    });
  });
  afterEach(async () => {
    await plugin.close();
    await proxy.close();
    await sandbox.close();
  });
  const count = (request: string) =>
    sandbox.journal.filter(({ method, path }) => `${method} ${path}` === request).length;

  const unknownOutcomes: Fault[] = [
    "reset-before",
    "reset-after",
    "half-body-after",
    "stall-after",
    "drip-after",
    "html-after",
    "nonsense-after",
    "endless-body-after",
    { status: 500, body: '{"message":"Server Error"}', when: "before" },
    { status: 502, body: "<html>Bad Gateway</html>", when: "after", headers: { "content-type": "text/html" } },
  ];
  const posts = () =>
    sandbox.journal.filter(({ method, path, status }) => method === "POST" && path === "/user/lead" && status === 200);
  const fails = (work: Promise<unknown>): Promise<HookError> =>
    work.then(
      () => assert.fail("it must fail"),
      (thrown) => thrown,
    );

  for (const fault of unknownOutcomes) {
    it(`makes a person once after ${JSON.stringify(fault)}, and knows the ID`, async () => {
      proxy.breakNext("POST /user/lead", fault);
      const { id, outs } = await plugin.create(anna);
      assert.equal(posts().length, 1);
      assert.deepEqual(
        sandbox.leads.map((lead) => String(lead.id)),
        [id],
      );
      assert.equal(outs.status, "created");
      assert.equal(typeof outs.createdAt, "string");
    });
  }

  it("does not send a create again that may have arrived while nobody can look, and says what may exist", async () => {
    proxy.breakNext("POST /user/lead", "reset-after");
    proxy.breakNext("GET /user/leads", ...Array<Fault>(3).fill("500-before"));
    const { message, partial } = await fails(plugin.create(anna));
    assert.match(message, /Campaign 1 may hold a lead \+4930…00 that is not in the state/);
    assert.match(message, /nobody is called twice; .*FAMULOR_ADOPT=identical/);
    assert.equal(partial, undefined);
    assert.equal(count("POST /user/lead"), 1);
  });

  it("sends it a second time at most, and finds what either of the two has made", async () => {
    proxy.breakNext("POST /user/lead", "reset-before", "reset-after");
    assert.equal((await plugin.create(anna)).id, "1000001");
    proxy.breakNext("POST /user/lead", "reset-before", "reset-before", "reset-before");
    await fails(plugin.create({ ...anna, phoneNumber: "+493023125001" }));
    assert.equal(proxy.requests.filter((request) => request === "POST /user/lead").length, 4);
    assert.equal(sandbox.leads.length, 1);
  });

  it("does not take a lead for its own that was there before, when the refusal of the double got lost", async () => {
    sandbox.account.addLead({ campaign_id: 1, phone_number: anna.phoneNumber, variables: anna.variables });
    await plugin.create({ ...anna, phoneNumber: "+493023125001" });
    proxy.breakNext("POST /user/lead", "reset-after");
    const { message } = await fails(plugin.create(anna));
    assert.match(
      message,
      /Campaign 1 already has lead 1000001 with \+4930…00; nobody was called twice.*FAMULOR_ADOPT=id/,
    );
  });

  it("does not take over one with other content, or one that another resource has", async () => {
    sandbox.account.addLead({ campaign_id: 1, phone_number: anna.phoneNumber, variables: { name: "Bert" } });
    proxy.breakNext("POST /user/lead", "reset-after");
    assert.match((await fails(plugin.create(anna))).message, /its variables are not the ones that were sent/);
    const other = { ...anna, phoneNumber: "+493023125001" };
    await plugin.create(other);
    proxy.breakNext("POST /user/lead", "reset-after");
    assert.match((await fails(plugin.create(other))).message, /another resource of this program has it/);
  });

  it("never sends a create a second time where doubles are allowed, and names the lead that it may have made", async () => {
    proxy.breakNext("POST /user/lead", "reset-before");
    const twice = { ...anna, allowDuplicate: true };
    await fails(plugin.create(twice));
    assert.equal(count("POST /user/lead"), 0);
    proxy.breakNext("POST /user/lead", "reset-after");
    assert.match((await fails(plugin.create(twice))).message, /not in the state: perhaps 1000001/);
    assert.equal(posts().length, 1);
  });

  it("finds a lead of an interrupted run although doubles are allowed, and takes it over when told to", async () => {
    const twice = { ...anna, allowDuplicate: true };
    proxy.breakNext("POST /user/lead", "reset-after");
    await assert.rejects(plugin.create(twice), /takes it over, and a plain one refuses it/);
    await assert.rejects(plugin.create(twice), /campaign 1 already has lead 1000001 .* exactly this content/);
    assert.equal(count("POST /user/lead"), 1);
    const settings = { "famulor:apiKey": sandbox.apiKey, "famulor:baseUrl": proxy.baseUrl };
    const nextRun = await startPlugin(settings, { env: { FAMULOR_ADOPT: "identical" } });
    try {
      assert.equal((await nextRun.create(twice)).id, "1000001");
      // It has that one now: another resource with the same content is the double that was asked for.
      assert.equal((await nextRun.create(twice)).id, "1000002");
    } finally {
      await nextRun.close();
    }
    assert.equal(sandbox.leads.length, 2);
  });

  it("keeps a lead in state whose status could not be set, and finishes it with an update", async () => {
    const declared = { ...anna, status: "completed" };
    proxy.breakNext("PUT /leads/1000001", "reset-before", "reset-before", "reset-before");
    const { partial }: HookError = await plugin.create(declared).then(
      () => assert.fail("the create must fail"),
      (thrown) => thrown,
    );
    assert.ok(partial, "the engine is told of the lead");
    assert.equal(partial.id, "1000001");
    assert.equal(partial.reasons.length, 1);
    assert.match(String(partial.properties.__provider), /^exports\.handler/);
    const { __provider, ...outs } = partial.properties;

    // Also after a refresh, which clears the engine's own mark.
    const refreshed = (await plugin.read(partial.id, outs)).props;
    for (const olds of [outs, refreshed]) assert.equal((await plugin.diff(partial.id, olds, declared)).changes, 2);
    const finished = await plugin.update(partial.id, refreshed, declared);
    assert.equal(sandbox.leads[0]?.status, "completed");
    assert.equal((await plugin.diff(partial.id, finished, declared)).changes, 1);
    assert.equal(count("POST /user/lead"), 1);
    await plugin.delete(partial.id, outs);
    assert.deepEqual(sandbox.leads, []);
  });

  it("sends status `created` once, whatever becomes of the answer, and says that it may have dialled", async () => {
    // Any JSON is a good answer to a PUT: it tells nothing but that it was done.
    for (const fault of unknownOutcomes.filter((each) => each !== "nonsense-after")) {
      const { id, outs } = await plugin.create({ ...anna, status: "completed" });
      const before = count(`PUT /leads/${id}`);
      proxy.breakNext(`PUT /leads/${id}`, fault);
      const news = { ...anna, status: "created" };
      const { message, partial }: HookError = await plugin.update(id, outs, news).then(
        () => assert.fail(`the update must fail under ${JSON.stringify(fault)}`),
        (thrown) => thrown,
      );
      assert.match(message, /may have been queued to be called again/);
      assert.ok(count(`PUT /leads/${id}`) - before <= 1);
      assert.equal(count(`PUT /user/leads/${id}`), 0);
      const { __provider, ...kept } = partial?.properties ?? {};
      assert.equal(kept.requestedStatus, "created");
      assert.equal((await plugin.diff(id, kept, news)).changes, 1, "only an edit sends it again");
      await plugin.delete(id, kept);
    }
  });

  it("changes a lead again after a lost answer, since the same change twice is one", async () => {
    const { id, outs } = await plugin.create(anna);
    proxy.breakNext(`PUT /leads/${id}`, "reset-after", "stall-after");
    await plugin.update(id, outs, { ...anna, variables: { name: "Anne" } });
    assert.equal(count(`PUT /leads/${id}`), 3);
    assert.deepEqual(sandbox.leads[0]?.variables, { name: "Anne" });
  });

  const waits: [string, () => { headers?: Record<string, string>; body: string }][] = [
    [
      "the header Retry-After",
      () => ({ headers: { "retry-after": "1" }, body: '{"message":"Too Many","retry_after":600}' }),
    ],
    ["retry_after in the body", () => ({ body: '{"message":"Too Many Attempts.","retry_after":1}' })],
    [
      "the header X-RateLimit-Reset",
      () => ({ headers: { "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + 1) }, body: "{}" }),
    ],
  ];
  for (const [name, refusal] of waits) {
    it(`waits as long as ${name} asks for, and sends again what Famulor refused before acting`, async () => {
      proxy.breakNext("POST /user/lead", { status: 429, when: "before", ...refusal() });
      const startedAt = Date.now();
      await plugin.create(anna);
      assert.ok(Date.now() - startedAt >= 1000, "the whole second was waited for");
      assert.equal(count("POST /user/lead"), 1);
    });
  }

  it("gives up at once when it would have to wait longer than its budget, and says when to come back", async () => {
    proxy.breakNext("POST /user/lead", {
      status: 429,
      body: '{"message":"Too Many","retry_after":600}',
      when: "before",
    });
    await assert.rejects(
      plugin.create(anna),
      /answered 429: Too Many. Famulor refused it before acting. Try again in 600 s/,
    );
    assert.equal(count("POST /user/lead"), 0);
  });

  it("does not follow a redirect to the login page", async () => {
    const headers = { location: "/login", "content-type": "text/html" };
    proxy.breakNext("POST /user/lead", { status: 302, headers, body: "<html>Redirecting</html>", when: "before" });
    await assert.rejects(plugin.create(anna), /answered 302: Redirecting. Check the API key/);
    assert.equal(sandbox.journal.length, 1);
  });

  it("reads again after a broken answer, and drops nothing from state on half a list", async () => {
    const { id, outs } = await plugin.create(anna);
    proxy.breakNext("GET /user/leads", "reset-after");
    assert.equal((await plugin.read(id, outs)).id, id);

    const badLists: Fault[] = [
      { status: 200, body: '{"data":[],"current_page":1,"last_page":1,"total":7}', when: "before" },
      { status: 200, body: '{"data":[{"id":5}],"current_page":1,"last_page":9,"total":9}', when: "before" },
      { status: 200, body: "{}", when: "before" },
      { status: 503, body: "{}", when: "before" },
      { status: 401, body: '{"error":"Unauthorized"}', when: "before" },
      "html-after",
      "stall-after",
    ];
    for (const fault of badLists) {
      proxy.breakNext("GET /user/leads", fault, fault, fault);
      await assert.rejects(plugin.read(id, outs), Error, JSON.stringify(fault));
      proxy.mend();
    }
    assert.equal((await plugin.read(id, outs)).id, id);
  });

  it("deletes again after a lost answer, and takes the 404 for the proof it is", async () => {
    const { id, outs } = await plugin.create(anna);
    proxy.breakNext(`DELETE /user/leads/${id}`, "reset-after");
    await plugin.delete(id, outs);
    assert.equal(count(`DELETE /user/leads/${id}`), 2);
    assert.deepEqual(sandbox.leads, []);
  });

  it("takes a lead of a sandbox that has ended for deleted", async () => {
    const { id, outs } = await plugin.create(anna);
    await proxy.close();
    await plugin.delete(id, outs);
    assert.match(plugin.output, /the sandbox at .* is gone, and the lead with it/);
  });

  it("takes 204 for done, and a create that tells no ID for unknown", async () => {
    const none: Fault = { status: 204, body: "", when: "after" };
    proxy.breakNext("POST /user/lead", none);
    const { id, outs } = await plugin.create(anna);
    proxy.breakNext(`PUT /leads/${id}`, none);
    const after = await plugin.update(id, outs, { ...anna, variables: { name: "Anne" } });
    assert.equal(sandbox.journal.filter(({ method }) => method === "PUT").length, 1);
    proxy.breakNext(`DELETE /user/leads/${id}`, none);
    await plugin.delete(id, after);
    assert.equal(sandbox.journal.filter(({ method }) => method === "DELETE").length, 1);
  });

  it("shows no part of a key that Famulor repeats, wherever the text is cut and whatever the key looks like", async () => {
    const apiKey = "fam-1234567890123-the-secret-tail";
    sandbox.setKey(apiKey);
    const keyed = await startPlugin({ "famulor:apiKey": apiKey, "famulor:baseUrl": proxy.baseUrl });
    try {
      for (const before of [0, 470, 480, 490, 1990]) {
        const message = `${"x".repeat(before)} ${apiKey} ${apiKey}`;
        proxy.breakNext("POST /user/lead", { status: 403, body: JSON.stringify({ message }), when: "before" });
        const error = await fails(keyed.create(anna));
        assert.doesNotMatch(`${error.message} ${keyed.output}`, /fam-1234|secret-tail|the-secret/);
      }
    } finally {
      await keyed.close();
    }
  });

  it("survives an error text of megabytes, shortened and without the key", async () => {
    const body = JSON.stringify({ message: `${sandbox.apiKey} +493023125000 ${"x".repeat(5_000_000)}` });
    proxy.breakNext("POST /user/lead", { status: 422, body, when: "before" });
    const error: HookError = await plugin.create(anna).then(
      () => assert.fail("the create must fail"),
      (thrown) => thrown,
    );
    assert.ok(Buffer.byteLength(error.message) <= 2048);
    assert.match(error.message, /answered 422: \[apiKey\] \+4930…00 xxx/);
    assert.equal(error.partial, undefined);
  });
});
