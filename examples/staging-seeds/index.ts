import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorLead, type FamulorLeadArgs } from "pulumi-famulor";

const config = new pulumi.Config();

const campaign = new FamulorCampaign("recall", {
  name: config.require("campaign"),
  assistantId: config.requireNumber("assistantId"),
  // Staging may be emptied with whatever testers have put into it; production keeps leads it does not know.
  forceDestroy: config.getBoolean("disposable") ?? false,
});

// The keys of the file name the resources: rename one, and Pulumi sees another lead.
const people = JSON.parse(readFileSync(join(__dirname, config.require("leads")), "utf8")) as Record<
  string,
  Omit<FamulorLeadArgs, "campaignId">
>;
const leads = Object.entries(people).map(
  ([name, person]) => new FamulorLead(name, { campaignId: campaign, ...person }),
);

export const campaignId = campaign.campaignId;
export const leadCount = leads.length;
