import assert from "node:assert/strict";
import type { Sandbox, SandboxOptions } from "../../src/sandbox";
import type { Props, RunningProvider } from "../support/hooks";
import { startWorld, type World } from "../support/world";

const anna = {
  campaignId: 1,
  phoneNumber: "+493023125000",
  variables: { name: "Anna", visits: 2 },
  secondaryContacts: [{ phoneNumber: "+493023125001" }, { phoneNumber: "+493023125002" }],
};
const DAY_MS = 24 * 60 * 60 * 1000;

describe("the life of a lead, hook by hook", () => {
  let world: World;
  let sandbox: Sandbox;
  let provider: RunningProvider;
  let now: number;

  async function start(options: SandboxOptions = {}): Promise<void> {
    await world?.close();
    world = await startWorld({ sandbox: { now: () => new Date(now), ...options } });
    ({ sandbox, provider } = world);
    sandbox.account.addCampaign({ name: "Other" });
  }
  beforeEach(async () => {
    now = Date.now();
    await start();
  });
  after(() => world.close());
  const requests = () => world.requests();
  const newRun = (env: NodeJS.ProcessEnv = {}) => world.newRun({ env });
  const bodies = () => sandbox.journal.map(({ body }) => body);
  async function created(args: Props = anna) {
    const lead = await provider.create(args);
    sandbox.journal.length = 0;
    return lead;
  }
  /** As `pulumi up` does: check, diff, and an update where the answer asks for one. */
  async function up(id: string, outs: Props, news: Props, run = provider): Promise<Props> {
    assert.deepEqual((await run.check(news)).failures, []);
    const { changes, replaces } = await run.diff(id, outs, news);
    assert.deepEqual(replaces, []);
    return changes === 1 ? outs : run.update(id, outs, news);
  }

  describe("an edit", () => {
    /** A person with the new number in this campaign would be called twice, so the campaign is listed first. */
    const looks = (edit: Props) => (edit.phoneNumber === undefined ? [] : ["GET /user/leads"]);
    const edits: [string, Props, unknown][] = [
      ["the number", { phoneNumber: "+493023125009" }, { phone_number: "+493023125009" }],
      ["one variable", { variables: { name: "Anne", visits: 2 } }, { variables: { name: "Anne" } }],
      ["a new variable", { variables: { ...anna.variables, vip: true } }, { variables: { vip: true } }],
      ["a removed variable", { variables: { name: "Anna" } }, { variables: { visits: "" } }],
      ["all variables removed", { variables: undefined }, { variables: { name: "", visits: "" } }],
      ["the status", { status: "completed" }, { status: "completed" }],
      [
        "several at once",
        { phoneNumber: "+493023125009", variables: { name: "Anna", visits: 3 } },
        { phone_number: "+493023125009", variables: { visits: 3 } },
      ],
    ];
    for (const [name, edit, body] of edits) {
      it(`of ${name} is one PUT with only what changed, and then nothing`, async () => {
        const { id, outs } = await created();
        const news = JSON.parse(JSON.stringify({ ...anna, ...edit }));
        const after = await up(id, outs, news);
        assert.deepEqual(
          bodies().filter((each) => each !== undefined),
          [body],
        );
        assert.deepEqual(requests(), [...looks(edit), `PUT /leads/${id}`]);
        assert.equal((await provider.diff(id, after, news)).changes, 1);
        const refreshed = await provider.read(id, after);
        assert.equal((await provider.diff(id, refreshed.props, news)).changes, 1, "and nothing after a refresh");
        assert.deepEqual(requests(), ["GET /user/leads"]);
      });
    }

    it("of the campaign moves the lead, and reads the new campaign's name", async () => {
      const { id, outs } = await created();
      const after = await up(id, outs, { ...anna, campaignId: 2 });
      // Who has the number there, and what became of the lead here.
      assert.deepEqual(requests(), ["GET /user/leads", "GET /user/leads", `PUT /leads/${id}`, "GET /user/campaigns"]);
      assert.equal(after.campaignName, "Other");
      assert.equal(sandbox.leads[0]?.id, Number(id));
    });

    it("of the campaign of an ended lead carries its status along, so that the move does not queue it again", async () => {
      const { id, outs } = await created();
      assert.equal(outs.status, "created", "the state does not know of the call");
      sandbox.account.editLead(Number(id), { status: "completed" });
      const after = await up(id, outs, { ...anna, campaignId: 2 });
      assert.deepEqual(bodies().at(-2), { campaign_id: 2, status: "completed" });
      assert.equal(after.status, "completed");
    });

    it("of the campaign of a lead that was queued again since leaves it queued", async () => {
      const { id, outs } = await created();
      await up(id, { ...outs, status: "completed" }, { ...anna, campaignId: 2 });
      assert.deepEqual(bodies().at(-2), { campaign_id: 2 });
    });

    it("of the campaigns of many leads lists both campaigns once", async () => {
      const people = [0, 1, 2, 3, 4, 5].map((index) => ({ campaignId: 1, phoneNumber: `+49302312501${index}` }));
      const leads = await Promise.all(people.map((person) => provider.create(person)));
      requests();
      await Promise.all(
        leads.map(({ id, outs }, index) => provider.update(id, outs, { ...(people[index] as Props), campaignId: 2 })),
      );
      const seen = requests();
      assert.equal(seen.filter((request) => request === "GET /user/leads").length, 2);
      assert.equal(seen.filter((request) => request.startsWith("PUT")).length, 6);
    });

    for (const [name, edit, where] of [
      ["campaign", { campaignId: 2 }, { campaign_id: 2, phone_number: anna.phoneNumber }],
      ["number", { phoneNumber: "+493023125009" }, { campaign_id: 1, phone_number: "+493023125009" }],
    ] as const) {
      it(`of the ${name} never creates a duplicate of a lead that is there, unless allowDuplicate is true`, async () => {
        const { id, outs } = await created();
        const other = sandbox.account.addLead(where);
        requests();
        await assert.rejects(
          provider.update(id, outs, { ...anna, ...edit }),
          new RegExp(`already has lead ${other.id} with .* called twice.*allowDuplicate: true`),
        );
        assert.ok(!requests().some((request) => request.startsWith("PUT")));
        await provider.update(id, outs, { ...anna, ...edit, allowDuplicate: true });
        assert.equal(requests().filter((request) => request.startsWith("PUT")).length, 1);
      });
    }

    it("of the numbers of two leads that swap them is refused: one of the two changes may fail", async () => {
      const one = await created();
      const two = await provider.create({ campaignId: 1, phoneNumber: "+493023125009" });
      const swapped = [
        { ...anna, phoneNumber: "+493023125009" },
        { campaignId: 1, phoneNumber: anna.phoneNumber },
      ] as const;
      const next = await newRun();
      await next.diff(one.id, one.outs, swapped[0]);
      await next.diff(two.id, two.outs, swapped[1]);
      await assert.rejects(next.update(one.id, one.outs, swapped[0]), /cannot swap their numbers in one run/);
      await assert.rejects(next.update(two.id, two.outs, swapped[1]), /cannot swap their numbers in one run/);
    });

    it("of what is the same as text asks for nothing", async () => {
      const { id, outs } = await created();
      const same = { ...anna, variables: { visits: "2", name: "Anna" }, allowDuplicate: false };
      assert.equal((await provider.diff(id, outs, same)).changes, 1);
    });

    it("of the secondary contacts replaces a lead that nobody called yet, with a warning", async () => {
      const { id, outs } = await created();
      const diff = await provider.diff(id, outs, { ...anna, secondaryContacts: [] });
      assert.deepEqual(diff.replaces, ["secondaryContacts"]);
      assert.match(provider.output, /the person will be called again/);
      assert.deepEqual(requests(), ["GET /user/leads"], "a listing shows whether that is so");
    });

    it("of the secondary contacts of a lead that was called since the state was written is refused", async () => {
      const { id, outs } = await created();
      sandbox.account.editLead(Number(id), { status: "completed" });
      const news = { ...anna, secondaryContacts: [] };
      await assert.rejects(provider.diff(id, outs, news), /\(last known status: completed\) would be replaced/);
      const redial = await newRun({ FAMULOR_REDIAL: "allow" });
      assert.deepEqual((await redial.diff(id, outs, news)).replaces, ["secondaryContacts"]);
    });

    it("of the secondary contacts of a lead that may have been called is refused, but for one run", async () => {
      const { id, outs } = await created();
      const called = { ...outs, status: "completed" };
      const news = { ...anna, secondaryContacts: [] };
      await assert.rejects(
        provider.diff(id, called, news),
        /would be replaced and the person called again.*FAMULOR_REDIAL/,
      );
      const redial = await newRun({ FAMULOR_REDIAL: "allow" });
      assert.deepEqual((await redial.diff(id, called, news)).replaces, ["secondaryContacts"]);
    });

    it("with a value that is not known yet is an update in the plan, never a replacement", async () => {
      const { id, outs } = await created();
      const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
      const news = { ...anna, campaignId: unknown, variables: unknown, secondaryContacts: [{ phoneNumber: unknown }] };
      assert.deepEqual(await provider.diff(id, outs, news), { changes: 0, replaces: [], deleteBeforeReplace: false });
      const only = { ...anna, secondaryContacts: unknown };
      assert.deepEqual(await provider.diff(id, outs, only), { changes: 0, replaces: [], deleteBeforeReplace: false });
    });

    it("is found on the other route, which is then remembered", async () => {
      await start({ dialects: ["update-below-user"] });
      const { id, outs } = await created();
      const second = await up(id, outs, { ...anna, variables: { name: "Bea", visits: 2 } });
      assert.deepEqual(requests(), [`PUT /leads/${id}`, `PUT /user/leads/${id}`]);
      await up(id, second, { ...anna, variables: { name: "Cleo", visits: 2 } });
      assert.deepEqual(requests(), [`PUT /user/leads/${id}`]);
    });

    it("of a lead that is not there any more is an error, and never a success", async () => {
      const { id, outs } = await created();
      sandbox.account.removeLead(Number(id));
      const edit = { ...anna, phoneNumber: "+493023125009" };
      await assert.rejects(provider.update(id, outs, edit), /Lead \d+ cannot be changed: .*pulumi refresh/);
      assert.deepEqual(requests(), ["GET /user/leads", `PUT /leads/${id}`, `PUT /user/leads/${id}`]);
    });
  });

  describe("a declared status", () => {
    it("is sent when the user changes it, and never because Famulor's own moved", async () => {
      const { id, outs } = await created();
      const news = { ...anna, status: "completed" };
      const after = await up(id, outs, news);
      assert.equal(after.requestedStatus, "completed");
      sandbox.account.editLead(Number(id), { status: "rescheduled" });
      const { props, inputs } = await provider.read(id, after);
      assert.equal(props.status, "rescheduled");
      assert.equal(inputs?.status, "completed");
      requests();
      await up(id, props, news);
      assert.deepEqual(requests(), []);
    });

    it("`created` is not sent at create, and dials only when it is edited in", async () => {
      const { id, outs } = await created({ ...anna, status: "created" });
      assert.deepEqual(await up(id, outs, { ...anna, status: "created" }), outs);
      const ended = await up(id, outs, { ...anna, status: "completed" });
      const again = await up(id, ended, { ...anna, status: "created" });
      assert.deepEqual(
        bodies().filter((each) => each !== undefined),
        [{ status: "completed" }, { status: "created" }],
      );
      // A blacklisted lead is never queued.
      assert.deepEqual(requests(), [`PUT /leads/${id}`, "GET /user/leads", `PUT /leads/${id}`]);
      assert.equal(again.status, "created");
    });

    it("`created` calls the declared person, also where the dashboard has given the lead another number", async () => {
      const { id, outs } = await created();
      sandbox.account.editLead(Number(id), { status: "completed", phone_number: "+493023125009" });
      await up(id, outs, { ...anna, status: "created" });
      assert.deepEqual(
        bodies().filter((each) => each !== undefined),
        [{ status: "created", phone_number: anna.phoneNumber }],
      );
    });

    it("that is declared at create is set right after it", async () => {
      const { id, outs } = await provider.create({ ...anna, status: "completed" });
      assert.deepEqual(requests(), ["GET /user/me", "GET /user/leads", "POST /user/lead", `PUT /leads/${id}`]);
      assert.deepEqual([outs.status, outs.requestedStatus], ["completed", "completed"]);
    });

    it("that is not declared any more sends nothing and is forgotten", async () => {
      const { id, outs } = await created({ ...anna, status: "completed" });
      const after = await up(id, outs, anna);
      assert.equal("requestedStatus" in after, false);
      assert.deepEqual(requests(), []);
    });
  });

  describe("a refresh", () => {
    it("reads what the user set and somebody changed, and nothing that Famulor added", async () => {
      const { id, outs } = await created();
      sandbox.account.editLead(Number(id), {
        variables: { name: "Otto", inherited: "x", visits: "2" },
        status: "processing",
      });
      const { props, inputs } = await provider.read(id, outs);
      assert.deepEqual(inputs, { ...anna, variables: { name: "Otto", visits: 2 } });
      assert.equal(props.status, "processing");
      requests();
      await up(id, props, anna);
      assert.deepEqual(bodies(), [{ variables: { name: "Anna" } }]);
    });

    it("of an undrifted lead returns the inputs as they were", async () => {
      const args = { ...anna, allowDuplicate: true, status: "created" };
      const { id, outs } = await created(args);
      assert.deepEqual((await provider.read(id, outs)).inputs, args);
    });

    it("finds a number and a campaign that were changed in the dashboard", async () => {
      const { id, outs } = await created();
      sandbox.account.editLead(Number(id), { phone_number: "+493023125009", campaign_id: 2 });
      const { inputs } = await provider.read(id, outs);
      assert.deepEqual(inputs, { ...anna, phoneNumber: "+493023125009", campaignId: 2 });
    });
  });

  describe("a refresh of many leads", () => {
    const many = Array.from({ length: 150 }, (_, index) => ({
      campaignId: 1,
      phoneNumber: `+49302312${5000 + index}`,
    }));
    const readAll = (leads: { id: string; outs: Props }[]) =>
      Promise.all(leads.map(({ id, outs }) => provider.read(id, outs)));

    it("shares the pages of their campaign", async () => {
      const leads = await Promise.all(many.map((args) => provider.create(args)));
      requests();
      const reads = await readAll(leads);
      assert.deepEqual(
        reads.map(({ id }) => id),
        leads.map(({ id }) => id),
      );
      assert.deepEqual(requests(), ["GET /user/leads", "GET /user/leads"]);
    });

    it("never answers from before a write, and lists again before it declares a lead gone", async () => {
      const leads = await Promise.all(many.slice(0, 10).map((args) => provider.create(args)));
      await readAll(leads);
      const [first, second] = leads as [{ id: string; outs: Props }, { id: string; outs: Props }];
      const moved = { ...many[0], variables: { name: "new" } };
      const outs = await provider.update(first.id, first.outs, moved);
      assert.deepEqual((await provider.read(first.id, outs)).inputs, moved);
      await readAll(leads);
      sandbox.account.removeLead(Number(second.id));
      sandbox.account.addLead({ phone_number: "+493023129999", campaign_id: 1 });
      assert.equal((await provider.read(second.id, second.outs)).id, second.id, "as in the shared pages, seconds old");
      await provider.delete(first.id, outs);
      assert.equal((await provider.read(second.id, second.outs)).id, "", "after a write nothing shared is used");
    });
  });

  describe("a lead that is proven to be gone", () => {
    it("is dropped from state when it was waiting and young, so that the next up re-creates it", async () => {
      const { id, outs } = await created();
      sandbox.account.removeLead(Number(id));
      assert.equal((await provider.read(id, outs)).id, "");
    });

    const kept: [string, Props, number][] = [
      ["worked on", { status: "completed" }, 0],
      ["being called", { status: "processing" }, 0],
      ["in a status nobody knows", { status: "contacted" }, 0],
      ["older than the shortest retention", {}, 29],
    ];
    for (const [name, more, ageDays] of kept) {
      it(`stays in state as gone when it was ${name}, and asks for nothing`, async () => {
        now -= ageDays * DAY_MS;
        const { id, outs } = await created();
        sandbox.account.removeLead(Number(id));
        const { id: sameId, props } = await provider.read(id, { ...outs, ...more });
        assert.equal(sameId, id);
        assert.equal(props.status, "gone");
        requests();
        assert.equal((await provider.diff(id, props, { ...anna, phoneNumber: "+493023125009" })).changes, 1);
        assert.equal((await provider.read(id, props)).props.status, "gone");
        await provider.delete(id, props);
        assert.equal(sandbox.leads.length, 0);
        assert.equal(
          requests().some((request) => request.startsWith("POST")),
          false,
        );
      });
    }
  });

  describe("a lead that exists already", () => {
    it("is refused with its ID, its campaign and the ways on", async () => {
      const { id } = await created();
      const other = await newRun();
      await assert.rejects(other.create(anna), (error: Error) => {
        assert.match(
          error.message,
          new RegExp(`Campaign 1 already has lead ${id} with \\+4930…00; nobody was called twice`),
        );
        assert.match(error.message, /adoptExisting: true\. If an interrupted run.*FAMULOR_ADOPT=identical pulumi up/);
        return true;
      });
      assert.deepEqual(requests(), ["GET /user/me", "GET /user/leads", "POST /user/lead", "GET /user/leads"]);
    });

    it("is taken over with adoptExisting: no POST, and its variables synced by one PUT", async () => {
      const { id } = sandbox.account.addLead({
        phone_number: anna.phoneNumber,
        campaign_id: 1,
        variables: { name: "Otto", visits: 2, other: "kept" },
        secondary_contacts: [{ phone_number: "+493023125002" }, { phone_number: "+493023125001" }],
      });
      const lead = await provider.create({ ...anna, adoptExisting: true });
      assert.equal(lead.id, String(id));
      assert.equal(typeof lead.outs.takenOver, "number");
      const numbers = new Map(
        sandbox.leads[0]?.secondary_contacts.map((contact) => [contact.phone_number, contact.id]),
      );
      assert.deepEqual(lead.outs.secondaryContactIds, [numbers.get("+493023125001"), numbers.get("+493023125002")]);
      assert.deepEqual(sandbox.journal.at(-1)?.body, { variables: { name: "Anna" } });
      assert.deepEqual(requests(), ["GET /user/me", "GET /user/leads", `PUT /leads/${id}`]);
      const { props } = await provider.read(lead.id, lead.outs);
      assert.equal(props.takenOver, lead.outs.takenOver, "a refresh between must not undo the hand-over");
    });

    it("is created with adoptExisting where there is none", async () => {
      await provider.create({ ...anna, adoptExisting: true });
      assert.deepEqual(requests(), ["GET /user/me", "GET /user/leads", "POST /user/lead"]);
    });

    it("is taken over for one run when it is identical, and not when it is not", async () => {
      const { id } = await created();
      const nextRun = await newRun({ FAMULOR_ADOPT: "identical" });
      assert.equal((await nextRun.create(anna)).id, id);
      const another = await newRun({ FAMULOR_ADOPT: "identical" });
      const different = { ...anna, variables: { name: "Bea" } };
      await assert.rejects(another.create(different), /already has lead/);
    });

    const obstacles: [string, () => void, RegExp][] = [
      ["has other secondary contacts", () => lead(anna.phoneNumber), /its secondary contacts differ/],
      ["is there twice", () => [lead(anna.phoneNumber), lead(anna.phoneNumber)], /2 leads have this number/],
    ];
    const lead = (phone_number: string) => sandbox.account.addLead({ phone_number, campaign_id: 1 });
    for (const [name, prepare, expected] of obstacles) {
      it(`is not taken over when it ${name}`, async () => {
        prepare();
        await assert.rejects(provider.create({ ...anna, adoptExisting: true }), expected);
        assert.equal(
          requests().some((request) => /POST|PUT/.test(request)),
          false,
        );
      });
    }

    it("is not taken over from another resource of the same program, created now or in an earlier run", async () => {
      const { id, outs } = await created();
      await assert.rejects(
        provider.create({ ...anna, adoptExisting: true }),
        /another resource of this program has it/,
      );
      assert.deepEqual(requests(), ["GET /user/leads"]);
      const nextRun = await newRun({ FAMULOR_ADOPT: "identical" });
      await nextRun.diff(id, outs, { ...anna, phoneNumber: "+493023125009" });
      for (const more of [{ adoptExisting: true }, {}]) {
        await assert.rejects(nextRun.create({ ...anna, ...more }), /another resource of this program has it/);
      }
    });

    it("is not lost by its old resource, which gets another lead", async () => {
      const { id, outs } = await created();
      const nextRun = await newRun();
      // The new resource comes first. Only afterwards the old resource shows that it continues, for somebody else.
      const taken = await nextRun.create({ ...anna, adoptExisting: true });
      const ben = { ...anna, phoneNumber: "+493023125009" };
      await assert.rejects(nextRun.update(id, outs, ben), /taken over by another resource .*Nothing was changed/);
      const { replaces, deleteBeforeReplace } = await nextRun.diff(id, outs, ben);
      assert.deepEqual([replaces, deleteBeforeReplace], [["leadId"], true]);
      requests();
      await nextRun.delete(id, outs);
      await nextRun.create(ben);
      // What was there before the first create without a listing of its campaign.
      assert.deepEqual(requests(), ["GET /user/leads", "POST /user/lead"]);
      assert.equal(sandbox.leads.length, 2);
      assert.equal((await nextRun.diff(taken.id, taken.outs, { ...anna, adoptExisting: true })).changes, 1);
    });

    it("is not deleted by the resource it was taken over from, also in a later run", async () => {
      const { id, outs } = await created();
      const renaming = await newRun();
      const renamed = await renaming.create({ ...anna, adoptExisting: true });
      requests();
      await renaming.delete(id, outs);
      assert.deepEqual(requests(), []);
      // The run was killed before the old one's delete: the next run sees the new one's state first.
      const nextRun = await newRun();
      await nextRun.diff(id, renamed.outs, { ...anna, adoptExisting: true });
      await nextRun.delete(id, outs);
      assert.deepEqual(requests(), []);
      await nextRun.delete(id, renamed.outs);
      assert.deepEqual(requests(), [`DELETE /user/leads/${id}`]);
    });

    it("cannot be adopted together with allowDuplicate", async () => {
      const { failures } = await provider.check({ ...anna, adoptExisting: true, allowDuplicate: true });
      assert.match(failures.join(), /^adoptExisting: cannot be combined with allowDuplicate/);
    });
  });

  it("is read by FamulorLead.get with its ID and campaign, and its absence is an error", async () => {
    const { id } = await created();
    const { props } = await provider.read(id, { campaignId: 1 });
    assert.equal(props.phoneNumber, anna.phoneNumber);
    assert.equal(props.leadId, Number(id));
    await assert.rejects(provider.read("77", { campaignId: 1 }), /FamulorLead\.get: there is no lead 77 in campaign 1/);
    // In preview, of a campaign that does not exist yet: the engine leaves out what it does not know.
    requests();
    assert.deepEqual((await provider.read(id, {})).props, {});
    assert.deepEqual(requests(), []);
  });
});
