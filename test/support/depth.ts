/**
 * How much the tests do: `npm test` is quick, `npm run test:all` is full. Files named `*.deep.test.ts` run only in full; all
 * others take their counts and seeds from here. A quick run takes the same seeds every time, so it does not fail by chance;
 * a full one takes new seeds.
 */

const isFull = process.env.TEST_DEPTH === "full";

/** A count for each depth. @param variable The environment variable that overrides both, for a longer run. */
export function runs(variable: string, { quick, full }: { quick: number; full: number }): number {
  return Number(process.env[variable] ?? (isFull ? full : quick));
}

/** Any number would do. */
const QUICK_SEED = 20_260_101;

/** For the name of a test, so that a failure can be repeated. @param variable The environment variable that sets the seed. */
export function seed(variable: string): number {
  return Number(process.env[variable] ?? (isFull ? Date.now() % 2 ** 31 : QUICK_SEED));
}
