/** Campaigns on the wire: what we send and what we accept, with Famulor's own field names. */
import { z } from "zod";
import { readable, unwrapped, wireFlag, wireHour, wireId, wireNumber, wireText } from "./scalars";

/** The settings of a campaign, under our names. Famulor decides what is left out. */
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

/** Every setting, ours → Famulor's. A setting that is missing here, or below in what is sent, does not compile. */
export const CAMPAIGN_WIRE_NAMES = {
  name: "name",
  assistantId: "assistant_id",
  timezone: "timezone",
  maxCallsInParallel: "max_calls_in_parallel",
  allowedHoursStartTime: "allowed_hours_start_time",
  allowedHoursEndTime: "allowed_hours_end_time",
  allowedDays: "allowed_days",
  maxRetries: "max_retries",
  retryIntervalMinutes: "retry_interval",
  retryOnVoicemail: "retry_on_voicemail",
  retryOnGoalIncomplete: "retry_on_goal_incomplete",
  goalCompletionVariable: "goal_completion_variable",
  markCompleteWhenNoLeads: "mark_complete_when_no_leads",
  phoneNumberIds: "phone_number_ids",
} as const satisfies Record<keyof NewCampaign, string>;

/** Our campaign → the request body; JSON leaves out what is undefined. */
export function campaignToWire(campaign: NewCampaign) {
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
  } satisfies Record<(typeof CAMPAIGN_WIRE_NAMES)[keyof NewCampaign], unknown>;
}

/** Start or stop → the request body. */
export function campaignActionToWire(campaignId: number, action: "start" | "stop") {
  return { campaign_id: campaignId, action };
}

/** The settings that Famulor never returns. */
type NeverReturned =
  | "assistantId"
  | "timezone"
  | "retryOnVoicemail"
  | "retryOnGoalIncomplete"
  | "goalCompletionVariable"
  | "phoneNumberIds";
type Returned = Record<Exclude<keyof NewCampaign, NeverReturned>, unknown>;

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
  .transform(
    (wire) =>
      ({
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
      }) satisfies Returned & Record<string, unknown>,
  );

/** A campaign as Famulor returns it. Only the ID is always there; six settings are never returned. */
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
export type CampaignPage = z.output<typeof wireCampaignPage>;

/** The answer to start and stop. It may be unreadable: Famulor has acted. */
export const wireCampaignStatus = readable(z.object({ data: readable(z.object({ status: wireText })) })).transform(
  (body) => body?.data?.status,
);
