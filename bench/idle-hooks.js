"use strict";
// Preloaded into the plugin process (NODE_OPTIONS=--require): hooks that send nothing, to see what the process itself costs. A
// create of a lead waits for IDLE_MS, as it would for Famulor, and notes in the file IDLE_TIMES when it began.
if (process.argv[1]?.includes("dynamic-provider")) {
  const { appendFileSync } = require("node:fs");
  const { lead, leadSet } = require("pulumi-famulor/provider");
  const waitMs = Number(process.env.IDLE_MS ?? 0);
  let leadId = 1_000_000;
  lead.create = async (inputs) => {
    if (process.env.IDLE_TIMES) appendFileSync(process.env.IDLE_TIMES, `${performance.now()}\n`);
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const id = ++leadId;
    const outs = {
      ...inputs,
      leadId: id,
      status: "created",
      createdAt: "2026-01-01T00:00:00.000000Z",
      campaignName: "One",
    };
    return { id: String(id), outs };
  };
  leadSet.check = async (_olds, news) => ({ inputs: news, failures: [] });
  leadSet.create = async (inputs) => ({
    id: "set-1",
    outs: { ...inputs, leadIds: "{}", rowStates: "{}", statusCounts: {} },
  });
}
