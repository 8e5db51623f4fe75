import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorLeadSet } from "pulumi-famulor";
import { fictionalLeads, leadsFromCsv } from "pulumi-famulor/seeds";

const config = new pulumi.Config();

const campaign = new FamulorCampaign("recall", {
  name: config.require("campaign"),
  assistantId: config.requireNumber("assistantId"),
  // In staging, `pulumi destroy` also deletes what testers have added; in production it keeps leads that this program does not know.
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
        // `famulor:allowedPhoneNumbers` refuses such a number, too, but only this option names its line.
        onlyFictional: config.get("invented") !== undefined,
      });

const seeds = new FamulorLeadSet("seeds", { campaignId: campaign, leads });

export const campaignId = campaign.campaignId;
export const leadCount = seeds.leadIds.apply((leadIds) => Object.keys(leadIds).length);
