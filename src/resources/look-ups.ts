import * as pulumi from "@pulumi/pulumi";
import type { SettingsSource } from "../provider/settings";
import type { Weekday } from "./campaign";
import { type FamulorProvider, providerInputs } from "./famulor-provider";

/** Whose account is asked. Default: the stack's. */
export interface LookUpOptions {
  provider?: FamulorProvider | undefined;
  /** A component: its provider is used, unless `provider` is given. */
  parent?: pulumi.Resource | undefined;
}

/** A campaign as Famulor lists it; its assistant, time zone and phone numbers are never listed. */
export interface GetCampaignResult {
  campaignId: number;
  name: string;
  /** `draft`, `in-progress`, `stopped`, `completed`, or a word yet unknown. */
  status?: string | undefined;
  maxCallsInParallel?: number | undefined;
  /** `HH:MM`. */
  allowedHoursStartTime?: string | undefined;
  /** `HH:MM`. */
  allowedHoursEndTime?: string | undefined;
  allowedDays?: Weekday[] | undefined;
  maxRetries?: number | undefined;
  /** In minutes; one of Famulor's pages shows seconds here. */
  retryIntervalMinutes?: number | undefined;
  markCompleteWhenNoLeads?: boolean | undefined;
  createdAt?: string | undefined;
  updatedAt?: string | undefined;
}

/**
 * The campaign of this name.
 *
 * @throws pulumi.RunError, with what there is, when there is none or more than one.
 */
export function getCampaign(args: { name: string }, opts?: LookUpOptions): Promise<GetCampaignResult> {
  return ask(opts, "getCampaign", async (source) => {
    return (await lookUps().findCampaignByName(source, args.name)) as GetCampaignResult;
  });
}

/** {@link getCampaign} for inputs. */
export function getCampaignOutput(
  args: { name: pulumi.Input<string> },
  opts?: LookUpOptions,
): pulumi.Output<GetCampaignResult> {
  return askWithInputs(args, opts, getCampaign);
}

/** An assistant that can call. */
export interface GetOutboundAssistantResult {
  assistantId: number;
  name: string;
  /** `active` or `inactive`. */
  status?: string | undefined;
  /** IANA name. */
  timezone?: string | undefined;
  /** The names that a lead's `variables` may fill. */
  variableNames: string[];
}

/**
 * The outbound assistant of this name.
 *
 * @throws pulumi.RunError, with what there is, when there is none or more than one.
 */
export function getOutboundAssistant(
  args: { name: string },
  opts?: LookUpOptions,
): Promise<GetOutboundAssistantResult> {
  return ask(opts, "getOutboundAssistant", async (source) => {
    return lookUps().findOutboundAssistant(source, args.name);
  });
}

/** {@link getOutboundAssistant} for inputs. */
export function getOutboundAssistantOutput(
  args: { name: pulumi.Input<string> },
  opts?: LookUpOptions,
): pulumi.Output<GetOutboundAssistantResult> {
  return askWithInputs(args, opts, getOutboundAssistant);
}

/** One of the account's own numbers, to call from. */
export interface GetPhoneNumberResult {
  phoneNumberId: number;
  phoneNumber: string;
  nickname?: string | undefined;
  /** Two letters. */
  countryCode?: string | undefined;
  /** `normal`, `sip` or `caller_id`. */
  type?: string | undefined;
}

/**
 * The account's phone number that is written so, in E.164.
 *
 * @throws pulumi.RunError, with what there is, when there is none.
 */
export function getPhoneNumber(args: { phoneNumber: string }, opts?: LookUpOptions): Promise<GetPhoneNumberResult> {
  return ask(opts, "getPhoneNumber", async (source) => {
    return lookUps().findPhoneNumber(source, args.phoneNumber);
  });
}

/** {@link getPhoneNumber} for inputs. */
export function getPhoneNumberOutput(
  args: { phoneNumber: pulumi.Input<string> },
  opts?: LookUpOptions,
): pulumi.Output<GetPhoneNumberResult> {
  return askWithInputs(args, opts, getPhoneNumber);
}

/** The account a key belongs to. */
export interface GetAccountResult {
  email: string;
  name?: string | undefined;
  /** In the account's currency. */
  totalBalance?: number | undefined;
  /** As in the outputs of leads and campaigns: the first 12 hex digits of the SHA-256 of the e-mail address. */
  accountId: string;
}

/** Who the key belongs to, and the balance. */
export function getAccount(opts?: LookUpOptions): Promise<GetAccountResult> {
  return ask(opts, "getAccount", async (source) => {
    return lookUps().findAccount(source);
  });
}

/** {@link getAccount} as an output. */
export function getAccountOutput(opts?: LookUpOptions): pulumi.Output<GetAccountResult> {
  return askWithInputs({}, opts, (_args, resolved) => getAccount(resolved));
}

/** Loads HTTP code, and only now. */
const lookUps = () => require("../provider/look-ups") as typeof import("../provider/look-ups");

async function ask<T>(
  opts: LookUpOptions | undefined,
  what: string,
  question: (source: SettingsSource) => Promise<T>,
): Promise<T> {
  const source = await settingsSource(opts, what);
  try {
    return await question(source);
  } catch (error) {
    throw new pulumi.RunError(`${what}: ${(error as Error).message}`);
  }
}

/** The same question, once its inputs and the provider's are known. */
function askWithInputs<A, T>(
  args: { [K in keyof A]: pulumi.Input<A[K]> },
  opts: LookUpOptions | undefined,
  question: (args: A, opts: LookUpOptions | undefined) => Promise<T>,
): pulumi.Output<T> {
  const known = pulumi.output(settingsOfProvider(opts));
  // A provider's key is a secret, and what is asked with it is none.
  return pulumi
    .all([pulumi.output(args), pulumi.unsecret(known)])
    .apply(([resolved]) => question(resolved as A, opts)) as pulumi.Output<T>;
}

async function settingsSource(opts: LookUpOptions | undefined, what: string): Promise<SettingsSource> {
  const inputs = settingsOfProvider(opts);
  if (!inputs) return { config: { get: stackConfig }, env: process.env };
  const known = pulumi.output(inputs);
  // Not in the SDK's public types. A promise cannot be unknown, and would never be kept.
  if ((await (known as { isKnown?: Promise<boolean> }).isKnown) === false) {
    throw new pulumi.RunError(`${what}: its provider is not known yet in preview; use ${what}Output.`);
  }
  const settings = await new Promise<Record<string, unknown>>((resolve) => {
    known.apply(resolve);
  });
  const get = (key: string) => (settings[key] === undefined ? undefined : String(settings[key]));
  return { config: { get }, env: process.env };
}

function settingsOfProvider(opts: LookUpOptions | undefined) {
  const provider = opts?.provider ?? opts?.parent?.getProvider("pulumi-nodejs:dynamic:Resource");
  if (!provider) return undefined;
  const inputs = providerInputs(provider);
  if (inputs) return inputs;
  throw new pulumi.RunError("The option `provider` of a look-up must be a FamulorProvider.");
}

/** `famulor:baseUrl` is the key `baseUrl` of the configuration of `famulor`. */
function stackConfig(key: string): string | undefined {
  const [namespace, name] = key.split(":") as [string, string];
  return new pulumi.Config(namespace).get(name);
}
