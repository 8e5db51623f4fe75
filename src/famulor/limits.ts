/**
 * What Famulor accepts: the one place for each limit.
 * Source: the API reference at https://docs.famulor.io unless a line says otherwise.
 */

/** Where the API lives unless `famulor:baseUrl` says otherwise. */
export const DEFAULT_BASE_URL = "https://app.famulor.de/api";

/** E.164: a plus, then 2 to 15 digits of which the first is not 0. No blanks, brackets or dashes. */
export const E164 = /^\+[1-9]\d{1,14}$/;

/** How many secondary contacts a lead may have (the app's limit; the API page states none). */
export const MAX_SECONDARY_CONTACTS = 10;

/** The statuses a program may set; all others are assigned by Famulor itself. */
export const SETTABLE_STATUSES = ["created", "completed", "reached-max-retries"] as const;

/** The most leads one page of the list may hold. */
export const MAX_PER_PAGE = 100;

/** Our own limit for one lead in state, in bytes of JSON: what exceeds it does not fit the engine's error channel. */
export const MAX_LEAD_BYTES = 32 * 1024;

/** Our own limit for one answer of the API, in bytes. */
export const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
