/**
 * One account's leads and campaigns, in memory, and the rules Famulor keeps them by.
 *
 *   createLead, changeLead, deleteLead, listLeads          what the API's routes do
 *   createCampaign, setCampaignRunning, deleteCampaign
 *   addLead, editLead, removeLead, addCampaign, editCampaign   what somebody in the dashboard does; for tests
 */
import {
  type Fields,
  queryNumber,
  Refusal,
  validateLeadChange,
  validateNewCampaign,
  validateNewLead,
} from "./validation";

export interface SandboxSecondaryContact {
  id: number;
  phone_number: string;
  variables: Fields;
  status: string;
  created_at: string;
  updated_at: string;
}

/** A lead under Famulor's own field names. */
export interface SandboxLead extends SandboxSecondaryContact {
  campaign_id: number;
  campaign: { id: number; name: string };
  secondary_contacts: SandboxSecondaryContact[];
}

/** A campaign under Famulor's own field names, as the API lists it. */
export interface SandboxCampaign {
  id: number;
  name: string;
  status: string;
  max_calls_in_parallel: number;
  allowed_hours_start_time: string;
  allowed_hours_end_time: string;
  allowed_days: string[];
  max_retries: number;
  retry_interval: number;
  mark_complete_when_no_leads: boolean;
  created_at: string;
  updated_at: string;
}

export type SandboxCampaignOptions = Partial<SandboxCampaign> & { name: string };

/** What Famulor numbers through all accounts. */
export interface Ids {
  lastLead: number;
  lastCampaign: number;
}

/** How this Famulor decides where its sources disagree, and what the account's plan allows. */
export interface AccountRules {
  doubleAnywhere: boolean;
  doubleByChangeIsRefused: boolean;
  busyIsRefused: boolean;
  runningIsRefused: boolean;
  campaignLimit: number;
}

export class Account {
  readonly #leads = new Map<number, SandboxLead>();
  /** IDs by number: a test with 10,000 leads looks for a duplicate 10,000 times. */
  readonly #byNumber = new Map<string, Set<number>>();
  readonly #campaigns = new Map<number, SandboxCampaign>();
  readonly #endsAtNextLook = new Set<number>();

  constructor(
    readonly email: string,
    readonly now: () => Date,
    private readonly rules: AccountRules,
    private readonly ids: Ids,
  ) {}

