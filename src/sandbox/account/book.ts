/** The records of one account: quick to find by ID and number, with a list of what has changed. */
import type { CampaignRecord, LeadRecord } from "./records";

/** What has changed since the last `takeChanges`. `null`: the record is gone. */
export interface Changes {
  leads: Map<number, LeadRecord | null>;
  campaigns: Map<number, CampaignRecord | null>;
}

export class Book {
  readonly leads = new Map<number, LeadRecord>();
  readonly campaigns = new Map<number, CampaignRecord>();
  /** IDs by number: a test with 10,000 leads looks for a duplicate 10,000 times. */
  readonly #byNumber = new Map<string, Set<number>>();
  #changes: Changes = { leads: new Map(), campaigns: new Map() };

  /** @param onChange Called at each change, with the lead that has changed, unless it is gone. */
  constructor(private readonly onChange: (record?: LeadRecord) => void) {}

  /** The IDs of the leads with this number. */
  withNumber(phoneNumber: string): number[] {
    return [...(this.#byNumber.get(phoneNumber) ?? [])];
  }

  /** Keeps a new lead, or notes that a lead has changed. */
  keepLead(record: LeadRecord, formerNumber = record.lead.phone_number): void {
    const { id, phone_number } = record.lead;
    this.leads.set(id, record);
    if (formerNumber !== phone_number) this.#byNumber.get(formerNumber)?.delete(id);
    this.#byNumber.set(phone_number, (this.#byNumber.get(phone_number) ?? new Set()).add(id));
    this.#changes.leads.set(id, record);
    this.onChange(record);
  }

  dropLead(leadId: number): boolean {
    const record = this.leads.get(leadId);
    if (!record) return false;
    this.#byNumber.get(record.lead.phone_number)?.delete(leadId);
    this.leads.delete(leadId);
    this.#changes.leads.set(leadId, null);
    this.onChange();
    return true;
  }

  keepCampaign(record: CampaignRecord): void {
    this.campaigns.set(record.campaign.id, record);
    this.#changes.campaigns.set(record.campaign.id, record);
    this.onChange();
  }

  dropCampaign(campaignId: number): boolean {
    if (!this.campaigns.delete(campaignId)) return false;
    this.#changes.campaigns.set(campaignId, null);
    this.onChange();
    for (const { lead } of this.leads.values()) if (lead.campaign_id === campaignId) this.dropLead(lead.id);
    return true;
  }

  takeChanges(): Changes {
    const changes = this.#changes;
    this.#changes = { leads: new Map(), campaigns: new Map() };
    return changes;
  }
}
