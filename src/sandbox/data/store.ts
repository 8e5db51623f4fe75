/**
 * Keeps a sandbox in a file. A request that changes something appends one line, and is answered once the line is on the disk. So a
 * kill at any moment leaves a file with every answered change: at worst the last line is cut, and its request was never answered. At
 * each start the sandbox writes the file again under another name, and renames it.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { CampaignRecord, LeadRecord } from "../account/records";
import type { OptionValues } from "../options";
import type { Service } from "../service";

const HEADER = `${JSON.stringify({ "famulor-sandbox": 1 })}\n`;

/** The settings that belong to the data. */
const KEPT = ["balance", "campaignLimit", "assistants", "phoneNumbers"] as const;
type KeptSettings = Partial<Pick<OptionValues, (typeof KEPT)[number]>>;

interface StoredAccount {
  email: string;
  apiKey: string;
  leads?: LeadRecord[];
  leadsGone?: number[];
  campaigns?: CampaignRecord[];
  campaignsGone?: number[];
}

/** One line of the file. */
interface Batch {
  at: string;
  ids: { lastLead: number; lastCampaign: number };
  settings?: KeptSettings;
  accounts: StoredAccount[];
}

/** What a file held. */
export interface Stored {
  at: string;
  ids: Batch["ids"];
  settings: KeptSettings;
  accounts: { email: string; apiKey: string; leads: LeadRecord[]; campaigns: CampaignRecord[] }[];
}

/** @returns undefined if there is no file yet, or an empty one. @throws if the file is not the store of a sandbox, or is damaged. */
export function readStore(path: string): Stored | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8");
  if (text === "") return undefined;
  // A kill has cut the very first line.
  if (HEADER.startsWith(text)) return undefined;
  if (!text.startsWith(HEADER)) throw new Error(`${path} is not the store of a sandbox: choose another file`);
  const lines = text.slice(HEADER.length).split("\n");
  lines.pop(); // empty, or a line that a kill has cut
  if (lines.length === 0) return undefined;
  const accounts: {
    email: string;
    apiKey: string;
    leads: Map<number, LeadRecord>;
    campaigns: Map<number, CampaignRecord>;
  }[] = [];
  let settings: KeptSettings = {};
  let last: Batch | undefined;
  for (const [number, line] of lines.entries()) {
    last = readBatch(path, line, number + 2);
    settings = last.settings ?? settings;
    for (const [index, { email, apiKey, ...change }] of last.accounts.entries()) {
      const known = accounts[index] ?? { email, apiKey, leads: new Map(), campaigns: new Map() };
      accounts[index] = Object.assign(known, { email, apiKey });
      for (const record of change.campaigns ?? []) known.campaigns.set(record.campaign.id, record);
      for (const id of change.campaignsGone ?? []) known.campaigns.delete(id);
      for (const record of change.leads ?? []) known.leads.set(record.lead.id, record);
      for (const id of change.leadsGone ?? []) known.leads.delete(id);
    }
  }
  const { at = "", ids = { lastLead: 0, lastCampaign: 0 } } = last ?? {};
  return {
    at,
    ids,
    settings,
    accounts: accounts.map((each) => ({
      ...each,
      leads: [...each.leads.values()],
      campaigns: [...each.campaigns.values()],
    })),
  };
}

function readBatch(path: string, line: string, number: number): Batch {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`${path} is damaged in line ${number}: delete that line, or take a copy of the file`);
  }
}

export class Store {
  #file: number;
  #size: number;
  #writtenSettings: string;
  #writtenAccounts: string;
  #failure: Error | undefined;

  /** Writes the whole file again. */
  constructor(
    private readonly path: string,
    private readonly service: Service,
  ) {
    const accounts = service.owners.map(({ apiKey, account }) => {
      account.takeChanges(); // all of them are in the records
      const { leads, campaigns } = account.records();
      return { email: account.email, apiKey, leads: leads.reverse(), campaigns };
    });
    this.#writtenSettings = JSON.stringify(this.#settings());
    this.#writtenAccounts = this.#accountKeys();
    const text = HEADER + this.#line({ ...this.#head(), settings: this.#settings(), accounts });
    const unfinished = `${path}.unfinished`;
    const file = openSync(unfinished, "w", 0o600);
    try {
      writeAll(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(unfinished, path);
    syncFolder(path);
    this.#file = openSync(path, "a");
    this.#size = Buffer.byteLength(text);
  }

  #settings(): KeptSettings {
    return Object.fromEntries(
      // JSON has no Infinity; what is missing has its default.
      KEPT.map((name) => [name, this.service.values[name]]).filter(([, value]) => value !== Number.POSITIVE_INFINITY),
    );
  }

  #accountKeys(): string {
    return JSON.stringify(this.service.owners.map(({ apiKey, account }) => [account.email, apiKey]));
  }

  #head(): Pick<Batch, "at" | "ids"> {
    return { at: this.service.clock.now().toISOString(), ids: { ...this.service.ids } };
  }

  #line(batch: Batch): string {
    return `${JSON.stringify(batch)}\n`;
  }

  /** Writes to the disk what has changed. @throws if that fails, and at every call from then on. */
  flush(): void {
    if (this.#failure) throw this.#failure;
    let isChanged = false;
    const accounts = this.service.owners.map(({ apiKey, account }): StoredAccount => {
      const changes = account.takeChanges();
      const leads = [...changes.leads];
      const campaigns = [...changes.campaigns];
      isChanged ||= leads.length + campaigns.length > 0;
      return {
        email: account.email,
        apiKey,
        ...filled(
          "leads",
          leads.flatMap(([, record]) => record ?? []),
        ),
        ...filled(
          "leadsGone",
          leads.flatMap(([id, record]) => (record ? [] : [id])),
        ),
        ...filled(
          "campaigns",
          campaigns.flatMap(([, record]) => record ?? []),
        ),
        ...filled(
          "campaignsGone",
          campaigns.flatMap(([id, record]) => (record ? [] : [id])),
        ),
      };
    });
    const settings = JSON.stringify(this.#settings());
    const keys = this.#accountKeys();
    if (!isChanged && settings === this.#writtenSettings && keys === this.#writtenAccounts) return;
    try {
      this.#append({
        ...this.#head(),
        ...(settings !== this.#writtenSettings && { settings: this.#settings() }),
        accounts,
      });
    } catch (error) {
      this.#failure = new Error(`the sandbox cannot write its store: ${(error as Error).message}`);
      throw this.#failure;
    }
    this.#writtenSettings = settings;
    this.#writtenAccounts = keys;
  }

  #append(batch: Batch): void {
    const there = statSync(this.path);
    const ours = fstatSync(this.#file);
    if (there.ino !== ours.ino || there.size !== this.#size) {
      throw new Error(`another process has written ${this.path}; give each sandbox its own file`);
    }
    const line = this.#line(batch);
    try {
      writeAll(this.#file, line);
      fsyncSync(this.#file);
    } catch (error) {
      ftruncateSync(this.#file, this.#size); // a full disk: half a line in the middle would be damage
      throw error;
    }
    this.#size += Buffer.byteLength(line);
  }

  close(): void {
    try {
      this.flush();
    } finally {
      closeSync(this.#file);
    }
  }
}

const filled = <Name extends string, T>(name: Name, list: T[]) =>
  (list.length > 0 ? { [name]: list } : {}) as { [Each in Name]?: T[] };

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

/** A rename is on the disk once its folder is. Windows cannot sync a folder. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
