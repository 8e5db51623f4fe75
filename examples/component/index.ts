import * as pulumi from "@pulumi/pulumi";
import { FamulorCampaign, FamulorCampaignRun, FamulorLeadSet, type FamulorLeadSetRow } from "pulumi-famulor";
import { fictionalLeads } from "pulumi-famulor/seeds";

interface RecallArgs {
  assistantId: pulumi.Input<number>;
  leads: Record<string, FamulorLeadSetRow>;
  /** Whether the campaign is started. From then on phones ring. */
  start?: boolean | undefined;
}

/** A campaign that calls on weekdays, its leads and, if asked for, its start. */
class Recall extends pulumi.ComponentResource {
  readonly campaignId: pulumi.Output<number>;
  readonly leadIds: pulumi.Output<Record<string, number>>;

  constructor(name: string, { assistantId, leads, start }: RecallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("example:Recall", name, {}, opts);
    const campaign = new FamulorCampaign(
      `${name}-campaign`,
      { name: `Recall ${name}`, assistantId, allowedDays: ["monday", "tuesday", "wednesday", "thursday", "friday"] },
      { parent: this },
    );
    const set = new FamulorLeadSet(`${name}-leads`, { campaignId: campaign, leads }, { parent: this });
    if (start) {
      new FamulorCampaignRun(`${name}-run`, { campaignId: campaign.campaignId }, { parent: this, dependsOn: [set] });
    }
    this.campaignId = campaign.campaignId;
    this.leadIds = set.leadIds;
    this.registerOutputs({ campaignId: this.campaignId, leadIds: this.leadIds });
  }
}

const config = new pulumi.Config();
const start = config.getBoolean("start");

// Invented people, on numbers that ring nobody.
const berlin = new Recall("berlin", { assistantId: 1, leads: fictionalLeads({ count: 3, country: "DE" }), start });
const london = new Recall("london", { assistantId: 1, leads: fictionalLeads({ count: 2, country: "GB" }) });

export const campaignIds = { berlin: berlin.campaignId, london: london.campaignId };
export const leadIds = { berlin: berlin.leadIds, london: london.leadIds };
