/**
 * Stack configuration and environment → Settings. Resolved in each hook and never in `configure`: the engine calls other hooks
 * while a `configure` still runs, and goes on with the other hooks if it throws. Pure.
 *
 * The constructor of an explicit provider decides what it takes over from the stack's configuration:
 * resources/famulor-provider.ts.
 */
import { FamulorConfigError } from "../../famulor/errors";
import { DEFAULT_BASE_URL, REQUESTS_PER_MINUTE } from "../../famulor/limits";
import { isSlipOf } from "../../nearest-name";
import { type Guard, guardOf } from "./guard";

export interface Settings {
  apiKey: string;
  /** Without a slash at the end. */
  baseUrl: string;
  /** Whom the stack may call. */
  guard: Guard;
  requestTimeoutMs: number;
  /** `undefined`: no limit. */
  requestsPerMinute: number | undefined;
  /** Take over, for this run, leads that exist with exactly the declared content. From the environment alone. */
  adoptIdentical: boolean;
  /** Delete this campaign with whatever leads are in it, for this run. From the environment alone. */
  forceDestroyCampaignId: number | undefined;
  /** The settings are those of a FamulorProvider and not the stack's. */
  isExplicitProvider: boolean;
  /** Let this run replace leads that may have been called already. From the environment alone. */
  allowRedial: boolean;
}

/** Where settings come from: the stack's configuration first, then the environment. */
export interface SettingsSource {
  config: { get(key: string): unknown } | undefined;
  env: NodeJS.ProcessEnv;
}

/** Platform 2.0: its keys begin with `fam_`, and its API has other routes and IDs. Source: the API page of Famulor's Platform 2.0. */
const OTHER_GENERATION =
  "belongs to Famulor Platform 2.0, which this package does not serve yet. Use a key and the address of app.famulor.de.";

const DEFAULT_TIMEOUT_SECONDS = 30;
const MAX_REQUESTS_PER_MINUTE = 100_000;

/** What resources/famulor-provider.ts passes on beside the settings; stored in state, so never renamed. */
const EXPLICIT_PROVIDER = "famulor:explicitProvider";
const STACK_ALLOWED_PHONE_NUMBERS = "famulor:stackAllowedPhoneNumbers";

export interface ResolvedSettings {
  settings?: Settings;
  problems: string[];
}

const ALLOWED_IN_ENVIRONMENT = "FAMULOR_ALLOWED_PHONE_NUMBERS";

const ENVIRONMENT = [
  "FAMULOR_API_KEY",
  "FAMULOR_BASE_URL",
  ALLOWED_IN_ENVIRONMENT,
  "FAMULOR_REQUEST_TIMEOUT_SECONDS",
  "FAMULOR_REQUESTS_PER_MINUTE",
  "FAMULOR_ADOPT",
  "FAMULOR_REDIAL",
  "FAMULOR_FORCE_DESTROY",
] as const;

/** Changes whenever the environment's part of the settings does. */
export function environmentKey(env: NodeJS.ProcessEnv): string {
  return ENVIRONMENT.map((name) => env[name]).join("\0");
}

