import assert from "node:assert/strict";
import type { LeadState } from "../../src/state/lead";
import { readLeadSetState, writeLeadSetState } from "../../src/state/lead-set";
import type { Stored } from "../../src/state/stored";

describe("the rows of a set, as they are stored", () => {
  const lead = (leadId: number, more: Partial<LeadState> = {}): LeadState => ({
    phoneNumber: `+4930231250${leadId}`,
    campaignId: 1,
    leadId,
    status: "created",
    createdAt: "2026-11-25 10:00:00",
    accountId: "0123456789ab",
    secondaryContactIds: [],
    ...more,
  });
  const write = (leads: Record<string, LeadState>): Stored =>
    JSON.parse(
      JSON.stringify(
        writeLeadSetState({ campaignId: 1, accountId: "0123456789ab", leads: new Map(Object.entries(leads)) }),
      ),
    );
  const days = (stored: Stored) => [...readLeadSetState(stored).leads.values()].map(({ createdAt }) => createdAt);

  it("hold of each only what is not usual", () => {
    const stored = write({ anna: lead(10), ben: lead(11), carla: lead(12, { status: "completed" }) });
    assert.equal(stored.createdAt, "2026-11-25");
    assert.deepEqual(stored.statuses, { carla: "completed" });
    assert.deepEqual(stored.rowStates, {});
    assert.deepEqual(stored.statusCounts, { created: 2, completed: 1 });
  });

  it("come back as the leads they were, except for the time of day", () => {
    const leads = {
      anna: lead(10, { variables: { name: "Anna" }, requestedStatus: "completed", status: "completed" }),
      ben: lead(11, { campaignId: 2, takenOver: 5, unfinished: true }),
      carla: lead(12, { accountId: "another", secondaryContacts: [{ phoneNumber: "+493023125099" }] }),
    };
    const plain = (each: Iterable<[string, LeadState]>) => JSON.parse(JSON.stringify(Object.fromEntries(each)));
    const expected = Object.entries(leads).map(([key, each]): [string, LeadState] => [
      key,
      { ...each, createdAt: "2026-11-25", updatedAt: "2026-11-25" },
    ]);
    assert.deepEqual(plain(readLeadSetState(write(leads)).leads), plain(expected));
  });

  it("come back with the day on which each was created, or none where it is not known", () => {
    const stored = write({
      early: lead(10, { createdAt: "2026-10-01 09:00:00" }),
      anna: lead(11),
      ben: lead(12),
      unknown: lead(13, { createdAt: undefined }),
    });
    assert.deepEqual(
      Object.keys(stored.rowStates as object),
      ["early", "unknown"],
      "the set has the most frequent day",
    );
    assert.deepEqual(days(stored), ["2026-10-01", "2026-11-25", "2026-11-25", undefined]);
  });

  it("come back where most days are not known", () => {
    const stored = write({
      anna: lead(10, { createdAt: undefined }),
      ben: lead(11, { createdAt: undefined }),
      carla: lead(12),
    });
    assert.deepEqual(days(stored), [undefined, undefined, "2026-11-25"]);
  });

  it("are read leniently: what no release wrote is left out, and never read as a lead", () => {
    const odd = { campaignId: 1, leads: { a: null, b: "text", c: { phoneNumber: 5 }, d: {} }, leadIds: { c: 7 } };
    const { leads } = readLeadSetState(odd);
    assert.deepEqual([...leads.keys()], ["c"]);
    assert.equal(leads.get("c")?.leadId, 7);
    assert.deepEqual(readLeadSetState({}).leads.size, 0);
  });
});
