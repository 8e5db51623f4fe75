import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorLeadSet } from "pulumi-famulor";
import { fictionalLeads } from "pulumi-famulor/seeds";

const config = new pulumi.Config();

const campaign = new FamulorCampaign("staging", {
  name: `${pulumi.getProject()} (${pulumi.getStack()})`,
  assistantId: config.getNumber("assistantId") ?? 1,
  // `pulumi destroy` deletes the leads, too, in one request, also those that testers have added.
  forceDestroy: true,
});

const people = new FamulorLeadSet("people", {
  campaignId: campaign,
  leads: fictionalLeads({
    count: config.requireNumber("leads"),
    country: "DE",
    // Name them as your assistant does.
    variables: { name: "name", company: "company", email: "email" },
  }),
});

export const campaignId = campaign.campaignId;
export const statusCounts = people.statusCounts;
