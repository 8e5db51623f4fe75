import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorLead, FamulorLeadSet } from "pulumi-famulor";

const config = new pulumi.Config();

// A campaign and leads that exist already: taken over, so nobody is called again.
const campaign = new FamulorCampaign("recall", { name: "Recall", assistantId: 1, adoptExisting: true });
const guests = new FamulorLeadSet("guests", {
  campaignId: campaign,
  leads: {
    anna: { phoneNumber: "+493023125000", variables: { name: "Anna" } },
    ben: { phoneNumber: "+493023125001", variables: { name: "Ben" } },
  },
  adoptExisting: true,
});

// Somebody else's lead: this program reads it, and never changes or deletes it.
const watched = config.get("watchedLeadId");

export const leadIds = guests.leadIds;
export const watchedStatus =
  watched === undefined ? undefined : FamulorLead.get("watched", watched, { campaignId: campaign.campaignId }).status;
