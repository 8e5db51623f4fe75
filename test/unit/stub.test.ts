import assert from "node:assert/strict";
import * as provider from "../../src/provider";
import { stub } from "../../src/resources/stub";

describe("the stub in state", () => {
  it("is this text for ever: state files of every release hold it", () => {
    assert.equal(stub("lead"), 'exports.handler = () => require("pulumi-famulor/provider").lead');
    assert.equal(stub("lead").length, 63);
  });

  it("loads a provider with every hook", () => {
    const hooks = Object.keys(provider.lead).sort();
    assert.deepEqual(hooks, ["check", "configure", "create", "delete", "diff", "read", "update"]);
  });
});
