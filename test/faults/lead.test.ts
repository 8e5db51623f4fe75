import assert from "node:assert/strict";
import type { Sandbox } from "../../src/sandbox";
import type { Fault, FaultProxy } from "../support/fault-proxy";
import { failureOf, type RunningProvider } from "../support/hooks";
import { countStarting, requestsTo } from "../support/journal";
import { type FaultyWorld, startFaultyWorld } from "../support/world";

const anna = { campaignId: 1, phoneNumber: "+493023125000", variables: { name: "Anna" } };

describe("a lead, when Famulor or the network fails", function () {
  this.timeout(30_000);
  let world: FaultyWorld;
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let provider: RunningProvider;

  beforeEach(async () => {
    world = await startFaultyWorld({ config: { "famulor:requestTimeoutSeconds": "0.5" } });
    ({ sandbox, proxy, provider } = world);
  });
  afterEach(() => world.close());
  const count = (request: string) => requestsTo(sandbox).filter((each) => each === request).length;

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

  for (const fault of unknownOutcomes) {
    it(`creates a person once after ${JSON.stringify(fault)}, and knows the ID`, async () => {
      proxy.breakNext("POST /user/lead", fault);
      const { id, outs } = await provider.create(anna);
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
    // After the page that shows what was there before.
    proxy.breakNext("GET /user/leads", undefined, ...Array<Fault>(3).fill("500-before"));
    const { message, partial } = await failureOf(provider.create(anna));
    assert.match(message, /Campaign 1 may hold a lead \+4930…00 that is not in the state/);
    assert.match(message, /FAMULOR_ADOPT=identical .*calls nobody twice/);
    assert.equal(partial, undefined);
    assert.equal(count("POST /user/lead"), 1);
  });

  it("sends a create a second time at most, and finds what either of the two has created", async () => {
    proxy.breakNext("POST /user/lead", "reset-before", "reset-after");
    assert.equal((await provider.create(anna)).id, "1000001");
    proxy.breakNext("POST /user/lead", "reset-before", "reset-before", "reset-before");
    await failureOf(provider.create({ ...anna, phoneNumber: "+493023125001" }));
    assert.equal(proxy.requests.filter((request) => request === "POST /user/lead").length, 4);
    assert.equal(sandbox.leads.length, 1);
  });

  it("does not take a lead that was there before for its own, when the refusal of the duplicate got lost", async () => {
    sandbox.account.addLead({ campaign_id: 1, phone_number: anna.phoneNumber, variables: anna.variables });
    await provider.create({ ...anna, phoneNumber: "+493023125001" });
    proxy.breakNext("POST /user/lead", "reset-after");
    const { message } = await failureOf(provider.create(anna));
    assert.match(
      message,
      /Campaign 1 already has lead 1000001 with \+4930…00; nobody was called twice.*FAMULOR_ADOPT=id/,
    );
  });

  it("does not take over a lead with other content, or a lead that another resource has", async () => {
    sandbox.account.addLead({ campaign_id: 1, phone_number: anna.phoneNumber, variables: { name: "Bert" } });
    proxy.breakNext("POST /user/lead", "reset-after");
    assert.match((await failureOf(provider.create(anna))).message, /its variables are not the ones that were sent/);
    const other = { ...anna, phoneNumber: "+493023125001" };
    await provider.create(other);
    proxy.breakNext("POST /user/lead", "reset-after");
    assert.match((await failureOf(provider.create(other))).message, /another resource of this program has it/);
  });

  it("never sends a create a second time under allowDuplicate, and names the lead that it may have created", async () => {
    proxy.breakNext("POST /user/lead", "reset-before");
    const twice = { ...anna, allowDuplicate: true };
    await failureOf(provider.create(twice));
    assert.equal(count("POST /user/lead"), 0);
    proxy.breakNext("POST /user/lead", "reset-after");
    assert.match((await failureOf(provider.create(twice))).message, /not in the state: perhaps 1000001/);
    assert.equal(posts().length, 1);
  });

  it("finds a lead of an interrupted run under allowDuplicate, and takes it over under FAMULOR_ADOPT=identical", async () => {
    const twice = { ...anna, allowDuplicate: true };
    proxy.breakNext("POST /user/lead", "reset-after");
    await assert.rejects(provider.create(twice), /FAMULOR_ADOPT=identical pulumi up takes it over/);
    await assert.rejects(provider.create(twice), /campaign 1 already has lead 1000001 .* exactly this content/);
    assert.equal(count("POST /user/lead"), 1);
    const nextRun = await world.newRun({ env: { FAMULOR_ADOPT: "identical" } });
    assert.equal((await nextRun.create(twice)).id, "1000001");
    // This run has the first lead now: another resource with the same content gets the duplicate that is declared.
    assert.equal((await nextRun.create(twice)).id, "1000002");
    assert.equal(sandbox.leads.length, 2);
  });

  it("keeps a lead in state whose status could not be set, and finishes it with an update", async () => {
    const declared = { ...anna, status: "completed" };
    proxy.breakNext("PUT /leads/1000001", "reset-before", "reset-before", "reset-before");
    const { partial } = await failureOf(provider.create(declared));
    assert.ok(partial, "the engine stores the lead");
    assert.equal(partial.id, "1000001");
    assert.equal(partial.reasons.length, 1);
    assert.match(String(partial.properties.__provider), /^exports\.handler/);
    const { __provider, ...outs } = partial.properties;

    // Also after a refresh, which clears the engine's own mark.
    const refreshed = (await provider.read(partial.id, outs)).props;
    for (const olds of [outs, refreshed]) assert.equal((await provider.diff(partial.id, olds, declared)).changes, 2);
    const finished = await provider.update(partial.id, refreshed, declared);
    assert.equal(sandbox.leads[0]?.status, "completed");
    assert.equal((await provider.diff(partial.id, finished, declared)).changes, 1);
    assert.equal(count("POST /user/lead"), 1);
    await provider.delete(partial.id, outs);
    assert.deepEqual(sandbox.leads, []);
  });

  it("sends status `created` once, whatever becomes of the answer, and says that it may have dialled", async () => {
    // Any JSON is a good answer to a PUT: it says only that the change was carried out.
    for (const fault of unknownOutcomes.filter((each) => each !== "nonsense-after")) {
      const { id, outs } = await (await world.newRun()).create({ ...anna, status: "completed" });
      const before = count(`PUT /leads/${id}`);
      proxy.breakNext(`PUT /leads/${id}`, fault);
      const news = { ...anna, status: "created" };
      const update = (await world.newRun()).update(id, outs, news);
      const { message, partial } = await failureOf(update, `the update must fail under ${JSON.stringify(fault)}`);
      assert.match(message, /may be queued to be called again/);
      assert.ok(count(`PUT /leads/${id}`) - before <= 1);
      assert.equal(count(`PUT /user/leads/${id}`), 0);
      const { __provider, ...kept } = partial?.properties ?? {};
      assert.equal(kept.requestedStatus, "created");
      const next = await world.newRun();
      assert.equal((await next.diff(id, kept, news)).changes, 1, "only an edit sends it again");
      await (await world.newRun()).delete(id, kept);
    }
  });

  it("changes a lead again after a lost answer, since the same change twice is one", async () => {
    const { id, outs } = await provider.create(anna);
    proxy.breakNext(`PUT /leads/${id}`, "reset-after", "stall-after");
    await provider.update(id, outs, { ...anna, variables: { name: "Anne" } });
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
      () => ({ headers: { "x-ratelimit-reset": String(Math.ceil(world.clock.now() / 1000) + 1) }, body: "{}" }),
    ],
  ];
  for (const [name, refusal] of waits) {
    it(`waits as long as ${name} asks for, and sends again what Famulor refused before acting`, async () => {
      proxy.breakNext("POST /user/lead", { status: 429, when: "before", ...refusal() });
      const startedAt = world.clock.now();
      await provider.create(anna);
      assert.ok(world.clock.now() - startedAt >= 1000, "the whole second was waited for");
      assert.equal(count("POST /user/lead"), 1);
    });
  }

  it("gives up at once when it would have to wait longer than its budget, and says when to come back", async () => {
    proxy.breakNext("POST /user/lead", {
      status: 429,
      body: '{"message":"Too Many","retry_after":600}',
      when: "before",
    });
    await assert.rejects(provider.create(anna), /answered 429: Too Many\..* before acting. Try again in 600 s/);
    assert.equal(count("POST /user/lead"), 0);
  });

  it("does not follow a redirect to the login page", async () => {
    const headers = { location: "/login", "content-type": "text/html" };
    proxy.breakNext("POST /user/lead", { status: 302, headers, body: "<html>Redirecting</html>", when: "before" });
    await assert.rejects(provider.create(anna), /answered 302: Redirecting. Check the API key/);
    assert.deepEqual(requestsTo(sandbox), ["GET /user/me", "GET /user/leads"]);
  });

  it("reads again after a broken answer, and drops nothing from state on half a list", async () => {
    const { id, outs } = await provider.create(anna);
    proxy.breakNext("GET /user/leads", "reset-after");
    assert.equal((await provider.read(id, outs)).id, id);

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
      await assert.rejects(provider.read(id, outs), Error, JSON.stringify(fault));
      proxy.clearFaults();
    }
    assert.equal((await provider.read(id, outs)).id, id);
  });

  it("deletes again after a lost answer, and takes the 404 for the proof it is", async () => {
    const { id, outs } = await provider.create(anna);
    proxy.breakNext(`DELETE /user/leads/${id}`, "reset-after");
    await provider.delete(id, outs);
    assert.equal(count(`DELETE /user/leads/${id}`), 2);
    assert.deepEqual(sandbox.leads, []);
  });

  it("takes a lead of a sandbox that has ended for deleted", async () => {
    const { id, outs } = await provider.create(anna);
    await proxy.close();
    await provider.delete(id, outs);
    assert.match(provider.output, /the sandbox at .* is gone, and the lead with it/);
  });

  it("takes 204 for done, and a create whose answer has no ID for unknown", async () => {
    const none: Fault = { status: 204, body: "", when: "after" };
    proxy.breakNext("POST /user/lead", none);
    const { id, outs } = await provider.create(anna);
    proxy.breakNext(`PUT /leads/${id}`, none);
    const after = await provider.update(id, outs, { ...anna, variables: { name: "Anne" } });
    assert.equal(countStarting(requestsTo(sandbox), "PUT"), 1);
    proxy.breakNext(`DELETE /user/leads/${id}`, none);
    await provider.delete(id, after);
    assert.equal(countStarting(requestsTo(sandbox), "DELETE"), 1);
  });

  it("shows no part of a key that Famulor repeats, wherever the text is cut and whatever the key looks like", async () => {
    const apiKey = "fam-1234567890123-the-secret-tail";
    sandbox.setKey(apiKey);
    const keyed = await world.newRun({ config: { "famulor:apiKey": apiKey } });
    for (const before of [0, 470, 480, 490, 1990]) {
      const message = `${"x".repeat(before)} ${apiKey} ${apiKey}`;
      proxy.breakNext("POST /user/lead", { status: 403, body: JSON.stringify({ message }), when: "before" });
      const error = await failureOf(keyed.create(anna));
      assert.doesNotMatch(`${error.message} ${keyed.output}`, /fam-1234|secret-tail|the-secret/);
    }
  });

  it("survives an error text of megabytes, shortened and without the key", async () => {
    const body = JSON.stringify({ message: `${sandbox.apiKey} +493023125000 ${"x".repeat(5_000_000)}` });
    proxy.breakNext("POST /user/lead", { status: 422, body, when: "before" });
    const error = await failureOf(provider.create(anna));
    assert.ok(Buffer.byteLength(error.message) <= 2048);
    assert.match(error.message, /answered 422: \[apiKey\] \+4930…00 xxx/);
    assert.equal(error.partial, undefined);
  });
});
