import assert from "node:assert/strict";
import { FamulorInputError } from "../../src/famulor/errors";
import { systemClock } from "../../src/famulor/http/clock";
import { atBoundary } from "../../src/provider/engine/boundary";
import { type Hooks, PartialFailure, type ResourceDefinition } from "../../src/provider/engine/hooks";
import { isUnknown } from "../../src/provider/engine/unknown";
import { Run } from "../../src/provider/session/run";
import type { Stored } from "../../src/state/stored";

const unused = () => assert.fail("not called in this test");
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Definition = ResourceDefinition<Stored, Stored>;

function provider(hooks: Partial<Hooks<Stored, Stored>>, problems: Definition["problems"] = () => []) {
  const definition: Definition = {
    problems,
    hooks: { diff: unused, create: unused, read: unused, update: unused, delete: unused, ...hooks },
    state: { read: (_id, { __provider, ...stored }) => stored, write: (state) => state, args: () => ({}) },
  };
  return atBoundary(
    definition,
    new Run({
      env: { FAMULOR_API_KEY: "the-key" },
      clock: systemClock,
      say: unused,
      onQueue: () => unused,
      interruptible: (_deadlines, work) => work(),
    }),
  );
}

describe("the boundary to the engine", () => {
  it("lets no undefined and no numeric ID out: the engine would lose a lead that was created", async () => {
    const made = await provider({
      create: async () => ({ id: 42, state: { a: undefined, b: { c: undefined }, d: new Date(0) } }),
    }).create({});
    assert.deepEqual(made, { id: "42", outs: { b: {}, d: "1970-01-01T00:00:00.000Z" } });
    assert.equal("a" in made.outs, false);
  });

  it("shows the example in a problem, and no other number", async () => {
    const said = "phoneNumber: must be in E.164, like +493023125000; not +493023125001, 030/23125002 or the-key";
    const { failures } = (await provider({}, () => [said]).check?.({}, {})) ?? {};
    const shown = "phoneNumber: must be in E.164, like +493023125000; not +4930…01, 030/2…02 or [apiKey]";
    assert.deepEqual(failures, [{ property: "", reason: shown }]);
  });

  it("takes the stub off what hooks see", async () => {
    let seen: unknown;
    const hooks: Partial<Hooks<Stored, Stored>> = {
      async create(_session, args) {
        seen = args;
        return { id: 1, state: {} };
      },
    };
    await provider(hooks).create({ leadId: 1, __provider: "text" });
    assert.deepEqual(seen, { leadId: 1 });
  });

  it("marks what is not known yet, and creates nothing from it", async () => {
    let seen: Stored = {};
    const checked = provider({}, (news) => {
      seen = news as Stored;
      return [];
    });
    const { inputs } = (await checked.check?.({}, { a: [UNKNOWN_TEXT, 1], b: "known" })) ?? {};
    assert.ok(isUnknown((seen.a as unknown[])[0]));
    assert.deepEqual(inputs, { a: [UNKNOWN_TEXT, 1], b: "known" }, "the engine gets its own text back");
    await assert.rejects(checked.create({ a: [UNKNOWN_TEXT] }), /an argument is not known yet/);
  });

  it("names at most 20 problems, then how many more there are", async () => {
    const many = provider({}, () => Array.from({ length: 25 }, (_, index) => `a[${index}]: wrong`));
    const { failures = [] } = (await many.check?.({}, {})) ?? {};
    assert.equal(failures.length, 21);
    assert.equal(failures.at(-1)?.reason, "and 5 more problems like these");
    assert.ok(
      failures.every(({ property }) => property === ""),
      "the engine would print the value of a property",
    );
  });

  it("stores what exists but is not finished", async () => {
    const create = async () => {
      throw new PartialFailure(7, { status: "created", a: undefined }, new FamulorInputError("half done"));
    };
    const error = await provider({ create })
      .create({ __provider: "stub" })
      .then(unused, (caught) => caught);
    assert.deepEqual(
      { id: error.id, properties: error.properties, reasons: error.reasons },
      { id: "7", properties: { status: "created", __provider: "stub" }, reasons: ["half done [famulor/input]"] },
    );
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const thrown: [string, unknown, RegExp][] = [
    ["a string", "boom", /^pulumi-famulor failed unexpectedly, please report it: boom$/],
    ["undefined", undefined, /: undefined$/],
    ["a cyclic object", cyclic, /: a value that cannot be shown was thrown$/],
    ["an error as large as a book", new Error("x".repeat(20_000_000)), /^pulumi-famulor failed unexpectedly.*x…$/],
    ["a key", new FamulorInputError("sent the-key to somebody"), /^sent \[apiKey\] to somebody \[famulor\/input\]$/],
    [
      "a phone number",
      new FamulorInputError("cannot call +493023125000"),
      /^cannot call \+4930…00 \[famulor\/input\]$/,
    ],
    ["more than gRPC carries, with its code", new FamulorInputError("x".repeat(20_000)), /^x+… \[famulor\/input\]$/],
    [
      "fields that gRPC would read",
      Object.assign(new Error("not found"), { id: 7, code: 12, details: "d" }),
      /not found$/,
    ],
  ];
  for (const [name, value, expected] of thrown) {
    it(`turns ${name} into a short, readable, harmless Error`, async () => {
      const create = async () => {
        throw value;
      };
      const error = await provider({ create })
        .create({})
        .then(unused, (caught) => caught);
      assert.ok(error instanceof Error);
      assert.match(error.message, expected);
      assert.ok(Buffer.byteLength(error.message) <= 2048);
      assert.ok(Buffer.byteLength(error.stack ?? "") <= 2048);
      for (const field of ["id", "code", "details", "properties"]) assert.equal(field in error, false, field);
    });
  }
});
