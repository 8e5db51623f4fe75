import assert from "node:assert/strict";
import { LeadClaims } from "../../src/provider/session/claims";

const A = { campaignId: 1, phoneNumber: "+493023125000" };
const B = { campaignId: 1, phoneNumber: "+493023125001" };

const NOW = Date.parse("2026-11-26T12:00:00Z");

describe("what a run knows of its leads", () => {
  const claimsAfter = (act: (claims: LeadClaims) => void) => {
    const claims = new LeadClaims();
    act(claims);
    return claims;
  };
  const cases: [string, (claims: LeadClaims) => void, (claims: LeadClaims) => unknown, unknown][] = [
    ["nobody has an unknown lead", () => {}, (claims) => claims.isHeld(7), false],
    ["whoever created it has it", (claims) => claims.created(7, A), (claims) => claims.isHeld(7), true],
    ["whoever took it over has it", (claims) => claims.tookOver(7, 5), (claims) => claims.isHeld(7), true],
    [
      "whoever has it in the state has it",
      (claims) => claims.declared(7, undefined),
      (claims) => claims.isHeld(7),
      true,
    ],
    [
      "the old resource of a lead that was taken over has lost it",
      (claims) => claims.tookOver(7, 5),
      (claims) => [claims.isHandedOver(7, undefined), claims.isHandedOver(7, 4), claims.isHandedOver(7, 5)],
      [true, true, false],
    ],
    [
      "also where an earlier run took it over",
      (claims) => claims.declared(7, 5),
      (claims) => [claims.isHandedOver(7, undefined), claims.isHandedOver(7, 5)],
      [true, false],
    ],
    [
      "the newest answered create is remembered",
      (claims) => [9, 7].map((id) => claims.created(id, A)),
      (claims) => claims.newestCreatedId,
      9,
    ],
    [
      "a lead in the state is no answered create",
      (claims) => claims.declared(7, undefined),
      (c) => c.newestCreatedId,
      undefined,
    ],
    ["a lead is where the state has it", (claims) => claims.placed(7, A, {}), (claims) => claims.idsAt(A), [7]],
    [
      "a lead that is to leave has not left",
      (claims) => claims.placed(7, A, B),
      (claims) => [claims.hasLeft(7, A), claims.isLeaving(7, A), claims.idsAt(A)],
      [false, true, [7]],
    ],
    [
      "two leads that swap their places are not leaving: they would wait for each other",
      (claims) => {
        claims.placed(7, A, B);
        claims.placed(8, B, A);
      },
      (claims) => [claims.isLeaving(8, B), claims.isLeaving(7, A)],
      [false, false],
    ],
    [
      "a chain of leads is leaving, one after the other",
      (claims) => {
        claims.placed(7, A, B);
        claims.placed(8, B, { phoneNumber: "+493023125002" });
      },
      (claims) => [claims.isLeaving(8, B), claims.isLeaving(7, A)],
      [true, true],
    ],
    [
      "a lead that stays is not leaving",
      (claims) => claims.placed(7, A, {}),
      (claims) => claims.isLeaving(7, A),
      false,
    ],
    [
      "a lead that the dashboard has put here, and that gets no change, is not leaving",
      (claims) => claims.placed(7, A, {}),
      (claims) => claims.isLeaving(7, B),
      false,
    ],
    [
      "a lead has left once its change was carried out",
      (claims) => {
        claims.placed(7, A, B);
        claims.changed(7, B, B);
      },
      (claims) => [claims.hasLeft(7, A), claims.hasLeft(7, B), claims.idsAt(A), claims.idsAt(B)],
      [true, false, [], [7]],
    ],
    [
      "a change that named no place proves nothing about the place: the dashboard may have moved the lead",
      (claims) => {
        claims.placed(7, A, {});
        claims.changed(7, A, {});
      },
      (claims) => [claims.hasLeft(7, A), claims.hasLeft(7, B)],
      [false, false],
    ],
    ["an unknown lead has not left", () => {}, (claims) => claims.hasLeft(7, A), false],
    [
      "a create is wanted where the program says so",
      (claims) => claims.wants(A),
      (c) => [c.isWanted(A), c.isWanted(B)],
      [true, false],
    ],
    [
      "who was deleted is remembered with what Famulor said last",
      (claims) => {
        claims.knows(7, "completed", NOW);
        claims.placed(7, A, {});
        claims.deleted(7, A, NOW);
      },
      (claims) => [claims.deletedAt(A), claims.deletedAt(B), claims.idsAt(A)],
      [{ leadId: 7, status: "completed" }, undefined, []],
    ],
    [
      "who was deleted without a question: nobody knows",
      (claims) => claims.deleted(7, A, NOW),
      (claims) => claims.deletedAt(A),
      { leadId: 7, status: undefined },
    ],
    [
      "a lead that was gone before is not one that this run deleted",
      (claims) => {
        claims.placed(7, A, {});
        claims.gone(7);
      },
      (claims) => [claims.deletedAt(A), claims.idsAt(A)],
      [undefined, []],
    ],
    [
      "what was learnt more than a minute ago is not known any more",
      (claims) => claims.knows(7, "created", NOW),
      (claims) => [claims.liveStatusOf(7, NOW + 59_000), claims.liveStatusOf(7, NOW + 60_000)],
      ["created", undefined],
    ],
    [
      "a lead that this run deleted, or found gone, has left every place",
      (claims) => {
        claims.placed(7, A, {});
        claims.gone(7);
      },
      (claims) => claims.hasLeft(7, A),
      true,
    ],
    [
      "two creates at one place are two: the first does not settle the second",
      (claims) => {
        claims.wants(A);
        claims.wants(A);
        claims.created(7, A);
      },
      (claims) => {
        const before = claims.isWanted(A);
        claims.tookOver(8, NOW, A);
        return [before, claims.isWanted(A)];
      },
      [true, false],
    ],
    [
      "in this run only the resource that took a lead over has it, whatever the clock of an earlier run said",
      (claims) => claims.tookOver(7, 5),
      (claims) => [claims.isHandedOver(7, 9), claims.isHandedOver(7, 5)],
      [true, false],
    ],
    [
      "a lead is in the way once a create was refused",
      (claims) => claims.obstructs(7),
      (c) => [c.isInTheWay(7), c.isInTheWay(8)],
      [true, false],
    ],
    [
      "a lead is being replaced",
      (claims) => claims.replacing(7),
      (c) => [c.isBeingReplaced(7), c.isBeingReplaced(8)],
      [true, false],
    ],
    [
      "declared leads of a campaign are those that are in it now",
      (claims) => {
        for (const id of [7, 8, 9]) {
          claims.declared(id, undefined);
          claims.placed(id, A, {});
        }
        claims.changed(8, { ...A, campaignId: 2 }, { campaignId: 2 });
        claims.deleted(9, A, NOW);
      },
      (claims) => [claims.heldIn(1), claims.heldIn(2)],
      [[7], [8]],
    ],
  ];
  for (const [name, act, ask, expected] of cases) {
    it(name, () => assert.deepEqual(ask(claimsAfter(act)), expected));
  }
});
