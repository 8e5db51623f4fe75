/**
 * What the engine stores for a campaign, for ever: its declared arguments (inputs) and its state (outputs).
 */
import { MADE_AT_INTERNAL, MADE_AT_OUTPUTS, type MadeAt } from "./made-at";
import { flag, listOf, number, type Readers, readFields, type Stored, text } from "./stored";

export interface CampaignArgs {
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
  adoptExisting?: boolean | undefined;
  forceDestroy?: boolean | undefined;
}

export interface CampaignState extends CampaignArgs, MadeAt {
  campaignId: number;
  /** What Famulor said last. An open string. */
  status: string;
  createdAt?: string | undefined;
  updatedAt?: string | undefined;
  /** When a resource took the campaign over, in milliseconds since 1970; absent for a campaign that was created. */
  takenOver?: number | undefined;
  /**
   * Campaigns that this campaign replaces. The next run needs them if this run ends before the old campaign is deleted.
   */
  replaced?: number[] | undefined;
}

/** Famulor's documented first status. */
export const FIRST_CAMPAIGN_STATUS = "draft";

const ARGUMENTS: Readers<CampaignArgs> = {
  name: text,
  assistantId: number,
  timezone: text,
  maxCallsInParallel: number,
  allowedHoursStartTime: text,
  allowedHoursEndTime: text,
  allowedDays: listOf(text),
  maxRetries: number,
  retryIntervalMinutes: number,
  retryOnVoicemail: flag,
  retryOnGoalIncomplete: flag,
  goalCompletionVariable: text,
  markCompleteWhenNoLeads: flag,
  phoneNumberIds: listOf(number),
  adoptExisting: flag,
  forceDestroy: flag,
};

/** Stored for ourselves; no program reads it. */
const INTERNAL = { ...MADE_AT_INTERNAL, takenOver: number, replaced: listOf(number) };

const OUTPUTS_ONLY: Readers<Omit<CampaignState, keyof CampaignArgs | keyof typeof INTERNAL>> = {
  campaignId: number,
  status: text,
  createdAt: text,
  updatedAt: text,
  ...MADE_AT_OUTPUTS,
};

const READERS: Readers<CampaignState> = { ...ARGUMENTS, ...OUTPUTS_ONLY, ...INTERNAL };

/** The names of the arguments, which are outputs, too. */
export const CAMPAIGN_ARGUMENTS = Object.keys(ARGUMENTS) as (keyof CampaignArgs)[];

/** The outputs that a program can read. */
export type CampaignOutputs = Omit<CampaignState, keyof typeof INTERNAL>;
/** The names of the outputs that a program can read. */
export const CAMPAIGN_OUTPUTS = [...CAMPAIGN_ARGUMENTS, ...Object.keys(OUTPUTS_ONLY)];

/**
 * Restores what the state leaves out. `FamulorCampaign.get` knows no assistant, because Famulor never returns it, and
 * perhaps no name: they become 0 and `""`.
 *
 * @param id The resource's ID, which is the campaign's.
 */
export function readCampaignState(id: string, stored: Stored): CampaignState {
  const state = readFields(READERS, stored);
  return Object.assign(state, {
    name: state.name ?? "",
    assistantId: state.assistantId ?? 0,
    campaignId: state.campaignId ?? Number(id),
    status: state.status ?? FIRST_CAMPAIGN_STATUS,
  });
}

export function writeCampaignState(state: CampaignState): Stored {
  return Object.assign({} as Record<string, unknown>, state, {
    name: state.name || undefined,
    assistantId: state.assistantId || undefined,
    replaced: state.replaced?.length ? state.replaced : undefined,
  });
}
