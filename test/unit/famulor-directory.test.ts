import assert from "node:assert/strict";
import { FamulorClient } from "../../src/famulor/client";
import { CampaignDirectory } from "../../src/famulor/directory/campaign-directory";
import { LeadDirectory } from "../../src/famulor/directory/lead-directory";
import { Deadlines } from "../../src/famulor/http/deadline";
import { json, type ScriptedServer, startScriptedServer } from "../support/scripted-server";
import { VirtualClock } from "../support/virtual-clock";

describe("the directories of one account", () => {
  let server: ScriptedServer;
  let client: FamulorClient;
  let clock: VirtualClock;
  /** In campaign 1. */
  let leads: { id: number; phone_number: string }[];
  /** What the list of a campaign that does not exist answers. */
  let refusal: number | undefined;

  beforeEach(async () => {
    refusal = undefined;
    leads = Array.from({ length: 250 }, (_, index) => ({ id: index + 1, phone_number: `+4930231250${100 + index}` }));
    server = await startScriptedServer((response, { method, url }) => {
      const { pathname, searchParams } = new URL(url, "http://localhost");
      if (method !== "GET") return json(response, 200, { message: "done" });
      if (pathname === "/api/user/campaigns") return json(response, 200, [{ id: 1, name: "Spring" }]);
      if (refusal !== undefined && searchParams.get("campaign_id") === "2") {
        return json(response, refusal, { message: "The selected campaign id is invalid." });
      }
      const page = Number(searchParams.get("page"));
      const number = searchParams.get("phone_number");
      const isThere = searchParams.get("campaign_id") !== "2";
      const rows = isThere ? leads.filter(({ phone_number }) => !number || phone_number === number) : [];
      json(response, 200, {
        data: rows.slice(100 * (page - 1), 100 * page),
        current_page: page,
        last_page: Math.max(1, Math.ceil(rows.length / 100)),
        total: rows.length,
      });
    });
    clock = new VirtualClock();
    const deadlines = new Deadlines(clock);
    client = new FamulorClient({ baseUrl: server.baseUrl, apiKey: "key", requestTimeoutMs: 5_000, deadlines });
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const newDirectory = () => new LeadDirectory(client, clock, new CampaignDirectory(client, clock));

  it("reads all pages", async () => {
    assert.equal((await newDirectory().listAll({ campaignId: 1 })).size, 250);
    assert.equal(server.received.length, 3);
  });

  it("shares the pages of a campaign among reads at once, and asks again after a write", async () => {
    const directory = newDirectory();
    const findAll = () => Promise.all(leads.map(({ id }) => directory.find({ leadId: id, campaignId: 1 })));
    assert.deepEqual(
      (await findAll()).map((lead) => lead?.leadId),
      leads.map(({ id }) => id),
    );
    await findAll();
    assert.equal(server.received.length, 3);
    await client.deleteLead(7);
    await findAll();
    assert.equal(server.received.length, 3 + 1 + 3);
    clock.skip(10_000);
    await findAll();
    assert.equal(server.received.length, 3 + 1 + 3 + 3);
  });

  it("asks for the number of a single lead, and proves its absence in every place", async () => {
    const directory = newDirectory();
    const trace = { campaignId: 1, phoneNumber: "+4930231250100" };
    assert.equal((await directory.find({ ...trace, leadId: 1 }))?.leadId, 1);
    assert.equal(server.received.length, 1);
    assert.equal(await directory.find({ ...trace, leadId: 999, createdAt: "2026-01-05 10:00:00" }), undefined);
    const queries = server.received.slice(1).map(({ url }) => url.replace(/^.*&page=/, ""));
    assert.deepEqual(queries, [
      "1&campaign_id=1&phone_number=%2B4930231250100",
      "1&phone_number=%2B4930231250100",
      "1&campaign_id=1",
      "2&campaign_id=1",
      "3&campaign_id=1",
      "1&date_from=2026-01-04&date_to=2026-01-06",
      "2&date_from=2026-01-04&date_to=2026-01-06",
      "3&date_from=2026-01-04&date_to=2026-01-06",
    ]);
  });

  it("proves with pages, and not with a request each, that many leads are gone", async () => {
    const directory = newDirectory();
    const gone = leads.map(({ id, phone_number: phoneNumber }) => ({
      leadId: 1_000 + id,
      campaignId: 2,
      phoneNumber,
      createdAt: "2026-01-05",
    }));
    const found = await Promise.all(gone.map((trace) => directory.find(trace)));
    assert.ok(found.every((lead) => lead === undefined));
    assert.equal(server.received.length, 1 + 1 + 3, "the campaign twice, the days once, in pages");
  });

  for (const status of [404, 422]) {
    it(`takes a campaign that is refused with ${status} for empty only if it does not exist`, async () => {
      refusal = status;
      assert.equal(await newDirectory().find({ leadId: 7, campaignId: 2 }), undefined);
      const paths = server.received.map(({ url }) => url.split("?")[0]);
      assert.deepEqual(new Set(paths), new Set(["/api/user/leads", "/api/user/campaigns"]));
    });
  }

  it("fails where the list of a campaign that exists is refused", async () => {
    refusal = 422;
    const campaigns = new CampaignDirectory(client, clock);
    campaigns.find = async () => ({ campaignId: 2 }) as Awaited<ReturnType<CampaignDirectory["find"]>>;
    await assert.rejects(new LeadDirectory(client, clock, campaigns).find({ leadId: 7, campaignId: 2 }), /422/);
  });

  const orders: [string, (ids: number[]) => number[], number | undefined, number][] = [
    ["descending", (ids) => ids.reverse(), 250, 1],
    ["ascending", (ids) => ids, 250, 2],
    ["in no order", (ids) => ids.sort((one, other) => (one % 7) - (other % 7)), undefined, 1],
    ["on one page, in no order", () => [7, 30, 4], 30, 1],
    ["none", () => [], 0, 1],
  ];
  for (const [name, order, expected, requests] of orders) {
    it(`finds the highest ID only where the pages prove it: ${name}`, async () => {
      leads = order(leads.map(({ id }) => id)).map((id) => ({ id, phone_number: "+493023125000" }));
      assert.equal(await newDirectory().highestId(), expected);
      assert.equal(server.received.length, requests);
    });
  }

  it("stays fresh for many changes at once, although each of them is a write", async () => {
    const directory = newDirectory();
    const findAll = () => Promise.all(leads.map(({ id }) => directory.findRecent({ leadId: id, campaignId: 1 })));
    await findAll();
    await client.updateLead(7, { status: "completed" });
    await findAll();
    assert.equal((await directory.recentWithNumber(1, "+4930231250100"))[0]?.leadId, 1);
    assert.equal(server.received.length, 3 + 1);
    clock.skip(60_000);
    assert.equal((await directory.recentWithNumber(1, "+4930231250100"))[0]?.leadId, 1);
    assert.equal(server.received.length, 3 + 1 + 1);
  });

  it("knows nothing of another directory", async () => {
    const [one, other] = [new CampaignDirectory(client, clock), new CampaignDirectory(client, clock)];
    one.noteName({ campaignId: 1, name: "Spring 2026" });
    assert.equal(await one.nameOf(1), "Spring 2026");
    assert.equal(await other.nameOf(1), "Spring");
    assert.equal(server.received.length, 1);
    assert.equal(await one.find(2), undefined);
    assert.equal(server.received.length, 3);
  });
});
