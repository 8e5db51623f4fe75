/**
 * What differs between a campaign in the state, as declared, and as Famulor returns it. Pure.
 *
 *   changedSettings     state and program: each difference asks for a new campaign
 *   settingsUnlike      program and Famulor: why a campaign cannot be taken over
 *   withLiveSettings    state and Famulor: drift
 *
 * Famulor cannot change a campaign, so each difference is a new campaign: only real differences count. Days and phone numbers
 * are sets, `09:00:00` is `09:00`, blanks around a text do not count, and a setting that is left out is its documented default.
 */
import { CAMPAIGN_DEFAULTS } from "../../famulor/limits";
import { trimmed } from "../../famulor/same-value";
import type { Campaign, NewCampaign } from "../../famulor/wire/campaigns";
import type { CampaignArgs, CampaignState } from "../../state/campaign";
import { type Declared, holdsUnknown } from "../engine/unknown";

/**
 * `returned`: Famulor lists the setting. `never returned`: sent, and never listed, so the state keeps what the program declares.
 * `recorded`: stored, never sent.
 */
type Kind<Argument> = Argument extends keyof Campaign
  ? "returned"
  : Argument extends keyof NewCampaign
    ? "never returned"
    : "recorded";

/** One entry for each argument: a forgotten argument, and one that the API client treats otherwise, do not compile. */
const KIND_OF = {
  name: "returned",
  assistantId: "never returned",
  timezone: "never returned",
  maxCallsInParallel: "returned",
  allowedHoursStartTime: "returned",
  allowedHoursEndTime: "returned",
  allowedDays: "returned",
  maxRetries: "returned",
  retryIntervalMinutes: "returned",
  retryOnVoicemail: "never returned",
  retryOnGoalIncomplete: "never returned",
  goalCompletionVariable: "never returned",
  markCompleteWhenNoLeads: "returned",
  phoneNumberIds: "never returned",
  adoptExisting: "recorded",
  forceDestroy: "recorded",
} as const satisfies { [Argument in keyof Required<CampaignArgs>]: Kind<Argument> };

type OfKind<Wanted> = {
  [Argument in keyof typeof KIND_OF]: (typeof KIND_OF)[Argument] extends Wanted ? Argument : never;
}[keyof typeof KIND_OF];

/** An argument that Famulor is sent. */
export type Setting = OfKind<"returned" | "never returned">;
type ReturnedSetting = OfKind<"returned">;

const ARGUMENTS = Object.keys(KIND_OF) as (keyof typeof KIND_OF)[];
const SETTINGS = ARGUMENTS.filter((name): name is Setting => KIND_OF[name] !== "recorded");
const RETURNED_SETTINGS = ARGUMENTS.filter((name): name is ReturnedSetting => KIND_OF[name] === "returned");

const DEFAULTS: { readonly [Name in Setting]?: unknown } = CAMPAIGN_DEFAULTS;

/** The settings that differ. A value that is not known yet differs from every other. */
export function changedSettings(olds: CampaignState, news: Declared<CampaignArgs>): Setting[] {
  return SETTINGS.filter(
    (name) => holdsUnknown(news[name]) || meaningOf(name, olds[name]) !== meaningOf(name, news[name]),
  );
}

/** The declared settings that Famulor returns with another value. */
export function settingsUnlike(live: Campaign, declared: CampaignArgs): ReturnedSetting[] {
  return RETURNED_SETTINGS.filter(
    (name) => declared[name] !== undefined && !isAsDeclared(name, declared[name], live[name]),
  );
}

/** The state with Famulor's values now, for the settings that the program declares. */
export function withLiveSettings(olds: CampaignState, live: Campaign): CampaignState {
  const now: CampaignState = { ...olds };
  for (const name of settingsUnlike(live, olds)) copySetting(name, live, now);
  return now;
}

function copySetting<Name extends ReturnedSetting>(
  name: Name,
  live: Campaign,
  to: Partial<Pick<Campaign, Name>>,
): void {
  to[name] = live[name];
}

function isAsDeclared(name: ReturnedSetting, declared: unknown, live: unknown): boolean {
  // Famulor's list leaves it out: no drift.
  if (live === undefined || meaningOf(name, live) === meaningOf(name, declared)) return true;
  // One of Famulor's pages shows seconds in the list of campaigns, and minutes in the create.
  return name === "retryIntervalMinutes" && live === Number(declared) * 60;
}

/** Equal texts mean the same setting. */
function meaningOf(name: Setting, value: unknown): string {
  const meant = value ?? DEFAULTS[name];
  if (Array.isArray(meant)) return meant.map(String).sort().join();
  return meant === undefined ? "" : trimmed(String(meant));
}
