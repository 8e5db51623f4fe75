import assert from "node:assert/strict";
import { setOutputs, storedLead } from "../../src/provider/lead-set-rows";

describe("the rows of a set, as they are stored", () => {
  const lead = (leadId: number, more = {}) => ({
    phoneNumber: `+4930231250${leadId}`,
    campaignId: 1,
    leadId,
    status: "created",
    createdAt: "2026-11-25 10:00:00",
    ...more,
  });
  const about = { campaignId: 1, endpoint: undefined, accountId: "0123456789ab" };
  const store = (leads: Record<string, object>) => {
    const outputs = setOutputs(
      about,
      Object.entries(leads).map(([key, each]) => ({ key, lead: { ...each } })),
    );
    return JSON.parse(JSON.stringify(outputs));
  };

  it("hold of each only what is not usual", () => {
    const stored = store({ anna: lead(10), ben: lead(11), carla: lead(12, { status: "completed" }) });
    assert.equal(stored.createdAt, "2026-11-25");
    assert.deepEqual(stored.rowStates, { carla: { status: "completed" } });
    assert.deepEqual(stored.statusCounts, { created: 2, completed: 1 });
  });

  it("come back with the day on which each was made, or none where it is not known", () => {
    const stored = store({
      early: lead(10, { createdAt: "2026-10-01 09:00:00" }),
      anna: lead(11),
      ben: lead(12),
      unknown: lead(13, { createdAt: undefined }),
    });
    assert.deepEqual(Object.keys(stored.rowStates), ["early", "unknown"], "the set has the most frequent day");
    const days = Object.keys(stored.leads).map((key) => storedLead(stored, key).createdAt);
    assert.deepEqual(days, ["2026-10-01", "2026-11-25", "2026-11-25", undefined]);
  });

  it("come back where most days are not known, and where each was stored with its own", () => {
    const stored = store({
      anna: lead(10, { createdAt: undefined }),
      ben: lead(11, { createdAt: undefined }),
      carla: lead(12),
    });
    assert.deepEqual(
      Object.keys(stored.leads).map((key) => storedLead(stored, key).createdAt),
      [undefined, undefined, "2026-11-25"],
    );
    const own = { ...stored, createdAt: undefined, rowStates: { anna: { createdAt: "2026-11-01" } } };
    assert.equal(storedLead(own, "anna").createdAt, "2026-11-01");
  });

  it("keep two of one key apart, and leave out those of which there is none", () => {
    const outputs = setOutputs(about, [
      { key: "anna", lead: lead(11) },
      { key: "ben", lead: undefined },
      { key: "anna", lead: lead(10) },
    ]);
    assert.deepEqual(outputs.leadIds, { anna: 11, "anna~": 10 });
  });
});
