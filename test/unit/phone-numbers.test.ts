import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { numberingPlan, PLAN_FILE } from "../../scripts/numbering-plan";
import { phoneNumberProblem } from "../../src/famulor/phone-numbers";

/** The first and the last number of every block that a regulator keeps for fiction. */
const FICTIONAL: readonly [block: string, numbers: string][] = [
  ["DE Berlin", "+493023125000 +493023125999"],
  ["DE Frankfurt", "+496990009000 +496990009999"],
  ["DE Hamburg", "+494066969000 +494066969999"],
  ["DE Köln", "+492214710000 +492214710999"],
  ["DE München", "+498999998000 +498999998999"],
  ["DE mobile", "+491713920000 +491713920099 +4917604069000 +4917604069099"],
  ["DE mobile, single", "+4915228817386 +4915228895456 +4915254599371 +491729925904 +491729968532 +491729973185"],
  ["DE mobile, single", "+491729973186 +491729980752 +491749091317 +491749464308"],
  ["GB mobile", "+447700900000 +447700900999"],
  ["GB London", "+442079460000 +442079460999"],
  ["GB no area", "+441632960000 +441632960999"],
  ["GB cities", "+441134960000 +441174960999 +441214960000 +441314960999 +441414960000 +441614960999 +442920180000"],
  ["FR", "+33199000000 +33199009999 +33261910000 +33353010000 +33465710000 +33536490000 +33639980000 +33639989999"],
  ["AU fixed", "+61255500000 +61355509999 +61755500000 +61855509999 +61270100000 +61870109999"],
  ["AU mobile", "+61491570006 +61491570110 +61491573770 +61491579760"],
  ["US and CA", "+12125550100 +12125550199 +14165550100 +19075550199"],
];

const REAL_SHAPES: readonly [country: string, numbers: string][] = [
  ["IT, where a 0 belongs to the number", "+390612345678 +393123456789"],
  ["VA and SM, too", "+390669812345 +3780549123456"],
  ["CI, since 2021", "+2250123456789"],
  ["AT, of many lengths", "+431234567 +436641234567"],
  ["NU and SH, the shortest", "+6834000 +29022158"],
  ["international freephone", "+80012345678"],
  ["satellite", "+881612345678 +870773111632"],
  ["KZ beside RU", "+77012345678 +79161234567"],
  ["CN, IN and BR", "+8613812345678 +919812345678 +5511987654321"],
];

describe("a phone number", () => {
  for (const [block, numbers] of [...FICTIONAL, ...REAL_SHAPES]) {
    it(`is possible: ${block}`, () => {
      for (const number of numbers.split(" ")) assert.equal(phoneNumberProblem(number), undefined, number);
    });
  }

  for (const [number, problem] of [
    ["+999123456789", "has a country code that does not exist: +9991…89"],
    ["+2101234567", "has a country code that does not exist: +2101…67"],
    ["+4903023125000", "must not have a 0 after the country code +49: leave out the 0 of national calls (+4903…00)"],
    ["+4401632960000", "must not have a 0 after the country code +44: leave out the 0 of national calls (+4401…00)"],
    ["+33012345678", "must not have a 0 after the country code +33: leave out the 0 of national calls (+3301…78)"],
    ["+49302", "is too short: no number with the country code +49 has 3 more digits (+4…)"],
    ["+1212555010", "has a wrong length: no number with the country code +1 has 9 more digits (+1212…10)"],
    ["+121255501000", "is too long: no number with the country code +1 has 11 more digits (+1212…00)"],
    ["+331990012345", "is too long: no number with the country code +33 has 10 more digits (+3319…45)"],
    ["+12", "is too short: no number with the country code +1 has 1 more digits (+…)"],
  ] as const) {
    it(`is impossible: ${number}`, () => assert.equal(phoneNumberProblem(number), problem));
  }

  it("is measured by the metadata of the libphonenumber-js that is installed", () => {
    assert.equal(readFileSync(PLAN_FILE, "utf8"), numberingPlan(), "run: npm run numbering-plan");
  });
});
