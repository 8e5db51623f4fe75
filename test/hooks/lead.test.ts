import assert from "node:assert/strict";
import type { Sandbox } from "../../src/sandbox";
import type { RunningProvider } from "../support/hooks";
import { countStarting, requestsTo } from "../support/journal";
import { startProvider } from "../support/provider";
import { startWorld, type World } from "../support/world";

const anna = {
  campaignId: 1,
  phoneNumber: "+493023125000",
  variables: { name: "Anna", visits: 2, vip: true },
  secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben" } }, { phoneNumber: "+493023125002" }],
};

describe("the hooks of a lead", () => {
  let world: World;
  let sandbox: Sandbox;
  let provider: RunningProvider;

  beforeEach(async () => {
    world = await startWorld();
    ({ sandbox, provider } = world);
  });
  afterEach(() => world.close());
  const requests = () => requestsTo(sandbox);

  it("is created with exactly one POST, and the body the API page asks for", async () => {
    const { inputs, failures } = await provider.check(anna);
    assert.deepEqual(failures, []);
    const { id, outs } = await provider.create(inputs);

    assert.deepEqual(requests(), ["GET /user/me", "GET /user/leads", "POST /user/lead"]);
    assert.deepEqual(sandbox.journal[2]?.body, {
      phone_number: "+493023125000",
      campaign_id: 1,
      variables: { name: "Anna", visits: 2, vip: true },
      allow_dupplicate: false,
      secondary_contacts: [
        { phone_number: "+493023125001", variables: { name: "Ben" } },
        { phone_number: "+493023125002", variables: {} },
      ],
    });
    const [lead] = sandbox.leads;
    assert.equal(id, String(lead?.id));
    assert.deepEqual(outs, {
      ...anna,
      leadId: lead?.id,
      status: "created",
      secondaryContactIds: lead?.secondary_contacts.map((contact) => contact.id),
      campaignName: "Sandbox campaign",
      createdAt: lead?.created_at,
      endpoint: sandbox.baseUrl,
      accountId: outs.accountId,
    });
    assert.match(String(outs.accountId), /^[0-9a-f]{12}$/);
  });

  it("asks who the key belongs to once for many leads", async () => {
    const numbers = Array.from({ length: 12 }, (_, index) => `+4930231253${String(index).padStart(2, "0")}`);
    await Promise.all(numbers.map((phoneNumber) => provider.create({ campaignId: 1, phoneNumber })));
    assert.equal(countStarting(requests(), "GET /user/me"), 1);
    assert.equal(countStarting(requests(), "POST /user/lead"), 12);
    assert.equal(sandbox.leads.length, 12);
  });

  it("asks for nothing while nothing changes, and sends nothing for it", async () => {
    const { id, outs } = await provider.create(anna);
    sandbox.journal.length = 0;
    assert.deepEqual(await provider.diff(id, outs, anna), { changes: 1, replaces: [], deleteBeforeReplace: false });
    assert.deepEqual(requests(), []);
  });

  it("records allowDuplicate without a request", async () => {
    const { id, outs } = await provider.create(anna);
    sandbox.journal.length = 0;
    const news = { ...anna, allowDuplicate: true };
    assert.equal((await provider.diff(id, outs, news)).changes, 0);
    assert.deepEqual(await provider.update(id, outs, news), { ...outs, allowDuplicate: true });
    assert.deepEqual(await provider.update(id, { ...outs, allowDuplicate: true }, anna), outs);
    assert.deepEqual(requests(), []);
  });

  it("is read through the listing", async () => {
    const { id, outs } = await provider.create(anna);
    sandbox.account.editLead(Number(id), { status: "completed" });
    sandbox.journal.length = 0;
    const read = await provider.read(id, outs);
    assert.equal(read.id, id);
    assert.equal(read.props.status, "completed");
    assert.equal(read.props.leadId, outs.leadId);
    assert.deepEqual(requests(), ["GET /user/leads"]);
    assert.equal(sandbox.journal[0]?.query.phone_number, "+493023125000");
  });

  it("is found on a later page, after it was moved and renumbered in the dashboard", async () => {
    const { id, outs } = await provider.create(anna);
    const other = sandbox.account.addCampaign({ name: "Other" });
    for (let index = 0; index < 150; index++) {
      sandbox.account.addLead({ phone_number: `+49302312${6000 + index}`, campaign_id: other.id });
    }
    sandbox.account.editLead(Number(id), { campaign_id: other.id, phone_number: "+493023129999" });
    assert.equal((await provider.read(id, outs)).id, id);
  });

  it("is gone only when every listing was read in full by the account that created it", async () => {
    const { id, outs } = await provider.create(anna);
    sandbox.account.removeLead(Number(id));
    const other = await startOther();
    await assert.rejects(other.read(id, outs), /is not in the account this key belongs to/);
    assert.equal((await provider.read(id, outs)).id, "");
    // The owner's e-mail address has changed: the same account, since it lists the campaign under its name.
    assert.equal((await provider.read(id, { ...outs, accountId: "0123456789ab" })).id, "");
    const renamed = { ...outs, accountId: "0123456789ab", campaignName: "Another" };
    await assert.rejects(provider.read(id, renamed), /is not in the account this key belongs to/);
  });

  /** A run with the key of another account at the same address. */
  function startOther(): Promise<RunningProvider> {
    sandbox.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
    return world.newRun({ config: { "famulor:apiKey": "other-key" } });
  }

  it("is deleted once, and again without harm", async () => {
    const { id, outs } = await provider.create(anna);
    await provider.delete(id, outs);
    assert.deepEqual(sandbox.leads, []);
    await provider.delete(id, outs);
  });

  it("is not taken for deleted by a 404 that another account's key gets", async () => {
    const { id, outs } = await provider.create(anna);
    sandbox.account.removeLead(Number(id));
    const other = await startOther();
    await assert.rejects(other.delete(id, outs), /is not in the account/);
    // Without an account's ID, the campaign is the proof.
    const { accountId, ...older } = outs;
    await provider.delete(id, older);
    await assert.rejects(provider.delete(id, { ...older, campaignId: 77 }), /is not in the account/);
  });

  it("is not touched at another address than where it was created", async () => {
    const { id, outs } = await provider.create(anna);
    const elsewhere = { ...outs, endpoint: "https://famulor.example/api" };
    sandbox.journal.length = 0;
    await assert.rejects(
      provider.delete(id, elsewhere),
      /famulor:baseUrl is .* was created at https:\/\/famulor\.example\/api/,
    );
    await assert.rejects(provider.read(id, elsewhere), /famulor:baseUrl is/);
    assert.deepEqual(requests(), []);
  });

  it("is never sent with a value that is not known yet", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    await assert.rejects(provider.create({ ...anna, variables: { a: unknown } }), /not known yet/);
    assert.deepEqual(requests(), []);
  });

  it("does not print the key or a whole phone number in an error", async () => {
    await provider.create(anna);
    const errors = [
      await provider.create(anna).catch(String),
      await provider.read("77", { ...anna, endpoint: sandbox.baseUrl, accountId: "0123456789ab" }).catch(String),
    ].join();
    const everything = errors + provider.output;
    assert.doesNotMatch(everything, /493023125000/);
    assert.equal(everything.includes(sandbox.apiKey), false);
  });
});

