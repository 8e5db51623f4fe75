/** The random histories of hooks/model.test.ts, with Pulumi's own engine: what it does is not only what the model thinks. */
import assert from "node:assert/strict";
import { runs } from "../support/depth";
import { useEngine } from "../support/engine";
import type { Turn } from "../support/model/history";
import { RealStack } from "../support/model/real-engine";
import { searchHistories } from "../support/model/search";

const STEPS = runs("ENGINE_MODEL_STEPS", { quick: 150, full: 150 });
/** Always the same, as in hooks/model.test.ts. */
const SEED = Number(process.env.ENGINE_MODEL_SEED ?? 20_260_101);

/**
 * Without what takes its time (waits, 40 days), what other tests do with the real engine (kills, --target), and
 * --continue-on-error, after which Pulumi waits for ever if a delete before a replacement fails (pulumi/pulumi#16373).
 */
function adapt({ edits, command }: Turn): Turn {
  const isQuick = (fault: string) => fault !== "429-before";
  return {
    edits: edits.filter((edit) => edit.do !== "time passes"),
    command: {
      ...command,
      targets: [],
      stop: undefined,
      continueOnError: false,
      faults: command.faults.filter(({ fault }) => isQuick(fault)),
    },
  };
}

describe("random histories of two stacks, with the real engine", function () {
  this.timeout(3_600_000);
  before(async function () {
    await useEngine(this);
  });

  it(`keep every rule for ${STEPS} commands (ENGINE_MODEL_SEED=${SEED})`, async () => {
    const { steps, seconds, counterexample } = await searchHistories({
      steps: STEPS,
      seed: SEED,
      size: 25,
      adapt,
      shortens: false,
      startEngine: () => RealStack.create(),
      checksEvery: 3,
    });
    console.log(`    ${steps} commands in ${seconds.toFixed(0)} s`);
    assert.equal(
      counterexample,
      undefined,
      [...(counterexample?.broken ?? []), ...(counterexample?.story ?? [])].join("\n"),
    );
  });
});
