/** Programs that a stack of the tests runs, in JavaScript. */

/** The arguments of one lead. */
export const ANNA = `campaignId: 1, phoneNumber: "+493023125000", variables: { name: "Anna" }`;

/** One lead. @param args Its arguments, without braces. */
export function leadProgram(args: string, { name = "anna", options = "" } = {}): string {
  return `
    const { FamulorLead } = require("pulumi-famulor");
    const lead = new FamulorLead("${name}", { ${args} }, { ${options} });
    module.exports = { leadId: lead.leadId, status: lead.status, secondaryContactIds: lead.secondaryContactIds };
  `;
}

export interface CampaignShape {
  /** Of the campaign, beside its name and assistant. */
  settings?: string;
  /** Of the campaign: its resource options. */
  options?: string;
  /** How many. @default 2 */
  leads?: number;
  /** Whether the campaign is started. */
  run?: boolean;
}

/** A campaign, some leads in it, and perhaps its run. */
export function campaignProgram({ settings = "", options = "", leads = 2, run = false }: CampaignShape = {}): string {
  return `
    const { FamulorCampaign, FamulorCampaignRun, FamulorLead } = require("pulumi-famulor");
    const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1, ${settings} }, { ${options} });
    const leads = [];
    for (let index = 0; index < ${leads}; index++) {
      const phoneNumber = "+4930231250" + String(index).padStart(2, "0");
      leads.push(new FamulorLead("lead-" + index, { campaignId: spring, phoneNumber }));
    }
    ${run ? `new FamulorCampaignRun("go", { campaignId: spring }, { dependsOn: leads });` : ""}
    exports.campaignId = spring.campaignId;
    exports.leadIds = leads.map((lead) => lead.leadId);
  `;
}

/** The number of that lead. */
export const numberInCampaign = (index: number) => `+4930231250${String(index).padStart(2, "0")}`;

/** A campaign and a set of this many leads in it. @param more Goes into the program after the rows. */
export function setProgram(leads: number, { more = "", options = "" } = {}): string {
  return `
    const { FamulorCampaign, FamulorLeadSet } = require("pulumi-famulor");
    const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1, forceDestroy: true });
    const leads = {};
    for (let index = 0; index < ${leads}; index++) {
      const phoneNumber = "+1" + (201 + Math.floor(index / 100)) + "55501" + String(index % 100).padStart(2, "0");
      leads["row-" + index] = { phoneNumber, variables: { name: "Guest " + index } };
    }
    ${more}
    const guests = new FamulorLeadSet("guests", { campaignId: spring, leads, ${options} });
    exports.leadIds = guests.leadIds;
    exports.statuses = guests.statuses;
    exports.statusCounts = guests.statusCounts;
    exports.unfinishedRows = guests.unfinishedRows;
  `;
}

interface Address {
  readonly baseUrl: string;
}

/** Two explicit providers, whose keys are in the environment. */
export function twoProviders(eu: Address, us: Address): string {
  return `
    const pulumi = require("@pulumi/pulumi");
    const { FamulorCampaign, FamulorLead, FamulorProvider } = require("pulumi-famulor");
    const limits = { requestTimeoutSeconds: 20, requestsPerMinute: 6000 };
    const eu = new FamulorProvider("eu", { apiKey: process.env.EU_KEY, baseUrl: "${eu.baseUrl}", ...limits });
    const us = new FamulorProvider("us", { apiKey: process.env.US_KEY, baseUrl: "${us.baseUrl}" });
  `;
}
