/**
 * Where a stored resource was made. The engine moves a resource to another endpoint or account without a word, so every hook
 * asks whether the resource was made where the settings point.
 *
 * | made at        | settings point to | `diff`                         | `delete`             | `read`, `update` |
 * |----------------|-------------------|--------------------------------|----------------------|------------------|
 * | same address   | same account      | goes on                        | goes on              | go on            |
 * | same address   | another account   | replace (explicit provider)    | error                | error            |
 * | a sandbox      | another sandbox   | replace                        | at the old sandbox   | error            |
 * | anything else  | another address   | error                          | error                | error            |
 */
import { FamulorAuthError, FamulorConfigError, FamulorConnectionError } from "../../famulor/errors";
import { DEFAULT_BASE_URL } from "../../famulor/limits";
import type { MadeAt } from "../../state/made-at";
import type { Session } from "./session";
import { isLoopback, type Settings } from "./settings";

/** Where a resource is created, for its state. Usual values are left out, to keep the state small. */
export function madeAt({
  baseUrl,
  isExplicitProvider,
}: Settings): Required<{ [Name in "endpoint" | "explicitProvider"]: MadeAt[Name] }> {
  return {
    endpoint: baseUrl === DEFAULT_BASE_URL ? undefined : baseUrl,
    explicitProvider: isExplicitProvider ? true : undefined,
  };
}

const addressOf = ({ endpoint }: MadeAt) => endpoint ?? DEFAULT_BASE_URL;

export type Home = "here" | "another sandbox" | "another account";

/**
 * For `diff`. Sends nothing, except for a resource that is or was an explicit provider's: then it asks, once per process, who the
 * key belongs to.
 *
 * @param what The resource as the message names it, such as `lead 7`.
 * @param isListed Whether the account of the settings lists the resource: then only the account's e-mail address has changed.
 * @throws FamulorConfigError for another address, unless both are sandboxes.
 */
export async function homeOf(
  session: Session,
  olds: MadeAt,
  what: string,
  isListed: () => Promise<boolean>,
): Promise<Home> {
  const { settings, account, clock } = session;
  if (addressOf(olds) !== settings.baseUrl) {
    requireReachable(settings, olds, what);
    return "another sandbox";
  }
  const mayBeOfAnotherAccount = settings.isExplicitProvider || olds.explicitProvider === true;
  if (!mayBeOfAnotherAccount || olds.accountId === undefined) return "here";
  // Without a network, a preview would wait for each resource, one after the other.
  if (clock.now() - session.unreachable.lastAt < ASK_AGAIN_MS) return "here";
  try {
    const accountId = await account.id();
    if (accountId === undefined || accountId === olds.accountId) return "here";
    return (await isListed()) ? "here" : "another account";
  } catch (error) {
    // A preview goes on without the network: a later hook asks again before it changes anything.
    if (error instanceof FamulorAuthError) throw error;
    session.unreachable.lastAt = clock.now();
    return "here";
  }
}

/** How long `diff` does not ask again after it could not reach Famulor, in milliseconds. */
const ASK_AGAIN_MS = 60_000;

/** @throws FamulorConfigError if the resource was created at another address than the settings name. */
export function requireSameEndpoint({ settings }: Session, olds: MadeAt, what: string): void {
  if (addressOf(olds) !== settings.baseUrl) throw madeElsewhere(settings, olds, what);
}

/**
 * For `delete`: the session that reaches the resource. For a resource of a sandbox, this is the sandbox that created
 * it.
 */
export function sessionAtHome(session: Session, olds: MadeAt, what: string): Session {
  requireReachable(session.settings, olds, what);
  return session.at(addressOf(olds));
}

/** Whether the error comes from a sandbox that has ended. Then everything that it held is gone. */
export function isEndedSandbox({ settings }: Session, error: unknown): boolean {
  return error instanceof FamulorConnectionError && error.delivery === "not-sent" && isLoopback(settings.baseUrl);
}

export function otherAccount(what: string): FamulorConfigError {
  return new FamulorConfigError(`famulor:apiKey: ${what} is not in the account this key belongs to.`, {
    hint: "Use the key of the account that created it. Nothing was changed, in Famulor or in the state.",
  });
}

function requireReachable(settings: Settings, olds: MadeAt, what: string): void {
  const isSame = addressOf(olds) === settings.baseUrl;
  if (!isSame && !(isLoopback(addressOf(olds)) && isLoopback(settings.baseUrl))) {
    throw madeElsewhere(settings, olds, what);
  }
}

function madeElsewhere({ baseUrl }: Settings, olds: MadeAt, what: string): FamulorConfigError {
  return new FamulorConfigError(`famulor:baseUrl is ${baseUrl}, but ${what} was created at ${addressOf(olds)}.`, {
    hint: "Set famulor:baseUrl back to that address. To move to the new address, first destroy the stack at the old one.",
  });
}
