import * as pulumi from "@pulumi/pulumi";

/** The arguments of {@link FamulorProvider}. Each but the key is the stack's configuration unless it is given here. */
export interface FamulorProviderArgs {
  /** The account's API key. Always a secret in state; never taken from the stack's configuration or the environment. */
  apiKey: pulumi.Input<string>;
  /** Famulor's API. Default: `famulor:baseUrl`, then `FAMULOR_BASE_URL`, then `https://app.famulor.de/api`. */
  baseUrl?: pulumi.Input<string> | undefined;
  /**
   * `any`, or E.164 prefixes separated by commas, such as `"+4930,+1212"`. A number must also satisfy the stack's own
   * `famulor:allowedPhoneNumbers`. Default: `any`.
   */
  allowedPhoneNumbers?: pulumi.Input<string> | undefined;
  /**
   * For one request, in seconds, above 0 and at most 600. Default: `famulor:requestTimeoutSeconds`, then
   * `FAMULOR_REQUEST_TIMEOUT_SECONDS`, then 30.
   */
  requestTimeoutSeconds?: pulumi.Input<number> | undefined;
  /**
   * At most so many requests a minute, and a fifth of them within any 10 seconds; a whole number above 0. Default:
   * `famulor:requestsPerMinute`, then `FAMULOR_REQUESTS_PER_MINUTE`, then 100; on this machine itself no limit.
   */
  requestsPerMinute?: pulumi.Input<number> | undefined;
}

/**
 * An account beside the stack's own, for leads and campaigns, and for components:
 *
 * ```ts
 * const eu = new FamulorProvider("eu", { apiKey: config.requireSecret("euKey") });
 * new FamulorLead("anna", { campaignId: 1, phoneNumber: "+493023125000" }, { provider: eu });
 * new SeedComponent("seeds", {}, { providers: [eu] });
 * ```
 *
 * Another key of the same account changes nothing else. A lead whose provider's key belongs to another account is deleted
 * in the old account and made in the new one; preview asks Famulor who a key belongs to, once per run.
 */
export class FamulorProvider extends pulumi.ProviderResource {
  /**
   * @param name The resource's name in the stack.
   * @throws pulumi.RunError for an empty key.
   */
  constructor(name: string, args: FamulorProviderArgs, opts?: pulumi.ResourceOptions) {
    const config = new pulumi.Config("famulor");
    const apiKey = pulumi.output(args.apiKey).apply((key) => {
      if (typeof key === "string" && key.trim() !== "") return key;
      throw new pulumi.RunError(
        `FamulorProvider "${name}": apiKey is required; it is never taken from the environment.`,
      );
    });
    // The whole surroundings of the key: an explicit provider is told nothing of the stack's configuration.
    const inputs: ProviderInputs = {
      "famulor:apiKey": pulumi.secret(apiKey),
      "famulor:baseUrl": args.baseUrl ?? config.get("baseUrl"),
      "famulor:allowedPhoneNumbers": args.allowedPhoneNumbers ?? "any",
      "famulor:requestTimeoutSeconds": args.requestTimeoutSeconds ?? config.get("requestTimeoutSeconds"),
      "famulor:requestsPerMinute": args.requestsPerMinute ?? config.get("requestsPerMinute"),
      "famulor:stackAllowedPhoneNumbers":
        config.get("allowedPhoneNumbers") || process.env.FAMULOR_ALLOWED_PHONE_NUMBERS || "any",
      "famulor:explicitProvider": "true",
    };
    super("pulumi-nodejs", name, inputs, opts);
    inputsOfProvider.set(this, inputs);
  }
}

/** What a look-up needs to know of a provider; it runs in the program and never meets the plugin. */
export type ProviderInputs = Record<string, pulumi.Input<string | number | undefined>>;

const inputsOfProvider = new WeakMap<object, ProviderInputs>();

export function providerInputs(provider: pulumi.ProviderResource): ProviderInputs | undefined {
  return inputsOfProvider.get(provider);
}
