import assert from "node:assert/strict";
import type { Campaign } from "../../src/famulor/wire/campaigns";
import {
  type AfterFailedDelete,
  type CreateKnowledge,
  type CreateStep,
  type DeleteKnowledge,
  type DeleteStep,
  decideAfterFailedDelete,
  decideCreate,
  decideDelete,
  type FailedDelete,
  type Obstacle,
} from "../../src/provider/campaign/decide";
import { createRefused, deleteRefused } from "../../src/provider/campaign/messages";
import type { CampaignArgs } from "../../src/state/campaign";

const args: CampaignArgs = { name: "Spring", assistantId: 1, maxRetries: 2 };
const listed = (campaignId: number, maxRetries?: number): Campaign => ({
  campaignId,
  name: "Spring",
  status: "draft",
  maxCallsInParallel: undefined,
  allowedHoursStartTime: undefined,
  allowedHoursEndTime: undefined,
  allowedDays: undefined,
  maxRetries,
  retryIntervalMinutes: undefined,
  markCompleteWhenNoLeads: undefined,
  createdAt: undefined,
  updatedAt: undefined,
});
const [same, twin, other] = [listed(7, 2), listed(8, 2), listed(9, 5)];
const before: CreateKnowledge = { outcome: "not sent", namesakes: [], looks: 0, cannotLook: false };
const after: CreateKnowledge = { ...before, outcome: "unknown" };
const otherSettings: Obstacle = { is: "other settings", settings: ["maxRetries"] };
const inUse = (campaign: Campaign, obstacle?: Obstacle): CreateStep => ({
  do: "refuse",
  because: { is: "name in use", campaign, obstacle },
});
const unknown = (...candidates: Campaign[]): CreateStep => ({
  do: "refuse",
  because: { is: "unknown outcome", candidates },
});

describe("the create of a campaign", () => {
  type Asked = "" | "adoptExisting" | "FAMULOR_ADOPT";
  const cases: [string, Asked, CreateKnowledge, CreateStep][] = [
    ["a free name", "", before, { do: "send" }],
    ["a free name", "adoptExisting", before, { do: "send" }],
    ["a name in use", "", { ...before, namesakes: [same] }, inUse(same)],
    ["a name in use", "adoptExisting", { ...before, namesakes: [same] }, { do: "take over", campaign: same }],
    ["a name in use", "FAMULOR_ADOPT", { ...before, namesakes: [same] }, { do: "take over", campaign: same }],
    ["a name in use with other settings", "", { ...before, namesakes: [other] }, inUse(other, otherSettings)],
    [
      "a name in use with other settings",
      "adoptExisting",
      { ...before, namesakes: [other] },
      inUse(other, otherSettings),
    ],
    [
      "a name in use twice",
      "FAMULOR_ADOPT",
      { ...before, namesakes: [same, other] },
      inUse(same, { is: "several", campaignIds: [7, 9] }),
    ],
    ["an unknown outcome", "", after, { do: "look", afterMs: 0 }],
    ["nothing listed yet", "", { ...after, looks: 1 }, { do: "look", afterMs: 2_000 }],
    ["nothing listed yet", "", { ...after, looks: 2 }, { do: "look", afterMs: 5_000 }],
    ["never listed", "", { ...after, looks: 3 }, unknown()],
    ["never listed", "FAMULOR_ADOPT", { ...after, looks: 3 }, unknown()],
    ["no time to look", "", { ...after, looks: 1, cannotLook: true }, unknown()],
    ["one that appeared", "", { ...after, looks: 1, namesakes: [same] }, { do: "keep", campaign: same }],
    ["two that appeared", "", { ...after, looks: 1, namesakes: [same, twin] }, unknown(same, twin)],
    [
      "one that appeared beside somebody else's",
      "",
      { ...after, looks: 1, namesakes: [other, same] },
      { do: "keep", campaign: same },
    ],
    [
      "only somebody else's that appeared",
      "",
      { ...after, looks: 1, namesakes: [other] },
      { do: "look", afterMs: 2_000 },
    ],
    ["only somebody else's that appeared", "", { ...after, looks: 3, namesakes: [other] }, unknown()],
  ];
  for (const [name, asked, known, step] of cases) {
    it(`${name}${asked && ` under ${asked}`} (${known.looks} looks): ${step.do}`, () => {
      const declared = { ...args, adoptExisting: asked === "adoptExisting" };
      assert.deepEqual(decideCreate(declared, { adoptIdentical: asked === "FAMULOR_ADOPT" }, known), step);
    });
  }

  it("sends at most one POST, whatever is known after it", () => {
    for (const looks of [0, 1, 2, 3, 4]) {
      for (const cannotLook of [true, false]) {
        for (const namesakes of [[], [same], [other], [same, twin]]) {
          for (const adoptIdentical of [true, false]) {
            const step = decideCreate(args, { adoptIdentical }, { outcome: "unknown", looks, cannotLook, namesakes });
            assert.notEqual(step.do, "send");
          }
        }
      }
    }
  });

  it("says each way out of a refusal", () => {
    assert.match(
      createRefused({ is: "name in use", campaign: same, obstacle: undefined }, undefined).message,
      /^name: .* campaign 7 \(draft\) .* Nothing was sent\. .*FAMULOR_ADOPT=identical.*adoptExisting: true.*aliases.*--replace/,
    );
    assert.match(
      createRefused({ is: "name in use", campaign: same, obstacle: { is: "several", campaignIds: [7, 9] } }, undefined)
        .message,
      /cannot be taken over: several campaigns have this name: 7, 9\. Delete that campaign/,
    );
    const failure = createRefused({ is: "unknown outcome", candidates: [same, twin] }, new Error("POST failed."));
    assert.match(
      failure.message,
      /^POST failed\. Campaigns 7, 8 .*delete all but one.*FAMULOR_ADOPT=identical pulumi up takes it over/,
    );
    assert.equal(failure.code, "famulor/unknown-outcome");
  });
});

