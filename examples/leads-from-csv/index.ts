import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorLeadSet } from "pulumi-famulor";
import { leadsFromCsv } from "pulumi-famulor/seeds";

const config = new pulumi.Config();

const campaign = new FamulorCampaign("recall", {
  name: "Recall",
  assistantId: config.getNumber("assistantId") ?? 1,
  forceDestroy: true,
});

const leads = leadsFromCsv(config.get("file") ?? "guests.csv", {
  country: "DE",
  key: "Kundennummer",
  phoneNumber: "Telefon",
  variables: { name: "Name", visits: { column: "Besuche", type: "number" } },
  secondaryContacts: [{ phoneNumber: "Telefon der Vertretung", variables: { name: "Vertretung" } }],
});

const guests = new FamulorLeadSet("guests", { campaignId: campaign, leads });

export const leadIds = guests.leadIds;
