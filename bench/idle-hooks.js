"use strict";
// Preloaded into the plugin process (NODE_OPTIONS=--require): hooks of a set that do nothing, to see what memory the process
// itself takes.
if (process.argv[1]?.includes("dynamic-provider")) {
  const { leadSet } = require("pulumi-famulor/provider");
  leadSet.check = async (_olds, news) => ({ inputs: news, failures: [] });
  leadSet.create = async (inputs) => ({
    id: "set-1",
    outs: { ...inputs, leadIds: "{}", rowStates: "{}", statusCounts: {} },
  });
}
