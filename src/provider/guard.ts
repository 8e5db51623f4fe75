/**
 * Another endpoint and another account are another world, and the engine moves a resource from one to the other without a
 * word. So every hook asks whether the resource was made where the settings point.
 *
 * | made at        | settings point to | `diff`                         | `delete`             | `read`, `update` |
 * |----------------|-------------------|--------------------------------|----------------------|------------------|
 * | same address   | same account      | goes on                        | goes on              | go on            |
 * | same address   | another account   | replace (explicit provider)    | error                | error            |
 * | a sandbox      | another sandbox   | replace                        | at the old sandbox   | error            |
 * | anything else  | another address   | error                          | error                | error            |
 */
import type { FamulorClient } from "../famulor/client";
import { FamulorAuthError, FamulorConfigError, FamulorConnectionError } from "../famulor/errors";
import { DEFAULT_BASE_URL } from "../famulor/limits";
import { accountIdOf, clientFor } from "./account";
import type { Props } from "./plain";
import { isLoopback, type Settings } from "./settings";

/** What goes into state to find a resource's world again. The default address is left out: bytes in state are dear. */
export function endpointOutput({ baseUrl }: Settings): string | undefined {
  return baseUrl === DEFAULT_BASE_URL ? undefined : baseUrl;
}

const madeAt = (props: Props) => (props.endpoint ?? DEFAULT_BASE_URL) as string;

export type World = "the same" | "another sandbox" | "another account";

/**
 * For `diff`. Offline, but for an explicit provider: there it is asked, once per process, who the key belongs to.
 *
 * @param what The resource as the message names it, such as `lead 7`.
 * @param isListed Whether the account the settings name lists it: then only the account's e-mail address has changed.
 * @throws FamulorConfigError for another address, unless both are sandboxes.
 */
export async function compareWorlds(
  olds: Props,
  settings: Settings,
  what: string,
  isListed: (client: FamulorClient) => Promise<boolean>,
): Promise<World> {
  if (madeAt(olds) !== settings.baseUrl) {
    requireReachable(olds, settings, what);
    return "another sandbox";
  }
  if (!settings.isExplicitProvider || olds.accountId === undefined) return "the same";
  const client = clientFor(settings);
  // A preview with no network would pay for each resource, one after the other.
  if (Date.now() - (unreachableSince.get(client) ?? 0) < ASK_AGAIN_MS) return "the same";
  try {
    const accountId = await accountIdOf(client);
    if (accountId === undefined || accountId === olds.accountId) return "the same";
    return (await isListed(client)) ? "the same" : "another account";
  } catch (error) {
    // A preview does without the network: a later hook asks again before it touches anything.
    if (error instanceof FamulorAuthError) throw error;
    unreachableSince.set(client, Date.now());
    return "the same";
  }
}

const unreachableSince = new WeakMap<FamulorClient, number>();
const ASK_AGAIN_MS = 60_000;

/** @throws FamulorConfigError when the resource was made at another address than the settings name. */
export function requireSameEndpoint(props: Props, settings: Settings, what: string): void {
  if (madeAt(props) !== settings.baseUrl) throw elsewhere(props, settings, what);
}

/** For `delete`: the settings that reach the resource, which for a sandbox's is the sandbox that made it. */
export function settingsAtHome(props: Props, settings: Settings, what: string): Settings {
  requireReachable(props, settings, what);
  return { ...settings, baseUrl: madeAt(props) };
}

/** True for the error of a sandbox that has ended: whatever it held is gone. */
export function isEndedSandbox(error: unknown, { baseUrl }: Settings): boolean {
  return error instanceof FamulorConnectionError && error.delivery === "not-sent" && isLoopback(baseUrl);
}

export function otherAccount(what: string): FamulorConfigError {
  return new FamulorConfigError(`famulor:apiKey: ${what} is not in the account this key belongs to.`, {
    hint: "Use the key of the account that made it. Nothing was changed, in Famulor or in the state.",
  });
}

function requireReachable(props: Props, settings: Settings, what: string): void {
  const isSameEndpoint = madeAt(props) === settings.baseUrl;
  if (!isSameEndpoint && !(isLoopback(madeAt(props)) && isLoopback(settings.baseUrl))) {
    throw elsewhere(props, settings, what);
  }
}

function elsewhere(props: Props, settings: Settings, what: string): FamulorConfigError {
  return new FamulorConfigError(`famulor:baseUrl is ${settings.baseUrl}, but ${what} was made at ${madeAt(props)}.`, {
    hint: "Set famulor:baseUrl back to where it is, then destroy it there first.",
  });
}
