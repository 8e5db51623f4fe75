/**
 * One account's leads and campaigns, and Famulor's rules for them.
 *
 *   createLead, changeLead, deleteLead, listLeads          what the API's routes do
 *   createCampaign, setCampaignRunning, deleteCampaign
 *   addLead, editLead, removeLead, dial, endCall           what somebody in the dashboard does; for tests and for the page
 *   history, addCampaign, editCampaign
 *   records, book, putLead, restore, takeChanges           for the page, the store, import and export
 *
 * Each method first lets the campaigns' calls catch up with the clock.
 */
import { Book, type Changes } from "./book";
import { LifeCycle } from "./life-cycle";
import { matches, pageOf, readPage } from "./listing";
import { type OutcomeScript, planCall } from "./outcomes";
import {
  type Actor,
  type CampaignRecord,
  type Fields,
  type HiddenSettings,
  isEvent,
  isLeadTime,
  type LeadRecord,
  leadTime,
  type SandboxAssistant,
  type SandboxCampaign,
  type SandboxCampaignOptions,
  type SandboxEvent,
  type SandboxLead,
  type SandboxOutcome,
  type SandboxPhoneNumber,
  type SandboxSecondaryContact,
} from "./records";
import { Refusal, validateLeadChange, validateNewCampaign, validateNewLead } from "./validation";

/** The last IDs that were given out. Famulor counts them through all accounts. */
export interface Ids {
  lastLead: number;
  lastCampaign: number;
}

/** What this Famulor does where its sources disagree (api/dialects.ts), and how its campaigns call (options.ts). */
export interface AccountRules {
  countsDuplicatesAnywhere: boolean;
  refusesDuplicateByChange: boolean;
  refusesToDeleteBusyLead: boolean;
  refusesToDeleteRunningCampaign: boolean;
  lifeCycle: boolean;
  retentionMonths: number;
  outcomes: OutcomeScript;
  randomSeed: number;
  balance: number;
  campaignLimit: number;
  assistants: SandboxAssistant[];
  phoneNumbers: SandboxPhoneNumber[];
}

/** What an account needs from its surroundings. */
export interface AccountHost {
  now(): Date;
  readonly rules: AccountRules;
  readonly ids: Ids;
  /** Whether a lead of any account has this ID. */
  isLeadIdTaken(id: number): boolean;
  /** Called at each change. */
  onChange(): void;
}

/**
 * One account of the sandbox. `addLead`, `editLead`, `removeLead`, `dial`, `endCall`, `addCampaign` and `editCampaign` act as a
 * colleague in Famulor's dashboard, without the API's checks. Fields have Famulor's names.
 */
export class Account {
  readonly #book: Book;
  readonly #lifeCycle: LifeCycle;
  readonly #endsAtNextListing = new Set<number>();

