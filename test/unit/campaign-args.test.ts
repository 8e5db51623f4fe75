import assert from "node:assert/strict";
import { campaignProblems } from "../../src/provider/campaign/args";
import { campaignRunProblems } from "../../src/provider/campaign-run/args";
import { type Declared, UNKNOWN } from "../../src/provider/engine/unknown";
import type { CampaignArgs } from "../../src/state/campaign";

const good = { name: "Spring", assistantId: 1 };
/** What a program in JavaScript can declare. */
const problemsOf = (args: object) => campaignProblems(args as Declared<CampaignArgs>);

describe("the arguments of a campaign", () => {
  const fine: [string, object][] = [
    ["the two that are required", good],
    [
      "values that are not known yet",
      { name: UNKNOWN, assistantId: UNKNOWN, allowedDays: UNKNOWN, maxRetries: UNKNOWN },
    ],
    ["two IDs that are not known yet", { ...good, phoneNumberIds: [UNKNOWN, UNKNOWN] }],
    ["limits", { ...good, maxCallsInParallel: 10, maxRetries: 5, retryIntervalMinutes: 4320, name: "x".repeat(255) }],
  ];
  for (const [name, args] of fine) it(`accept ${name}`, () => assert.deepEqual(problemsOf(args), []));

  const bad: [string, object, string][] = [
    ["a name that is missing", { assistantId: 1 }, "name: is required: a string"],
    ["an empty name", { ...good, name: "" }, "name: must not be empty"],
    [
      "an assistant as text",
      { ...good, assistantId: "1" },
      "assistantId: must be the ID of an outbound assistant, a whole number above 0",
    ],
    [
      "an unknown time zone",
      { ...good, timezone: "Berlin" },
      'timezone: must be an IANA time zone, like "Europe/Berlin"',
    ],
    [
      "24:00",
      { ...good, allowedHoursEndTime: "24:00" },
      'allowedHoursEndTime: must be a time of day with two digits each, like "09:00"',
    ],
    ["no day", { ...good, allowedDays: [] }, "allowedDays: must name at least one day"],
    [
      "a day that is there twice",
      { ...good, allowedDays: ["monday", "monday"] },
      "allowedDays: must name each day once",
    ],
    [
      "a number that is there twice",
      { ...good, phoneNumberIds: [1, 1] },
      "phoneNumberIds: must name each phone number once",
    ],
    [
      "a known value beside an unknown one",
      { name: UNKNOWN, assistantId: 1, maxRetries: 6 },
      "maxRetries: must be a whole number from 1 to 5",
    ],
    ["an argument that does not exist", { ...good, colour: "red" }, "colour: is not an argument of FamulorCampaign"],
  ];
  for (const [name, args, problem] of bad) {
    it(`refuse ${name}`, () => assert.deepEqual(problemsOf(args), [problem]));
  }
});

describe("the argument of a campaign's run", () => {
  const rule = "a campaign or its ID, a whole number above 0";
  it("is a campaign's ID, known or not", () => {
    assert.deepEqual(campaignRunProblems({ campaignId: 7 }), []);
    assert.deepEqual(campaignRunProblems({ campaignId: UNKNOWN }), []);
    assert.deepEqual(campaignRunProblems({ campaignId: 0 }), [`campaignId: must be ${rule}`]);
    assert.deepEqual(campaignRunProblems({} as { campaignId: number }), [`campaignId: is required: ${rule}`]);
  });
});