/** All problems at once, each with what to do. */
export function resolveSettings(source: SettingsSource): ResolvedSettings {
  const problems: string[] = [];
  const isExplicitProvider = setting(source, EXPLICIT_PROVIDER) !== undefined;
  // The environment's key may belong to another account than the provider is for.
  const apiKey = setting(source, "famulor:apiKey", isExplicitProvider ? undefined : "FAMULOR_API_KEY");
  if (apiKey === undefined && isExplicitProvider) {
    problems.push("apiKey: the FamulorProvider has no API key. Give it one; it is never taken from the environment.");
  } else if (apiKey === undefined) {
    problems.push(
      "famulor:apiKey: there is no API key. Run `pulumi config set --secret famulor:apiKey <key>` " +
        "or set FAMULOR_API_KEY. Keys are made at https://app.famulor.de/api-keys.",
    );
  } else if (apiKey.startsWith("fam_")) {
    problems.push(`famulor:apiKey: ${OTHER_GENERATION}`);
  } else if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    problems.push(
      "famulor:apiKey: the API key holds blanks or characters that cannot stand in a header. Copy it again.",
    );
  }

  const baseUrl = (setting(source, "famulor:baseUrl", "FAMULOR_BASE_URL") ?? DEFAULT_BASE_URL).replace(/\/+$/, "");
  const baseUrlProblem = problemOfBaseUrl(baseUrl);
  if (baseUrlProblem) problems.push(`famulor:baseUrl: ${baseUrlProblem}`);

  const { guard, problems: ofGuard } = guardOf([
    { setting: "famulor:allowedPhoneNumbers", text: source.config?.get("famulor:allowedPhoneNumbers") },
    { setting: "famulor:allowedPhoneNumbers of the stack", text: source.config?.get(STACK_ALLOWED_PHONE_NUMBERS) },
    { setting: ALLOWED_IN_ENVIRONMENT, text: source.env[ALLOWED_IN_ENVIRONMENT] },
  ]);
  problems.push(...ofGuard);
  for (const name of Object.keys(source.env)) {
    if (isMisspeltGuard(name)) {
      problems.push(`${name}: is not a variable of this package. Did you mean ${ALLOWED_IN_ENVIRONMENT}?`);
    }
  }

  const timeout = setting(source, "famulor:requestTimeoutSeconds", "FAMULOR_REQUEST_TIMEOUT_SECONDS");
  const timeoutSeconds = timeout === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(timeout);
  if (!(timeoutSeconds > 0 && timeoutSeconds <= 600)) {
    problems.push("famulor:requestTimeoutSeconds: must be a number of seconds above 0 and at most 600.");
  }

  const rate = setting(source, "famulor:requestsPerMinute", "FAMULOR_REQUESTS_PER_MINUTE");
  const isLocal = baseUrlProblem === undefined && isLoopback(baseUrl);
  const requestsPerMinute = rate === undefined ? (isLocal ? undefined : REQUESTS_PER_MINUTE) : Number(rate);
  if (
    requestsPerMinute !== undefined &&
    !(Number.isInteger(requestsPerMinute) && requestsPerMinute > 0 && requestsPerMinute <= MAX_REQUESTS_PER_MINUTE)
  ) {
    problems.push(`famulor:requestsPerMinute: must be a whole number from 1 to ${MAX_REQUESTS_PER_MINUTE}.`);
  }

  // For one run only, so never from the stack's configuration, where they would stay.
  const { FAMULOR_ADOPT: adopt, FAMULOR_REDIAL: redial, FAMULOR_FORCE_DESTROY: forceDestroy } = source.env;
  if (adopt && adopt !== "identical") problems.push("FAMULOR_ADOPT: must be `identical` or not set.");
  if (redial && redial !== "allow") problems.push("FAMULOR_REDIAL: must be `allow` or not set.");
  if (forceDestroy && !/^[1-9]\d{0,15}$/.test(forceDestroy)) {
    problems.push("FAMULOR_FORCE_DESTROY: must be the ID of one campaign or not set.");
  }

  if (problems.length > 0 || apiKey === undefined) return { problems };
  return {
    settings: {
      apiKey,
      baseUrl,
      guard,
      requestTimeoutMs: timeoutSeconds * 1000,
      requestsPerMinute,
      adoptIdentical: adopt === "identical",
      allowRedial: redial === "allow",
      forceDestroyCampaignId: forceDestroy ? Number(forceDestroy) : undefined,
      isExplicitProvider,
    },
    problems,
  };
}

/** @throws FamulorConfigError that names every unusable setting. */
export function requireSettings({ settings, problems }: ResolvedSettings): Settings {
  if (settings) return settings;
  throw new FamulorConfigError(problems.join("\n"));
}

/** Whether the address is localhost: plain http is fine there, and nobody's phone rings. */
export function isLoopback(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** A guard under a misspelt name guards nobody. Any other variable with this prefix may belong to another program. */
function isMisspeltGuard(name: string): boolean {
  if (!name.startsWith("FAMULOR_") || name === ALLOWED_IN_ENVIRONMENT) return false;
  return name.startsWith("FAMULOR_ALLOW") || isSlipOf(name, ALLOWED_IN_ENVIRONMENT);
}

function setting(
  { config, env }: SettingsSource,
  key: string,
  envName?: (typeof ENVIRONMENT)[number],
): string | undefined {
  // The stack's configuration holds text only; the inputs of an explicit provider keep their type.
  const configured = String(config?.get(key) ?? "").trim();
  return configured || (envName && env[envName]?.trim()) || undefined;
}

function problemOfBaseUrl(baseUrl: string): string | undefined {
  const example = `such as ${DEFAULT_BASE_URL}`;
  if (!URL.canParse(baseUrl)) return `must be an address, ${example}.`;
  const url = new URL(baseUrl);
  if (url.hostname === "app.famulor.io" || url.pathname.endsWith("/api/v1")) return OTHER_GENERATION;
  if (url.username || url.password || url.search || url.hash) {
    return `must be a plain address without user, query or fragment, ${example}.`;
  }
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(baseUrl))) return undefined;
  return `must begin with https:// (http:// only for localhost), ${example}: the key travels with every request.`;
}
