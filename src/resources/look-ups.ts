/** Look-ups: what there is in an account. They ask Famulor from the program, in preview too, each with one request. */
import * as pulumi from "@pulumi/pulumi";
import type { SettingsSource } from "../look-ups";
import type { Weekday } from "./campaign";
import { noteAssistant } from "./checks/assistant-variables";
import { type FamulorProvider, providerInputs } from "./famulor-provider";
import { isMocked, refuseUnknownSettings } from "./register";

/** Whose account a look-up asks. */
export interface LookUpOptions {
  /**
   * The provider whose key and address are used.
   *
   * @default the provider of `parent`, then the stack's configuration and environment
   */
  provider?: FamulorProvider | undefined;
  /** A component: its provider is used, unless `provider` is given. */
  parent?: pulumi.Resource | undefined;
}

/** A campaign as Famulor lists it. Famulor never lists its assistant, time zone and phone numbers. */
export interface GetCampaignResult {
  /** Famulor's ID of the campaign. */
  campaignId: number;
  /** Its name. */
  name: string;
  /** `draft`, `in-progress`, `stopped`, `completed`, or a word that is new. */
  status?: string | undefined;
  /** How many calls at the same time. */
  maxCallsInParallel?: number | undefined;
  /** `HH:MM` in the campaign's time zone. */
  allowedHoursStartTime?: string | undefined;
  /** `HH:MM` in the campaign's time zone. */
  allowedHoursEndTime?: string | undefined;
  /** The days on which Famulor calls. */
  allowedDays?: Weekday[] | undefined;
  /** How many times Famulor calls a lead again that it did not reach. */
  maxRetries?: number | undefined;
  /** Minutes between two calls to the same lead. (One of Famulor's pages shows seconds here.) */
  retryIntervalMinutes?: number | undefined;
  /** Whether the campaign completes by itself when no lead is left to call. */
  markCompleteWhenNoLeads?: boolean | undefined;
  /** When Famulor created the campaign, ISO 8601. */
  createdAt?: string | undefined;
  /** When Famulor last changed the campaign, ISO 8601. */
  updatedAt?: string | undefined;
}

/**
 * Finds the campaign with this name. Source: https://docs.famulor.io, "List campaigns".
 *
 * @throws pulumi.RunError, with a list of what there is, if no campaign or more than one has this name.
 * @example
 * ```ts
 * const { campaignId } = await getCampaign({ name: "Spring 2027" });
 * ```
 */
export function getCampaign(args: { name: string }, opts?: LookUpOptions): Promise<GetCampaignResult> {
  return ask("getCampaign", args, opts, async (source) => {
    return (await lookUps().findCampaignByName(source, args.name)) as GetCampaignResult;
  });
}

/** {@link getCampaign} with inputs for arguments and an output for a result. */
export function getCampaignOutput(
  args: { name: pulumi.Input<string> },
  opts?: LookUpOptions,
): pulumi.Output<GetCampaignResult> {
  return askWithInputs(args, opts, getCampaign);
}

/** An assistant that can call. */
export interface GetOutboundAssistantResult {
  /** Famulor's ID of the assistant. */
  assistantId: number;
  /** Its name. */
  name: string;
  /** `active` or `inactive`. */
  status?: string | undefined;
  /** IANA name of its time zone. */
  timezone?: string | undefined;
  /** The names that a lead's `variables` may fill. */
  variableNames: string[];
}

/** How an assistant is looked up. */
export interface GetOutboundAssistantArgs {
  /** The assistant's name. */
  name: string;
  /**
   * Whether a lead's variable that the assistant does not define is an error, and not only a warning. This concerns leads and
   * sets whose `campaignId` is a `FamulorCampaign` of this program with this assistant.
   *
   * @default false
   */
  strictVariables?: boolean | undefined;
}

/**
 * Finds the outbound assistant with this name. Source: https://docs.famulor.io, "Get outbound assistants".
 *
 * From then on the program compares the variables of leads with the assistant's `variableNames`, in preview too. It warns of
 * each name that is not among them, and shows the nearest one. (Whether Famulor ignores such a variable is undocumented.)
 *
 * @throws pulumi.RunError, with a list of what there is, if no assistant or more than one has this name.
 * @example
 * ```ts
 * const { assistantId } = await getOutboundAssistant({ name: "Eva" });
 * const spring = new FamulorCampaign("spring", { name: "Spring 2027", assistantId });
 * ```
 */
export async function getOutboundAssistant(
  { name, strictVariables = false }: GetOutboundAssistantArgs,
  opts?: LookUpOptions,
): Promise<GetOutboundAssistantResult> {
  const found = await ask("getOutboundAssistant", { name }, opts, async (source) => {
    return lookUps().findOutboundAssistant(source, name);
  });
  noteAssistant(found, strictVariables);
  return found;
}

/** {@link getOutboundAssistant} with inputs for arguments and an output for a result. */
export function getOutboundAssistantOutput(
  args: Omit<GetOutboundAssistantArgs, "name"> & { name: pulumi.Input<string> },
  opts?: LookUpOptions,
): pulumi.Output<GetOutboundAssistantResult> {
  const { name, strictVariables } = args;
  return askWithInputs({ name }, opts, (known, resolved) =>
    getOutboundAssistant({ ...known, strictVariables }, resolved),
  );
}

