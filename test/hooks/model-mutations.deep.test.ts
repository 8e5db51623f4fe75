/**
 * The model of random histories is worth something only if it notices that a mechanism is missing. A history counts if it breaks
 * a rule without the mechanism, and no rule with it.
 */
import assert from "node:assert/strict";
import { runs } from "../support/depth";
import { MUTATIONS } from "../support/model/mutations";
import { play, searchHistories } from "../support/model/search";
import { ModelWorld } from "../support/model/world";

const STEPS = runs("MUTATION_STEPS", { quick: 8_000, full: 8_000 });
/** Always the same, as in model.test.ts. */
const SEED = Number(process.env.MUTATION_SEED ?? 20_260_101);

describe(`random histories of two stacks notice what is taken out (MUTATION_SEED=${SEED})`, function () {
  this.timeout(3_600_000);
  let whole: ModelWorld;
  before(async () => {
    whole = await ModelWorld.start();
  });
  after(() => whole.close());

  for (const { name, world, adapt, apply } of MUTATIONS) {
    it(name, async () => {
      let putBack = apply();
      const counts = async (history: Parameters<typeof play>[1]) => {
        putBack();
        const broken = await play(whole, history);
        putBack = apply();
        return broken.length === 0;
      };
      const search = { steps: STEPS, seed: SEED, shortens: false, counts, ...world, ...(adapt && { adapt }) };
      const { steps, seconds, counterexample } = await searchHistories(search).finally(() => putBack());
      assert.ok(counterexample, `not noticed in ${steps} commands`);
      console.log(`      after ${steps} commands, ${seconds.toFixed(1)} s: ${counterexample.broken[0]}`);
    });
  }
});
