/** What an account holds, under Famulor's own field names. */

export type Fields = Record<string, unknown>;

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

/** What a campaign is created with and Famulor never returns. */
export interface HiddenSettings {
  assistant_id?: number;
  timezone?: string;
  retry_on_voicemail?: boolean;
  retry_on_goal_incomplete?: boolean;
  goal_completion_variable?: string;
  phone_number_ids?: number[];
}

export type SandboxCampaignOptions = Partial<SandboxCampaign> & HiddenSettings & { name: string };

export interface SandboxAssistant {
  id: number;
  name: string;
  status: string;
  timezone: string;
  variables: Record<string, string>;
}

export interface SandboxPhoneNumber {
  id: number;
  phone_number: string;
  nickname: string | null;
  country_code: string;
  region: string;
}

/** How a call ends. */
export const OUTCOMES = {
  answered: "Answered",
  "no-answer": "No answer",
  voicemail: "Voicemail",
  "goal-missed": "Answered, goal not met",
} as const;
export type SandboxOutcome = keyof typeof OUTCOMES;
export const isOutcome = (value: unknown): value is SandboxOutcome => Object.hasOwn(OUTCOMES, String(value));

/** Who did something to a lead. */
export type Actor = "API" | "dashboard" | "call";

export interface SandboxEvent {
  /** ISO 8601, by the sandbox's clock. */
  at: string;
  by: Actor;
  what: string;
}

/** A call that is under way. */
export interface Call {
  endsAt: string;
  outcome: SandboxOutcome;
  /** Absent: the lead. */
  contactId?: number;
}

/** A lead with what Famulor knows of it and does not tell. */
export interface LeadRecord {
  lead: SandboxLead;
  /** Rounds of calls that are over: the lead and its secondary contacts, in order, make one round. */
  attempts: number;
  /** The next call is not before; absent: as soon as the campaign may. */
  dueAt?: string;
  call?: Call;
  history: SandboxEvent[];
}

export interface CampaignRecord {
  campaign: SandboxCampaign;
  hidden: HiddenSettings;
}

/** `created`, `scheduled` and `rescheduled` wait for a call. */
export const isWaiting = (status: string) => ["created", "scheduled", "rescheduled"].includes(status);

export const LEAD_STATUSES = [
  "created",
  "scheduled",
  "processing",
  "rescheduled",
  "completed",
  "reached-max-retries",
  "blacklisted",
] as const;

export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/** `2025-06-30 11:53:20`: leads have neither `T` nor zone, unlike campaigns. */
export const leadTime = (at: Date) => at.toISOString().slice(0, 19).replace("T", " ");

export const isLeadTime = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value) && !Number.isNaN(Date.parse(`${value}Z`));

export const isEvent = (value: unknown): value is SandboxEvent =>
  ["at", "by", "what"].every((name) => typeof (value as Fields | null)?.[name] === "string");
