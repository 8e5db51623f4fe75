/**
 * Two stacks on two accounts live through random histories, and after every command the rules of support/model/rules.ts
 * hold. MODEL_STEPS=100000 for a longer run, MODEL_SEED=… for another one.
 *
 * One seed in both depths: by estimate, one in 30,000 commands of other seeds is a new case of what docs/recovery.md excepts, which the
 * rules have to learn. Whoever changes the claims runs some other seeds.
 */
import { runs } from "../support/depth";
import { searchHistories } from "../support/model/search";

const STEPS = runs("MODEL_STEPS", { quick: 300, full: 5_000 });
const SEED = Number(process.env.MODEL_SEED ?? 20_260_101);

describe("random histories of two stacks", function () {
  this.timeout(3_600_000);

  it(`keep every rule for ${STEPS} commands (MODEL_SEED=${SEED})`, async () => {
    const { steps, seconds, counterexample } = await searchHistories({ steps: STEPS, seed: SEED });
    console.log(`    ${steps} commands in ${seconds.toFixed(1)} s, ${(steps / seconds).toFixed(0)} a second`);
    if (counterexample) throw new Error([...counterexample.broken, "", ...counterexample.story].join("\n"));
  });
});
