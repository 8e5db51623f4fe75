/** Which name was probably meant by a misspelt one. Pure; imports nothing. */

/** More different characters than this are hardly a slip of the fingers. */
const MAX_SLIPS = 3;

/** Whether the first name is probably the other one, misspelt. */
export function isSlipOf(name: string, other: string): boolean {
  return name !== other && differences(name, other) <= MAX_SLIPS;
}

/** The name that holds this one, or else has the fewest differences; of several, the first. */
export function nearestOf<Name extends string>(name: string, names: readonly [Name, ...Name[]]): Name {
  const distanceTo = (each: Name) =>
    each.toLowerCase().includes(name.toLowerCase()) ? Number(each !== name) : differences(name, each);
  return names.reduce((best, each) => (distanceTo(each) < distanceTo(best) ? each : best));
}

/** How many characters must be added, removed or changed; capitals do not count (Levenshtein). */
function differences(one: string, other: string): number {
  const [from, to] = [one.toLowerCase(), other.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[to.length] as number;
}