  constructor(
    readonly email: string,
    private readonly host: AccountHost,
  ) {
    this.#book = new Book((record) => {
      this.#lifeCycle.noticed(record);
      host.onChange();
    });
    this.#lifeCycle = new LifeCycle(this.#book, {
      isOn: () => host.rules.lifeCycle,
      retentionMonths: () => host.rules.retentionMonths,
      timeZoneOf: ({ hidden }) => hidden.timezone ?? this.#assistant(hidden.assistant_id)?.timezone ?? "UTC",
      plan: (phoneNumber, attempt) => planCall(host.rules.outcomes, host.rules.randomSeed, phoneNumber, attempt),
    });
  }

  get rules(): AccountRules {
    return this.host.rules;
  }

  now(): Date {
    return this.host.now();
  }

  /** Lets the campaigns' calls catch up with the clock. @returns now. */
  settle(): Date {
    const now = this.host.now();
    this.#lifeCycle.settle(now.getTime());
    return now;
  }

  /** Copies of the leads, newest first, as the API lists them. */
  get leads(): SandboxLead[] {
    this.settle();
    return [...this.#book.leads.values()].reverse().map(({ lead }) => structuredClone(lead));
  }

  /** Copies of the campaigns, oldest first. */
  get campaigns(): SandboxCampaign[] {
    this.settle();
    return [...this.#book.campaigns.values()].map(({ campaign }) => structuredClone(campaign));
  }

  // What the API's routes do

  createLead(body: Fields, by: Actor = "API"): SandboxLead {
    validateNewLead(body);
    const phoneNumber = String(body.phone_number);
    const campaignId = Number(body.campaign_id);
    this.settle();
    this.#requireCampaign(campaignId);
    if (body.allow_dupplicate !== true && this.#hasLead(phoneNumber, campaignId)) {
      throw new Refusal(422, { message: "A lead with this phone number already exists in this campaign." });
    }
    return this.#addLead(body, by);
  }

  #hasLead(phoneNumber: string, campaignId: number): boolean {
    const { countsDuplicatesAnywhere } = this.rules;
    return this.#book
      .withNumber(phoneNumber)
      .some((id) => countsDuplicatesAnywhere || this.#book.leads.get(id)?.lead.campaign_id === campaignId);
  }

  changeLead(leadId: number, body: Fields, by: Actor = "API"): void {
    validateLeadChange(body);
    this.settle();
    const lead = this.#book.leads.get(leadId)?.lead;
    if (!lead) throw new Refusal(404, { message: "Lead not found" });
    const phoneNumber = String(body.phone_number ?? lead.phone_number);
    const campaignId = Number(body.campaign_id ?? lead.campaign_id);
    const isElsewhere = phoneNumber !== lead.phone_number || campaignId !== lead.campaign_id;
    if (this.rules.refusesDuplicateByChange && isElsewhere && this.#hasLead(phoneNumber, campaignId)) {
      throw new Refusal(422, { message: "A lead with this phone number already exists in this campaign." });
    }
    this.#editLead(leadId, body, by);
  }

  deleteLead(leadId: number): void {
    this.settle();
    const lead = this.#book.leads.get(leadId)?.lead;
    if (this.rules.refusesToDeleteBusyLead && lead?.status === "processing") {
      // The call ends at the next listing, so that the next attempt to delete succeeds.
      this.#endsAtNextListing.add(leadId);
      throw new Refusal(409, { message: "The lead is being called." });
    }
    if (!this.#book.dropLead(leadId)) throw new Refusal(404, { message: "Lead not found" });
  }

  /** A page of leads in Laravel's envelope, with all its fields. @param perPageInstead Takes the place of `per_page`. */
  listLeads(query: Record<string, string>, url: string, perPageInstead?: number): Record<string, unknown> {
    const page = readPage(query, perPageInstead);
    this.settle();
    const newestFirst = [...this.#book.leads.values()].reverse().map(({ lead }) => lead);
    const found = newestFirst.filter((lead) => matches(lead, query));
    const listed = pageOf(found, page, url);
    for (const { id } of found) if (this.#endsAtNextListing.delete(id)) this.editLead(id, { status: "completed" });
    return listed;
  }

  createCampaign(body: Fields): SandboxCampaign {
    validateNewCampaign(body);
    if (this.#book.campaigns.size >= this.rules.campaignLimit) {
      throw new Refusal(403, { message: "You have reached the campaign limit of your plan." });
    }
    if (!this.#assistant(Number(body.assistant_id))) throw new Refusal(404, { message: "Assistant not found" });
    return this.addCampaign(body as unknown as SandboxCampaignOptions);
  }

  #assistant(id: number | undefined): SandboxAssistant | undefined {
    return this.rules.assistants.find((assistant) => assistant.id === id);
  }

  /** Starts or stops a campaign. @param body `{ campaign_id, action: "start" | "stop" }`. */
  setCampaignRunning(body: Fields, by: Actor = "API"): Record<string, unknown> {
    const now = this.settle();
    const record = this.#book.campaigns.get(Number(body.campaign_id));
    if (!record) throw new Refusal(404, { message: "Campaign not found", success: false });
    if (body.action !== "start" && body.action !== "stop") {
      throw new Refusal(400, { message: "Invalid action", success: false });
    }
    const { campaign } = record;
    const status = body.action === "start" ? "in-progress" : "stopped";
    const leads = [...this.#book.leads.values()].filter(({ lead }) => lead.campaign_id === campaign.id);
    const problem =
      body.action === "stop"
        ? campaign.status !== "in-progress" && "Campaign is not running"
        : campaign.status === "in-progress"
          ? "Campaign is already in progress"
          : leads.length === 0 && "Campaign has no leads";
    if (problem) throw new Refusal(400, { message: problem, success: false });
    if (body.action === "start" && this.rules.balance <= 0) {
      const data = { campaign_id: campaign.id, status: campaign.status };
      throw new Refusal(400, { message: "Insufficient balance", success: false, data });
    }
    Object.assign(campaign, { status, updated_at: now.toISOString() });
    if (status === "stopped") for (const each of leads) this.#lifeCycle.abort(each, now, by);
    this.#book.keepCampaign(record);
    return { message: "Campaign updated", success: true, data: { campaign_id: campaign.id, status } };
  }

  deleteCampaign(campaignId: number): void {
    this.settle();
    const { status } = this.#book.campaigns.get(campaignId)?.campaign ?? {};
    if (this.rules.refusesToDeleteRunningCampaign && status === "in-progress") {
      throw new Refusal(409, { message: "The campaign is running." });
    }
    if (!this.#book.dropCampaign(campaignId)) throw new Refusal(404, { message: "Campaign not found" });
  }

  // What somebody in the dashboard does

  /**
   * Adds a lead without the API's checks.
   * @param input `{ phone_number, campaign_id, variables?, secondary_contacts? }`
   * @throws if there is no such campaign.
   */
  addLead(input: Fields): SandboxLead {
    this.settle();
    return this.#addLead(input, "dashboard");
  }

  #addLead(input: Fields, by: Actor): SandboxLead {
    const record = this.#newLead(input, by);
    this.#book.keepLead(record);
    return structuredClone(record.lead);
  }

  #newLead(input: Fields, by: Actor, mayHaveId: (id: unknown) => boolean = () => false): LeadRecord {
    const now = this.now();
    const person = (fields: Fields): SandboxSecondaryContact => ({
      id: mayHaveId(fields.id) ? Number(fields.id) : ++this.host.ids.lastLead,
      phone_number: String(fields.phone_number),
      variables: structuredClone((fields.variables ?? {}) as Fields),
      status: "created",
      created_at: leadTime(now),
      updated_at: leadTime(now),
    });
    const { id: campaignId, name } = this.#requireCampaign(Number(input.campaign_id)).campaign;
    const lead: SandboxLead = {
      ...person(input),
      campaign_id: campaignId,
      campaign: { id: campaignId, name },
      secondary_contacts: ((input.secondary_contacts ?? []) as Fields[]).map(person),
    };
    return { lead, attempts: 0, history: [{ at: now.toISOString(), by, what: "created" }] };
  }

  /**
   * Changes a lead without the API's checks. Variables are merged, as in Famulor.
   * @param change `{ campaign_id?, phone_number?, status?, variables? }`
   * @throws if there is no such lead or campaign.
   */
  editLead(leadId: number, change: Fields): void {
    this.settle();
    this.#editLead(leadId, change, "dashboard");
  }

  #editLead(leadId: number, change: Fields, by: Actor): void {
    const now = this.now();
    const record = this.#requireLead(leadId);
    const { lead } = record;
    const former = lead.phone_number;
    const done: string[] = [];
    if (change.campaign_id !== undefined) {
      const { id, name } = this.#requireCampaign(Number(change.campaign_id)).campaign;
      Object.assign(lead, { campaign_id: id, campaign: { id, name } });
      done.push(`campaign ${id}`);
    }
    if (change.phone_number !== undefined) {
      lead.phone_number = String(change.phone_number);
      done.push(`number ${lead.phone_number}`);
    }
    if (change.status !== undefined) {
      lead.status = String(change.status);
      done.push(`status ${lead.status}`);
      delete record.call;
      delete record.dueAt;
      if (lead.status === "created") this.#queueAgain(record);
    }
    if (change.variables) {
      Object.assign(lead.variables, structuredClone(change.variables));
      done.push("variables");
    }
    lead.updated_at = leadTime(now);
    record.history.push({ at: now.toISOString(), by, what: `changed: ${done.join(", ") || "nothing"}` });
    this.#book.keepLead(record, former);
  }

  /** All attempts count again from the first, the secondary contacts' too. */
  #queueAgain(record: LeadRecord): void {
    record.attempts = 0;
    for (const contact of record.lead.secondary_contacts) contact.status = "created";
  }

  /** Removes variables, which the API cannot. */
  removeVariables(leadId: number, names: string[]): void {
    this.settle();
    const record = this.#requireLead(leadId);
    for (const name of names) delete record.lead.variables[name];
    this.#book.keepLead(record);
  }

  /** @throws if there is no such lead. */
  removeLead(leadId: number): void {
    this.settle();
    if (!this.#book.dropLead(leadId)) throw new Error(`the sandbox has no lead ${leadId}`);
  }

  /**
   * Calls a lead now, whatever its campaign's hours and whether the campaign runs. The call ends when the clock has passed its
   * seconds (`advance`), or at `endCall`.
   * @param outcome How the call ends. @default as `outcomes` says, else by chance
   */
  dial(leadId: number, outcome?: SandboxOutcome): void {
    const now = this.settle();
    const record = this.#requireLead(leadId);
    if (record.call) throw new Refusal(409, { message: "The lead is being called." });
    this.#lifeCycle.dial(record, now, outcome);
  }

  /**
   * Ends the call of a lead now. If nobody was reached, its next secondary contact is called.
   * @param outcome How the call ends. @default as planned when the call began
   */
  endCall(leadId: number, outcome?: SandboxOutcome): void {
    const now = this.settle();
    const record = this.#requireLead(leadId);
    if (!record.call) throw new Refusal(409, { message: "The lead is not being called." });
    this.#lifeCycle.hangUp(this.#requireCampaign(record.lead.campaign_id), record, now, outcome);
  }

  /** What has happened to a lead, oldest first. */
  history(leadId: number): SandboxEvent[] {
    this.settle();
    return structuredClone(this.#requireLead(leadId).history);
  }

  /** Adds a campaign. @param options Its name, and settings that are not Famulor's defaults. */
  addCampaign({ id: wanted, ...options }: SandboxCampaignOptions): SandboxCampaign {
    this.settle();
    const id = wanted ?? this.host.ids.lastCampaign + 1;
    this.host.ids.lastCampaign = Math.max(this.host.ids.lastCampaign, id);
    const now = this.now().toISOString();
    const withSeconds = (hour: string | undefined, fallback: string) =>
      (hour ?? fallback).length > 5 ? (hour ?? fallback) : `${hour ?? fallback}:00`;
    const [listed, hidden] = splitSettings(options);
    const campaign: SandboxCampaign = {
      status: "draft",
      max_calls_in_parallel: 3,
      allowed_days: ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
      max_retries: 3,
      retry_interval: 60,
      mark_complete_when_no_leads: true,
      created_at: now,
      updated_at: now,
      ...(listed as { name: string }),
      id,
      allowed_hours_start_time: withSeconds(options.allowed_hours_start_time, "00:00"),
      allowed_hours_end_time: withSeconds(options.allowed_hours_end_time, "23:59"),
    };
    this.#book.keepCampaign({ campaign, hidden: { assistant_id: this.rules.assistants[0]?.id ?? 1, ...hidden } });
    return structuredClone(campaign);
  }

  /** Changes a campaign, which the API cannot. */
  editCampaign(campaignId: number, change: Partial<SandboxCampaign> & HiddenSettings): void {
    const now = this.settle();
    const record = this.#requireCampaign(campaignId);
    const [listed, hidden] = splitSettings(change);
    Object.assign(record.campaign, listed, { updated_at: now.toISOString() });
    Object.assign(record.hidden, hidden);
    this.#book.keepCampaign(record);
    if (change.name === undefined) return;
    for (const each of this.#book.leads.values()) {
      if (each.lead.campaign_id !== campaignId) continue;
      each.lead.campaign.name = change.name;
      this.#book.keepLead(each);
    }
  }

  // For the page, the store, import and export

  /** Copies of all records; leads newest first. */
  records(): { leads: LeadRecord[]; campaigns: CampaignRecord[] } {
    this.settle();
    return structuredClone({
      leads: [...this.#book.leads.values()].reverse(),
      campaigns: [...this.#book.campaigns.values()],
    });
  }

  /** The records themselves, for reading only: copies of 10,000 leads would make each view of the page slow. */
  get book(): {
    readonly leads: ReadonlyMap<number, LeadRecord>;
    readonly campaigns: ReadonlyMap<number, CampaignRecord>;
  } {
    this.settle();
    return this.#book;
  }

  /** No new lead gets an ID up to this one. */
  reserveIds(upTo: number): void {
    this.host.ids.lastLead = Math.max(this.host.ids.lastLead, upTo);
  }

  /** Adds a lead as a file has it: with its IDs where they are free, its status, its times and its attempts. */
  putLead(data: Fields, { attempts, dueAt, history }: Fields): void {
    const record = this.#newLead(
      data,
      "dashboard",
      (id) => Number.isInteger(id) && !this.host.isLeadIdTaken(Number(id)),
    );
    const given = [data, ...((data.secondary_contacts ?? []) as Fields[])];
    for (const [index, who] of [record.lead, ...record.lead.secondary_contacts].entries()) {
      const { status, created_at, updated_at } = given[index] ?? {};
      // A call that was under way is over.
      if (typeof status === "string") who.status = status === "processing" ? "rescheduled" : status;
      if (isLeadTime(created_at)) who.created_at = created_at;
      if (isLeadTime(updated_at)) who.updated_at = updated_at;
    }
    if (Number.isInteger(attempts)) record.attempts = Number(attempts);
    if (!Number.isNaN(Date.parse(String(dueAt)))) record.dueAt = String(dueAt);
    if (Array.isArray(history)) record.history = history.filter(isEvent);
    this.#book.keepLead(record);
  }

  /** Must follow every change of a rule: calls may be due that were not due before. */
  rulesChanged(): void {
    this.#lifeCycle.rulesChanged();
  }

  /** Takes in records that a store has kept. */
  restore(leads: LeadRecord[], campaigns: CampaignRecord[]): void {
    for (const record of campaigns) this.#book.keepCampaign(record);
    for (const record of leads) this.#book.keepLead(record);
  }

  /** The life cycle plays only what is due after this moment: what was due before is in the records. */
  startFrom(at: Date): void {
    this.#lifeCycle.startFrom(at.getTime());
  }

  /** What has changed since the last call. */
  takeChanges(): Changes {
    return this.#book.takeChanges();
  }

  #requireLead(leadId: number): LeadRecord {
    const record = this.#book.leads.get(leadId);
    if (!record) throw new Error(`the sandbox has no lead ${leadId}`);
    return record;
  }

  #requireCampaign(campaignId: number): CampaignRecord {
    const record = this.#book.campaigns.get(campaignId);
    if (!record) throw new Refusal(404, { message: "Campaign not found" });
    return record;
  }
}

const HIDDEN: (keyof HiddenSettings)[] = [
  "assistant_id",
  "timezone",
  "retry_on_voicemail",
  "retry_on_goal_incomplete",
  "goal_completion_variable",
  "phone_number_ids",
];

/** The settings that the API lists, and those that it never returns. */
function splitSettings(settings: Fields | SandboxCampaignOptions | Partial<SandboxCampaign>): [Fields, HiddenSettings] {
  const isHidden = (name: string) => (HIDDEN as string[]).includes(name);
  const entries = Object.entries(settings);
  return [
    Object.fromEntries(entries.filter(([name]) => !isHidden(name))),
    Object.fromEntries(entries.filter(([name]) => isHidden(name))),
  ];
}
