/**
 * Everything that one run knows: one `Run` for each plugin process, created where the process starts. A test creates as
 * many as it needs. A new `Run` is what a new `pulumi` command would be.
 */
import { CampaignDirectory } from "../../famulor/directory/campaign-directory";
import { LeadDirectory } from "../../famulor/directory/lead-directory";
import type { Clock } from "../../famulor/http/clock";
import { Deadlines } from "../../famulor/http/deadline";
import { RateLimit, windowsFor } from "../../famulor/http/rate-limit";
import { Account } from "./account";
import { Claims } from "./claims";
import { GuardedClient } from "./guard-checks";
import type { Session } from "./session";
import {
  environmentKey,
  type ResolvedSettings,
  requireSettings,
  resolveSettings,
  type Settings,
  type SettingsSource,
} from "./settings";
import { type Notes, SharedClaims } from "./shared-claims";

/** The process that a run lives in. */
export interface Host {
  env: NodeJS.ProcessEnv;
  clock: Clock;
  /** Takes a line that is no error, for whoever watches. */
  say(line: string): void;
  /**
   * Called when requests queue for the rate limit. Returns the function that reports how many wait, and for how long.
   */
  onQueue(requestsPerMinute: number): (waiting: number, waitMs: number) => void;
  /** Shared by all processes of one run. @default Only this process. */
  notes?: Notes;
  /** Runs a hook so that a signal, or the end of the engine, is noticed. */
  interruptible<T>(deadlines: Deadlines, work: () => Promise<T>): Promise<T>;
}

/** The stack's configuration, or the inputs of an explicit provider. */
type Config = NonNullable<SettingsSource["config"]>;

export class Run {
  readonly #deadlines: Deadlines;
  readonly #resolved = new WeakMap<Config, { env: string; resolved: ResolvedSettings }>();
  readonly #sessions = new Map<string, Session>();
  readonly #claims = new Map<string, Claims>();
  readonly #notes: Notes;

  constructor(private readonly host: Host) {
    this.#deadlines = new Deadlines(host.clock);
    this.#notes = host.notes ?? new Set();
  }

  interruptible<T>(work: () => Promise<T>): Promise<T> {
    return this.host.interruptible(this.#deadlines, work);
  }

  /** Cached, because every hook asks and the answer seldom changes. */
  settings(config: Config | undefined): ResolvedSettings {
    const { env } = this.host;
    const key = environmentKey(env);
    const before = config && this.#resolved.get(config);
    if (before?.env === key) return before.resolved;
    const resolved = resolveSettings({ config, env });
    if (config) this.#resolved.set(config, { env: key, resolved });
    return resolved;
  }

  /** @throws FamulorConfigError that names every unusable setting. */
  session(config: Config | undefined): Session {
    return this.#sessionOf(requireSettings(this.settings(config)));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map(({ client }) => client.close()));
    this.#deadlines.close();
  }

  #sessionOf(settings: Settings): Session {
    const key = JSON.stringify(settings);
    const session = this.#sessions.get(key) ?? this.#open(settings);
    this.#sessions.set(key, session);
    return session;
  }

  #open(settings: Settings): Session {
    const { apiKey, baseUrl, guard, requestTimeoutMs, requestsPerMinute } = settings;
    const { clock, say, onQueue } = this.host;
    const deadlines = this.#deadlines;
    const rateLimit =
      requestsPerMinute === undefined
        ? undefined
        : new RateLimit({ windows: windowsFor(requestsPerMinute), onWait: onQueue(requestsPerMinute), deadlines });
    const proxy = this.host.env;
    const client = new GuardedClient(guard, { apiKey, baseUrl, requestTimeoutMs, rateLimit, deadlines, proxy });
    const campaigns = new CampaignDirectory(client, clock);
    const leads = new LeadDirectory(client, clock, campaigns);
    return {
      settings,
      client,
      leads,
      campaigns,
      account: new Account(client, campaigns, leads),
      claims: this.#claimsAt(baseUrl),
      clock,
      deadlines,
      unreachable: { lastAt: 0 },
      shared: new SharedClaims(this.#notes, baseUrl),
      say,
      at: (address) => this.#sessionOf({ ...settings, baseUrl: address }),
    };
  }

  /** Two sandboxes give out the same IDs, so each address has its own claims. */
  #claimsAt(baseUrl: string): Claims {
    const claims = this.#claims.get(baseUrl) ?? new Claims();
    this.#claims.set(baseUrl, claims);
    return claims;
  }
}
