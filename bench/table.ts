/** From figures to the table of results. Pure. */

/** A line of the table. */
export interface Row {
  work: string;
  figure: string;
  /** What was measured side by side. */
  besides: string;
  /** What is to be reached. */
  goal: string;
  reached: boolean;
}

export function table(rows: Row[]): string {
  return [
    "| work | pulumi-famulor | side by side | to reach | |",
    "|---|---|---|---|---|",
    ...rows.map(({ work, figure, besides, goal, reached }) => {
      return `| ${work} | ${figure} | ${besides} | ${goal} | ${reached ? "reached" : "**missed**"} |`;
    }),
  ].join("\n");
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The seconds of the same work, by our code and by the floor, one right after the other. */
export type Pair = Record<"ours" | "floor", number>;

/** The median of the pairs' ratios, not the ratio of two medians: whatever slows the machine slows both halves of a pair. */
export const ratioOfPairs = (pairs: readonly Pair[]): number => median(pairs.map(({ ours, floor }) => ours / floor));

/** The median of each value of several records with the same names. */
export function medians<Name extends string>(records: readonly Record<Name, number>[]): Record<Name, number> {
  const names = Object.keys(records[0] ?? {}) as Name[];
  const entries = names.map((name) => [name, median(records.map((record) => record[name]))]);
  return Object.fromEntries(entries) as Record<Name, number>;
}
