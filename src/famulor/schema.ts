/**
 * The wire: the only file in which Famulor's own field names occur.
 *
 *   leadToWire, leadListQuery, campaignToWire …            what we send
 *   wireCreatedLead, wireLeadPage, wireCampaignPage …      what we accept, each a zod schema that yields our names
 *
 * Accepts more than the API page promises where its sources disagree (numeric strings as IDs, `[]` for an empty map):
 * an answer we cannot read after a create is a lead nobody knows the ID of.
 */
import { z } from "zod";

/** The value of a variable, as Famulor's assistants can use it. */
export type VariableValue = string | number | boolean;
export type Variables = Record<string, VariableValue>;

export interface NewSecondaryContact {
  phoneNumber: string;
  variables?: Variables;
}

/** What `POST /user/lead` takes, under our names. */
export interface NewLead {
  campaignId: number;
  phoneNumber: string;
  variables?: Variables;
  secondaryContacts?: NewSecondaryContact[];
  allowDuplicate?: boolean;
}

/** Our lead → the request body. */
export function leadToWire(lead: NewLead): Record<string, unknown> {
  return {
    phone_number: lead.phoneNumber,
    campaign_id: lead.campaignId,
    variables: lead.variables ?? {},
    // Famulor's own spelling, with a double p, in every one of its sources.
    allow_dupplicate: lead.allowDuplicate ?? false,
    secondary_contacts: (lead.secondaryContacts ?? []).map((contact) => ({
      phone_number: contact.phoneNumber,
      variables: contact.variables ?? {},
    })),
  };
}

/** What `PUT` takes, under our names. Only what is named is changed; variables are merged into the stored ones. */
export interface LeadChange {
  campaignId?: number;
  phoneNumber?: string;
  variables?: Variables;
  /** `created` queues the lead again: Famulor calls the person once more. */
  status?: string;
}

/** Our change → the request body. */
export function leadChangeToWire({ campaignId, phoneNumber, variables, status }: LeadChange): Record<string, unknown> {
  return {
    ...(campaignId === undefined ? {} : { campaign_id: campaignId }),
    ...(phoneNumber === undefined ? {} : { phone_number: phoneNumber }),
    ...(variables === undefined ? {} : { variables }),
    ...(status === undefined ? {} : { status }),
  };
}

export interface LeadFilter {
  campaignId?: number;
  phoneNumber?: string;
  /** `YYYY-MM-DD`, both days included. */
  createdFrom?: string;
  createdTo?: string;
}

/** A page of the lead list → its query. `phone_number` is a partial match on Famulor's side: compare again. */
export function leadListQuery(filter: LeadFilter, page: number, perPage: number): Record<string, string> {
  const query: Record<string, string> = { per_page: String(perPage), page: String(page) };
  if (filter.campaignId !== undefined) query.campaign_id = String(filter.campaignId);
  if (filter.phoneNumber !== undefined) query.phone_number = filter.phoneNumber;
  if (filter.createdFrom !== undefined) query.date_from = filter.createdFrom;
  if (filter.createdTo !== undefined) query.date_to = filter.createdTo;
  return query;
}

const wireId = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number),
  ])
  .refine((value) => Number.isSafeInteger(value) && value > 0, "not a positive whole number");

// PHP writes an empty map as `[]`; one dialect wraps the map in a list.
const wireVariables = z
  .union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown())), z.null()])
  .transform((value): Record<string, unknown> => (Array.isArray(value) ? Object.assign({}, ...value) : (value ?? {})));

const wireSecondaryContact = z
  .object({ id: wireId, phone_number: z.string() })
  .transform((wire) => ({ contactId: wire.id, phoneNumber: wire.phone_number }));

const wireLead = z
  .object({
    id: wireId,
    campaign_id: wireId.nullish(),
    phone_number: z.string().nullish(),
    variables: wireVariables.nullish(),
    status: z.string().nullish(),
    created_at: z.string().nullish(),
    updated_at: z.string().nullish(),
    campaign: z.object({ id: wireId.nullish(), name: z.string().nullish() }).nullish(),
    secondary_contacts: z.array(wireSecondaryContact).nullish(),
  })
  .transform((wire) => ({
    leadId: wire.id,
    campaignId: wire.campaign_id ?? wire.campaign?.id ?? undefined,
    phoneNumber: wire.phone_number ?? undefined,
    variables: wire.variables ?? {},
    status: wire.status ?? undefined,
    createdAt: wire.created_at ?? undefined,
    updatedAt: wire.updated_at ?? undefined,
    campaignName: wire.campaign?.name ?? undefined,
    /** Absent when the answer did not say. */
    secondaryContacts: wire.secondary_contacts ?? undefined,
  }));

