/**
 * Lenient readers for what the engine stored: any release may have written it, so a value of an unexpected type reads as
 * absent and never throws.
 */

/** Outputs as the engine hands them to us: plain JSON. */
export type Stored = Readonly<Record<string, unknown>>;

/** `Nothing<Exclude<Needed, Handled>>` fails to compile if a needed name is not handled; the compiler then shows the name. */
export type Nothing<Forgotten extends never> = Forgotten;

/** One reader for each field of a state, so that a forgotten field fails to compile. */
export type Readers<State> = { readonly [Name in keyof Required<State>]: (value: unknown) => State[Name] | undefined };

export function readFields<State>(readers: Readers<State>, stored: Stored): Partial<State> {
  const state: Partial<State> = {};
  for (const name of Object.keys(readers) as (keyof State)[]) {
    const value = readers[name](stored[name as string]);
    if (value !== undefined) state[name] = value as State[typeof name];
  }
  return state;
}

export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

export const flag = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined);

/** A mark is stored as `true` or not at all. */
export const mark = (value: unknown): true | undefined => (value === true ? true : undefined);

export function isMap(value: unknown): value is Stored {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Each element that `read` can read. */
export const listOf =
  <T>(read: (value: unknown) => T | undefined) =>
  (value: unknown): T[] | undefined =>
    Array.isArray(value) ? value.flatMap((each) => read(each) ?? []) : undefined;
