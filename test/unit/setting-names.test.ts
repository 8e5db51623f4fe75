import assert from "node:assert/strict";
import { nearestOf } from "../../src/nearest-name";
import { SETTING_NAMES, unknownSettings } from "../../src/setting-names";

describe("the names of the settings", () => {
  const nearest: Record<string, string> = {
    allowedPhoneNumber: "allowedPhoneNumbers",
    allowedNumbers: "allowedPhoneNumbers",
    allowedphonenumbers: "allowedPhoneNumbers",
    phoneNumbers: "allowedPhoneNumbers",
    allowed: "allowedPhoneNumbers",
    timeout: "requestTimeoutSeconds",
    guard: "apiKey",
    apikey: "apiKey",
    key: "apiKey",
    baseURL: "baseUrl",
    url: "baseUrl",
    requestPerMinute: "requestsPerMinute",
    requestTimeout: "requestTimeoutSeconds",
    requestTimeoutMs: "requestTimeoutSeconds",
    "": "apiKey",
  };
  for (const [name, expected] of Object.entries(nearest)) {
    it(`the nearest to ${JSON.stringify(name)} is ${expected}`, () => {
      assert.equal(nearestOf(name, SETTING_NAMES), expected);
    });
  }

  const ours = SETTING_NAMES.map((name) => `famulor:${name}`);
  const others = ["aws:region", "project:famulor", "pulumi:tags", "famulors:apikey"];

  it("are all known, and those of other packages are nobody's business", () => {
    assert.deepEqual(unknownSettings([...ours, ...others], false), []);
  });

  it("that do not exist are problems, each with the nearest one and what to do", () => {
    assert.deepEqual(unknownSettings(["famulor:allowedPhoneNumber", ...ours, "famulor:colour"], false), [
      "famulor:allowedPhoneNumber is not a setting of pulumi-famulor. Did you mean famulor:allowedPhoneNumbers? Remove it " +
        "(pulumi config rm famulor:allowedPhoneNumber) and set the right one.",
      "famulor:colour is not a setting of pulumi-famulor. Did you mean famulor:baseUrl? Remove it " +
        "(pulumi config rm famulor:colour) and set the right one.",
    ]);
  });

  it("of a project that is named famulor itself may stand beside ours, unless they are nearly ours", () => {
    assert.deepEqual(unknownSettings(["famulor:assistantName", "famulor:colour"], true), []);
    assert.equal(unknownSettings(["famulor:allowedPhoneNumber"], true).length, 1);
    assert.equal(unknownSettings(["famulor:baseURLs"], true).length, 1);
  });
});
