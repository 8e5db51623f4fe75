/** The model of random histories is worth something only if it notices that a mechanism is missing. */
import assert from "node:assert/strict";
import { runs, seed } from "../support/depth";
import { MUTATIONS } from "../support/model/mutations";
import { play, searchHistories } from "../support/model/search";
import { ModelWorld } from "../support/model/world";

const STEPS = runs("MUTATION_STEPS", { quick: 20_000, full: 20_000 });
const SEED = seed("MUTATION_SEED");

describe(`random histories of two stacks notice what is taken out (MUTATION_SEED=${SEED})`, function () {
  this.timeout(3_600_000);

  for (const { name, world, apply } of MUTATIONS) {
    it(name, async () => {
      const putBack = apply();
      const search = { steps: STEPS, seed: SEED, shortens: false, ...world };
      const { steps, seconds, counterexample } = await searchHistories(search).finally(putBack);
      assert.ok(counterexample, `not noticed in ${steps} commands`);
      console.log(`      after ${steps} commands, ${seconds.toFixed(1)} s: ${counterexample.broken[0]}`);

      const whole = await ModelWorld.start();
      const broken = await play(whole, counterexample.history).finally(() => whole.close());
      assert.deepEqual(broken, [], ["with it, the same history keeps every rule", ...whole.story].join("\n"));
    });
  }
});
