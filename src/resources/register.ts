/**
 * What every constructor of this package shares: what it refuses, the inputs that it registers, and a cheaper registration.
 *
 *   const registration = prepareRegistration({ … });
 *   try {
 *     super(registration.type, name, registration.inputs, registration.options);
 *   } finally {
 *     registration.end();
 *   }
 *
 * There is no base class between ours and `pulumi.CustomResource`. The SDK skips a fixed number of stack frames to find the
 * line of the program that declares a resource, so with one more class the state would point into this package.
 */
import * as pulumi from "@pulumi/pulumi";
import { showInvisible } from "../invisible";
import { maskPhoneNumbers } from "../masking";
import { unknownSettings } from "../setting-names";
import type { ResourceKind } from "../state/kinds";
import { checkedArguments } from "./checks/plain-arguments";
import { installationProblem, stub } from "./stub";

/** A resource class that declares an output for each field of `Fields`. */
export type OutputsOf<Fields> = { readonly [Name in keyof Required<Fields>]: pulumi.Output<Fields[Name]> };

/** For `Nothing<Difference<One, Other>>`: the names that only one of the two has. */
export type Difference<One, Other> = Exclude<One, Other> | Exclude<Other, One>;

interface Declaration {
  kind: ResourceKind;
  /** How a message names the resource, such as `FamulorLead "anna"`. */
  what: string;
  /** The names of all outputs: a resource object has only the outputs that are named when it is registered. */
  outputs: readonly string[];
  args: object;
  options: pulumi.CustomResourceOptions;
  /** What to do instead of the option `import`. */
  insteadOfImport: string;
}

interface Registration {
  type: string;
  inputs: pulumi.Inputs;
  options: pulumi.CustomResourceOptions;
  /** To be called after the super constructor, also if it throws. */
  end(): void;
}

/** Every state file holds them, so they are never changed. */
const TYPE_TOKENS: Record<ResourceKind, string> = {
  lead: "pulumi-nodejs:dynamic/famulor:Lead",
  campaign: "pulumi-nodejs:dynamic/famulor:Campaign",
  campaignRun: "pulumi-nodejs:dynamic/famulor:CampaignRun",
  leadSet: "pulumi-nodejs:dynamic/famulor:LeadSet",
};

/**
 * @throws pulumi.RunError for the option `import`, for an unknown setting or an API key in plain text in the stack's
 *   configuration, for a provider that is no FamulorProvider, for a project in which the plugin would not find this package,
 *   and for arguments that Pulumi would silently read as something else.
 */
export function prepareRegistration(declaration: Declaration): Registration {
  const { kind, what, outputs, args, options, insteadOfImport } = declaration;
  refuseImport(what, options, insteadOfImport);
  refuseUnknownSettings();
  refuseForeignProvider(what, TYPE_TOKENS[kind], options);
  refusePlainTextKey();
  refuseOtherInstallation();
  const declared = checkedArguments(what, args);
  const noValues = Object.fromEntries(outputs.map((output) => [output, undefined]));
  return {
    type: TYPE_TOKENS[kind],
    inputs: { ...noValues, ...declared, __provider: stub(kind) },
    options,
    end: pausePromiseStacks(options),
  };
}

/** The engine would fail with a stack trace: it asks a dynamic provider to read a resource without saying which one. */
function refuseImport(what: string, options: pulumi.CustomResourceOptions, instead: string): void {
  if (options.import === undefined) return;
  throw new pulumi.RunError(
    `${what}: the option \`import\` does not work with Pulumi's dynamic providers. Remove it. ${instead}`,
  );
}

/**
 * The provider asks for its settings by name, so it would silently ignore a misspelt one: a guard would let everybody through, or a
 * sandbox's address would not be used.
 *
 * @throws pulumi.RunError that names each such key of the stack's configuration, and the nearest one that exists.
 */