describe("the settings, as every hook sees them", () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  beforeEach(() => world.requests());
  after(() => world.close());

  it("fail every hook, each loudly, without a key", async () => {
    const provider = await startProvider({});
    const { failures } = await provider.check({ phoneNumber: "123", campaignId: 1 });
    assert.match(failures[0] ?? "", /^famulor:apiKey: there is no API key/);
    assert.match(failures[1] ?? "", /^phoneNumber: must be in E\.164/);
    const missing = /famulor:apiKey: there is no API key/;
    await assert.rejects(provider.diff("1", anna, anna), missing);
    await assert.rejects(provider.create(anna), missing);
    await assert.rejects(provider.read("1", anna), missing);
    await assert.rejects(provider.update("1", anna, anna), missing);
    await assert.rejects(provider.delete("1", anna), missing);
  });

  it("guard the number a last time before the POST", async () => {
    const guarded = await world.newRun({ config: { "famulor:allowedPhoneNumbers": "+4440" } });
    await assert.rejects(guarded.create(anna), /phoneNumber: is not allowed by famulor:allowedPhoneNumbers/);
    assert.deepEqual(world.requests(), []);
  });

  it("name the key and how a rotated one reaches refresh when Famulor refuses it", async () => {
    const refused = await world.newRun({ config: { "famulor:apiKey": "wrong-key" } });
    await assert.rejects(refused.create(anna), /GET \/user\/me answered 401: .*Check the API key: .*--run-program/);
    assert.equal(world.requests().length, 1);
  });
});
