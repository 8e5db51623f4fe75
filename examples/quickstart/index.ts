import { FamulorCampaign, FamulorLead } from "pulumi-famulor";

// A campaign is created as a draft: it calls nobody until somebody starts it.
const spring = new FamulorCampaign("spring", { name: "Spring check-up", assistantId: 1 });

const anna = new FamulorLead("anna", {
  campaignId: spring,
  phoneNumber: "+493023125000", // reserved for fiction by the Bundesnetzagentur: it rings nobody
  variables: { name: "Anna", appointments: 2 },
  secondaryContacts: [{ phoneNumber: "+493023125001", variables: { name: "Ben" } }],
});

export const leadId = anna.leadId;
export const status = anna.status;