export function refuseUnknownSettings(): void {
  const keys = Object.keys(pulumi.runtime.allConfig());
  const problems = unknownSettings(keys, pulumi.getProject() === "famulor");
  if (problems.length === 0) return;
  throw new pulumi.RunError(problems.map((problem) => maskPhoneNumbers(showInvisible(problem))).join("\n"));
}

/** Marks a FamulorProvider, also that of another copy of this package. */
export const IS_FAMULOR_PROVIDER = Symbol.for("pulumi-famulor.provider");

/**
 * The engine gives an explicit provider nothing of the stack's configuration. A FamulorProvider passes the stack's guard on.
 * Any other provider of dynamic resources would leave the guard out.
 */
function refuseForeignProvider(what: string, type: string, options: pulumi.CustomResourceOptions): void {
  const { provider, providers = {} } = options as pulumi.ComponentResourceOptions;
  const given = [provider, ...Object.values(providers), options.parent?.getProvider(type)];
  // `getPackage` is not in the SDK's public types; where a later SDK lacks it, the check is left out.
  const isForeign = (each: pulumi.ProviderResource | undefined) =>
    (each as { getPackage?(): string } | undefined)?.getPackage?.() === "pulumi-nodejs" &&
    !(IS_FAMULOR_PROVIDER in (each as object));
  if (!given.some(isForeign)) return;
  throw new pulumi.RunError(
    `${what}: its provider must be a FamulorProvider: any other one knows nothing of the stack's famulor:allowedPhoneNumbers.`,
  );
}

/** A key in plain text would be in the stack's file and in every state of the stack. */
function refusePlainTextKey(): void {
  // A test sets its configuration in memory: it has no stack file, and its key is no secret.
  if (!isDeployment()) return;
  const key = "famulor:apiKey";
  // Not in the SDK's public types; where a later SDK lacks it, the check is left out.
  const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  if (new pulumi.Config("famulor").get("apiKey") === undefined || isConfigSecret?.(key) !== false) return;
  throw new pulumi.RunError(
    `${key} is in plain text in the stack's configuration. ` +
      `Set it again as a secret: pulumi config set --secret ${key}. Then rotate the key if the file was shared.`,
  );
}

let isInstallationChecked = false;

/**
 * The plugin's own error would be `Cannot find module`, after the preview. A program of the Automation API may start in another folder
 * than the plugin, so only what `pulumi` itself has started is checked, once.
 */
function refuseOtherInstallation(): void {
  if (isInstallationChecked || !isDeployment() || !/[\\/]cmd[\\/]run\b/.test(process.argv[1] ?? "")) return;
  const problem = installationProblem(process.cwd());
  if (problem) throw new pulumi.RunError(problem);
  isInstallationChecked = true;
}

/** True under `pulumi.runtime.setMocks`, whose monitor is an object in this process and not a connection to an engine. */
export function isMocked(): boolean {
  const monitor = pulumi.runtime.getMonitor();
  return monitor !== undefined && "mocks" in monitor;
}

/** True in a run of `pulumi` or of the Automation API; false under mocks and in a program without any engine. */
function isDeployment(): boolean {
  return pulumi.runtime.getMonitor() !== undefined && !isMocked();
}

/**
 * The SDK captures and formats a stack trace for each of the four promises behind every output, and shows them only under
 * PULUMI_DEBUG_PROMISE_LEAKS: some 30 ms of processor time for each lead. Without stack traces the state stays the same,
 * because the SDK raises the limit itself when it looks for the program's line.
 *
 * @returns a function that restores the limit.
 */
function pausePromiseStacks({ parent, transformations = [] }: pulumi.CustomResourceOptions): () => void {
  // Transformations are functions of the program that the SDK calls meanwhile, and their errors need a stack trace.
  const inherited = (parent ?? pulumi.runtime.getStackResource()) as { __transformations?: unknown[] } | undefined;
  const runsProgram = transformations.length > 0 || (inherited?.__transformations?.length ?? 0) > 0;
  if (runsProgram || process.env.PULUMI_DEBUG_PROMISE_LEAKS) return () => {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = limit;
  };
}
