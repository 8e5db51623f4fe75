/** What an account holds, under Famulor's field names. */

export type Fields = Record<string, unknown>;

/** A secondary contact under Famulor's field names. */
export interface SandboxSecondaryContact {
  id: number;
  /** E.164. */
  phone_number: string;
  variables: Fields;
  /** `created`, `scheduled`, `processing`, `rescheduled`, `completed`, `reached-max-retries` or `blacklisted`. */
  status: string;
  /** UTC, such as `2025-06-30 11:53:20`. */
  created_at: string;
  /** UTC, such as `2025-06-30 11:53:20`. */
  updated_at: string;
}

/** A lead under Famulor's field names. */
export interface SandboxLead extends SandboxSecondaryContact {
  campaign_id: number;
  campaign: { id: number; name: string };
  secondary_contacts: SandboxSecondaryContact[];
}

/** A campaign under Famulor's field names, as the API lists it. */
export interface SandboxCampaign {
  id: number;
  name: string;
  /** `draft`, `in-progress`, `stopped`, `paused` or `completed`. */
  status: string;
  max_calls_in_parallel: number;
  /** `HH:MM:SS`, in the campaign's time zone. */
  allowed_hours_start_time: string;
  /** `HH:MM:SS`, in the campaign's time zone. An end before the start is on the next day. */
  allowed_hours_end_time: string;
  /** `monday` to `sunday`. */
  allowed_days: string[];
  /** How many attempts may follow the first one. */
  max_retries: number;
  /** Minutes between two attempts. */
  retry_interval: number;
  mark_complete_when_no_leads: boolean;
  /** ISO 8601. */
  created_at: string;
  /** ISO 8601. */
  updated_at: string;
}

/** The settings of a campaign that Famulor takes and never returns. */
export interface HiddenSettings {
  assistant_id?: number;
  /** IANA. Absent: the assistant's time zone. */
  timezone?: string;
  retry_on_voicemail?: boolean;
  retry_on_goal_incomplete?: boolean;
  goal_completion_variable?: string;
  phone_number_ids?: number[];
}

/** What a campaign is created with: only the name is required. */
export type SandboxCampaignOptions = Partial<SandboxCampaign> & HiddenSettings & { name: string };

/** An outbound assistant under Famulor's field names. */
export interface SandboxAssistant {
  id: number;
  name: string;
  status: string;
  /** IANA. */
  timezone: string;
  /** The variables that the assistant defines, each with its default. */
  variables: Record<string, string>;
}

/** A phone number of the account, under Famulor's field names. */
export interface SandboxPhoneNumber {
  id: number;
  /** E.164. */
  phone_number: string;
  nickname: string | null;
  country_code: string;
  region: string;
}

/** How a call can end, and what the page calls it. */
export const OUTCOMES = {
  answered: "Answered",
  "no-answer": "No answer",
  voicemail: "Voicemail",
  "goal-missed": "Answered, goal not met",
} as const;
/** How a call ends. */
export type SandboxOutcome = keyof typeof OUTCOMES;
export const isOutcome = (value: unknown): value is SandboxOutcome => Object.hasOwn(OUTCOMES, String(value));

/** Who did something to a lead; `call`: the life cycle. */
export type Actor = "API" | "dashboard" | "call";

/** Something that has happened to a lead. */
export interface SandboxEvent {
  /** ISO 8601, by the sandbox's clock. */
  at: string;
  by: Actor;
  /** In words, such as `calls +493023125000, attempt 1`. */
  what: string;
}

/** A call that is under way. */
export interface Call {
  endsAt: string;
  outcome: SandboxOutcome;
  /** Which secondary contact is called. Absent: the lead itself. */
  contactId?: number;
}

/** A lead with what the API never returns. */
export interface LeadRecord {
  lead: SandboxLead;
  /** Rounds of calls that are over. One round calls the lead, then its secondary contacts in order. */
  attempts: number;
  /** ISO 8601: the next call comes no earlier. Absent: as soon as the campaign may call. */
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

/** `2025-06-30 11:53:20`: the times of leads have neither `T` nor zone, unlike those of campaigns. */
export const leadTime = (at: Date) => at.toISOString().slice(0, 19).replace("T", " ");

export const isLeadTime = (value: unknown): value is string =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value) && !Number.isNaN(Date.parse(`${value}Z`));

export const isEvent = (value: unknown): value is SandboxEvent =>
  ["at", "by", "what"].every((name) => typeof (value as Fields | null)?.[name] === "string");
