/**
 * What Famulor accepts: the one place for each limit.
 * Source: the API reference at https://docs.famulor.io unless a line says otherwise.
 */

/** Where the API lives. */
export const DEFAULT_BASE_URL = "https://app.famulor.de/api";

/**
 * How many requests a minute Famulor accepts; a fifth of them in any 10 seconds. Whether the limit is per key or per
 * account is undocumented.
 */
export const REQUESTS_PER_MINUTE = 100;

/** E.164: a plus, then 2 to 15 digits of which the first is not 0. No blanks, brackets or dashes. */
export const E164 = /^\+[1-9]\d{1,14}$/;

/** How many secondary contacts a lead may have (the app's limit; the API page states none). */
export const MAX_SECONDARY_CONTACTS = 10;

/** The statuses a program may set; all others are assigned by Famulor itself. */
export const SETTABLE_STATUSES = ["created", "completed", "reached-max-retries"] as const;

/** The most leads one page of the list may hold. */
export const MAX_PER_PAGE = 100;

/** Our own limit for one lead, in bytes of JSON: more than a call can use, and small enough to travel in an error. */
export const MAX_LEAD_BYTES = 32 * 1024;

/** Our own limit for one answer of the API, in bytes. */
export const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

/** Our own limit of connections at a time. Famulor's rate limit needs far fewer; a local server without one can use them. */
export const MAX_CONNECTIONS = 64;

/** The longest name of a campaign, and of a goal variable, in characters. */
export const MAX_NAME_LENGTH = 255;

/** The most calls of a campaign at a time; a plan may allow fewer. */
export const MAX_CALLS_IN_PARALLEL = 10;

/** How many times a campaign may call a lead again. */
export const MAX_RETRIES = { least: 1, most: 5 } as const;

/** The wait between two calls to one lead, in minutes (one API page shows seconds in the list of campaigns). */
export const RETRY_INTERVAL_MINUTES = { least: 10, most: 4320 } as const;

/** The days of the week as Famulor names them. */
export const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** The documented value of each campaign setting that a request leaves out. */
export const CAMPAIGN_DEFAULTS = {
  maxCallsInParallel: 3,
  allowedHoursStartTime: "00:00",
  allowedHoursEndTime: "23:59",
  allowedDays: WEEKDAYS,
  maxRetries: 3,
  retryIntervalMinutes: 60,
  markCompleteWhenNoLeads: true,
} as const;
