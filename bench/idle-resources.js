"use strict";
// The same resources as ours, declared with Pulumi's SDK alone: the same types, inputs, options, names of outputs and text in
// the state, but nothing of our constructors. With the hooks of idle-hooks.js this is the engine's own floor.
const pulumi = require("@pulumi/pulumi");
const { TYPE_TOKENS } = require("../dist/resources/register");
const { stub } = require("../dist/resources/stub");
const { CAMPAIGN_OUTPUTS } = require("../dist/state/campaign");
const { LEAD_OUTPUTS } = require("../dist/state/lead");

const inputsOf = (kind, outputs, args) => ({
  ...Object.fromEntries(outputs.map((output) => [output, undefined])),
  ...args,
  __provider: stub(kind),
});

class IdleCampaign extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super(TYPE_TOKENS.campaign, name, inputsOf("campaign", CAMPAIGN_OUTPUTS, args), opts);
  }
}

class IdleLead extends pulumi.CustomResource {
  constructor(name, args, opts) {
    super(TYPE_TOKENS.lead, name, inputsOf("lead", LEAD_OUTPUTS, args), opts);
  }
}

module.exports = { IdleCampaign, IdleLead };
