/** The arguments of a campaign: their schema, and every problem they can have, by the argument's path. Pure. */
import { z } from "zod";
import {
  MAX_CALLS_IN_PARALLEL,
  MAX_NAME_LENGTH,
  MAX_RETRIES,
  RETRY_INTERVAL_MINUTES,
  WEEKDAYS,
} from "../../famulor/limits";
import { isBlank } from "../../famulor/same-value";
import type { CampaignArgs } from "../../state/campaign";
import { argumentProblems, required } from "../engine/argument-problems";
import type { Declared } from "../engine/unknown";

const flag = z.boolean("must be true or false").optional();

const wholeNumber = (least: number, most: number, unit = "") => {
  const rule = `must be a whole number from ${least} to ${most}${unit}`;
  return z.int(rule).min(least, rule).max(most, rule);
};

const idOf = (what: string) => {
  const rule = `the ID of ${what}, a whole number above 0`;
  return z.int({ error: required(rule) }).min(1, `must be ${rule}`);
};

const text = z
  .string({ error: required("a string") })
  .refine((value) => !isBlank(value), "must not be empty")
  .max(MAX_NAME_LENGTH, `must have at most ${MAX_NAME_LENGTH} characters`);

const hour = z
  .string('must be a time of day, like "09:00"')
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day with two digits each, like "09:00"')
  .optional();

const hasNoRepeats = (values: unknown[]) => new Set(values).size === values.length;

const campaignArgs = z.strictObject({
  name: text,
  assistantId: idOf("an outbound assistant"),
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
    .refine(hasNoRepeats, "must name each day once")
    .optional(),
  maxRetries: wholeNumber(MAX_RETRIES.least, MAX_RETRIES.most).optional(),
  retryIntervalMinutes: wholeNumber(RETRY_INTERVAL_MINUTES.least, RETRY_INTERVAL_MINUTES.most, " minutes").optional(),
  retryOnVoicemail: flag,
  retryOnGoalIncomplete: flag,
  goalCompletionVariable: text.optional(),
  markCompleteWhenNoLeads: flag,
  phoneNumberIds: z
    .array(idOf("a phone number"), "must be a list of IDs of phone numbers")
    .refine(hasNoRepeats, "must name each phone number once")
    .optional(),
  adoptExisting: flag,
  forceDestroy: flag,
} satisfies { [Argument in keyof Required<CampaignArgs>]: z.ZodType<CampaignArgs[Argument]> });

export function campaignProblems(news: Declared<CampaignArgs>): string[] {
  return argumentProblems(campaignArgs, news, "FamulorCampaign");
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
