import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorCampaignRun, FamulorLead, getOutboundAssistantOutput } from "pulumi-famulor";

const config = new pulumi.Config();
const assistant = getOutboundAssistantOutput({ name: config.get("assistant") ?? "Sandbox assistant" });

const spring = new FamulorCampaign("spring", {
  name: "Spring check-up",
  assistantId: assistant.assistantId,
  timezone: "Europe/Berlin",
  allowedDays: ["monday", "tuesday", "wednesday", "thursday", "friday"],
  allowedHoursStartTime: "09:00",
  allowedHoursEndTime: "17:30",
  maxRetries: 2,
  retryIntervalMinutes: 120,
  // `pulumi destroy` deletes the campaign and its leads in one request.
  forceDestroy: true,
});

// All numbers here are reserved for fiction by the Bundesnetzagentur: they ring nobody.
const people = {
  anna: { phoneNumber: "+493023125000", variables: { name: "Anna" } },
  ben: { phoneNumber: "+493023125001", variables: { name: "Ben" } },
};
const leads = Object.entries(people).map(([name, person]) => new FamulorLead(name, { campaignId: spring, ...person }));

// Only if somebody has said so: from here on phones ring.
if (config.getBoolean("start")) {
  new FamulorCampaignRun("go", { campaignId: spring }, { dependsOn: leads });
}

export const campaignId = spring.campaignId;
export const leadIds = leads.map((lead) => lead.leadId);
