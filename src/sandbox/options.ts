/**
 * Every option of the sandbox: its value and meaning (OptionValues), its default, and how it is written and read. `startSandbox`, the
 * flags of `famulor-sandbox`, its `--help` and the page's settings all come from here.
 */
import { DEFAULT_ASSISTANTS, DEFAULT_PHONE_NUMBERS } from "./account/assistants-and-numbers";
import type { SandboxAssistant, SandboxCampaignOptions, SandboxPhoneNumber } from "./account/records";
import { isPhoneNumber } from "./account/validation";
import { SANDBOX_DIALECTS, type SandboxDialect } from "./api/dialects";
import { FAULT_TARGETS, type PlannedFault, readFault, SANDBOX_FAULTS, writeFault } from "./api/faults";
import type { SandboxRateLimit } from "./api/rate-limits";

/** The value of every option. */
export interface OptionValues {
  /** The port on 127.0.0.1; 0: any free port. @default 0; the command: 4010 */
  port: number;
  /** The API key of the account. @default "sandbox-key" */
  apiKey: string;
  /** The e-mail address of the account. @default "owner@sandbox.test" */
  email: string;
  /** The campaigns to start with. @default one, with ID 1 and the name "Sandbox campaign"; with `seed`, none */
  campaigns: SandboxCampaignOptions[];
  /**
   * Whether started campaigns work through their leads: simulated calls, retries, completion, retention. If not, a lead keeps its
   * status until somebody changes it.
   * @default false; the command: true
   */
  lifeCycle: boolean;
  /** How many seconds pass in one real second, 0 to 100,000. 0: time stands still until `advance`. @default 1 */
  speed: number;
  /** With `lifeCycle`: decides how calls end that `outcomes` does not name. The same number gives the same results. @default 1 */
  randomSeed: number;
  /** With `lifeCycle`: how many months after its creation a lead is deleted, 1 to 24. @default 24, as in Famulor */
  retentionMonths: number;
  /** The balance of the account. At 0 no campaign can be started. @default 100 */
  balance: number;
  /** How many campaigns the plan allows. @default Infinity */
  campaignLimit: number;
  /** The outbound assistants that campaigns can use. @default one, with ID 1 and the name "Sandbox assistant" */
  assistants: SandboxAssistant[];
  /** The phone numbers of the account. @default one, with ID 1: +493023125999 */
  phoneNumbers: SandboxPhoneNumber[];
  /** Refuses more requests than this with 429. @default [], although Famulor allows 100 in a minute and 20 in 10 seconds */
  rateLimits: SandboxRateLimit[];
  /** The dialects to speak. @default [], which is what Famulor's English API pages say */
  dialects: SandboxDialect[];
  /** What goes wrong with the next requests. @default [] */
  faults: PlannedFault[];
  /** The path of a file that keeps all data over restarts and kills. @default none: the sandbox forgets everything when it ends */
  store: string;
  /** The path of a file with data to start with, `.json` or `.csv`. A store that has data already is not seeded again. @default none */
  seed: string;
}

export type OptionName = keyof OptionValues;

/** How an option is written and read: the flag, the line of `--help`, the field on the page. */
export interface Option<T> {
  flag: string;
  /** Stands for the value in `--help`. Absent: the option is a switch. */
  placeholder?: string;
  help: string;
  default: T;
  /** The command's default, if it is another one. */
  inCommand?: T;
  /** Whether the page can change it while the sandbox runs. */
  isLive: boolean;
  /** May be given several times. */
  isMany: boolean;
  /** The values to choose from, each with its meaning. */
  choices?: Record<string, string>;
  /** From texts, as the command or the page gives them. @throws with the reason. */
  read(given: string[]): T;
  /** The texts from which `read` gives this value. */
  write(value: T): string[];
}

type About = Pick<Option<unknown>, "flag" | "help"> & Partial<Pick<Option<unknown>, "placeholder" | "choices">>;

function number(
  about: About & { least: number; most: number; isWhole?: boolean; isLive?: boolean },
  usual: number,
  inCommand?: number,
): Option<number> {
  const { least, most, isWhole = true, isLive = true, ...rest } = about;
  return {
    placeholder: "N",
    ...rest,
    default: usual,
    ...(inCommand !== undefined && { inCommand }),
    isLive,
    isMany: false,
    read: ([text = ""]) => {
      if (text.trim() === "" && usual === Number.POSITIVE_INFINITY) return usual;
      const value = text.trim() === "" ? Number.NaN : Number(text);
      if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
      throw new Error(`must be a ${isWhole ? "whole " : ""}number from ${least} to ${most}`);
    },
    write: (value) => (Number.isFinite(value) ? [String(value)] : [""]),
  };
}

function text(about: About, usual: string): Option<string> {
  return {
    placeholder: "TEXT",
    ...about,
    default: usual,
    isLive: false,
    isMany: false,
    read: ([given = ""]) => {
      if (given.trim() !== "") return given.trim();
      throw new Error("must not be empty");
    },
    write: (value) => [value],
  };
}

/** A switch: on the page a checkbox, in the command `--flag` and `--no-flag`. */
function onOff(about: About, usual: boolean, inCommand: boolean): Option<boolean> {
  return {
    ...about,
    default: usual,
    inCommand,
    isLive: true,
    isMany: false,
    read: ([given]) => given === "true",
    write: (value) => [String(value)],
  };
}

function many<T>(
  about: About & { isLive?: boolean },
  usual: T[],
  readOne: (text: string, index: number) => T | T[],
  writeOne: (value: T) => string,
): Option<T[]> {
  return {
    isLive: true,
    ...about,
    default: usual,
    isMany: true,
    read: (given) => given.flatMap(readOne),
    write: (values) => values.map(writeOne),
  };
}

