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

/** Where in the arguments: `["leads", "anna", "variables"]`. */
type Path = readonly (string | number)[];

/**
 * A copy of the arguments, so that a later change of the program's own objects changes nothing that is declared already.
 *
 * Refuses what Pulumi would silently read as something else: Pulumi reads a `Map` or a `Date` as `{}`, which would delete every
 * lead of a set, drops a function with its key, and follows a cycle for ever. Checks a value inside an output or a promise as
 * soon as it is known. Secrets and unknown values stay where they are, and plain values cost no output.
 *
 * @throws pulumi.RunError that names each such value by its path.
 */
function checkedArguments(what: string, args: object): Record<string, unknown> {
  const copy = checkedValue(what, { ...args }, [], []) as Record<string, unknown>;
  for (const [name, value] of Object.entries(copy)) {
    // The SDK makes a text of each argument that is no output, and would call this "method".
    const hasOwnToString = typeof value === "object" && value !== null && Object.hasOwn(value, "toString");
    if (hasOwnToString && !pulumi.Output.isInstance(value)) copy[name] = pulumi.output(undefined).apply(() => value);
  }
  return copy;
}

function checkedValue(what: string, root: unknown, rootPath: Path, rootAncestors: readonly object[]): unknown {
  const problems: string[] = [];
  const path = [...rootPath];
  const ancestors = [...rootAncestors];
  const refuse = (problem: string) => void problems.push(`${what}: ${pathText(path)}: ${problem}`);
  const at = (key: string | number, copyThere: () => unknown) => {
    path.push(key);
    const copy = copyThere();
    path.pop();
    return copy;
  };

  function copyOf(value: unknown): unknown {
    if (typeof value === "bigint") return refuse("must not be a bigint. Use Number(…) or a string.");
    if (typeof value === "function") return refuse("must not be a function. Use the value that it returns.");
    if (typeof value === "symbol") return refuse("must not be a symbol. Use a string.");
    if (typeof value === "number" && !Number.isFinite(value)) return refuse(`must not be ${value}.`);
    if (typeof value !== "object" || value === null || pulumi.isUnknown(value)) return value;
    if (pulumi.Output.isInstance(value) || value instanceof Promise) {
      const [here, above] = [[...path], [...ancestors]];
      const check = (known: unknown) => checkedValue(what, known, here, above);
      return pulumi.Output.isInstance(value) ? value.apply(check) : value.then(check);
    }
    if (ancestors.includes(value)) return refuse("must not contain itself.");
    const isList = Array.isArray(value);
    if (!isList && !isPlainObject(value)) return refuse(whyNotPlain(value));
    ancestors.push(value);
    const copy = isList ? value.map((each, index) => at(index, () => copyOf(each))) : copyOfObject(value);
    ancestors.pop();
    return copy;
  }

  function copyOfObject(object: object): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(object)) {
      // A key without a value is no key: `variables: { title: isKnown ? title : undefined }`.
      if (value === undefined) continue;
      copy[key] = at(key, () => (key === "__proto__" ? refuse("cannot be a key. Choose another one.") : copyOf(value)));
    }
    return copy;
  }

  const copy = copyOf(root);
  if (problems.length === 0) return copy;
  const more = problems.length > MAX_PROBLEMS ? [`${what}: and ${problems.length - MAX_PROBLEMS} more`] : [];
  throw new pulumi.RunError([...problems.slice(0, MAX_PROBLEMS), ...more].join("\n"));
}

const MAX_PROBLEMS = 20;

/** Also an object of another realm, as test runners make them. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return (
    prototype === null ||
    prototype === Object.prototype ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"))
  );
}

function whyNotPlain(value: object): string {
  if (pulumi.Resource.isInstance(value)) return "must not be a resource. Use one of its outputs.";
  const type = Object.prototype.toString.call(value).slice("[object ".length, -1);
  if (type === "Map") return "must be a plain object, not a Map. Use Object.fromEntries(map).";
  if (type === "Set") return "must be a list, not a Set. Use [...set].";
  if (type === "Date") return "must be a string, not a Date. Use date.toISOString().";
  const name = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return `must be a plain object, not an instance of ${typeof name === "string" && name ? name : type}. Use { ...object }.`;
}

/** `leads["anna"].variables.age`, as in the problems that `check` reports. */
function pathText(path: Path): string {
  const parts = path.map((key, index) => {
    if (typeof key === "number") return `[${key}]`;
    if (index === 0) return key;
    const isKeyOfUser = (index === 1 && path[0] === "leads") || !/^[A-Za-z_$][\w$]*$/.test(key);
    return isKeyOfUser ? `[${JSON.stringify(key)}]` : `.${key}`;
  });
  return maskPhoneNumbers(showInvisible(parts.join("")));
}
