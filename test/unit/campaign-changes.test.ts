import assert from "node:assert/strict";
import { WEEKDAYS } from "../../src/famulor/limits";
import type { Campaign } from "../../src/famulor/wire/campaigns";
import { changedSettings, settingsUnlike, withLiveSettings } from "../../src/provider/campaign/changes";
import { type Declared, UNKNOWN } from "../../src/provider/engine/unknown";
import type { CampaignArgs, CampaignState } from "../../src/state/campaign";

const spring: Required<CampaignArgs> = {
  name: "Spring",
  assistantId: 1,
  timezone: "Europe/Berlin",
  maxCallsInParallel: 2,
  allowedHoursStartTime: "09:00",
  allowedHoursEndTime: "17:30",
  allowedDays: ["tuesday", "monday"],
  maxRetries: 2,
  retryIntervalMinutes: 30,
  retryOnVoicemail: true,
  retryOnGoalIncomplete: false,
  goalCompletionVariable: "booked",
  markCompleteWhenNoLeads: false,
  phoneNumberIds: [1, 2],
  adoptExisting: false,
  forceDestroy: false,
};
const inState = (args: CampaignArgs): CampaignState => ({ ...args, campaignId: 7, status: "draft" });
const minimal: CampaignArgs = { name: "Spring", assistantId: 1 };

type Edit = Partial<Declared<CampaignArgs>>;

/** For each argument, edits that ask for a new campaign, and edits that do not. */
const EDITS: { [Argument in keyof Required<CampaignArgs>]: { replaces: Edit[]; keeps: Edit[] } } = {
  name: { replaces: [{ name: "Summer" }, { name: UNKNOWN }], keeps: [{ name: "Spring" }] },
  assistantId: { replaces: [{ assistantId: 2 }, { assistantId: UNKNOWN }], keeps: [] },
  timezone: { replaces: [{ timezone: undefined }, { timezone: "Europe/Paris" }, { timezone: UNKNOWN }], keeps: [] },
  maxCallsInParallel: { replaces: [{ maxCallsInParallel: 3 }, { maxCallsInParallel: undefined }], keeps: [] },
  allowedHoursStartTime: { replaces: [{ allowedHoursStartTime: "09:30" }], keeps: [] },
  allowedHoursEndTime: { replaces: [{ allowedHoursEndTime: undefined }], keeps: [] },
  allowedDays: {
    replaces: [{ allowedDays: ["monday"] }, { allowedDays: ["monday", UNKNOWN] }, { allowedDays: UNKNOWN }],
    keeps: [{ allowedDays: ["monday", "tuesday"] }],
  },
  maxRetries: { replaces: [{ maxRetries: 3 }], keeps: [] },
  retryIntervalMinutes: { replaces: [{ retryIntervalMinutes: 31 }, { retryIntervalMinutes: 1800 }], keeps: [] },
  retryOnVoicemail: { replaces: [{ retryOnVoicemail: false }, { retryOnVoicemail: undefined }], keeps: [] },
  retryOnGoalIncomplete: { replaces: [{ retryOnGoalIncomplete: undefined }], keeps: [] },
  goalCompletionVariable: { replaces: [{ goalCompletionVariable: "sold" }], keeps: [] },
  markCompleteWhenNoLeads: { replaces: [{ markCompleteWhenNoLeads: undefined }], keeps: [] },
  phoneNumberIds: {
    replaces: [{ phoneNumberIds: [] }, { phoneNumberIds: [1, UNKNOWN] }],
    keeps: [{ phoneNumberIds: [2, 1] }],
  },
  adoptExisting: { replaces: [], keeps: [{ adoptExisting: true }, { adoptExisting: undefined }] },
  forceDestroy: { replaces: [], keeps: [{ forceDestroy: true }, { forceDestroy: UNKNOWN }] },
};