/** One of the account's own numbers, to call from. */
export interface GetPhoneNumberResult {
  /** Famulor's ID of the number, for a campaign's `phoneNumberIds`. */
  phoneNumberId: number;
  /** The number in E.164. */
  phoneNumber: string;
  /** The name that the account gave the number. */
  nickname?: string | undefined;
  /** Two letters, such as `DE`. */
  countryCode?: string | undefined;
  /** `normal`, `sip` or `caller_id`. */
  type?: string | undefined;
}

/**
 * Finds one of the account's own phone numbers. Source: https://docs.famulor.io, "Get all phone numbers".
 *
 * @param args `phoneNumber`: in E.164, such as `"+493023125000"`.
 * @throws pulumi.RunError, with a list of what there is, if the account has no such number.
 * @example
 * ```ts
 * const { phoneNumberId } = await getPhoneNumber({ phoneNumber: "+493023125000" });
 * ```
 */
export function getPhoneNumber(args: { phoneNumber: string }, opts?: LookUpOptions): Promise<GetPhoneNumberResult> {
  return ask("getPhoneNumber", args, opts, async (source) => {
    return lookUps().findPhoneNumber(source, args.phoneNumber);
  });
}

/** {@link getPhoneNumber} with inputs for arguments and an output for a result. */
export function getPhoneNumberOutput(
  args: { phoneNumber: pulumi.Input<string> },
  opts?: LookUpOptions,
): pulumi.Output<GetPhoneNumberResult> {
  return askWithInputs(args, opts, getPhoneNumber);
}

/** The account that a key belongs to. */
export interface GetAccountResult {
  /** The account's e-mail address. */
  email: string;
  /** The account's name. */
  name?: string | undefined;
  /** In the account's currency. */
  totalBalance?: number | undefined;
  /** As in the outputs of leads and campaigns: the first 12 hex digits of the SHA-256 of the e-mail address. */
  accountId: string;
}

/**
 * Says who the key belongs to, and the balance. Source: https://docs.famulor.io, "Get user".
 *
 * @throws pulumi.RunError if Famulor refuses the key.
 * @example
 * ```ts
 * const { totalBalance } = await getAccount();
 * ```
 */
export function getAccount(opts?: LookUpOptions): Promise<GetAccountResult> {
  return ask("getAccount", {}, opts, async (source) => {
    return lookUps().findAccount(source);
  });
}

/** {@link getAccount} as an output. */
export function getAccountOutput(opts?: LookUpOptions): pulumi.Output<GetAccountResult> {
  return askWithInputs({}, opts, (_args, resolved) => getAccount(resolved));
}

/** Loads HTTP code only when a look-up is called. */
const lookUps = () => require("../look-ups") as typeof import("../look-ups");

async function ask<T>(
  what: string,
  args: pulumi.Inputs,
  opts: LookUpOptions | undefined,
  question: (source: SettingsSource) => Promise<T>,
): Promise<T> {
  const provider = providerOf(opts);
  refuseUnknownSettings();
  // In a test of a program `mocks.call` answers, and nothing goes to the network.
  if (isMocked()) return pulumi.runtime.invoke(`famulor:index:${what}`, args, provider && { provider });
  const source = await settingsSource(provider, what);
  try {
    return await question(source);
  } catch (error) {
    throw new pulumi.RunError(`${what}: ${(error as Error).message}`);
  }
}

/** The same question, asked once its arguments and the provider's inputs are known. */
function askWithInputs<A, T>(
  args: { [K in keyof A]: pulumi.Input<A[K]> },
  opts: LookUpOptions | undefined,
  question: (args: A, opts: LookUpOptions | undefined) => Promise<T>,
): pulumi.Output<T> {
  const provider = providerOf(opts);
  const known = pulumi.output(provider && inputsOf(provider));
  // A provider's key is a secret, but the answer is none.
  return pulumi
    .all([pulumi.output(args), pulumi.unsecret(known)])
    .apply(([resolved]) => question(resolved as A, opts)) as pulumi.Output<T>;
}

async function settingsSource(provider: pulumi.ProviderResource | undefined, what: string): Promise<SettingsSource> {
  if (!provider) return { config: { get: stackConfig }, env: process.env };
  const known = pulumi.output(inputsOf(provider));
  // Not in the SDK's public types. In preview an unknown value would keep the promise below waiting for ever.
  if ((await (known as { isKnown?: Promise<boolean> }).isKnown) === false) {
    throw new pulumi.RunError(`${what}: its provider is not known yet in preview. Use ${what}Output.`);
  }
  const settings = await new Promise<Record<string, unknown>>((resolve) => {
    known.apply(resolve);
  });
  const get = (key: string) => (settings[key] === undefined ? undefined : String(settings[key]));
  return { config: { get }, env: process.env };
}

function providerOf(opts: LookUpOptions | undefined): pulumi.ProviderResource | undefined {
  const provider = opts?.provider ?? opts?.parent?.getProvider("pulumi-nodejs:dynamic:Resource");
  if (provider) inputsOf(provider);
  return provider;
}

function inputsOf(provider: pulumi.ProviderResource) {
  const inputs = providerInputs(provider);
  if (inputs) return inputs;
  throw new pulumi.RunError("The option `provider` of a look-up must be a FamulorProvider.");
}

/** `famulor:baseUrl` is the key `baseUrl` of the configuration of `famulor`. */
function stackConfig(key: string): string | undefined {
  const [namespace, name] = key.split(":") as [string, string];
  return new pulumi.Config(namespace).get(name);
}
