import assert from "node:assert/strict";
import { Progress } from "../../src/provider/engine/progress";
import { VirtualClock } from "../support/virtual-clock";

describe("the progress of a set", () => {
  it("says in its first line how to end this process, and no other, and then only how far it is", () => {
    const clock = new VirtualClock();
    const lines: string[] = [];
    const progress = new Progress("leads", 100, clock, (line) => lines.push(line));
    for (let second = 0; second < 60; second++) {
      clock.skip(1_000);
      progress.tick();
    }
    assert.equal(lines.length, 4);
    assert.match(lines[0] ?? "", new RegExp(`^leads: 3 of 100, 60 a minute, .* left\\. .*: kill -INT ${process.pid}$`));
    for (const line of lines.slice(1)) assert.doesNotMatch(line, /kill/);
  });
});
