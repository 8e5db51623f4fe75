import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CampaignClaims, LeadClaims } from "../../src/provider/session/claims";

const A = { campaignId: 1, phoneNumber: "+493023125000" };
const B = { campaignId: 1, phoneNumber: "+493023125001" };

describe("what a run knows of its campaigns", () => {
  const claims = () => new CampaignClaims();

  it("is our own: only what this run created, and nobody took over", () => {
    const known = claims();
    assert.equal(known.isOurOwn(1), false, "unknown");
    known.declared(1, undefined);
    assert.equal(known.isOurOwn(1), false, "from the state");
    known.created(2);
    assert.equal(known.isOurOwn(2), true);
    known.tookOver(2, 5);
    assert.equal(known.isOurOwn(2), false);
  });

  it("is declared: whoever has it in the state has it", () => {
    const known = claims();
    assert.equal(known.isHeld(1), false);
    known.declared(1, undefined);
    assert.equal(known.isHeld(1), true);
  });

  it("is replaced, or is run", () => {
    const known = claims();
    assert.deepEqual([known.isReplaced(1), known.isRun(1), known.allReplaced], [false, false, []]);
    known.replaced([1, 2]);
    known.runs(3);
    assert.deepEqual([known.isReplaced(1), known.isReplaced(3)], [true, false]);
    assert.deepEqual([known.isRun(3), known.isRun(1)], [true, false]);
    assert.deepEqual(known.allReplaced, [1, 2]);
  });

  it("creates those of one name one after another, also after a failure, and others beside them", async () => {
    const known = claims();
    const events: string[] = [];
    const ends = new Map<string, () => void>();
    const create = (name: string, id: string) =>
      known.creating(name, () => {
        events.push(`begin ${id}`);
        return new Promise<string>((resolve, reject) =>
          ends.set(id, () => (id === "first" ? reject(new Error("refused")) : resolve(id))),
        );
      });
    const first = create("Spring", "first").catch((error: Error) => error.message);
    const second = create("Spring", "second");
    const other = create("Summer", "other");
    await nextTurn();
    assert.deepEqual(events, ["begin first", "begin other"]);
    ends.get("first")?.();
    assert.equal(await first, "refused");
    await nextTurn();
    // The second is at work, so a third waits for it and not for the first, which has ended.
    const third = create("Spring", "third");
    await nextTurn();
    assert.deepEqual(events, ["begin first", "begin other", "begin second"]);
    ends.get("second")?.();
    assert.equal(await second, "second");
    await nextTurn();
    assert.equal(events.at(-1), "begin third");
    for (const id of ["third", "other"]) ends.get(id)?.();
    assert.deepEqual([await third, await other], ["third", "other"]);
  });
});

describe("who has taken over what", () => {
  it("is the newest of what the states say", () => {
    const known = new CampaignClaims();
    for (const takenOver of [5, 9, 7, undefined]) known.declared(1, takenOver);
    assert.deepEqual([known.isHandedOver(1, 7), known.isHandedOver(1, 9)], [true, false]);
  });

  it("is what this run did, whatever the clock of an earlier run said", () => {
    const known = new CampaignClaims();
    known.tookOver(1, 5);
    known.declared(1, 9);
    assert.deepEqual([known.isHandedOver(1, 9), known.isHandedOver(1, 5)], [true, false]);
  });

  it("is nobody, for what is not known", () => {
    const known = new CampaignClaims();
    assert.deepEqual([known.isHandedOver(1, undefined), known.isHandedOver(1, 5)], [false, false]);
    known.declared(1, 5);
    assert.equal(known.isHandedOver(1, 9), false, "taken over after what was seen");
  });
});

describe("the lead that a create is to replace", () => {
  it("is kept while this process has not seen it go", () => {
    const known = new LeadClaims();
    assert.equal(known.keptAt(A), undefined);
    known.replacesAt(7, A);
    assert.deepEqual([known.keptAt(A), known.keptAt(B)], [7, undefined]);
    known.gone(7);
    assert.equal(known.keptAt(A), undefined);
  });
});

describe("who waits for a place", () => {
  it("is nobody more than was wanted", () => {
    const known = new LeadClaims();
    known.created(7, A);
    known.wants(A);
    assert.equal(known.isWanted(A), true);
    known.created(8, A);
    assert.equal(known.isWanted(A), false);
    assert.deepEqual(known.idsAt(A), [7, 8]);
  });

  it("leaves only if it goes somewhere", () => {
    const known = new LeadClaims();
    assert.equal(known.isLeaving(7, A), false);
    known.created(7, A);
    assert.equal(known.isLeaving(7, A), false);
  });
});
