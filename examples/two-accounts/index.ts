import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorLead, FamulorProvider } from "pulumi-famulor";

const config = new pulumi.Config();

// One provider for each account. The keys are secrets, in the stack's configuration and in its state.
const eu = new FamulorProvider("eu", { apiKey: config.requireSecret("euKey"), baseUrl: config.get("euBaseUrl") });
const us = new FamulorProvider("us", { apiKey: config.requireSecret("usKey"), baseUrl: config.get("usBaseUrl") });

/** A campaign with one lead, in whatever account its provider is for. */
class Welcome extends pulumi.ComponentResource {
  readonly leadId: pulumi.Output<number>;

  constructor(name: string, person: { name: string; phoneNumber: string }, opts: pulumi.ComponentResourceOptions) {
    super("example:Welcome", name, {}, opts);
    const campaign = new FamulorCampaign(`${name}-campaign`, { name: "Welcome", assistantId: 1 }, { parent: this });
    const lead = new FamulorLead(
      `${name}-lead`,
      { campaignId: campaign, phoneNumber: person.phoneNumber, variables: { name: person.name } },
      { parent: this },
    );
    this.leadId = lead.leadId;
  }
}

// Numbers reserved for fiction by the Bundesnetzagentur and the North American Numbering Plan.
const anna = new Welcome("anna", { name: "Anna", phoneNumber: "+493023125000" }, { providers: [eu] });
const joe = new Welcome("joe", { name: "Joe", phoneNumber: "+12125550100" }, { providers: [us] });

export const leadIds = { eu: anna.leadId, us: joe.leadId };
