"use strict";
// The same resources as ours, declared with Pulumi's SDK alone: the same types, inputs, options, names of outputs and text in
// the state, but nothing of our constructors. With the hooks of idle-hooks.js this is the engine's own floor.
const pulumi = require("@pulumi/pulumi");
const { stub } = require("../dist/resources/stub");
const { CAMPAIGN_OUTPUTS } = require("../dist/state/campaign");
const { LEAD_OUTPUTS } = require("../dist/state/lead");

// Written out: every state file holds these types, so they never change.
const CAMPAIGN = "pulumi-nodejs:dynamic/famulor:Campaign";
const LEAD = "pulumi-nodejs:dynamic/famulor:Lead";

const inputsOf = (kind, outputs, args) => ({
  ...Object.fromEntries(outputs.map((output) => [output, undefined])),
  ...args,
  __provider: stub(kind),
});

class IdleCampaign extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super(CAMPAIGN, name, inputsOf("campaign", CAMPAIGN_OUTPUTS, args), opts);
  }
}

class IdleLead extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super(LEAD, name, inputsOf("lead", LEAD_OUTPUTS, args), opts);
  }
}

module.exports = { IdleCampaign, IdleLead };
