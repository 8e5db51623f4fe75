/** Starts a sandbox: puts its parts together. */
import { readFileSync } from "node:fs";
import type { Account } from "./account/account";
import type { SandboxCampaign, SandboxLead } from "./account/records";
import type { FaultTarget, SandboxFault } from "./api/faults";
import type { SandboxRequest } from "./api/request";
import type { Duration } from "./clock";
import { exportData, type ImportCounts, importData, readData, type SandboxData } from "./data/exchange";
import { readStore, Store, type Stored } from "./data/store";
import { listen } from "./server";
import { Service, type ServiceOptions } from "./service";

/** What a sandbox has and does. Every option also is a flag of the command, except for `now`, `outcomes` and `onRequest`. */
export interface SandboxOptions extends ServiceOptions {
  /** Called with each request just before its answer is sent. */
  onRequest?: (request: SandboxRequest) => void;
}

/** A sandbox that runs. */
export interface Sandbox {
  /** For `famulor:baseUrl`, such as `http://127.0.0.1:4010/api`. */
  readonly baseUrl: string;
  /** The address of the page, for a browser. */
  readonly pageUrl: string;
  /** For `famulor:apiKey`. */
  readonly apiKey: string;
  /** Every request since the start, in order. A test may empty the list. */
  readonly journal: SandboxRequest[];
  /** Copies of the first account's leads, newest first. */
  readonly leads: SandboxLead[];
  /** Copies of the first account's campaigns, oldest first. */
  readonly campaigns: SandboxCampaign[];
  /** The first account. Its methods act as a colleague in the dashboard. */
  readonly account: Account;
  /** The time of the sandbox's clock. */
  now(): Date;
  /**
   * Turns the clock forward. With `lifeCycle`, everything that becomes due happens, each event at its own moment.
   * @throws if `by` is negative or more than 3650 days.
   * @example sandbox.advance({ hours: 1, minutes: 30 })
   */
  advance(by: Duration): void;
  /**
   * Lets the next requests of a kind go wrong.
   * @param on Which requests. @default "any"
   * @param times How many of them. Infinity: all from now on. @default 1
   * @example sandbox.fail("lose-answer", "create")
   */
  fail(fault: SandboxFault, on?: FaultTarget, times?: number): void;
  /** Gives the first account another key. The sandbox refuses the old key from now on. */
  setKey(apiKey: string): void;
  /**
   * Adds an account at the same address, without campaigns. All accounts share one sequence of IDs, as in Famulor.
   * @throws if another account has this key.
   */
  addAccount(options: { apiKey: string; email: string }): Account;
  /** All data of all accounts, as `import` takes them. */
  export(): SandboxData;
  /** Adds campaigns and leads. @throws with at most 20 problems of the data, and their count; then nothing is added. */
  import(data: SandboxData): ImportCounts;
  /** Ends the sandbox. @throws if `store` is set and the last changes cannot be written. */
  close(): Promise<void>;
}

/**
 * Starts a sandbox on localhost: a simulator of Famulor that calls nobody.
 *
 * @param options What the sandbox has and does. Without options: one campaign with ID 1, on any free port, and without a life cycle.
 * @throws if the port is taken (`code: "EADDRINUSE"`), or if the files of `store` or `seed` cannot be used.
 * @example
 * ```ts
 * const sandbox = await startSandbox();
 * try {
 *   // Run the program with famulor:baseUrl = sandbox.baseUrl and famulor:apiKey = sandbox.apiKey.
 *   console.log(sandbox.leads, sandbox.journal);
 * } finally {
 *   await sandbox.close();
 * }
 * ```
 */
export async function startSandbox({ onRequest, ...given }: SandboxOptions = {}): Promise<Sandbox> {
  const stored = given.store ? readStore(given.store) : undefined;
  const service = new Service({ ...stored?.settings, ...withoutUndefined(given) });
  const account = fill(service, given, stored);
  let store: Store | undefined;
  const { port, close } = await listen(service, () => store?.flush(), onRequest);
  try {
    // Only now: if the port is taken, perhaps by a sandbox with this very store, the file must stay as it is.
    if (given.store) store = new Store(given.store, service);
  } catch (error) {
    await close();
    throw error;
  }
  // A change by a test or by the clock is stored soon; a change by a request is stored before its answer.
  let isDue = false;
  const stop = service.onChange(() => {
    if (!store || isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      try {
        if (!isClosed) store?.flush();
      } catch {
        // The store remembers its failure: the answer to every request from now on says so, and `close` throws.
      }
    });
  });
  let isClosed = false;
  const pageUrl = `http://127.0.0.1:${port}/`;
  return {
    baseUrl: `${pageUrl}api`,
    pageUrl,
    get apiKey() {
      return service.owners[0]?.apiKey ?? "";
    },
    journal: service.journal,
    get leads() {
      return account.leads;
    },
    get campaigns() {
      return account.campaigns;
    },
    account,
    now: () => service.clock.now(),
    advance: (by) => service.advance(by),
    fail(fault, on = "any", times = 1) {
      service.values.faults.push({ fault, on, times });
      service.changed();
    },
    setKey: (apiKey) => service.setKey(account, apiKey),
    addAccount: ({ apiKey, email }) => service.addAccount(email, apiKey),
    export: () => exportData(service),
    import: (data) => importData(service, data),
    async close() {
      if (isClosed) return;
      isClosed = true;
      stop();
      await close();
      store?.close();
    },
  };
}

/** Fills the sandbox with what was stored; else with the campaigns to start with, and the seed. @returns the first account. */
function fill(service: Service, given: SandboxOptions, stored: Stored | undefined): Account {
  const [first, ...others] = stored?.accounts ?? [];
  const { email, apiKey } = service.values;
  const account = service.addAccount(given.email ?? first?.email ?? email, given.apiKey ?? first?.apiKey ?? apiKey);
  if (!stored || !first) {
    const campaigns = given.campaigns ?? (service.values.seed ? [] : service.values.campaigns);
    for (const campaign of campaigns) account.addCampaign(campaign);
    if (service.values.seed) importSeed(service, account, service.values.seed);
    return account;
  }
  service.clock.notBefore(new Date(stored.at));
  Object.assign(service.ids, stored.ids);
  account.restore(first.leads, first.campaigns);
  for (const each of others) service.addAccount(each.email, each.apiKey).restore(each.leads, each.campaigns);
  // Everything that has become due since then happens now, each event at its own moment.
  for (const each of service.owners) each.account.startFrom(new Date(stored.at));
  return account;
}

function importSeed(service: Service, account: Account, path: string): void {
  try {
    const isCsv = /\.csv$/i.test(path);
    const campaignId = isCsv
      ? (account.campaigns[0]?.id ?? account.addCampaign({ name: "Sandbox campaign" }).id)
      : undefined;
    importData(service, readData(readFileSync(path, "utf8"), isCsv, campaignId));
  } catch (error) {
    throw new Error(`cannot seed the sandbox with ${path}: ${(error as Error).message}`);
  }
}

/** Without options that are `undefined`, which must not hide a stored value or a default. */
const withoutUndefined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
