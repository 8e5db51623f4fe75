/**
 * What is different between a campaign as it stands in state, as it is declared, and as Famulor tells it. Pure.
 *
 * Famulor cannot change a campaign, so each difference is a new campaign: only real ones count. Days and phone numbers are
 * sets, `09:00:00` is `09:00`, and a setting that is left out is its documented default.
 */
import { CAMPAIGN_DEFAULTS } from "../famulor/limits";
import type { Campaign } from "../famulor/schema";
import { CAMPAIGN_ARG_NAMES, type CampaignArgs } from "./campaign-args";
import type { Props } from "./plain";

/** What is only stored and never sent. */
const RECORDED = ["adoptExisting", "forceDestroy"] as const;
type Setting = Exclude<keyof CampaignArgs, (typeof RECORDED)[number]>;
const SETTINGS = CAMPAIGN_ARG_NAMES.filter((name): name is Setting => !RECORDED.includes(name as never));

/** What Famulor tells again; the other settings are kept from the program. */
const READABLE = [
  "name",
  "maxCallsInParallel",
  "allowedHoursStartTime",
  "allowedHoursEndTime",
  "allowedDays",
  "maxRetries",
  "retryIntervalMinutes",
  "markCompleteWhenNoLeads",
] as const satisfies readonly (Setting & keyof Campaign)[];

/** The names of the settings that differ: each asks for a new campaign. */
export function changedSettings(olds: Props, news: Props): Setting[] {
  return SETTINGS.filter((name) => meaning(name, olds[name]) !== meaning(name, news[name]));
}

/** The declared settings that Famulor tells differently. */
export function settingsUnlike(live: Campaign, declared: Props): Setting[] {
  return READABLE.filter((name) => declared[name] !== undefined && !isTold(name, declared[name], live[name]));
}

/** The declared arguments with the values that Famulor tells now. */
export function liveArgs(declared: Props, live: Campaign): Props {
  const drifted = settingsUnlike(live, declared).map((name) => [name, (live as Props)[name]]);
  const args = CAMPAIGN_ARG_NAMES.filter((name) => declared[name] !== undefined).map((name) => [name, declared[name]]);
  return { ...Object.fromEntries(args), ...Object.fromEntries(drifted) };
}

function isTold(name: Setting, declared: unknown, live: unknown): boolean {
  // Famulor does not say: no drift.
  if (live === undefined || meaning(name, live) === meaning(name, declared)) return true;
  // Its list of campaigns is said to show seconds, where its create takes minutes.
  return name === "retryIntervalMinutes" && live === Number(declared) * 60;
}

/** Equal texts mean the same setting. */
function meaning(name: Setting, value: unknown): string {
  const told = value ?? CAMPAIGN_DEFAULTS[name as keyof typeof CAMPAIGN_DEFAULTS];
  if (Array.isArray(told)) return told.length === 0 ? "" : told.map(String).sort().join();
  return told === undefined ? "" : String(told);
}
