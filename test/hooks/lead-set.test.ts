import assert from "node:assert/strict";
import type { Sandbox } from "../../src/sandbox";
import { EngineModel } from "../support/engine-model";
import type { Fault, FaultProxy } from "../support/fault-proxy";
import type { Hooks, Props, RunningProvider } from "../support/hooks";
import { tallyRequests } from "../support/journal";
import { type FaultyWorld, type RunOptions, startFaultyWorld } from "../support/world";

const NAME = "guests";
const number = (index: number) => `+493023125${String(index).padStart(3, "0")}`;
const row = (index: number, more: Props = {}) => ({
  phoneNumber: number(index),
  variables: { name: `Guest ${index}` },
  ...more,
});
function rows(count: number): Record<string, Props> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`row-${index}`, row(index)]));
}

function without(key: string): Record<string, Props> {
  const { [key]: _left, ...others } = rows(3);
  return others;
}

describe("the hooks of a set of leads", function () {
  this.timeout(60_000);
  let world: FaultyWorld;
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let provider: RunningProvider;
  let set: Hooks;
  let engine: EngineModel;

  beforeEach(async () => {
    world = await startFaultyWorld({ sandbox: { campaigns: [{ name: "One" }, { name: "Two" }] } });
    ({ sandbox, proxy, provider } = world);
    set = provider.of("leadSet");
    engine = new EngineModel(set);
  });
  afterEach(() => world.close());

  /** What follows is another `pulumi` command. */
  async function newRun(options?: RunOptions): Promise<void> {
    provider = await world.newRun(options);
    set = provider.of("leadSet");
    engine.hooks = set;
  }
  const requests = () => tallyRequests(sandbox);
  const up = async (leads: Record<string, Props>, more: Props = {}) => {
    const failed = await engine.up(new Map([[NAME, { campaignId: 1, leads, ...more }]]));
    return failed.get(NAME)?.message;
  };
  const goesUp = async (leads: Record<string, Props>, more: Props = {}) => {
    assert.equal(await up(leads, more), undefined);
    assert.equal(outs().unfinishedRows, undefined, JSON.stringify(outs().problems));
  };
  const outs = () =>
    engine.state.get(NAME)?.outs as Props & { leads: Record<string, Props>; leadIds: Record<string, number> };
  const there = () => Object.fromEntries(sandbox.leads.map((lead) => [lead.phone_number, lead]));
  const refused: Fault = { status: 422, body: '{"message":"No","errors":{"variables":["No"]}}', when: "before" };

  it("creates each row once, asks for nothing while nothing changes, and deletes all rows at the end", async () => {
    await goesUp(rows(30));
    assert.deepEqual(requests(), { "GET /user/me": 1, "GET /user/leads": 1, "POST /user/lead": 30 });
    assert.deepEqual(outs().statusCounts, { created: 30 });
    assert.equal(outs().leadIds["row-7"], there()[number(7)]?.id);
    await goesUp(rows(30));
    await goesUp(Object.fromEntries(Object.entries(rows(30)).reverse()));
    assert.deepEqual(requests(), {});
    await engine.up(new Map());
    assert.deepEqual(requests(), { "DELETE /user/leads/…": 30 });
    assert.deepEqual(sandbox.leads, []);
  });

  it("keeps what was created when rows fail, names them, and does only the rest next time", async () => {
    proxy.breakNext("POST /user/lead", refused, refused);
    assert.equal(await up(rows(20)), undefined, "the engine stores the rows that were created");
    assert.equal(outs().unfinishedRows, 2);
    assert.match(
      String(outs().problems),
      /^Failed: "row-\d", "row-\d"\.,leads\["row-\d"\]: POST \/user\/lead answered 422: No/,
    );
    assert.equal(Object.keys(outs().leads).length, 18);
    requests();
    await goesUp(rows(20));
    assert.deepEqual(requests(), { "GET /user/leads": 1, "POST /user/lead": 2 });
  });

  it("does the rest also after a refresh, and from a new run", async () => {
    proxy.breakNext("POST /user/lead", refused, refused, refused);
    await up(rows(10));
    await newRun();
    assert.deepEqual([...(await engine.refresh())], []);
    await goesUp(rows(10));
    assert.equal(sandbox.leads.length, 10);
  });

  it("is an error as a whole when no row could be created, with the first 20 keys and how many more", async () => {
    proxy.breakNext("POST /user/lead", ...Array<Fault>(30).fill(refused));
    const message = await up(rows(30));
    assert.match(message ?? "", /^Failed: ("row-\d+",? ){20}and 10 more\.\nleads\["row-\d+"\]: POST .* 422: No\b.*$/);
    assert.equal(engine.state.size, 0);
  });

  it("names a reason once, with the lead of every row that has it, and no row that needs nothing", async () => {
    for (const index of [0, 1, 2]) sandbox.account.addLead({ campaign_id: 1, phone_number: number(index) });
    const [second, third] = [1, 2].map((index) => there()[number(index)]);
    await up(rows(4));
    const [failed, reason, ...others] = outs().problems as string[];
    assert.equal(failed, 'Failed: "row-0", "row-1", "row-2".');
    assert.match(String(reason), /^leads\["row-0"\]: Nothing was sent\. Campaign 1 already has lead \d+ /);
    assert.match(
      String(reason),
      new RegExp(` The same with the leads of "row-1": ${second?.id}, "row-2": ${third?.id}\\. \\[famulor/input\\]$`),
    );
    assert.deepEqual(others, []);
  });

  it("gives whole reasons, as many as an error can hold, and never more than 2 kB", async () => {
    const texts = Array.from({ length: 12 }, (_, index) => `${String.fromCharCode(65 + index)}${" no".repeat(60)}`);
    proxy.breakNext(
      "POST /user/lead",
      ...texts.map((message): Fault => ({ status: 402, body: JSON.stringify({ message }), when: "before" })),
    );
    const message = (await up(rows(12))) ?? "";
    assert.ok(Buffer.byteLength(message) < 2048);
    const named = message
      .split("\n")
      .filter((line) => /answered 402: \w( no){60}\. \[famulor\/api\]$/.test(line)).length;
    assert.ok(named >= 5, message);
    assert.match(message, new RegExp(`\nAnd ${12 - named} other reasons\\b.* \\[famulor/set\\]$`));
  });

  it("names first what a later run cannot know", async () => {
    await goesUp({ ben: { phoneNumber: number(9) } });
    sandbox.account.editLead(Number(outs().leadIds.ben), { status: "completed" });
    await newRun();
    const other = provider.of("lead");
    const lead = await other.create({ campaignId: 1, phoneNumber: number(8) });
    sandbox.account.editLead(Number(lead.id), { status: "completed" });
    await newRun();
    await provider.delete(lead.id, lead.outs);
    sandbox.account.addLead({ campaign_id: 1, phone_number: number(7) });
    await up({ ben: { phoneNumber: number(9) }, carl: { phoneNumber: number(7) }, dora: { phoneNumber: number(8) } });
    const [, first, second] = outs().problems as string[];
    assert.match(String(first), /^leads\["dora"\]: Nothing was sent: this run has deleted lead/);
    assert.match(String(second), /^leads\["carl"\]: .* already has lead/);
  });

  it("says which rows change and how, and masks keys that are numbers", async () => {
    await goesUp({ ...rows(4), [number(9)]: row(9) });
    await up({ ...rows(2), [number(9)]: row(9, { variables: { name: "Other" } }), "row-7": row(7) });
    assert.match(
      provider.output,
      /Of 6 leads: 1 to \w+ \("row-7"\), 1 to \w+ \("\+4930…09"\), 2 to \w+ \("row-2", "row-3"\)\.\n/,
    );
    assert.ok(!provider.output.includes(number(9)));
  });

  it("says once, by its key, that a row is replaced and the person called again", async () => {
    await goesUp(rows(3));
    await goesUp({ ...rows(3), "row-1": row(1, { secondaryContacts: [{ phoneNumber: number(500) }] }) });
    const said = provider.output.split("\n").filter((line) => line.includes("called again"));
    assert.equal(said.length, 1, provider.output);
    assert.match(
      said[0] ?? "",
      /^leads\["row-1"\]: secondaryContacts: .* is replaced, and the person will be called again/,
    );
  });

  it("does not call a row that is gone by going to another account", async () => {
    await goesUp(rows(3));
    sandbox.account.editLead(outs().leadIds["row-1"] as number, { status: "completed" });
    await engine.refresh();
    sandbox.account.removeLead(outs().leadIds["row-1"] as number);
    await newRun();
    await engine.refresh();
    sandbox.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
    await newRun({ config: { "famulor:explicitProvider": "true", "famulor:apiKey": "other-key" } });
    assert.match((await up(rows(3))) ?? "", /Failed: "row-1"\.\nleads\["row-1"\]: apiKey: .*FAMULOR_REDIAL=allow/);
    const { leads, ...others } = outs();
    const { replaces } = await set.diff("set-1", { ...others, leads }, { campaignId: 1, leads: without("row-1") });
    assert.deepEqual(replaces, ["endpoint"], "without that row the set may go there");
  });

  it("does not try every row with a key that is refused", async () => {
    sandbox.setKey("another");
    assert.match((await up(rows(30))) ?? "", /401/);
    assert.ok(sandbox.journal.length <= 2);
  });

  it("names the wrong rows by key, each once, with the number masked", async () => {
    const { failures } = await provider.of("leadSet").check({
      campaignId: 1,
      leads: {
        "+493023125001": { phoneNumber: "030/23125001" },
        "\u200eben": { phoneNumber: "030/23125001" },
        cem: { phoneNumber: "+493023125003", variables: {} },
        dan: { phoneNumber: "+493023125003" },
      },
    });
    const same = "must be in E.164: a plus, the country code and the number, no blanks or dashes, like +493023125000";
    assert.deepEqual(failures, [
      `leads["+4930…01"].phoneNumber: ${same}, and this one is \`0xx/xxxxxxxx\``,
      `leads["dan"].phoneNumber: leads["cem"] has the same number: the person (+4930…03) would be called twice`,
      `leads["\\u{200E}ben"].phoneNumber: ${same}, and this one is \`0xx/xxxxxxxx\``,
    ]);
  });

  it("sends only what changed: a new row, an edit, a removal", async () => {
    const leads = rows(12);
    await goesUp(leads);
    requests();
    await newRun();
    delete leads["row-3"];
    await goesUp({ ...leads, "row-5": row(5, { variables: { name: "Other" } }), added: row(99) });
    assert.deepEqual(requests(), {
      "GET /user/me": 1,
      // One row is created, so its campaign is not listed: this page shows what was there before.
      "GET /user/leads": 1,
      "POST /user/lead": 1,
      "DELETE /user/leads/…": 1,
      "PUT /leads/…": 1,
    });
    assert.equal(there()[number(5)]?.variables.name, "Other");
    assert.equal(there()[number(3)], undefined);
  });

  it("takes a row whose key changed for the same person, also when two swap their keys", async () => {
    await goesUp({ a: row(0), b: row(1), c: row(2) });
    const before = outs().leadIds;
    requests();
    await goesUp({ b: row(0), a: row(1), d: row(2) });
    assert.deepEqual(requests(), {});
    assert.deepEqual(outs().leadIds, { a: before.b, b: before.a, d: before.c });
  });

  it("keeps a lead that could not be deleted, beside a new one under its key, and deletes it next time", async () => {
    await goesUp({ a: row(0) });
    const [old] = sandbox.leads;
    proxy.breakNext(`DELETE /user/leads/${old?.id}`, { status: 403, body: '{"message":"No"}', when: "before" });
    proxy.breakNext(`PUT /leads/${old?.id}`, refused);
    // The person under this key is another one now: an edit of the number would be in place.
    await up({ a: row(1), b: row(2) });
    assert.equal(outs().unfinishedRows, 1);
    assert.equal(outs().leadIds.a, old?.id, "what failed is as it was");
    await goesUp({ a: row(1), b: row(2) });
    assert.deepEqual(Object.keys(there()).sort(), [number(1), number(2)]);
    assert.equal(sandbox.leads.length, 2);
  });

  it("moves with its campaign, in place, and remembers which rows are not there yet", async () => {
    await goesUp(rows(6));
    const before = outs().leadIds;
    proxy.breakNext(`PUT /leads/${before["row-2"]}`, refused);
    await up(rows(6), { campaignId: 2 });
    assert.equal(outs().unfinishedRows, 1);
    // A destroy that deletes campaign 2 with everything in it would not delete this lead.
    const left = `Still in another campaign: "row-2" (lead ${before["row-2"]}, campaign 1). Before \`pulumi destroy\`, `;
    assert.ok((outs().problems as string[]).at(-1)?.startsWith(left));
    assert.equal(sandbox.leads.filter(({ campaign_id }) => campaign_id === 2).length, 5);
    requests();
    await goesUp(rows(6), { campaignId: 2 });
    assert.deepEqual(requests(), { "PUT /leads/…": 1 });
    assert.deepEqual(outs().leadIds, before);
    assert.ok(sandbox.leads.every(({ campaign_id }) => campaign_id === 2));
  });

  it("replaces a row whose secondary contacts changed, and refuses that for one that may have been called", async () => {
    await goesUp(rows(3));
    const contacts = { secondaryContacts: [{ phoneNumber: number(500) }] };
    await goesUp({ ...rows(3), "row-1": row(1, contacts) });
    assert.equal(there()[number(1)]?.secondary_contacts.length, 1);
    sandbox.account.editLead(outs().leadIds["row-2"] as number, { status: "completed" });
    await engine.refresh();
    assert.deepEqual(outs().statusCounts, { created: 2, completed: 1 });
    assert.match(
      (await up({ ...rows(3), "row-1": row(1, contacts), "row-2": row(2, contacts) })) ?? "",
      /leads\["row-2"\]: secondaryContacts: .*called again.*FAMULOR_REDIAL/,
    );
    assert.equal(there()[number(2)]?.status, "completed");
  });

  it("asks whether rows were called since, with the pages of their campaign, before it replaces them", async () => {
    await goesUp(rows(150));
    sandbox.account.editLead(outs().leadIds["row-7"] as number, { status: "completed" });
    requests();
    const withContacts = Object.fromEntries(
      Object.entries(rows(150)).map(([key, row], index) => [
        key,
        { ...row, secondaryContacts: [{ phoneNumber: number(500 + index) }] },
      ]),
    );
    assert.match((await up(withContacts)) ?? "", /leads\["row-7"\]: secondaryContacts: .*completed.*FAMULOR_REDIAL/);
    assert.deepEqual(requests(), { "GET /user/leads": 2 });
  });

  it("refreshes 250 rows with three requests and nothing else", async () => {
    await goesUp(rows(250));
    requests();
    await newRun();
    await engine.refresh();
    assert.deepEqual(requests(), { "GET /user/leads": 3 });
    await goesUp(rows(250));
    assert.deepEqual(requests(), {});
  });

  it("shows drift after a refresh and repairs it", async () => {
    await goesUp(rows(250));
    sandbox.account.editLead(outs().leadIds["row-7"] as number, { variables: { name: "Drift" }, campaign_id: 2 });
    requests();
    await engine.refresh();
    // And those for the row that is not where it was.
    assert.deepEqual(requests(), { "GET /user/leads": 3 + 1 });
    const leads = engine.state.get(NAME)?.inputs.leads as Record<string, Props>;
    assert.deepEqual(leads["row-7"]?.variables, { name: "Drift" });
    await goesUp(rows(250));
    // What became of it in the other campaign; who has its number in this one, the refresh has just shown.
    assert.deepEqual(requests(), { "GET /user/leads": 1, "PUT /leads/…": 1, "GET /user/campaigns": 1 });
    assert.equal(there()[number(7)]?.variables.name, "Guest 7");
    assert.equal(there()[number(7)]?.campaign_id, 1);
  });

  it("re-creates a row that vanished while it waited, and not a row that had been worked on", async () => {
    await goesUp(rows(4));
    sandbox.account.editLead(outs().leadIds["row-1"] as number, { status: "completed" });
    await engine.refresh();
    sandbox.account.removeLead(outs().leadIds["row-0"] as number);
    sandbox.account.removeLead(outs().leadIds["row-1"] as number);
    await newRun();
    await engine.refresh();
    assert.deepEqual(outs().statusCounts, { created: 2, gone: 1 });
    requests();
    await goesUp(rows(4));
    assert.equal(requests()["POST /user/lead"], 1);
    assert.deepEqual(Object.keys(there()).sort(), [number(0), number(2), number(3)]);
    assert.match(provider.output, /"row-1": gone from Famulor and not/);
  });

  it("finds what an interrupted run left with one list, refuses it, and takes it over with FAMULOR_ADOPT", async () => {
    for (const index of [0, 1, 2]) {
      sandbox.account.addLead({ campaign_id: 1, phone_number: number(index), variables: { name: `Guest ${index}` } });
    }
    assert.equal(await up(rows(5)), undefined);
    assert.equal(outs().unfinishedRows, 3);
    assert.match(String(outs().problems), /Nothing was sent. Campaign 1 already has lead .*FAMULOR_ADOPT=identical/);
    assert.equal(requests()["POST /user/lead"], 2);
    await newRun({ env: { FAMULOR_ADOPT: "identical" } });
    await goesUp(rows(5));
    assert.deepEqual(requests(), { "GET /user/me": 1, "GET /user/leads": 1 });
    assert.equal(sandbox.leads.length, 5);
  });

  it("takes over with adoptExisting, and syncs what differs", async () => {
    for (const index of [0, 1]) sandbox.account.addLead({ campaign_id: 1, phone_number: number(index), variables: {} });
    await goesUp(rows(3), { adoptExisting: true });
    assert.deepEqual(requests(), {
      "GET /user/me": 1,
      "GET /user/leads": 1,
      "POST /user/lead": 1,
      "PUT /leads/…": 2,
    });
    assert.equal(there()[number(0)]?.variables.name, "Guest 0");
  });

  it("hands a row over to another set that goes first and takes it over: nobody is created or deleted", async () => {
    await goesUp(rows(2));
    sandbox.account.editLead(outs().leadIds["row-1"] as number, { status: "completed" });
    requests();
    await newRun();
    const vips = { campaignId: 1, leads: { vip: row(1) }, adoptExisting: true };
    const program = new Map<string, Props>([
      ["vips", vips],
      [NAME, { campaignId: 1, leads: rows(1) }],
    ]);
    assert.deepEqual(await engine.up(program), new Map());
    assert.deepEqual(requests(), { "GET /user/me": 1, "GET /user/leads": 1 });
    assert.deepEqual(await engine.up(program), new Map());
    assert.equal(sandbox.leads.length, 2);
  });

  it("reports all problems of all rows at once, each by its key, and never a value", async () => {
    const { failures } = await set.check({
      campaignId: 0,
      leads: {
        a: { phoneNumber: "0171 1234567" },
        b: { phoneNumber: number(1), campaignId: 1, colour: "red" },
        c: { phoneNumber: number(1) },
        d: { phoneNumber: number(2), secondaryContacts: [{ phoneNumber: number(2) }] },
        e: 5,
      },
    });
    assert.equal(failures.filter((line) => line.startsWith("campaignId: must be a whole number above 0")).length, 1);
    for (const start of [
      'leads["a"].phoneNumber: must be in E.164',
      'leads["b"].campaignId: is not an argument of a lead in a FamulorLeadSet',
      'leads["c"].phoneNumber: leads["b"] has the same number',
      'leads["d"].secondaryContacts[0].phoneNumber: must differ',
      'leads["e"]: must be an object',
    ]) {
      assert.ok(
        failures.some((line) => line.startsWith(start)),
        `${start} in\n${failures.join("\n")}`,
      );
    }
    assert.doesNotMatch(failures.join(), /1234567|\+49302312500[1-9]/);
  });

  it("is an update in the plan while its rows are not known yet", async () => {
    const contacts = { secondaryContacts: [{ phoneNumber: number(500) }] };
    await goesUp({ a: row(0, contacts) });
    const news = { campaignId: 1, leads: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    const { replaces, changes } = await set.diff("set-1", outs(), news);
    assert.deepEqual([replaces, changes], [[], 0]);
    assert.deepEqual((await set.check(news)).failures, []);
    assert.doesNotMatch(provider.output, /Of \d+ leads/, "nothing is said of rows that nobody knows");
  });

  it("keeps its rows in the program's order, whichever was done first", async () => {
    proxy.breakNext("POST /user/lead", { lateMs: 300 });
    await goesUp(rows(3));
    assert.deepEqual(Object.keys(outs().leads), Object.keys(rows(3)));
  });

  it("keeps a row in few bytes of state", async () => {
    await goesUp(rows(100));
    const { inputs, outs: outputs } = engine.state.get(NAME) ?? {};
    const bytes = Buffer.byteLength(JSON.stringify({ inputs, outputs })) / 100;
    assert.ok(bytes <= 450, `${bytes} bytes`);
  });

  it("goes to another sandbox as a whole", async () => {
    await goesUp(rows(2));
    const elsewhere = { ...outs(), endpoint: "http://127.0.0.1:9/api" };
    const { replaces, deleteBeforeReplace } = await set.diff("set-1", elsewhere, { campaignId: 1, leads: rows(2) });
    assert.deepEqual([replaces, deleteBeforeReplace], [["endpoint"], true]);
  });
});
