import assert from "node:assert/strict";
import { pairRows } from "../../src/provider/lead-set/pair-rows";
import type { LeadState } from "../../src/state/lead";

describe("which stored row each declared row is about", () => {
  const A = "+493023125000";
  const B = "+493023125001";
  const C = "+493023125002";
  const cases: [string, Record<string, string>, Record<string, string>, string][] = [
    ["the same keys and numbers", { a: A, b: B }, { b: B, a: A }, "b=b a=a"],
    ["a new row", { a: A }, { a: A, b: B }, "a=a b=new"],
    ["a removed row", { a: A, b: B }, { a: A }, "a=a -b"],
    ["another key: the same person", { a: A }, { x: A }, "x=a"],
    ["another number: the same row", { a: A }, { a: B }, "a=a"],
    ["two rows that swap keys", { a: A, b: B }, { a: B, b: A }, "a=b b=a"],
    ["a number that moves to another key, whose person leaves", { a: A, b: B }, { a: C, b: A }, "a=new b=a -b"],
    ["two rows with one number, both renamed", { a: A, b: A }, { x: A, y: A }, "x=a y=b"],
    ["two rows with one number, one renamed", { a: A, b: A }, { a: A, x: A }, "a=a x=b"],
    ["two rows with one number, one removed", { a: A, b: A }, { b: A }, "b=b -a"],
  ];
  for (const [name, olds, news, expected] of cases) {
    it(name, () => {
      const stored = new Map(
        Object.entries(olds).map(([key, phoneNumber], index) => [key, { phoneNumber, leadId: index } as LeadState]),
      );
      const pairs = pairRows(stored, new Map(Object.entries(news)), (number) => number).map((pair) =>
        pair.key === undefined ? `-${pair.oldKey}` : `${pair.key}=${"oldKey" in pair ? pair.oldKey : "new"}`,
      );
      assert.equal(pairs.join(" "), expected);
    });
  }

  it("a row that is not known yet keeps its key", () => {
    const stored = new Map([["a", { phoneNumber: A } as LeadState]]);
    const declared = new Map([
      ["a", undefined],
      ["b", undefined],
    ]);
    assert.deepEqual(
      pairRows(stored, declared, (number) => number).map(({ key, lead }) => [key, lead !== undefined]),
      [
        ["a", true],
        ["b", false],
      ],
    );
  });
});
