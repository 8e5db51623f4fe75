"use strict";
// Preloaded into the plugin process (NODE_OPTIONS=--require): hooks that do nothing take the place of this package's provider,
// which is not even loaded. What is left is what Pulumi itself costs any dynamic provider.
//
// The outputs are as many and as long as ours, because the engine writes the outputs into the state with every step.
if (process.argv[1]?.includes("dynamic-provider")) {
  const made = { endpoint: "http://127.0.0.1:40000/api", accountId: "0123456789ab" };
  const createdAt = "2026-01-01 00:00:00";
  let lastId = 1_000_000;

  /** @param outputsOf The outputs beside the inputs, for the resource with this ID. */
  const hooks = (outputsOf) => ({
    configure: async () => {},
    check: async (_olds, news) => ({ inputs: news, failures: [] }),
    diff: async () => ({ changes: false }),
    create: async (inputs) => {
      const id = ++lastId;
      return { id: String(id), outs: { ...inputs, ...outputsOf(id, inputs) } };
    },
    read: async (id, props) => ({ id, props }),
    update: async (_id, olds, news) => ({ outs: { ...olds, ...news } }),
    delete: async () => {},
  });

  const filename = require.resolve("pulumi-famulor/provider");
  const exports = {
    lead: hooks((leadId) => ({ ...made, leadId, status: "created", campaignName: "Spring", createdAt })),
    campaign: hooks((campaignId) => ({ ...made, campaignId, status: "draft", createdAt, updatedAt: createdAt })),
    leadSet: {
      ...hooks((_id, { leads }) => ({
        ...made,
        leadIds: Object.fromEntries(Object.keys(leads).map((key) => [key, ++lastId])),
        statuses: {},
        rowStates: {},
        statusCounts: { created: Object.keys(leads).length },
        createdAt,
      })),
      // A refresh finds drift only if `read` returns the inputs too.
      read: async (id, props) => ({ id, props, inputs: { campaignId: props.campaignId, leads: props.leads } }),
    },
  };
  require.cache[filename] = { id: filename, filename, loaded: true, exports };
}
