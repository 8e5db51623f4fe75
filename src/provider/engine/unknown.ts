/**
 * Values that are not known yet. In preview the engine sends a text in place of each of them, at any depth. The
 * boundary replaces these texts by one symbol, so that no hook takes one for a value.
 */

export const UNKNOWN = Symbol("not known yet");
export type Unknown = typeof UNKNOWN;

/** Arguments in preview: every leaf, and every branch, may be unknown. */
export type Preview<T> =
  | Unknown
  | (T extends readonly (infer Element)[]
      ? Preview<Element>[]
      : T extends object
        ? { [Name in keyof T]: Preview<T[Name]> }
        : T);

/** Arguments in preview, whose names are known. */
export type Declared<T> = { [Name in keyof T]: Preview<T[Name]> };

/**
 * What the engine sends for an unknown value, as a string whatever the value's type will be.
 * Source: sdk/go/common/resource/plugin/rpc.go in pulumi/pulumi, one for each kind of value.
 */
const SENT_FOR_UNKNOWN = new Set<unknown>([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isUnknown(value: unknown): value is Unknown {
  return value === UNKNOWN;
}

/** Whether the value is unknown, or holds an unknown one at any depth. */
export function holdsUnknown(value: unknown): boolean {
  return someLeaf(value, isUnknown);
}

/** The same value with {@link UNKNOWN} in place of the engine's texts. Without such a text, the very same object. */
export function markUnknowns(value: unknown): unknown {
  return someLeaf(value, (leaf) => SENT_FOR_UNKNOWN.has(leaf)) ? replaceUnknowns(value) : value;
}

function someLeaf(value: unknown, is: (leaf: unknown) => boolean): boolean {
  if (typeof value !== "object" || value === null) return is(value);
  for (const name in value) if (someLeaf((value as Record<string, unknown>)[name], is)) return true;
  return false;
}

function replaceUnknowns(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return SENT_FOR_UNKNOWN.has(value) ? UNKNOWN : value;
  if (Array.isArray(value)) return value.map(replaceUnknowns);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaceUnknowns(each)]));
}