/** A lead as Famulor tells it. Only the ID is certain to be there. */
export type Lead = z.output<typeof wireLead>;

/** An answer that some page shows inside a list of one. */
const unwrapped = (body: unknown) => (Array.isArray(body) && body.length === 1 ? body[0] : body);

/** The answer to `POST /user/lead`. */
export const wireCreatedLead = z.preprocess(unwrapped, z.object({ data: wireLead })).transform((body) => body.data);

const wirePaginator = z
  .object({
    data: z.array(wireLead),
    current_page: z.coerce.number().int().positive(),
    last_page: z.coerce.number().int().nonnegative(),
    total: z.coerce.number().int().nonnegative(),
  })
  .transform((wire) => ({
    leads: wire.data,
    page: wire.current_page,
    lastPage: wire.last_page,
    total: wire.total,
  }));

// Older pages show the whole list at once, bare or under `leads`.
const wireWholeList = z
  .union([z.array(wireLead), z.object({ leads: z.array(wireLead) }).transform((wire) => wire.leads)])
  .transform((leads) => ({ leads, page: 1, lastPage: 1, total: leads.length }));

/** One page of `GET /user/leads`. */
export const wireLeadPage = z.union([wirePaginator, wireWholeList]);

/** The settings of a campaign, under our names. What is left out, Famulor decides. */
export interface NewCampaign {
  name: string;
  assistantId: number;
  timezone?: string | undefined;
  maxCallsInParallel?: number | undefined;
  allowedHoursStartTime?: string | undefined;
  allowedHoursEndTime?: string | undefined;
  allowedDays?: string[] | undefined;
  maxRetries?: number | undefined;
  retryIntervalMinutes?: number | undefined;
  retryOnVoicemail?: boolean | undefined;
  retryOnGoalIncomplete?: boolean | undefined;
  goalCompletionVariable?: string | undefined;
  markCompleteWhenNoLeads?: boolean | undefined;
  phoneNumberIds?: number[] | undefined;
}

/** Our campaign → the request body; JSON leaves out what is undefined. */
export function campaignToWire(campaign: NewCampaign): Record<string, unknown> {
  return {
    name: campaign.name,
    assistant_id: campaign.assistantId,
    timezone: campaign.timezone,
    max_calls_in_parallel: campaign.maxCallsInParallel,
    allowed_hours_start_time: campaign.allowedHoursStartTime,
    allowed_hours_end_time: campaign.allowedHoursEndTime,
    allowed_days: campaign.allowedDays,
    max_retries: campaign.maxRetries,
    retry_interval: campaign.retryIntervalMinutes,
    retry_on_voicemail: campaign.retryOnVoicemail,
    retry_on_goal_incomplete: campaign.retryOnGoalIncomplete,
    goal_completion_variable: campaign.goalCompletionVariable,
    mark_complete_when_no_leads: campaign.markCompleteWhenNoLeads,
    phone_number_ids: campaign.phoneNumberIds,
  };
}

/** Start or stop → the request body. */
export function campaignActionToWire(campaignId: number, action: "start" | "stop"): Record<string, unknown> {
  return { campaign_id: campaignId, action };
}

// A setting in an unknown form is left out: it must not make the whole list unreadable, which proves what exists.
const readable = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .catch(undefined)
    .transform((value) => value ?? undefined);
const wireText = readable(z.string());
const wireNumber = readable(z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]));
const wireFlag = readable(
  z.union([z.boolean(), z.literal([0, 1, "0", "1"]).transform((value) => Number(value) === 1)]),
);
// `09:00:00` or `09:00`
const wireHour = readable(
  z
    .string()
    .regex(/^\d\d:\d\d/)
    .transform((hour) => hour.slice(0, 5)),
);

