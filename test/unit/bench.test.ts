import assert from "node:assert/strict";
import { type Figures, plot } from "../../bench/plot";
import { sampleRows } from "../../bench/sample-leads";
import { median, medians, ratioOfPairs, table } from "../../bench/table";
import type { Life } from "../../bench/whole-life";

describe("the benchmark's figures", () => {
  it("have the middle value as their median, or the mean of the two in the middle", () => {
    assert.equal(median([9, 1, 2]), 2);
    assert.equal(median([9, 1, 2, 4]), 3);
    assert.equal(median([7]), 7);
    assert.ok(Number.isNaN(median([])));
  });

  it("have a median for each name of several records", () => {
    const peaks = [
      { up: 1, preview: 30 },
      { up: 3, preview: 10 },
      { up: 2, preview: 20 },
    ];
    assert.deepEqual(medians(peaks), { up: 2, preview: 20 });
  });

  it("have a ratio that a slow moment of the machine does not change", () => {
    const pairs = [
      { ours: 10, floor: 10 },
      { ours: 44, floor: 40 },
      { ours: 12, floor: 10 },
    ];
    assert.equal(ratioOfPairs(pairs), 1.1);
  });

  it("become a table that shows what is missed", () => {
    const row = { work: "up", figure: "2 s", besides: "naive 8 s", goal: "at most 1 s", reached: false };
    assert.deepEqual(table([row, { ...row, goal: "at most 3 s", reached: true }]).split("\n"), [
      "| work | pulumi-famulor | side by side | to reach | |",
      "|---|---|---|---|---|",
      "| up | 2 s | naive 8 s | at most 1 s | **missed** |",
      "| up | 2 s | naive 8 s | at most 3 s | reached |",
    ]);
  });

  it("become a plot with a bar for each figure, none wider than the picture", () => {
    const step = { seconds: 4, requests: 1000 };
    const life: Life = { up: step, preview: step, refresh: step, destroy: step, stateBytesPerLead: 1600 };
    const figures: Figures = { naive: life, single: life, set: life, idle: { up: 3, preview: 2 }, poolSeconds: 0.5 };
    const svg = plot(figures);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    const bars = [...svg.matchAll(/<rect x="190" y="\d+" width="([\d.]+)"/g)].map(([, width]) => Number(width));
    assert.equal(bars.length, 5 * 3 + 3);
    assert.ok(bars.every((width) => width <= 760 - 190));
  });

  it("are about leads with numbers that differ", () => {
    const numbers = Object.values(sampleRows(10_000)).map(({ phoneNumber }) => phoneNumber);
    assert.equal(new Set(numbers).size, 10_000);
    assert.match(numbers[9_999] ?? "", /^\+1\d{3}55501\d{2}$/);
  });
});
