import assert from "node:assert/strict";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { phoneNumberProblem } from "../../src/famulor/phone-numbers";
import { FICTIONAL_BLOCKS, isFictionalPhoneNumber } from "../../src/fictional-numbers";

/** The first and the last number of each block. */
const FICTIONAL: readonly [block: string, ranges: string][] = [
  ["DE Berlin", "+493023125000 +493023125999"],
  ["DE Frankfurt", "+496990009000 +496990009999"],
  ["DE Hamburg", "+494066969000 +494066969999"],
  ["DE Köln", "+492214710000 +492214710999"],
  ["DE München", "+498999998000 +498999998999"],
  ["DE mobile", "+491713920000 +491713920099"],
  ["DE mobile", "+4917604069000 +4917604069099"],
  ["DE mobile, single", "+491729973185 +491729973186"],
  ["GB mobile", "+447700900000 +447700900999"],
  ["GB London", "+442079460000 +442079460999"],
  ["GB no area", "+441632960000 +441632960999"],
  ["GB Leeds", "+441134960000 +441134960999"],
  ["GB Cardiff", "+442920180000 +442920180999"],
  ["FR", "+33199000000 +33199009999"],
  ["FR mobile", "+33639980000 +33639989999"],
  ["AU fixed", "+61255500000 +61255509999"],
  ["AU fixed", "+61870100000 +61870109999"],
  ["AU mobile, single", "+61491570156 +61491570159"],
  ["US", "+12125550100 +12125550199"],
  ["CA", "+14165550100 +14165550199"],
];

const plus = (number: string, more: number) => `+${BigInt(number.slice(1)) + BigInt(more)}`;

describe("fictional phone numbers", () => {
  for (const [block, range] of FICTIONAL) {
    it(`are those from ${range.replace(" ", " to ")} (${block}), and not their neighbours`, () => {
      const [first = "", last = ""] = range.split(" ");
      assert.deepEqual([first, last].map(isFictionalPhoneNumber), [true, true]);
      assert.deepEqual([plus(first, -1), plus(last, 1)].map(isFictionalPhoneNumber), [false, false]);
    });
  }

  for (const [number, why] of [
    ["+12125551212", "directory assistance"],
    ["+18005550199", "toll-free numbers have other rules"],
    ["+19005550100", "premium rate"],
    ["+18765550100", "Jamaica: not in the United States or Canada"],
    ["+15555550100", "no such area code"],
    ["+49302312500", "a digit is missing"],
    ["+4930231250000", "a digit too many"],
    ["493023125000", "no plus"],
    ["+49 30 23125000", "not E.164"],
    ["+493023125000\n", "a line break behind it"],
    ["+49302312500٠", "another digit than 0 to 9"],
    ["", "nothing"],
  ] as const) {
    it(`${JSON.stringify(number)} is not one: ${why}`, () => assert.equal(isFictionalPhoneNumber(number), false));
  }

  it("are possible numbers of their country", () => {
    for (const { country, prefix, digits } of FICTIONAL_BLOCKS) {
      for (const digit of ["0", "9"]) {
        const number = prefix + digit.repeat(digits);
        assert.equal(phoneNumberProblem(number), undefined);
        if (country === "US" || country === "CA") {
          assert.equal(parsePhoneNumberFromString(number)?.country, country, number);
        }
      }
    }
  });

  it("are in one block each, and each block names its source", () => {
    const prefixes = FICTIONAL_BLOCKS.map(({ prefix }) => prefix);
    for (const prefix of prefixes) {
      assert.deepEqual(
        prefixes.filter((other) => other.startsWith(prefix)),
        [prefix],
      );
    }
    for (const { source } of FICTIONAL_BLOCKS)
      assert.match(source, /Bundesnetzagentur|Ofcom|Arcep|ACMA|North American/);
  });

  it("number as many as the regulators say", () => {
    const counts: Record<string, number> = {};
    for (const { country, digits } of FICTIONAL_BLOCKS) counts[country] = (counts[country] ?? 0) + 10 ** digits;
    assert.deepEqual(counts, { DE: 5_210, GB: 10_000, FR: 60_000, AU: 80_030, US: 35_800, CA: 5_600 });
  });
});
