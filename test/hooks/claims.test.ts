import assert from "node:assert/strict";
import type { Account, Sandbox } from "../../src/sandbox";
import type { Props, RunningProvider } from "../support/hooks";
import { type FaultyWorld, startFaultyWorld, startWorld, type World } from "../support/world";

const A = "+493023125000";
const B = "+493023125001";
const C = "+493023125002";
const anna = { campaignId: 1, phoneNumber: A };
const ben = { campaignId: 1, phoneNumber: B };
const contacts = { secondaryContacts: [{ phoneNumber: "+493023125099" }] };

/** Each mechanism is sound alone; these are the combinations in which people were called twice or leads were lost. */
describe("who has which lead", () => {
  let world: World;
  let sandbox: Sandbox;

  beforeEach(async () => {
    world = await startWorld();
    ({ sandbox } = world);
    sandbox.account.addCampaign({ name: "Other" });
  });
  afterEach(() => world.close());

  async function created(args: Props, run = world.provider) {
    const lead = await run.create(args);
    world.requests();
    return lead;
  }
  const dial = (id: string | number) => sandbox.account.editLead(Number(id), { status: "completed" });
  const numbers = () => sandbox.leads.map((lead) => lead.phone_number).sort();
  const allow = { env: { FAMULOR_REDIAL: "allow" } };

  describe("a create that was refused because of a lead", () => {
    it("keeps that lead from being deleted in the same run, for a lead and for a row", async () => {
      const old = await created(anna);
      const set = world.provider.of("leadSet");
      const oldSet = await set.create({ campaignId: 1, leads: { ben: { phoneNumber: B } } });
      for (const id of [old.id, ...Object.values(oldSet.outs.leadIds as Props)]) dial(String(id));

      const next = await world.newRun();
      await assert.rejects(next.create(anna), /aliases.*adoptExisting/s);
      await assert.rejects(next.delete(old.id, old.outs), /is not deleted: a create of this run was refused.*aliases/);
      await assert.rejects(next.create(ben), /already has lead/);
      await assert.rejects(next.of("leadSet").delete(oldSet.id, oldSet.outs), /is not deleted: a create of this run/);
      assert.deepEqual(numbers(), [A, B]);
      await (await world.newRun()).delete(old.id, old.outs);
      assert.deepEqual(numbers(), [B], "a plain destroy is none of this");
    });
  });

  describe("what another provider's process has done in the same run", () => {
    const twoProcesses = async () => {
      const notes = new Set<string>();
      return [await world.newRun({ notes }), await world.newRun({ notes })] as const;
    };

    it("a lead that it has taken over is not deleted, nor changed, here: also in a later run", async () => {
      const lead = await created(anna);
      const [old, taking] = await twoProcesses();
      const adopted = await taking.create({ ...anna, adoptExisting: true });
      await assert.rejects(
        old.update(lead.id, lead.outs, { ...anna, phoneNumber: C }),
        /taken over by another resource/,
      );
      await old.delete(lead.id, lead.outs);
      assert.deepEqual(numbers(), [A]);
      const [later, declaring] = await twoProcesses();
      await declaring.diff(adopted.id, adopted.outs, { ...anna, adoptExisting: true });
      await later.delete(lead.id, lead.outs);
      assert.deepEqual(numbers(), [A]);
      await (await world.newRun()).delete(adopted.id, adopted.outs);
      assert.deepEqual(numbers(), []);
    });

    it("the lead because of which its create was refused is not deleted here", async () => {
      const lead = await created(anna);
      dial(lead.id);
      const [old, creating] = await twoProcesses();
      await assert.rejects(creating.create(anna), /already has lead/);
      await assert.rejects(old.delete(lead.id, lead.outs), /is not deleted: a create of this run was refused/);
    });

    it("a lead that it replaces is deleted here only while the person waits, and it then creates", async () => {
      const lead = await created(anna);
      const news = { ...anna, ...contacts };
      for (const isCalled of [true, false]) {
        sandbox.account.editLead(Number(lead.id), { status: "created" });
        const [old, replacing] = await twoProcesses();
        await replacing.diff(lead.id, lead.outs, news);
        await replacing.check(news);
        if (isCalled) {
          dial(lead.id);
          await assert.rejects(old.delete(lead.id, lead.outs), /last known status: completed/);
        } else {
          await old.delete(lead.id, lead.outs);
          await replacing.create(news);
        }
        assert.equal(sandbox.leads.filter((each) => each.phone_number === A).length, 1);
      }
    });
  });

  describe("a person whom this run has deleted", () => {
    it("is not created again in the same run", async () => {
      const set = world.provider.of("leadSet");
      const both = { campaignId: 1, leads: { a: { phoneNumber: A }, b: { phoneNumber: B } } };
      const { id, outs } = await set.create(both);
      for (const lead of sandbox.leads) dial(lead.id);

      const next = await world.newRun();
      const without = { ...both, leads: { a: both.leads.a } };
      await next.of("leadSet").update(id, outs, without);
      assert.deepEqual(numbers(), [A]);
      world.requests();
      await assert.rejects(next.create(ben), /this run has deleted lead \d+ .*FAMULOR_REDIAL=allow.*adoptExisting/s);
      assert.ok(!world.requests().includes("POST /user/lead"));

      const allowed = await world.newRun(allow);
      await allowed.create(ben);
      assert.deepEqual(numbers(), [A, B]);
    });

    it("is not created again where the answer to the delete was lost either", async () => {
      const faulty = await startFaultyWorld({ config: { "famulor:requestTimeoutSeconds": "1" } });
      try {
        const { id, outs } = await faulty.provider.create(anna);
        faulty.sandbox.account.editLead(Number(id), { status: "completed" });
        const next = await faulty.newRun();
        faulty.proxy.breakNext(`DELETE /user/leads/${id}`, "reset-after");
        await next.delete(id, outs);
        await assert.rejects(next.create(anna), /this run has deleted lead/);
      } finally {
        await faulty.close();
      }
    });

    it("is asked about again where a replacement begins long after it was planned", async () => {
      const lead = await created(anna);
      const next = await world.newRun();
      const news = { ...anna, ...contacts };
      assert.deepEqual((await next.diff(lead.id, lead.outs, news)).replaces, ["secondaryContacts"]);
      dial(lead.id);
      await world.clock.sleep(61_000);
      await next.check(news);
      await assert.rejects(next.delete(lead.id, lead.outs), /last known status: completed.*FAMULOR_REDIAL/s);
      assert.deepEqual(numbers(), [A]);
    });

    it("is created again where Famulor has said in this run that the person waits", async () => {
      const lead = await created(anna);
      const next = await world.newRun();
      await next.check(anna, anna);
      const { replaces } = await next.diff(lead.id, lead.outs, { ...anna, ...contacts });
      assert.deepEqual(replaces, ["secondaryContacts"]);
      await next.check({ ...anna, ...contacts });
      await next.delete(lead.id, lead.outs);
      await next.create({ ...anna, ...contacts });
      assert.deepEqual(numbers(), [A]);
    });

    it("whose lead gets another number in this run is not created again, in whatever order", async () => {
      const lead = await created(anna);
      dial(lead.id);
      const renumbered = { ...anna, phoneNumber: C };

      const numberFirst = await world.newRun();
      await numberFirst.diff(lead.id, lead.outs, renumbered);
      const outs = await numberFirst.update(lead.id, lead.outs, renumbered);
      world.requests();
      await assert.rejects(numberFirst.create(anna), /had .* until this run gave it another number.*FAMULOR_REDIAL/s);
      assert.ok(!world.requests().includes("POST /user/lead"));
      await (await world.newRun()).update(lead.id, outs, anna);

      const checkFirst = await world.newRun();
      await checkFirst.check(anna);
      await checkFirst.diff(lead.id, lead.outs, renumbered);
      await assert.rejects(checkFirst.update(lead.id, lead.outs, renumbered), /keeps its number.*FAMULOR_REDIAL/s);
      assert.deepEqual(numbers(), [A]);

      const createFirst = await world.newRun();
      await createFirst.diff(lead.id, lead.outs, renumbered);
      await assert.rejects(createFirst.create(anna), /already has lead/);
      await assert.rejects(createFirst.update(lead.id, lead.outs, renumbered), /keeps its number/);
      assert.deepEqual(numbers(), [A]);

      const allowed = await world.newRun(allow);
      await allowed.diff(lead.id, lead.outs, renumbered);
      await allowed.update(lead.id, lead.outs, renumbered);
      await allowed.create(anna);
      assert.deepEqual(numbers(), [A, C]);
    });

    it("is not created again where the lead is queued for somebody else by the same change", async () => {
      const lead = await created(anna);
      dial(lead.id);
      const next = await world.newRun();
      await next.update(lead.id, lead.outs, { ...anna, phoneNumber: C, status: "created" });
      await assert.rejects(next.create(anna), /until this run gave it another number/);
      assert.deepEqual(numbers(), [C]);
    });

    it("whose waiting lead gets another number in this run is created: nobody has called yet", async () => {
      const lead = await created(anna);
      const next = await world.newRun();
      await next.check(anna);
      await next.diff(lead.id, lead.outs, { ...anna, phoneNumber: C });
      await next.update(lead.id, lead.outs, { ...anna, phoneNumber: C });
      await next.create(anna);
      assert.deepEqual(numbers(), [A, C]);
    });

    it("is not called again by a waiting lead that gets the number in the same run", async () => {
      const [waiting, called] = [await created(anna), await created(ben)];
      dial(called.id);
      const shifted = [
        { ...anna, phoneNumber: B },
        { ...ben, phoneNumber: C },
      ] as const;
      for (const notes of [undefined, new Set<string>()]) {
        const one = await world.newRun(notes && { notes });
        const other = notes ? await world.newRun({ notes }) : one;
        await one.diff(waiting.id, waiting.outs, shifted[0]);
        await other.diff(called.id, called.outs, shifted[1]);
        const outs = await other.update(called.id, called.outs, shifted[1]);
        await assert.rejects(
          one.update(waiting.id, waiting.outs, shifted[0]),
          /keeps its number: lead \d+ had .*FAMULOR_REDIAL/s,
        );
        await (await world.newRun()).update(called.id, outs, ben);
      }
      const next = await world.newRun();
      await next.delete(called.id, called.outs);
      await assert.rejects(next.update(waiting.id, waiting.outs, shifted[0]), /keeps its number/);
      await (await world.newRun(allow)).update(waiting.id, waiting.outs, shifted[0]);
    });

    it("may get another number for which a called lead makes room: nobody is called by that", async () => {
      const [one, other] = [await created(anna), await created(ben)];
      dial(one.id);
      dial(other.id);
      const next = await world.newRun();
      await next.update(other.id, other.outs, { ...ben, phoneNumber: C });
      await next.update(one.id, one.outs, { ...anna, phoneNumber: B });
      assert.deepEqual(numbers(), [B, C]);
    });

    it("is not created again by the process of another provider either", async () => {
      const [gone, moved] = [await created(anna), await created(ben)];
      dial(gone.id);
      dial(moved.id);
      const notes = new Set<string>();
      const [one, other] = [await world.newRun({ notes }), await world.newRun({ notes })];
      await one.delete(gone.id, gone.outs);
      await one.diff(moved.id, moved.outs, { ...ben, phoneNumber: C });
      await one.update(moved.id, moved.outs, { ...ben, phoneNumber: C });
      await assert.rejects(other.create(anna), /had .* until this run gave it another number or deleted it/);
      await assert.rejects(other.create(ben), /had .* until this run/);
      assert.deepEqual(numbers(), [C]);
      assert.ok(![...notes].join().includes(A.slice(1)), "a note holds no number");
      await (await world.newRun()).create(anna);
      assert.deepEqual(numbers(), [A, C], "a plain later run knows nothing of it");
    });

    it("under --replace, is asked for before the delete, and a lead that was called is kept", async () => {
      const lead = await created(anna);
      const replaced = async (run: RunningProvider) => {
        // The engine never asks `diff` for it.
        await run.check(anna, anna);
        await run.check(anna);
        await run.delete(lead.id, lead.outs);
        return run.create(anna);
      };
      dial(lead.id);
      await assert.rejects(replaced(await world.newRun()), /last known status: completed.*FAMULOR_REDIAL=allow/s);
      assert.deepEqual(numbers(), [A]);
      sandbox.account.editLead(Number(lead.id), { status: "created" });
      await replaced(await world.newRun());
      assert.deepEqual(
        world.requests().filter((request) => !request.startsWith("GET")),
        ["DELETE /user/leads/1000001", "POST /user/lead"],
      );
    });
  });

  it("a set under --replace deletes no row while one of them was called", async () => {
    const set = world.provider.of("leadSet");
    const args = { campaignId: 1, leads: { a: { phoneNumber: A }, b: { phoneNumber: B } } };
    const { id, outs } = await set.create(args);
    dial((outs.leadIds as Record<string, number>).b as number);
    const next = (await world.newRun()).of("leadSet");
    await next.check(args, args);
    await next.check(args);
    await assert.rejects(
      next.delete(id, outs),
      /leads\["b"\]: Lead 1000002 \(last known status: completed\) is not deleted/,
    );
    assert.deepEqual(numbers(), [A, B]);
  });

  describe("a stored status that may be stale", () => {
    it("is not taken for waiting where the lead is not found and old", async () => {
      const lead = await created(anna);
      sandbox.account.removeLead(Number(lead.id));
      const next = await world.newRun();
      const old = { ...lead.outs, createdAt: "2025-01-01 10:00:00" };
      await assert.rejects(
        next.diff(lead.id, old, { ...anna, ...contacts }),
        /last known status: gone.*FAMULOR_REDIAL/s,
      );
      const { replaces } = await next.diff(lead.id, lead.outs, { ...anna, ...contacts });
      assert.deepEqual(replaces, ["secondaryContacts"], "a young lead that waited was removed by somebody");
    });

    it("is asked for by the old provider when a lead goes to another account", async () => {
      const other: Account = sandbox.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
      const { id: theirs } = other.addCampaign({ name: "Theirs" });
      const explicit = { "famulor:explicitProvider": "true" };
      const lead = await created(anna, await world.newRun({ config: explicit }));
      const moved = { ...anna, campaignId: theirs };
      const providers = async () => {
        const notes = new Set<string>();
        return {
          before: await world.newRun({ config: explicit, notes }),
          after: await world.newRun({ config: { ...explicit, "famulor:apiKey": "other-key" }, notes }),
        };
      };

      dial(lead.id);
      const first = await providers();
      assert.deepEqual((await first.after.diff(lead.id, lead.outs, moved)).replaces, ["endpoint"]);
      await assert.rejects(first.before.delete(lead.id, lead.outs), /last known status: completed.*FAMULOR_REDIAL/s);
      assert.deepEqual([sandbox.leads.length, other.leads.length], [1, 0]);

      sandbox.account.editLead(Number(lead.id), { status: "created" });
      const second = await providers();
      await second.after.diff(lead.id, lead.outs, moved);
      await second.before.delete(lead.id, lead.outs);
      await second.after.create(moved);
      assert.deepEqual([sandbox.leads.length, other.leads.length], [0, 1]);
    });

    it("goes to no other account while retainOnDelete keeps the old lead", async () => {
      const other: Account = sandbox.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
      const { id: theirs } = other.addCampaign({ name: "Theirs" });
      const explicit = { "famulor:explicitProvider": "true" };
      const lead = await created(anna, await world.newRun({ config: explicit }));
      const next = await world.newRun({ config: { ...explicit, "famulor:apiKey": "other-key" } });
      const moved = { ...anna, campaignId: theirs };
      assert.deepEqual((await next.diff(lead.id, lead.outs, moved)).replaces, ["endpoint"]);
      // The engine drops the lead without a delete.
      await assert.rejects(
        next.create(moved),
        /lead 1000001, which this create replaces, was not deleted.*retainOnDelete/s,
      );
      assert.deepEqual([sandbox.leads.length, other.leads.length], [1, 0]);
    });

    it("of a lead that is blacklisted moves nowhere, where a move would queue it", async () => {
      const lead = await created(anna);
      sandbox.account.editLead(Number(lead.id), { status: "blacklisted" });
      await assert.rejects(
        (await world.newRun()).update(lead.id, lead.outs, { ...anna, campaignId: 2 }),
        /Lead 1000001 is not changed: it is blacklisted/,
      );
      assert.ok(!world.requests().some((request) => request.startsWith("PUT")));
    });
  });

  describe("an edit of the number", () => {
    const edit = (run: RunningProvider, { id, outs }: { id: string; outs: Props }, news: Props) =>
      run.update(id, outs, news);

    it("is refused while another lead only is about to leave that number", async () => {
      const [a, b] = [await created(anna), await created(ben)];
      const next = await world.newRun();
      // `ignoreChanges: ["phoneNumber"]`: the engine hands over the old number.
      await next.diff(b.id, b.outs, ben);
      await next.diff(a.id, a.outs, { ...anna, phoneNumber: B });
      await assert.rejects(edit(next, a, { ...anna, phoneNumber: B }), /already has lead 1000002/);
      assert.deepEqual(numbers(), [A, B]);
    });

    it("is refused where the dashboard has given the number to a lead of this program", async () => {
      const [a, b] = [await created(anna), await created(ben)];
      sandbox.account.editLead(Number(a.id), { phone_number: C });
      const next = await world.newRun();
      await next.diff(a.id, a.outs, anna);
      await next.diff(b.id, b.outs, { ...ben, phoneNumber: C });
      await assert.rejects(edit(next, b, { ...ben, phoneNumber: C }), /already has lead 1000001/);
      assert.deepEqual(numbers(), [B, C]);
    });

    it("is refused also after another change of the lead that has the number by the dashboard", async () => {
      const [one, other] = [await created(anna), await created(ben)];
      sandbox.account.editLead(Number(one.id), { phone_number: C });
      const next = await world.newRun();
      const edited = { ...anna, variables: { name: "Anna" } };
      await next.diff(one.id, one.outs, edited);
      await next.update(one.id, one.outs, edited);
      await assert.rejects(next.update(other.id, other.outs, { ...ben, phoneNumber: C }), /would be called twice/);
      assert.deepEqual(numbers(), [B, C]);
    });
  });

  describe("an account", () => {
    it("that did not create a set is refused before any work, and the set keeps the account that did", async () => {
      const set = world.provider.of("leadSet");
      const args = { campaignId: 1, leads: { a: { phoneNumber: A }, b: { phoneNumber: B } } };
      const { id, outs } = await set.create(args);
      sandbox.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
      world.requests();
      const other = await world.newRun({ config: { "famulor:apiKey": "other-key" } });
      const more = { ...args, leads: { ...args.leads, c: { phoneNumber: C } } };
      await assert.rejects(other.of("leadSet").update(id, outs, more), /is not in the account this key belongs to/);
      assert.ok(world.requests().every((request) => request.startsWith("GET")));
      for (const hook of [other.of("leadSet").read(id, outs), other.of("leadSet").delete(id, outs)]) {
        await assert.rejects(hook, /is not in the account this key belongs to/);
      }
      assert.deepEqual(numbers(), [A, B]);
    });

    it("is asked for where a lead leaves its explicit provider, and preview says what destroy would", async () => {
      const other = sandbox.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
      const { id: theirs } = other.addCampaign({ name: "Theirs" });
      const explicit = { "famulor:explicitProvider": "true", "famulor:apiKey": "other-key" };
      const inTheirs = { ...anna, campaignId: theirs };
      const lead = await created(inTheirs, await world.newRun({ config: explicit }));
      const answer = await (await world.newRun()).diff(lead.id, lead.outs, inTheirs);
      assert.deepEqual(answer.replaces, ["endpoint"]);
      const own = await created(anna);
      assert.deepEqual(world.requests(), []);
      await (await world.newRun()).diff(own.id, own.outs, anna);
      assert.deepEqual(world.requests(), [], "a lead of the stack's own account asks for nothing");
    });
  });

  it("a set of two rows with one number renames both, and calls nobody", async () => {
    const set = world.provider.of("leadSet");
    const args = (keys: string[]) => ({
      campaignId: 1,
      allowDuplicate: true,
      leads: Object.fromEntries(keys.map((key, index) => [key, { phoneNumber: A, variables: { index } }])),
    });
    const { id, outs } = await set.create(args(["a", "b"]));
    world.requests();
    const next = await (await world.newRun()).of("leadSet").update(id, outs, args(["x", "y"]));
    assert.deepEqual(Object.keys(next.leadIds as Props), ["x", "y"]);
    assert.deepEqual(
      world.requests().filter((request) => !request.startsWith("GET")),
      [],
    );
  });

  it("retainOnDelete with an edit of contacts says what has happened and the way out", async () => {
    const lead = await created(anna);
    const next = await world.newRun();
    await next.diff(lead.id, lead.outs, { ...anna, ...contacts });
    // The engine drops the lead without a delete.
    await assert.rejects(
      next.create({ ...anna, ...contacts }),
      /retainOnDelete has kept (it|that lead)\. To go on with it: undo the edit, .*state delete.*FAMULOR_ADOPT=identical/s,
    );
    const moved = { ...anna, ...contacts, campaignId: 2 };
    const other = await world.newRun();
    await other.diff(lead.id, lead.outs, moved);
    await assert.rejects(other.create(moved), /was not deleted.*retainOnDelete/s);
    assert.deepEqual(numbers(), [A]);
    const undone = await world.newRun();
    await undone.diff(lead.id, lead.outs, anna);
    // The engine asks, and creates whatever the answer is: nobody can tell this from a second resource with these arguments.
    await assert.rejects(
      undone.create(anna),
      /already has lead.*retainOnDelete.*state delete.*FAMULOR_ADOPT=identical/s,
    );
    const adopting = await world.newRun({ env: { FAMULOR_ADOPT: "identical" } });
    await adopting.diff(lead.id, lead.outs, anna);
    await assert.rejects(adopting.create(anna), /another resource of this program has it.*state delete/s);
    // After `pulumi state delete` the engine asks nothing.
    const forgotten = await world.newRun({ env: { FAMULOR_ADOPT: "identical" } });
    assert.equal((await forgotten.create(anna)).id, lead.id);
    assert.deepEqual(numbers(), [A]);
  });
});

