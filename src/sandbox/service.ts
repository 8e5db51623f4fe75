/** Everything one sandbox holds: its accounts, clock, settings and journal. Knows neither HTTP nor files. */
import { Account, type AccountHost, type AccountRules, type Ids } from "./account/account";
import type { OutcomeScript } from "./account/outcomes";
import { applyDialects, type Dialect, type SandboxDialect } from "./api/dialects";
import { enforce } from "./api/rate-limits";
import type { Answer, SandboxRequest } from "./api/request";
import { ROUTES } from "./api/routes";
import { type Duration, SandboxClock } from "./clock";
import { DEFAULTS, type OptionName, type OptionValues, optionOf } from "./options";

export interface Owner {
  apiKey: string;
  account: Account;
}

export interface ServiceOptions extends Partial<OptionValues> {
  /** The time at `speed: 1`. @default the real time */
  now?: () => Date;
  /** With `lifeCycle`: how the calls of each number end. @default by chance, which `randomSeed` decides */
  outcomes?: OutcomeScript;
}

/** The journal keeps the answers of at least this many requests. */
const ANSWERS_KEPT = 300;

export class Service {
  readonly clock: SandboxClock;
  readonly ids: Ids = { lastLead: 1_000_000, lastCampaign: 0 };
  readonly owners: Owner[] = [];
  /** Every request since the start, in order. A test may empty it. */
  readonly journal: SandboxRequest[] = [];
  /** The latest requests, whatever a test does to the journal. */
  recent: SandboxRequest[] = [];
  readonly values: OptionValues;
  readonly startedAt: Date;
  /** Grows with each change, so that the page knows when it is stale. */
  version = 0;
  readonly #numbers = new WeakMap<SandboxRequest, number>();
  #lastNumber = 0;
  readonly #listeners = new Set<() => void>();
  readonly #now: () => Date;
  readonly #host: AccountHost;
  #dialect!: Dialect;
  #refuseTooMany!: () => Answer | undefined;

  constructor({ now = () => new Date(), outcomes = {}, ...given }: ServiceOptions) {
    this.values = { ...DEFAULTS, ...given };
    // Copies: faults are used up, and the defaults and the caller's list must stay as they are.
    this.values.faults = this.values.faults.map((fault) => ({ ...fault }));
    this.#now = now;
    this.clock = new SandboxClock(now, this.values.speed);
    this.startedAt = this.clock.now();
    this.#host = {
      now: () => this.clock.now(),
      rules: liveRules(this.values, outcomes),
      ids: this.ids,
      isLeadIdTaken: (id) => this.owners.some(({ account }) => account.book.leads.has(id)),
      onChange: () => this.changed(),
    };
    this.#applySettings();
  }

  get dialect(): Dialect {
    return this.#dialect;
  }

  refuseTooMany(): Answer | undefined {
    return this.#refuseTooMany();
  }

  ownerOf(apiKey: string): Owner | undefined {
    return this.owners.find((owner) => owner.apiKey === apiKey);
  }

  addAccount(email: string, apiKey: string): Account {
    if (this.ownerOf(apiKey)) throw new Error("another account has this key already: every account needs its own");
    const account = new Account(email, this.#host);
    account.startFrom(this.clock.now());
    this.owners.push({ apiKey, account });
    this.changed();
    return account;
  }

  setKey(account: Account, apiKey: string): void {
    const owner = this.owners.find((each) => each.account === account);
    if (owner) owner.apiKey = apiKey;
    this.changed();
  }

  /** Changes a setting while the sandbox runs. @param given As text, as in the command. @throws with the reason. */
  set(name: OptionName, given: string[]): void {
    const value = optionOf(name).read(given);
    this.settle(); // what was due so far follows the rules so far
    Object.assign(this.values, { [name]: value });
    if (name === "speed") this.clock.setSpeed(this.values.speed);
    this.#applySettings();
    for (const { account } of this.owners) account.rulesChanged();
    this.changed();
  }

  #applySettings(): void {
    this.#dialect = applyDialects(this.values.dialects, ROUTES);
    this.#refuseTooMany = enforce(this.values.rateLimits, this.#now);
  }

  /** Turns the clock on; what becomes due happens at its own moment. */
  advance(by: Duration): void {
    this.settle();
    this.clock.advance(by);
    this.settle();
    this.changed();
  }

  /** Lets the calls of all accounts catch up with the clock. */
  settle(): void {
    for (const { account } of this.owners) account.settle();
  }

  /** The number of a request since the start. The first is 1. */
  numberOf(request: SandboxRequest): number {
    return this.#numbers.get(request) ?? 0;
  }

  record(request: SandboxRequest): void {
    this.journal.push(request);
    this.#numbers.set(request, ++this.#lastNumber);
    this.recent.push(request);
    // At twice that number half of them go, so that this is rare.
    if (this.recent.length < 2 * ANSWERS_KEPT) return;
    const forgotten = this.recent.splice(0, ANSWERS_KEPT);
    for (const each of forgotten) delete each.answer;
  }

  changed(): void {
    this.version++;
    for (const listener of this.#listeners) listener();
  }

  /** @returns a function that ends the listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The settings as an account sees them, always as they are now. */
function liveRules(values: OptionValues, outcomes: OutcomeScript): AccountRules {
  const speaks = (dialect: SandboxDialect) => values.dialects.includes(dialect);
  return {
    outcomes,
    get countsDuplicatesAnywhere() {
      return speaks("duplicate-anywhere");
    },
    get refusesDuplicateByChange() {
      return speaks("duplicate-by-change-is-refused");
    },
    get refusesToDeleteBusyLead() {
      return speaks("busy-is-409");
    },
    get refusesToDeleteRunningCampaign() {
      return speaks("running-is-409");
    },
    get lifeCycle() {
      return values.lifeCycle;
    },
    get retentionMonths() {
      return values.retentionMonths;
    },
    get randomSeed() {
      return values.randomSeed;
    },
    get balance() {
      return values.balance;
    },
    get campaignLimit() {
      return values.campaignLimit;
    },
    get assistants() {
      return values.assistants;
    },
    get phoneNumbers() {
      return values.phoneNumbers;
    },
  };
}
