/** Searches for a history that breaks a rule, and shortens it. */
import fc from "fast-check";
import { histories, PLAIN_UP, type Turn } from "./history";
import { brokenRules } from "./rules";
import { ModelWorld, type WorldOptions } from "./world";

export interface SearchOptions extends WorldOptions {
  /** How many commands at least. */
  steps: number;
  seed: number;
  /** Turns in a history at most. @default 10 */
  size?: number;
  /** Changes each turn into one that this world can play. @default unchanged */
  adapt?: (turn: Turn) => Turn;
  /** Whether the search ends with this history, which breaks a rule. @default always */
  counts?: (history: Turn[]) => Promise<boolean>;
  /** Whether to shorten the history that breaks a rule, which plays some hundred others. @default true */
  shortens?: boolean;
}

export interface SearchResult {
  /** The commands that were run until a rule was broken. */
  steps: number;
  seconds: number;
  counterexample: Counterexample | undefined;
}

export interface Counterexample {
  broken: string[];
  /** What happens, line by line, in the shortest such history that was found. */
  story: string[];
  history: Turn[];
}

export async function searchHistories(options: SearchOptions): Promise<SearchResult> {
  const { steps: wanted, seed, size = 10, adapt = (turn) => turn, counts, shortens = true } = options;
  const world = await ModelWorld.start(options);
  const startedAt = performance.now();
  let steps = 0;
  try {
    let found: Counterexample | undefined;
    const property = fc.asyncProperty(histories(size), async (generated) => {
      if (steps >= wanted) return;
      const history = generated.map(adapt);
      const broken = await play(world, history, () => steps++);
      if (broken.length === 0 || (counts && !(await counts(history)))) return;
      found = { broken, story: [...world.story], history };
      throw new Error(broken.join("\n"));
    });
    for (let batch = 0; steps < wanted && !found; batch++) {
      // fast-check's own shrinking needs a thousand histories where `shorten` needs a hundred.
      const result = await fc.check(property, { numRuns: 100, seed: seed + batch, endOnFailure: true });
      // No rule is broken: the model itself has failed.
      if (result.failed && !found) throw result.errorInstance;
    }
    const seconds = (performance.now() - startedAt) / 1000;
    return { steps, seconds, counterexample: found && shortens ? await shorten(world, found) : found };
  } finally {
    await world.close();
  }
}

/** @returns the rules that the first bad command has broken. */
export async function play(world: ModelWorld, history: Turn[], onStep: () => void = () => {}): Promise<string[]> {
  await world.reset(history.some(({ command }) => command.faults.length > 0 || command.stop !== undefined));
  for (const turn of history) {
    onStep();
    const step = await world.play(turn);
    const broken = brokenRules(step);
    world.ledger.endCommand();
    if (broken.length > 0) return broken;
  }
  return [];
}

/** The part of a broken rule that stays the same in a shorter history. */
const ruleOf = (broken: string[]) => broken[0]?.split(": ")[0];

/** Takes away what the history does not need to break the same rule. */
async function shorten(world: ModelWorld, found: Counterexample): Promise<Counterexample> {
  let { history } = found;
  const rule = ruleOf(found.broken);
  if (ruleOf(await play(world, history)) !== rule) {
    return {
      ...found,
      broken: [...found.broken, "(not in a second run: it depends on what happens at the same time)"],
    };
  }
  for (let isShorter = true; isShorter; ) {
    isShorter = false;
    for (const each of shorter(history)) {
      if (ruleOf(await play(world, each)) !== rule) continue;
      history = each;
      isShorter = true;
      break;
    }
  }
  const broken = await play(world, history);
  return { broken, story: [...world.story], history };
}

/** Every history that lacks one thing, the largest things first. */
function* shorter(history: Turn[]): Generator<Turn[]> {
  const withTurn = (at: number, turn: Turn) => history.map((each, index) => (index === at ? turn : each));
  for (let at = history.length - 1; at >= 0; at--) {
    yield history.toSpliced(at, 1);
    const [turn, next] = [history[at] as Turn, history[at + 1]];
    if (next) yield history.toSpliced(at, 2, { ...next, edits: [...turn.edits, ...next.edits] });
  }
  for (const [at, turn] of history.entries()) {
    for (const index of turn.edits.keys()) yield withTurn(at, { ...turn, edits: turn.edits.toSpliced(index, 1) });
  }
  for (const [at, turn] of history.entries()) {
    for (const [name, value] of Object.entries(PLAIN_UP)) {
      const before = turn.command[name as keyof typeof PLAIN_UP];
      if (JSON.stringify(before) === JSON.stringify(value)) continue;
      yield withTurn(at, { ...turn, command: { ...turn.command, [name]: value } });
    }
    for (const [index, edit] of turn.edits.entries()) {
      for (const simpler of simplerEdits(edit)) yield withTurn(at, { ...turn, edits: turn.edits.with(index, simpler) });
    }
  }
}

/** What an argument is where nothing is said. */
const USUAL: Record<string, unknown> = {
  variables: 0,
  contacts: 0,
  status: undefined,
  permission: "none",
  retain: false,
  after: false,
  ignoresNumber: false,
  provider: "default",
  stack: 0,
};

function* simplerEdits<T extends object>(edit: T): Generator<T> {
  for (const [name, usual] of Object.entries(USUAL)) {
    if (name in edit && edit[name as keyof T] !== usual) yield { ...edit, [name]: usual };
  }
  if ("rows" in edit && Array.isArray(edit.rows)) {
    for (const [index, row] of edit.rows.entries()) {
      if (edit.rows.length > 1) yield { ...edit, rows: edit.rows.toSpliced(index, 1) };
      for (const simpler of simplerEdits(row)) yield { ...edit, rows: edit.rows.with(index, simpler) };
    }
  }
}