describe("an answer that was lost on the way", () => {
  let world: FaultyWorld;
  before(async () => {
    world = await startFaultyWorld({ config: { "famulor:requestTimeoutSeconds": "0.5" } });
  });
  after(() => world.close());

  it("does not make another stack's lead ours", async () => {
    const other = await world.newRun();
    await other.create(anna);
    const run = await world.newRun();
    world.proxy.breakNext("POST /user/lead", "reset-after");
    await assert.rejects(run.create(anna), /already has lead 1000001.*FAMULOR_ADOPT=identical/s);
    assert.equal(world.sandbox.leads.length, 1);
    assert.ok(
      world.requests().filter((request) => request === "GET /user/leads").length >= 2,
      "a page before, a listing after",
    );
  });

  it("of a number: waits until the other lead has left, and is refused where that fails", async () => {
    const first = await world.newRun();
    const [d, e] = ["+493023125003", "+493023125004"].map((phoneNumber) => ({ campaignId: 1, phoneNumber }));
    const [one, other] = [await first.create(d as Props), await first.create(e as Props)];
    const shift = async () => {
      const run = await world.newRun();
      const [toE, toF] = [e, { campaignId: 1, phoneNumber: "+493023125005" }] as [Props, Props];
      await run.diff(one.id, one.outs, toE);
      await run.diff(other.id, other.outs, toF);
      const both = [run.update(one.id, one.outs, toE), run.update(other.id, other.outs, toF)];
      return (await Promise.allSettled(both)).map(({ status }) => status);
    };
    world.proxy.breakNext(`PUT /leads/${other.id}`, "403-before");
    assert.deepEqual(await shift(), ["rejected", "rejected"]);
    assert.deepEqual(await shift(), ["fulfilled", "fulfilled"]);
    const now = world.sandbox.leads.map((lead) => lead.phone_number).filter((number) => /300[345]$/.test(number));
    assert.equal(new Set(now).size, now.length, "nobody twice");
  });

  it("finds the lead that this create made", async () => {
    const run = await world.newRun();
    world.proxy.breakNext("POST /user/lead", "reset-after");
    await run.create(ben);
    assert.equal(world.sandbox.leads.filter((lead) => lead.phone_number === B).length, 1);
    assert.match(run.output, /the answer to its create was lost/);
  });
});
