import * as pulumi from "@pulumi/pulumi";
import { FamulorLead } from "pulumi-famulor";

const config = new pulumi.Config();

// All numbers here are reserved for fiction by the Bundesnetzagentur: they ring nobody.
const anna = new FamulorLead("anna", {
  campaignId: config.getNumber("campaignId") ?? 1,
  phoneNumber: "+493023125000",
  variables: { name: "Anna", appointments: 2 },
  secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben" } }, { phoneNumber: "+493023125002" }],
});

export const leadId = anna.leadId;
export const status = anna.status;
export const secondaryContactIds = anna.secondaryContactIds;
