/**
 * The arguments of a campaign: their schema and every problem they can have, by the argument's path. Pure.
 */
import { z } from "zod";
import {
  MAX_CALLS_IN_PARALLEL,
  MAX_NAME_LENGTH,
  MAX_RETRIES,
  RETRY_INTERVAL_MINUTES,
  WEEKDAYS,
} from "../famulor/limits";
import { argumentProblems, required } from "./argument-problems";
import type { Props } from "./plain";

const flag = z.boolean("must be true or false").optional();

const wholeNumber = (least: number, most: number, unit = "") => {
  const rule = `must be a whole number from ${least} to ${most}${unit}`;
  return z.int(rule).min(least, rule).max(most, rule);
};

const itsId = (what: string) => {
  const rule = `${what}, a whole number above 0`;
  return z.int({ error: required(rule) }).min(1, `must be ${rule}`);
};

const text = z
  .string({ error: required("a string") })
  .min(1, "must not be empty")
  .max(MAX_NAME_LENGTH, `must have at most ${MAX_NAME_LENGTH} characters`);

const hour = z
  .string('must be a time of day, like "09:00"')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day with two digits each, like "09:00"')
  .optional();

const withoutRepeats = (values: unknown[]) => new Set(values).size === values.length;

const campaignArgs = z.strictObject({
  name: text,
  assistantId: itsId("the ID of an outbound assistant"),
  timezone: z
    .string("must be a string")
    .refine(isTimeZone, 'must be an IANA time zone, like "Europe/Berlin"')
    .optional(),
  maxCallsInParallel: wholeNumber(1, MAX_CALLS_IN_PARALLEL).optional(),
  allowedHoursStartTime: hour,
  allowedHoursEndTime: hour,
  allowedDays: z
    .array(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(", ")}`), "must be a list of days of the week")
    .min(1, "must name at least one day")
    .refine(withoutRepeats, "must name each day once")
    .optional(),
  maxRetries: wholeNumber(MAX_RETRIES.least, MAX_RETRIES.most).optional(),
  retryIntervalMinutes: wholeNumber(RETRY_INTERVAL_MINUTES.least, RETRY_INTERVAL_MINUTES.most, " minutes").optional(),
  retryOnVoicemail: flag,
  retryOnGoalIncomplete: flag,
  goalCompletionVariable: text.optional(),
  markCompleteWhenNoLeads: flag,
  phoneNumberIds: z
    .array(itsId("the ID of a phone number"), "must be a list of IDs of phone numbers")
    .refine(withoutRepeats, "must name each phone number once")
    .optional(),
  adoptExisting: flag,
  forceDestroy: flag,
});

/** The declared arguments of a campaign, once nothing is unknown any more. */
export type CampaignArgs = z.output<typeof campaignArgs>;

/** The names of the arguments, which are also outputs. */
export const CAMPAIGN_ARG_NAMES = Object.keys(campaignArgs.shape) as (keyof CampaignArgs)[];

/** Every problem of these arguments, each beginning with the argument's path. */
export function campaignProblems(news: Props): string[] {
  return argumentProblems(campaignArgs, news, "FamulorCampaign");
}

export function parseCampaignArgs(inputs: Props): CampaignArgs {
  return campaignArgs.parse(inputs);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
