import { cells, closeWorkshop, openWorkshop, runCombination, SHORT, type Workshop } from "../../scripts/matrix";
import { useEngine } from "../support/engine";

describe("the packed package in other people's projects (npm run matrix has all of them)", function () {
  this.timeout(600_000);
  let workshop: Workshop;

  before(async function () {
    await useEngine(this);
    workshop = await openWorkshop(SHORT);
  });
  after(() => workshop && closeWorkshop(workshop));

  for (const combination of SHORT) {
    it(cells(combination).join(" · "), () => runCombination(workshop, combination));
  }
});
