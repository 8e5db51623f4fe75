/** Refuses arguments that Pulumi would silently read as something else. */
import * as pulumi from "@pulumi/pulumi";
import { showInvisible } from "../../invisible";
import { maskPhoneNumbers } from "../../masking";
import { errorInOutput } from "./error-in-output";

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
export function checkedArguments(what: string, args: object): Record<string, unknown> {
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
  const text = [...problems.slice(0, MAX_PROBLEMS), ...more].join("\n");
  throw rootPath.length > 0 ? errorInOutput(text) : new pulumi.RunError(text);
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