describe("the changes of a campaign", () => {
  for (const [name, { replaces, keeps }] of Object.entries(EDITS)) {
    for (const edit of replaces) {
      it(`${describeEdit(edit)} replaces`, () =>
        assert.deepEqual(changedSettings(inState(spring), { ...spring, ...edit }), [name]));
    }
    for (const edit of keeps) {
      it(`${describeEdit(edit)} does not`, () =>
        assert.deepEqual(changedSettings(inState(spring), { ...spring, ...edit }), []));
    }
  }

  const defaults: CampaignArgs = {
    ...minimal,
    maxCallsInParallel: 3,
    allowedHoursStartTime: "00:00",
    allowedHoursEndTime: "23:59",
    allowedDays: [...WEEKDAYS].reverse(),
    maxRetries: 3,
    retryIntervalMinutes: 60,
    markCompleteWhenNoLeads: true,
    phoneNumberIds: [],
  };
  it("a setting that is left out is its documented default", () => {
    assert.deepEqual(changedSettings(inState(minimal), defaults), []);
    assert.deepEqual(changedSettings(inState(defaults), minimal), []);
  });

  it("a value that is not known yet differs even from its own name", () => {
    assert.deepEqual(changedSettings(inState({ ...minimal, name: String(UNKNOWN) }), { ...minimal, name: UNKNOWN }), [
      "name",
    ]);
  });
});

const nothingAnswered: Campaign = {
  campaignId: 7,
  name: undefined,
  status: undefined,
  maxCallsInParallel: undefined,
  allowedHoursStartTime: undefined,
  allowedHoursEndTime: undefined,
  allowedDays: undefined,
  maxRetries: undefined,
  retryIntervalMinutes: undefined,
  markCompleteWhenNoLeads: undefined,
  createdAt: undefined,
  updatedAt: undefined,
};

describe("the drift of a campaign", () => {
  const cases: [string, Partial<Campaign>, (keyof CampaignArgs)[]][] = [
    ["no setting in the answer", {}, []],
    ["days in another order", { allowedDays: ["monday", "tuesday"] }, []],
    ["the interval in seconds", { retryIntervalMinutes: 1800 }, []],
    ["another interval", { retryIntervalMinutes: 60 }, ["retryIntervalMinutes"]],
    [
      "other hours and days",
      { allowedHoursStartTime: "08:00", allowedDays: [] },
      ["allowedHoursStartTime", "allowedDays"],
    ],
    ["a false flag that is true", { markCompleteWhenNoLeads: true }, ["markCompleteWhenNoLeads"]],
    ["another name", { name: "Sommer" }, ["name"]],
    [
      "another number of calls and tries",
      { maxCallsInParallel: 3, maxRetries: 3 },
      ["maxCallsInParallel", "maxRetries"],
    ],
    ["another end", { allowedHoursEndTime: "18:00" }, ["allowedHoursEndTime"]],
  ];
  for (const [name, answered, drifted] of cases) {
    it(`${name}: ${drifted.join(", ") || "none"}`, () => {
      const live = { ...nothingAnswered, ...answered };
      assert.deepEqual(settingsUnlike(live, spring), drifted);
      const now = withLiveSettings(inState(spring), live);
      const expected = Object.fromEntries(drifted.map((setting) => [setting, answered[setting as keyof Campaign]]));
      assert.deepEqual(now, { ...inState(spring), ...expected });
    });
  }

  it("is none where the program declares nothing", () => {
    const live = { ...nothingAnswered, maxRetries: 5, allowedDays: ["monday"] };
    assert.deepEqual(withLiveSettings(inState(minimal), live), inState(minimal));
  });
});

function describeEdit(edit: Edit): string {
  const [[name, value] = ["", undefined]] = Object.entries(edit);
  const texts = [value].flat().map((each) => (typeof each === "symbol" ? "unknown" : String(each)));
  return `${name} → ${Array.isArray(value) ? `[${texts}]` : texts}`;
}
