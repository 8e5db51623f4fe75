"use strict";
// Preloaded into the plugin process (NODE_OPTIONS=--require): creates a lead with undici's Pool and nothing else, the least that
// a dynamic provider can do. POOL_BASE_URL and POOL_KEY say where.
if (process.argv[1]?.includes("dynamic-provider")) {
  const { lead } = require("pulumi-famulor/provider");
  const { poolOf } = require("./bare-pool");
  let create;
  lead.create = async (inputs) => {
    create ??= poolOf(process.env.POOL_BASE_URL, process.env.POOL_KEY, 8).create;
    const { id, created_at: createdAt } = await create(inputs);
    return { id: String(id), outs: { ...inputs, leadId: id, status: "created", createdAt } };
  };
}
