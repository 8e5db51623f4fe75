/**
 * What may cross between us and the engine: plain JSON, and in preview the engine's stand-ins for values that are not
 * known yet.
 */

export type Props = Record<string, unknown>;

/**
 * What the engine sends in place of an unknown value, at any depth, as a string whatever the value's type will be.
 * Source: sdk/go/common/resource/plugin/rpc.go in pulumi/pulumi, one for each kind of value.
 */
const UNKNOWN = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && UNKNOWN.has(value);
}

/** True if the value is, or anywhere holds, one that is not known yet. */
export function holdsUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return isUnknown(value);
  return Object.values(value).some(holdsUnknown);
}

/**
 * The same value without anything the engine cannot carry. A single `undefined` in what a create returns would make it
 * fail after the lead was made.
 */
export function toPlain<T>(value: T): T {
  // Text is plain already, and a set's is megabytes.
  if (value === undefined || value === null || typeof value === "string") return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return JSON.parse(JSON.stringify(value)) as T;
  const named = Object.entries(value).map(([name, each]) => [name, toPlain(each)] as const);
  return Object.fromEntries(named.filter(([, each]) => each !== undefined)) as T;
}
