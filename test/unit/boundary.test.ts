import assert from "node:assert/strict";
import { FamulorInputError } from "../../src/famulor/errors";
import { atBoundary, type Hooks } from "../../src/provider/boundary";

const unused = () => assert.fail("not called in this test");
const hooks = (own: Partial<Hooks>) =>
  atBoundary({ check: () => [], diff: unused, create: unused, read: unused, update: unused, delete: unused, ...own });

describe("the boundary to the engine", () => {
  const key = process.env.FAMULOR_API_KEY;
  beforeEach(() => {
    process.env.FAMULOR_API_KEY = "the-key";
  });
  afterEach(() => {
    if (key === undefined) delete process.env.FAMULOR_API_KEY;
    else process.env.FAMULOR_API_KEY = key;
  });

  it("lets no undefined and no numeric id out: the engine would lose a lead that was made", async () => {
    const made = await hooks({
      create: async () => ({ id: 42, outs: { a: undefined, b: { c: undefined }, d: new Date(0) } }),
    }).create({});
    assert.deepEqual(made, { id: "42", outs: { b: {}, d: "1970-01-01T00:00:00.000Z" } });
    assert.equal("a" in made.outs, false);
  });

  it("takes the stub off what hooks see", async () => {
    let seen: unknown;
    const provider = hooks({
      delete: async (_id, props) => {
        seen = props;
      },
    });
    await provider.delete?.("1", { leadId: 1, __provider: "text" });
    assert.deepEqual(seen, { leadId: 1 });
  });

  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const thrown: [string, unknown, RegExp][] = [
    ["a string", "boom", /^pulumi-famulor failed unexpectedly, please report it: boom$/],
    ["undefined", undefined, /: undefined$/],
    ["a cyclic object", cyclic, /: a value that cannot be shown was thrown$/],
    ["an error as large as a book", new Error("x".repeat(20_000_000)), /^pulumi-famulor failed unexpectedly.*x…$/],
    ["a key", new FamulorInputError("sent the-key to somebody"), /^sent \[apiKey\] to somebody$/],
    ["a phone number", new FamulorInputError("cannot call +493023125000"), /^cannot call \+4930…00$/],
    [
      "fields that gRPC would read",
      Object.assign(new Error("not found"), { id: 7, code: 12, details: "d" }),
      /not found$/,
    ],
  ];
  for (const [name, value, expected] of thrown) {
    it(`makes a short, readable, harmless Error of ${name}`, async () => {
      const provider = hooks({
        create: async () => {
          throw value;
        },
      });
      const error = await provider.create({}).then(unused, (caught) => caught);
      assert.ok(error instanceof Error);
      assert.match(error.message, expected);
      assert.ok(Buffer.byteLength(error.message) <= 2048);
      assert.ok(Buffer.byteLength(error.stack ?? "") <= 2048);
      for (const field of ["id", "code", "details", "properties"]) assert.equal(field in error, false, field);
    });
  }
});
