import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorLeadSet } from "pulumi-famulor";
import { fictionalLeads, leadsFromCsv } from "pulumi-famulor/seeds";

const config = new pulumi.Config();

const campaign = new FamulorCampaign("recall", {
  name: config.require("campaign"),
  assistantId: config.requireNumber("assistantId"),
  // Staging may be emptied with whatever testers have put into it; production keeps leads it does not know.
  forceDestroy: config.getBoolean("disposable") ?? false,
});

const file = config.get("leads");
const leads =
  file === undefined
    ? fictionalLeads({ count: config.requireNumber("invented"), country: "DE", variables: { name: "name" } })
    : leadsFromCsv(file, {
        country: "DE",
        key: "number",
        phoneNumber: "phone",
        variables: { name: "name" },
        // The stack's guard refuses such a number, too. This names its line.
        onlyFictional: config.get("invented") !== undefined,
      });

const seeds = new FamulorLeadSet("seeds", { campaignId: campaign, leads });

export const campaignId = campaign.campaignId;
export const leadCount = seeds.leadIds.apply((leadIds) => Object.keys(leadIds).length);