  /** Copies: nothing a test does to them reaches the account. Newest first, as the list gives them. */
  get leads(): SandboxLead[] {
    return structuredClone([...this.#leads.values()].reverse());
  }

  get campaigns(): SandboxCampaign[] {
    return structuredClone([...this.#campaigns.values()]);
  }

  // What the API's routes do

  createLead(body: Fields): SandboxLead {
    validateNewLead(body);
    const phoneNumber = String(body.phone_number);
    const campaignId = Number(body.campaign_id);
    this.#requireCampaign(campaignId);
    if (body.allow_dupplicate !== true && this.#hasLead(phoneNumber, campaignId)) {
      throw new Refusal(422, { message: "A lead with this phone number already exists in this campaign." });
    }
    return this.addLead(body);
  }

  #hasLead(phoneNumber: string, campaignId: number): boolean {
    const same = [...(this.#byNumber.get(phoneNumber) ?? [])];
    return same.some((id) => this.rules.doubleAnywhere || this.#leads.get(id)?.campaign_id === campaignId);
  }

  #keep(lead: SandboxLead): void {
    this.#leads.set(lead.id, lead);
    const same = this.#byNumber.get(lead.phone_number) ?? new Set();
    this.#byNumber.set(lead.phone_number, same.add(lead.id));
  }

  #drop(leadId: number): boolean {
    this.#byNumber.get(this.#leads.get(leadId)?.phone_number ?? "")?.delete(leadId);
    return this.#leads.delete(leadId);
  }

  changeLead(leadId: number, body: Fields): void {
    validateLeadChange(body);
    const lead = this.#leads.get(leadId);
    if (!lead) throw new Refusal(404, { message: "Lead not found" });
    const phoneNumber = String(body.phone_number ?? lead.phone_number);
    const campaignId = Number(body.campaign_id ?? lead.campaign_id);
    const isElsewhere = phoneNumber !== lead.phone_number || campaignId !== lead.campaign_id;
    if (this.rules.doubleByChangeIsRefused && isElsewhere && this.#hasLead(phoneNumber, campaignId)) {
      throw new Refusal(422, { message: "A lead with this phone number already exists in this campaign." });
    }
    this.editLead(leadId, body);
  }

  deleteLead(leadId: number): void {
    const lead = this.#leads.get(leadId);
    if (this.rules.busyIsRefused && lead?.status === "processing") {
      // The call ends once somebody has looked: the next attempt succeeds.
      this.#endsAtNextLook.add(leadId);
      throw new Refusal(409, { message: "The lead is being called." });
    }
    if (!this.#drop(leadId)) throw new Refusal(404, { message: "Lead not found" });
  }

  /** The paging envelope of Laravel, with all its fields. */
  listLeads(query: Record<string, string>, url: string, perPageInstead?: number): Record<string, unknown> {
    const perPage = perPageInstead ?? queryNumber(query, "per_page", 15, 100);
    const page = queryNumber(query, "page", 1, Number.MAX_SAFE_INTEGER);
    const rows = [...this.#leads.values()]
      .reverse()
      .filter(
        (lead) =>
          (query.status === undefined || lead.status === query.status) &&
          (query.campaign_id === undefined || String(lead.campaign_id) === query.campaign_id) &&
          (query.phone_number === undefined || lead.phone_number.includes(query.phone_number)) &&
          (query.date_from === undefined || lead.created_at.slice(0, 10) >= query.date_from) &&
          (query.date_to === undefined || lead.created_at.slice(0, 10) <= query.date_to),
      );
    const lastPage = Math.max(1, Math.ceil(rows.length / perPage));
    const data = structuredClone(rows.slice((page - 1) * perPage, page * perPage));
    for (const { id } of rows) if (this.#endsAtNextLook.delete(id)) this.editLead(id, { status: "completed" });
    const pageUrl = (number: number) => (number < 1 || number > lastPage ? null : `${url}?page=${number}`);
    const link = (label: string, number: number) => ({ url: pageUrl(number), label, active: number === page });
    return {
      current_page: page,
      data,
      first_page_url: pageUrl(1),
      from: data.length > 0 ? (page - 1) * perPage + 1 : null,
      last_page: lastPage,
      last_page_url: pageUrl(lastPage),
      links: [link("&laquo; Previous", page - 1), link(String(page), page), link("Next &raquo;", page + 1)],
      next_page_url: pageUrl(page + 1),
      path: url,
      per_page: perPage,
      prev_page_url: pageUrl(page - 1),
      to: data.length > 0 ? (page - 1) * perPage + data.length : null,
      total: rows.length,
    };
  }

  createCampaign(body: Fields): SandboxCampaign {
    validateNewCampaign(body);
    if (this.#campaigns.size >= this.rules.campaignLimit) {
      throw new Refusal(403, { message: "You have reached the campaign limit of your plan." });
    }
    if (body.assistant_id !== ASSISTANT_ID) throw new Refusal(404, { message: "Assistant not found" });
    const { assistant_id, timezone, phone_number_ids, goal_completion_variable, ...readable } = body;
    const { retry_on_voicemail, retry_on_goal_incomplete, ...listed } = readable;
    return this.addCampaign(listed as SandboxCampaignOptions);
  }

  setCampaignRunning(body: Fields): Record<string, unknown> {
    const campaign = this.#campaigns.get(Number(body.campaign_id));
    if (!campaign) throw new Refusal(404, { message: "Campaign not found", success: false });
    if (body.action !== "start" && body.action !== "stop") {
      throw new Refusal(400, { message: "Invalid action", success: false });
    }
    const status = body.action === "start" ? "in-progress" : "stopped";
    const hasLeads = [...this.#leads.values()].some((lead) => lead.campaign_id === campaign.id);
    const problem =
      body.action === "stop"
        ? campaign.status !== "in-progress" && "Campaign is not running"
        : campaign.status === "in-progress"
          ? "Campaign is already in progress"
          : !hasLeads && "Campaign has no leads";
    if (problem) throw new Refusal(400, { message: problem, success: false });
    campaign.status = status;
    campaign.updated_at = this.now().toISOString();
    return { message: "Campaign updated", success: true, data: { campaign_id: campaign.id, status } };
  }

  deleteCampaign(campaignId: number): void {
    if (this.rules.runningIsRefused && this.#campaigns.get(campaignId)?.status === "in-progress") {
      throw new Refusal(409, { message: "The campaign is running." });
    }
    if (!this.#campaigns.delete(campaignId)) throw new Refusal(404, { message: "Campaign not found" });
    for (const lead of this.#leads.values()) if (lead.campaign_id === campaignId) this.#drop(lead.id);
  }

  // What somebody in the dashboard does

  /** Adds a lead without the API's checks. */
  addLead(input: Fields): SandboxLead {
    const person = (fields: Fields): SandboxSecondaryContact => ({
      id: ++this.ids.lastLead,
      phone_number: String(fields.phone_number),
      variables: structuredClone((fields.variables ?? {}) as Fields),
      status: "created",
      created_at: this.#leadTime(),
      updated_at: this.#leadTime(),
    });
    const { id: campaignId, name } = this.#requireCampaign(Number(input.campaign_id));
    const lead: SandboxLead = {
      ...person(input),
      campaign_id: campaignId,
      campaign: { id: campaignId, name },
      secondary_contacts: ((input.secondary_contacts ?? []) as Fields[]).map(person),
    };
    this.#keep(lead);
    return structuredClone(lead);
  }

  /** Changes a lead; variables are merged, as Famulor does. */
  editLead(leadId: number, change: Fields): void {
    const lead = this.#leads.get(leadId);
    if (!lead) throw new Error(`the sandbox has no lead ${leadId}`);
    if (change.campaign_id !== undefined) {
      const { id, name } = this.#requireCampaign(Number(change.campaign_id));
      Object.assign(lead, { campaign_id: id, campaign: { id, name } });
    }
    if (change.phone_number !== undefined) {
      this.#byNumber.get(lead.phone_number)?.delete(leadId);
      lead.phone_number = String(change.phone_number);
      this.#keep(lead);
    }
    if (change.status !== undefined) lead.status = String(change.status);
    Object.assign(lead.variables, structuredClone(change.variables ?? {}));
    lead.updated_at = this.#leadTime();
  }

  removeLead(leadId: number): void {
    if (!this.#drop(leadId)) throw new Error(`the sandbox has no lead ${leadId}`);
  }

  addCampaign(options: SandboxCampaignOptions): SandboxCampaign {
    const id = options.id ?? this.ids.lastCampaign + 1;
    this.ids.lastCampaign = Math.max(this.ids.lastCampaign, id);
    const now = this.now().toISOString();
    const withSeconds = (hour: string | undefined, fallback: string) => `${hour ?? fallback}:00`;
    const campaign: SandboxCampaign = {
      status: "draft",
      max_calls_in_parallel: 3,
      allowed_days: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
      max_retries: 3,
      retry_interval: 60,
      mark_complete_when_no_leads: true,
      created_at: now,
      updated_at: now,
      ...options,
      id,
      allowed_hours_start_time: withSeconds(options.allowed_hours_start_time, "00:00"),
      allowed_hours_end_time: withSeconds(options.allowed_hours_end_time, "23:59"),
    };
    this.#campaigns.set(id, campaign);
    return structuredClone(campaign);
  }

  /** Changes a campaign, which the API cannot. */
  editCampaign(campaignId: number, change: Partial<SandboxCampaign>): void {
    Object.assign(this.#requireCampaign(campaignId), change, { updated_at: this.now().toISOString() });
  }

  #requireCampaign(campaignId: number): SandboxCampaign {
    const campaign = this.#campaigns.get(campaignId);
    if (!campaign) throw new Refusal(404, { message: "Campaign not found" });
    return campaign;
  }

  /** `2025-06-30 11:53:20`: leads have neither `T` nor zone, unlike campaigns. */
  #leadTime(): string {
    return this.now().toISOString().slice(0, 19).replace("T", " ");
  }
}

/** The assistant that sandbox campaigns can use. */
const ASSISTANT_ID = 1;

export function outboundAssistants(now: string): Fields[] {
  return [
    {
      id: ASSISTANT_ID,
      user_id: 1,
      name: "Sandbox assistant",
      type: "outbound",
      mode: "pipeline",
      status: "active",
      timezone: "Europe/Berlin",
      variables: { name: "" },
      webhook_url: null,
      is_webhook_active: false,
      created_at: now,
      updated_at: now,
    },
  ];
}

export function phoneNumbers(now: string): Fields[] {
  return [
    {
      id: 1,
      phone_number: "+493023125999",
      nickname: null,
      country_code: "DE",
      type: "normal",
      type_label: "Phone number",
      sms_capable: false,
      region: "Berlin",
      has_active_subscription: true,
      created_at: now,
    },
  ];
}
