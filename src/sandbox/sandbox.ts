/** Starts a local Famulor and puts its parts together. */
import { readFileSync } from "node:fs";
import type { Account } from "./account/account";
import type { SandboxCampaign, SandboxLead } from "./account/records";
import type { FaultTarget, SandboxFault } from "./api/faults";
import type { SandboxRequest } from "./api/routes";
import type { Duration } from "./clock";
import { exportData, type ImportCounts, importData, readData, type SandboxData } from "./data/exchange";
import { readStore, Store, type Stored } from "./data/store";
import { listen } from "./server";
import { Service, type ServiceOptions } from "./service";

export interface SandboxOptions extends ServiceOptions {
  /** Called with each request once it is answered. */
  onRequest?: (request: SandboxRequest) => void;
}

export interface Sandbox {
  /** What goes into `famulor:baseUrl`. */
  readonly baseUrl: string;
  /** The page, for a browser. */
  readonly pageUrl: string;
  readonly apiKey: string;
  /** Every request since the start, in order. A test may empty it. */
  readonly journal: SandboxRequest[];
  /** The leads there are now, newest first. */
  readonly leads: SandboxLead[];
  readonly campaigns: SandboxCampaign[];
  /** To act as somebody in the dashboard would. */
  readonly account: Account;
  /** By its own clock. */
  now(): Date;
  /** Turns the clock on. With `lifeCycle`, whatever becomes due happens, each at its own moment. */
  advance(by: Duration): void;
  /**
   * Lets the next such requests go wrong.
   * @param on Which requests. @default "any"
   * @param times How many of them; Infinity: all from now on. @default 1
   */
  fail(fault: SandboxFault, on?: FaultTarget, times?: number): void;
  /** From now on only this key is accepted for the first account. */
  setKey(apiKey: string): void;
  /** A second account at the same address, without campaigns. IDs are never given out twice. */
  addAccount(options: { apiKey: string; email: string }): Account;
  /** Everything, as `import` takes it. */
  export(): SandboxData;
  /** Adds campaigns and leads. @throws with every problem of the data; then nothing was added. */
  import(data: SandboxData): ImportCounts;
  close(): Promise<void>;
}

/** Starts a local Famulor. */
export async function startSandbox({ onRequest, ...given }: SandboxOptions = {}): Promise<Sandbox> {
  const stored = given.store ? readStore(given.store) : undefined;
  const service = new Service({ ...stored?.settings, ...withoutUndefined(given) });
  const account = fill(service, given, stored);
  let store: Store | undefined;
  const { port, close } = await listen(service, () => store?.flush(), onRequest);
  try {
    // Only now: where the port is taken, perhaps by a sandbox with this very store, the file stays as it is.
    if (given.store) store = new Store(given.store, service);
  } catch (error) {
    await close();
    throw error;
  }
  // What a test or the clock changes is stored soon; what a request changes, before its answer.
  let isDue = false;
  const stop = service.onChange(() => {
    if (!store || isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      try {
        if (!isClosed) store?.flush();
      } catch {
        // The store remembers its failure: every request from now on is answered with it, and so is `close`.
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

/** Puts in what was stored; else the campaigns to start with, and the seed. @returns the first account. */
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
  // Whatever has become due since then happens now, at its own moment.
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

/** `undefined` is what a caller passes who has nothing to say; it must not hide a stored value or a default. */
const withoutUndefined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