describe("the delete of a campaign", () => {
  const usual: DeleteKnowledge = { isHandedOver: false, isForced: false, isReplaced: false, declaredLeadIds: [] };
  const refuse = (because: Extract<DeleteStep, { do: "refuse" }>["because"]): DeleteStep => ({ do: "refuse", because });
  const none = { count: 0, leadIds: [] };
  const some = { count: 2, leadIds: [4, 5] };
  const cases: [string, boolean, DeleteKnowledge, DeleteStep][] = [
    ["usually", false, usual, { do: "count leads" }],
    ["without leads", false, { ...usual, leads: none }, { do: "delete" }],
    ["with leads", false, { ...usual, leads: some }, refuse({ is: "leads left", leads: some })],
    ["under forceDestroy", true, usual, { do: "delete" }],
    ["forced for this run", false, { ...usual, isForced: true }, { do: "delete" }],
    ["forced with declared leads", false, { ...usual, isForced: true, declaredLeadIds: [1] }, { do: "delete" }],
    ["with declared leads", false, { ...usual, declaredLeadIds: [1] }, refuse({ is: "declared leads", leadIds: [1] })],
    ["with declared leads", true, { ...usual, declaredLeadIds: [1] }, refuse({ is: "declared leads", leadIds: [1] })],
    ["replaced", true, { ...usual, isReplaced: true }, { do: "count leads" }],
    [
      "replaced with leads",
      true,
      { ...usual, isReplaced: true, leads: some },
      refuse({ is: "leads left", leads: some }),
    ],
    ["replaced without leads", true, { ...usual, isReplaced: true, leads: none }, { do: "delete" }],
    ["taken over", false, { ...usual, isHandedOver: true }, { do: "leave" }],
    ["taken over and forced", false, { ...usual, isHandedOver: true, isForced: true }, { do: "leave" }],
    ["taken over", true, { ...usual, isHandedOver: true }, { do: "list strangers" }],
    ["taken over without strangers", true, { ...usual, isHandedOver: true, strangerIds: [] }, { do: "leave" }],
    [
      "taken over with strangers",
      true,
      { ...usual, isHandedOver: true, strangerIds: [5] },
      refuse({ is: "strangers", leadIds: [5] }),
    ],
  ];
  for (const [name, forceDestroy, known, step] of cases) {
    it(`${name}${forceDestroy ? ", forceDestroy: true" : ""}: ${step.do}`, () => {
      assert.deepEqual(decideDelete({ forceDestroy }, known), step);
    });
  }

  it("says how many leads are left, and how to delete them too", () => {
    const many = Array.from({ length: 25 }, (_, index) => index + 1);
    assert.match(
      deleteRefused(7, { is: "leads left", leads: { count: 30, leadIds: many } }).message,
      /still holds 30 leads that .*\(1, 2, .* 20 and 10 more\), .*FAMULOR_FORCE_DESTROY=7 pulumi up/,
    );
    assert.match(
      deleteRefused(7, { is: "declared leads", leadIds: many }).message,
      / 19, 20 and 5 more\).*FAMULOR_FORCE_DESTROY=7/,
    );
    assert.match(deleteRefused(7, { is: "strangers", leadIds: [5] }).message, /has: 5\. .*adoptExisting: true/);
  });
});

describe("a DELETE of a campaign that failed", () => {
  const cases: [FailedDelete["failure"], FailedDelete["live"], number | undefined, AfterFailedDelete][] = [
    ["final", "not known", undefined, "report"],
    ["final", "running", 1, "report"],
    // A plain reason, such as a campaign that is in use elsewhere.
    ["refused", "not running", undefined, "report"],
    ["refused", "not known", undefined, "report"],
    ["refused", "gone", undefined, "done"],
    ["refused", "running", undefined, "stop and repeat"],
    ["refused", "running", 3, "stop and repeat"],
    // Its calls may take a moment to end.
    ["refused", "not running", 1, "repeat"],
    ["refused", "not running", 4, "repeat"],
    ["refused", "not running", 5, "report"],
    ["unclear", "gone", undefined, "done"],
    ["unclear", "running", undefined, "repeat"],
    ["unclear", "not running", undefined, "repeat"],
    ["unclear", "not known", undefined, "repeat"],
    ["unclear", "not running", 9, "repeat"],
  ];
  for (const [failure, live, refusalsSinceStop, next] of cases) {
    const stopped = refusalsSinceStop === undefined ? "" : `, refused ${refusalsSinceStop} times since the stop`;
    it(`${failure}, ${live}${stopped}: ${next}`, () => {
      assert.equal(decideAfterFailedDelete({ failure, live, refusalsSinceStop }), next);
    });
  }
});