const isDialect = (name: string): name is SandboxDialect => Object.hasOwn(SANDBOX_DIALECTS, name);

/** Source: https://docs.famulor.io, "Rate limits". */
const FAMULORS_LIMITS: SandboxRateLimit[] = [
  { requests: 100, ms: 60_000 },
  { requests: 20, ms: 10_000 },
];

function readRateLimit(given: string): SandboxRateLimit | SandboxRateLimit[] {
  if (given === "famulor") return FAMULORS_LIMITS;
  const [, requests, seconds] = /^(\d+)\/(\d+)$/.exec(given) ?? [];
  if (Number(requests) >= 1 && Number(seconds) >= 1) return { requests: Number(requests), ms: Number(seconds) * 1000 };
  throw new Error('must be "famulor", or REQUESTS/SECONDS such as 20/10');
}

function readAssistant(given: string, index: number): SandboxAssistant {
  const [, name = "", timezone = "Europe/Berlin"] = /^([^@]+?)\s*(?:@\s*(\S+))?$/.exec(given.trim()) ?? [];
  if (name === "") throw new Error("must be NAME or NAME@TIMEZONE");
  return { id: index + 1, name, status: "active", timezone, variables: { name: "" } };
}

function readPhoneNumber(given: string, index: number): SandboxPhoneNumber {
  if (!isPhoneNumber(given)) throw new Error("must be in E.164, such as +493023125999");
  return { id: index + 1, phone_number: given, nickname: null, country_code: "", region: "" };
}

const OPTIONS: { readonly [Name in OptionName]: Option<OptionValues[Name]> } = {
  port: number(
    { flag: "port", help: "where to listen on 127.0.0.1; 0: any free port", least: 0, most: 65_535, isLive: false },
    0,
    4010,
  ),
  apiKey: text({ flag: "key", placeholder: "KEY", help: "the API key it accepts" }, "sandbox-key"),
  email: text({ flag: "email", placeholder: "EMAIL", help: "whose account it is" }, "owner@sandbox.test"),
  campaigns: many<SandboxCampaignOptions>(
    { flag: "campaign", placeholder: "NAME", help: "a campaign to start with", isLive: false },
    [{ id: 1, name: "Sandbox campaign" }],
    (name) => ({ name }),
    ({ name }) => name,
  ),
  lifeCycle: onOff(
    { flag: "life-cycle", help: "started campaigns work through their leads; nobody is called" },
    false,
    true,
  ),
  speed: number(
    {
      flag: "speed",
      help: "seconds that pass in one real second; 0: none, until the clock is turned",
      least: 0,
      most: 100_000,
      isWhole: false,
    },
    1,
  ),
  randomSeed: number(
    {
      flag: "random-seed",
      help: "how calls end by chance: the same number gives the same results",
      least: 0,
      most: 2 ** 32,
    },
    1,
  ),
  retentionMonths: number(
    {
      flag: "retention-months",
      help: "with --life-cycle: after how many months leads are deleted",
      least: 1,
      most: 24,
    },
    24,
  ),
  balance: number(
    { flag: "balance", help: "the balance; at 0 no campaign can be started", least: 0, most: 1e9, isWhole: false },
    100,
  ),
  campaignLimit: number(
    { flag: "campaign-limit", help: "how many campaigns the plan allows", least: 0, most: 1e9 },
    Number.POSITIVE_INFINITY,
  ),
  assistants: many<SandboxAssistant>(
    { flag: "assistant", placeholder: "NAME", help: "an outbound assistant, NAME or NAME@TIMEZONE" },
    DEFAULT_ASSISTANTS,
    readAssistant,
    ({ name, timezone }) => `${name}@${timezone}`,
  ),
  phoneNumbers: many<SandboxPhoneNumber>(
    { flag: "phone-number", placeholder: "+49…", help: "a phone number of the account" },
    DEFAULT_PHONE_NUMBERS,
    readPhoneNumber,
    ({ phone_number }) => phone_number,
  ),
  rateLimits: many<SandboxRateLimit>(
    {
      flag: "rate-limit",
      placeholder: "LIMIT",
      help: 'refuse more requests with 429: "famulor" (100 in 60 s, 20 in 10 s), or such as 20/10 (20 in 10 s)',
    },
    [],
    readRateLimit,
    ({ requests, ms }) => `${requests}/${ms / 1000}`,
  ),
  dialects: many<SandboxDialect>(
    {
      flag: "dialect",
      placeholder: "D",
      help: "where Famulor's sources disagree, or servers in between interfere",
      choices: SANDBOX_DIALECTS,
    },
    [],
    (name) => {
      if (isDialect(name)) return name;
      throw new Error("there is no such dialect");
    },
    (name) => name,
  ),
  faults: many<PlannedFault>(
    {
      flag: "fault",
      placeholder: "F",
      help: `what goes wrong, as FAULT, FAULT:REQUEST or FAULT:REQUEST:TIMES (or always). REQUEST is ${Object.keys(FAULT_TARGETS).join(", ")}`,
      choices: SANDBOX_FAULTS,
    },
    [],
    readFault,
    writeFault,
  ),
  store: text({ flag: "store", placeholder: "FILE", help: "keep everything in this file over restarts and kills" }, ""),
  seed: text({ flag: "seed", placeholder: "FILE", help: "start with the data of this file, .json or .csv" }, ""),
};

/** Any option by its name, without the type of its value. */
export const optionOf = (name: OptionName) => OPTIONS[name] as unknown as Option<unknown>;
export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

export const DEFAULTS = Object.fromEntries(
  OPTION_NAMES.map((name) => [name, optionOf(name).default]),
) as unknown as OptionValues;
