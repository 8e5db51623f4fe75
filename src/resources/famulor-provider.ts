import * as pulumi from "@pulumi/pulumi";
import { nearestOf } from "../nearest-name";
import { isSettingName, SETTING_NAMES, type SettingName } from "../setting-names";
import type { Nothing } from "../state/stored";
import { errorInOutput } from "./checks/error-in-output";
import { type Difference, IS_FAMULOR_PROVIDER, refuseUnknownSettings } from "./register";

/** The arguments of {@link FamulorProvider}. The address, the timeout and the rate default to the stack's configuration. */
export interface FamulorProviderArgs {
  /**
   * The account's API key. It is always a secret in the state, and it is never taken from the stack's configuration or the
   * environment. **With the key of another account, leads are deleted in the old account and created in the new one, and
   * their people are called again**; this is refused for a lead that may have been called already, unless
   * `FAMULOR_REDIAL=allow` is set for that run. Another key of the same account changes nothing else.
   *
   * @example
   * ```ts
   * apiKey: new pulumi.Config().requireSecret("euKey")
   * ```
   */
  apiKey: pulumi.Input<string>;
  /**
   * Base URL of Famulor's API; plain http is accepted for localhost only. A change between two real addresses is an error
   * in preview; between two addresses on localhost it replaces the resources.
   *
   * @default `famulor:baseUrl`, then `FAMULOR_BASE_URL`, then `https://app.famulor.de/api`
   * @example "http://127.0.0.1:8400/api"
   */
  baseUrl?: pulumi.Input<string> | undefined;
  /**
   * The only numbers that may be called: `any`, or E.164 prefixes and `fictional`, as a list or separated by commas. A
   * number must also satisfy the stack's own `famulor:allowedPhoneNumbers` and `FAMULOR_ALLOWED_PHONE_NUMBERS`. An empty list
   * is an error.
   *
   * @default "any"
   * @example ["+4930", "+1212"]
   */
  allowedPhoneNumbers?: pulumi.Input<string> | pulumi.Input<pulumi.Input<string>[]> | undefined;
  /**
   * Seconds for one request, from connecting to the last byte; above 0 and at most 600.
   *
   * @default `famulor:requestTimeoutSeconds`, then `FAMULOR_REQUEST_TIMEOUT_SECONDS`, then 30
   */
  requestTimeoutSeconds?: pulumi.Input<number> | undefined;
  /**
   * At most this many requests in a minute, and a fifth of them in any 10 seconds; a whole number from 1 to 100000.
   *
   * @default `famulor:requestsPerMinute`, then `FAMULOR_REQUESTS_PER_MINUTE`, then 100; on localhost no limit
   */
  requestsPerMinute?: pulumi.Input<number> | undefined;
}

/** Fails to compile, with the name, if these arguments and the settings of src/setting-names.ts differ. */
type _EverySetting = Nothing<Difference<keyof FamulorProviderArgs, SettingName>>;

/**
 * An account beside the stack's own, for leads, campaigns and components:
 *
 * ```ts
 * const eu = new FamulorProvider("eu", { apiKey: config.requireSecret("euKey") });
 * new FamulorLead("anna", { campaignId: 1, phoneNumber: "+493023125000" }, { provider: eu });
 * new SeedComponent("seeds", {}, { providers: [eu] });
 * ```
 *
 * Preview asks Famulor who a provider's key belongs to, once per run.
 */
export class FamulorProvider extends pulumi.ProviderResource {
  /**
   * @param name The resource's name in the stack.
   * @param args The account's key, and what differs from the stack's configuration.
   * @param opts Resource options.
   * @throws pulumi.RunError for an argument that does not exist and an unknown setting in the stack's configuration; for an
   *   empty key and for empty `allowedPhoneNumbers`, as soon as they are known.
   */
  constructor(name: string, args: FamulorProviderArgs, opts?: pulumi.ResourceOptions) {
    const what = `FamulorProvider "${name}"`;
    refuseUnknownSettings();
    refuseUnknownArguments(what, args);
    const config = new pulumi.Config("famulor");
    const apiKey = pulumi.output(args.apiKey).apply((key) => {
      if (typeof key === "string" && key.trim() !== "") return key;
      throw new pulumi.RunError(`${what}: apiKey is required; it is never taken from the environment.`);
    });
    // All settings, because the engine gives an explicit provider nothing of the stack's configuration.
    const inputs: ProviderInputs = {
      "famulor:apiKey": pulumi.secret(apiKey),
      "famulor:baseUrl": args.baseUrl ?? config.get("baseUrl"),
      "famulor:allowedPhoneNumbers":
        args.allowedPhoneNumbers === undefined ? "any" : allowed(what, args.allowedPhoneNumbers),
      "famulor:requestTimeoutSeconds": args.requestTimeoutSeconds ?? config.get("requestTimeoutSeconds"),
      "famulor:requestsPerMinute": args.requestsPerMinute ?? config.get("requestsPerMinute"),
      // Also if it is set but empty: the provider refuses that.
      "famulor:stackAllowedPhoneNumbers":
        config.get("allowedPhoneNumbers") ?? process.env.FAMULOR_ALLOWED_PHONE_NUMBERS ?? "any",
      "famulor:explicitProvider": "true",
    };
    super("pulumi-nodejs", name, inputs, opts);
    Object.defineProperty(this, IS_FAMULOR_PROVIDER, { value: true });
    inputsOfProvider.set(this, inputs);
  }
}

/** The compiler checks neither JavaScript nor spread objects, and a guard under a misspelt name guards nobody. */
function refuseUnknownArguments(what: string, args: object): void {
  const unknown = Object.keys(args).filter((name) => !isSettingName(name));
  if (unknown.length === 0) return;
  const problems = unknown.map(
    (name) => `${what}: ${name} is not an argument of it. Did you mean ${nearestOf(name, SETTING_NAMES)}?`,
  );
  throw new pulumi.RunError(problems.join("\n"));
}

/** A guard that is set but empty is a mistake, such as a variable that is missing in CI: it must not allow every number. */
function allowed(
  what: string,
  prefixes: NonNullable<FamulorProviderArgs["allowedPhoneNumbers"]>,
): pulumi.Output<string> {
  return pulumi.output(prefixes as pulumi.Input<string | string[]>).apply((known) => {
    const list = Array.isArray(known) ? known.join(",") : String(known ?? "");
    if (list.replace(/[\s,]/g, "") !== "") return list;
    throw errorInOutput(`${what}: allowedPhoneNumbers is empty. Set it to "any", or to the prefixes to allow.`);
  });
}

/** The inputs of a provider, for look-ups: they run in the program, where the plugin cannot give its settings. */
export type ProviderInputs = Record<string, pulumi.Input<string | number | undefined>>;

const inputsOfProvider = new WeakMap<object, ProviderInputs>();

export function providerInputs(provider: pulumi.ProviderResource): ProviderInputs | undefined {
  return inputsOfProvider.get(provider);
}
