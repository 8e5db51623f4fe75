import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind, Props } from "../support/hooks";
import {
  CREATED_AT,
  EDITS,
  KINDS,
  readStateFile,
  STATE_FOLDER,
  type StateFile,
  stateFiles,
} from "../support/state-files";
import { startWorld } from "../support/world";

const declared: Record<Kind, Props> = {
  campaign: {
    name: "Spring",
    assistantId: 1,
    timezone: "Europe/Berlin",
    maxCallsInParallel: 2,
    allowedHoursStartTime: "09:00",
    allowedHoursEndTime: "17:30",
    allowedDays: ["tuesday", "monday"],
    retryOnVoicemail: true,
    phoneNumberIds: [1],
    forceDestroy: true,
  },
  lead: {
    campaignId: 1,
    phoneNumber: "+493023125000",
    variables: { name: "Anna", visits: 2 },
    secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben" } }],
    status: "completed",
  },
  leadSet: {
    campaignId: 1,
    leads: {
      ben: { phoneNumber: "+493023125010", variables: { name: "Ben" } },
      carla: { phoneNumber: "+493023125011", status: "completed" },
    },
  },
  campaignRun: { campaignId: 1 },
};
const start = () => startWorld({ sandbox: { campaigns: [], now: () => CREATED_AT } });

describe("state files", () => {
  it("hold what current.json holds; UPDATE_STATE=1 writes it again", async () => {
    const { sandbox, provider, close } = await start();
    try {
      const written: Partial<StateFile> = {};
      for (const kind of KINDS) {
        const inputs = declared[kind];
        const { id, outs } = await provider.of(kind).create(inputs);
        assert.equal(outs.endpoint, sandbox.baseUrl);
        written[kind] = { id, inputs, outputs: { ...outs, endpoint: "SANDBOX" } };
      }
      const file = join(STATE_FOLDER, "current.json");
      if (process.env.UPDATE_STATE) writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
      assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), written);
    } finally {
      await close();
    }
  });

  for (const file of stateFiles()) {
    it(`of ${file} are read, diffed, updated and deleted`, async () => {
      const state = readStateFile(file);
      const { sandbox, provider, newRun, close } = await start();
      try {
        // Creates the resources of a state file with today's code, and leaves them to another run.
        for (const kind of KINDS) {
          const { id } = await provider.of(kind).create(state[kind].inputs);
          assert.equal(id, state[kind].id);
        }
        const later = await newRun();
        const last = await newRun();
        const left: (() => Promise<void>)[] = [];
        for (const kind of [...KINDS].reverse()) {
          const { id, inputs, outputs } = state[kind];
          const hooks = later.of(kind);
          const stored = { ...outputs, endpoint: sandbox.baseUrl };
          const { changes, replaces } = await hooks.diff(id, stored, inputs);
          assert.notEqual(changes, 2, "an upgrade alone changes nothing");
          assert.deepEqual(replaces, []);
          const read = await hooks.read(id, stored);
          // A run's start and a lead's status show in the campaign.
          const { status: _status, updatedAt: _updatedAt, ...before } = stored as Props;
          // A later release may add an output, and changes none.
          const kept = Object.entries(read.props).filter(([name]) => Object.hasOwn(before, name));
          assert.deepEqual(Object.fromEntries(kept), before);
          assert.deepEqual(read.inputs, inputs);
          const updated = await hooks.update(id, stored, { ...inputs, ...EDITS[kind] });
          if (kind === "leadSet") {
            assert.deepEqual(
              sandbox.leads.filter((lead) => lead.phone_number !== "+493023125000").map(({ variables }) => variables),
              [{ name: "Benno" }],
            );
          }
          if (kind === "lead") {
            assert.equal(sandbox.leads.find((lead) => String(lead.id) === id)?.phone_number, "+493023125009");
          }
          left.push(() => last.of(kind).delete(id, updated));
        }
        for (const remove of left) await remove();
        assert.deepEqual([sandbox.leads, sandbox.campaigns], [[], []]);
        assert.equal(sandbox.journal.filter(({ path }) => path.endsWith("update-status")).length, 2, "start, stop");
      } finally {
        await close();
      }
    });
  }
});