const wireCampaign = z
  .object({
    id: wireId,
    name: wireText,
    status: wireText,
    max_calls_in_parallel: wireNumber,
    allowed_hours_start_time: wireHour,
    allowed_hours_end_time: wireHour,
    allowed_days: readable(z.array(z.string())),
    max_retries: wireNumber,
    retry_interval: wireNumber,
    mark_complete_when_no_leads: wireFlag,
    created_at: wireText,
    updated_at: wireText,
  })
  .transform((wire) => ({
    campaignId: wire.id,
    name: wire.name,
    status: wire.status,
    maxCallsInParallel: wire.max_calls_in_parallel,
    allowedHoursStartTime: wire.allowed_hours_start_time,
    allowedHoursEndTime: wire.allowed_hours_end_time,
    allowedDays: wire.allowed_days,
    maxRetries: wire.max_retries,
    retryIntervalMinutes: wire.retry_interval,
    markCompleteWhenNoLeads: wire.mark_complete_when_no_leads,
    createdAt: wire.created_at,
    updatedAt: wire.updated_at,
  }));

/** A campaign as Famulor tells it. Only the ID is certain to be there; six settings are never told. */
export type Campaign = z.output<typeof wireCampaign>;

/** The answer to creating a campaign. */
export const wireCreatedCampaign = z
  .preprocess(unwrapped, z.object({ data: wireCampaign }))
  .transform((body) => body.data);

/** `GET /user/campaigns`: a bare list, or under `campaigns`, or pages. */
export const wireCampaignPage = z.union([
  z.array(wireCampaign).transform((campaigns) => ({ campaigns, page: 1, lastPage: 1 })),
  z.object({ campaigns: z.array(wireCampaign) }).transform(({ campaigns }) => ({ campaigns, page: 1, lastPage: 1 })),
  z
    .object({
      data: z.array(wireCampaign),
      current_page: z.coerce.number().int().positive().default(1),
      last_page: z.coerce.number().int().nonnegative().default(1),
    })
    .transform((wire) => ({ campaigns: wire.data, page: wire.current_page, lastPage: wire.last_page })),
]);

/** The answer to start and stop. */
export const wireCampaignStatus = z
  .object({ data: z.object({ status: wireText }).nullish() })
  .transform(({ data }) => data?.status);

/** Some lists stand under `data`, some pages show them bare. */
const listOf = <T extends z.ZodType>(row: T) =>
  z.union([z.array(row), z.object({ data: z.array(row) }).transform(({ data }) => data)]);

/** `GET /user/assistants/outbound`. */
export const wireAssistantList = listOf(
  z
    .object({ id: wireId, name: z.string(), status: wireText, timezone: wireText, variables: wireVariables.nullish() })
    .transform(({ id, name, status, timezone, variables }) => ({
      assistantId: id,
      name,
      status,
      timezone,
      variableNames: Object.keys(variables ?? {}),
    })),
);

/** `GET /user/phone-numbers/all`. */
export const wirePhoneNumberList = listOf(
  z
    .object({ id: wireId, phone_number: z.string(), nickname: wireText, country_code: wireText, type: wireText })
    .transform((wire) => ({
      phoneNumberId: wire.id,
      phoneNumber: wire.phone_number,
      nickname: wire.nickname,
      countryCode: wire.country_code,
      type: wire.type,
    })),
);

/** `GET /user/me`. Only the e-mail address is needed to tell accounts apart. */
export const wireMe = z
  .object({ email: z.string().min(1), name: wireText, total_balance: readable(z.coerce.number()) })
  .transform((wire) => ({ email: wire.email, name: wire.name, totalBalance: wire.total_balance }));

/** An error body: every form the API pages show. */
export const wireErrorBody = z
  .object({
    message: z.string().nullish(),
    error: z.string().nullish(),
    errors: z.record(z.string(), z.array(z.string())).nullish(),
    retry_after: z.coerce.number().nonnegative().nullish(),
  })
  .partial()
  .transform((wire) => ({
    message: wire.message ?? wire.error ?? undefined,
    fieldErrors: wire.errors ?? undefined,
    retryAfterSeconds: wire.retry_after ?? undefined,
  }));
