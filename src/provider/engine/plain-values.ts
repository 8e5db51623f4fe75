/** What the engine can carry: plain JSON. */

/**
 * The same value without anything that the engine cannot carry. One `undefined` in the outputs of a create would make
 * the engine fail after the POST, and the lead would be in no state.
 */
export function toPlain<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return JSON.parse(JSON.stringify(value)) as T;
  const plain: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) if (each !== undefined) plain[name] = toPlain(each);
  return plain as T;
}
