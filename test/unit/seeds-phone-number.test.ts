import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type CountryCode, getCountries, getExampleNumber, type PhoneNumber } from "libphonenumber-js";
import { phoneNumberProblem } from "../../src/famulor/phone-numbers";
import { FICTIONAL_BLOCKS } from "../../src/fictional-numbers";
import { fictionalLeads, isFictionalPhoneNumber, toE164 } from "../../src/seeds";

const EXAMPLES = JSON.parse(readFileSync(require.resolve("libphonenumber-js/examples.mobile.json"), "utf8"));

const NATIONAL: readonly [country: CountryCode, national: string, e164: string][] = [
  ["DE", "030 23125000", "+493023125000"],
  ["DE", "0171/3920000", "+491713920000"],
  ["DE", "00 49 30 23125000", "+493023125000"],
  ["DE", "+4903023125000", "+493023125000"],
  ["DE", "＋49 30 23125000", "+493023125000"],
  ["GB", "07700 900123", "+447700900123"],
  ["GB", "01632 960000", "+441632960000"],
  ["FR", "01.99.00.12.34", "+33199001234"],
  ["AU", "(02) 5550 0000", "+61255500000"],
  ["AU", "0011 49 30 23125000", "+493023125000"],
  ["US", "(212) 555-0100", "+12125550100"],
  ["US", "1 212 555 0100", "+12125550100"],
  ["US", "011 49 30 23125000", "+493023125000"],
  ["CA", "416-555-0100", "+14165550100"],
  ["IT", "06 1234 5678", "+390612345678"],
  ["BR", "(11) 98765-4321", "+5511987654321"],
  ["CN", "138 1234 5678", "+8613812345678"],
  ["RU", "8 (916) 123-45-67", "+79161234567"],
];

const LOST: readonly [country: CountryCode, number: string][] = [
  ["DE", "3023125000"],
  ["DE", "493023125000"],
  ["GB", "7700900123"],
  ["GB", "447700900123"],
  ["FR", "199001234"],
  ["AU", "255500000"],
  ["RU", "9161234567"],
  ["RU", "79161234567"],
  ["BR", "5511987654321"],
  ["CN", "8613812345678"],
];

const asRow = (example: PhoneNumber) => ({
  country: example.country as CountryCode,
  number: String(example.number),
  nationalNumber: String(example.nationalNumber),
  formatNational: example.formatNational(),
});

describe("toE164", () => {
  for (const [country, national, e164] of NATIONAL) {
    it(`${country}: ${national}`, () => assert.equal(toE164(national, { country }), e164));
  }

  for (const [country, number] of LOST) {
    it(`${country}: not ${number}, which has lost its first digit or its plus`, () => {
      assert.throws(() => toE164(number, { country }), { message: /has neither a plus nor the first digit/ });
    });
  }

  it("knows every fictional number in its national spelling, as the provider knows it in E.164", () => {
    for (const country of ["DE", "GB", "FR", "AU", "US", "CA"] as const) {
      for (const { phoneNumber } of Object.values(fictionalLeads({ count: 300, country, variables: {} }))) {
        const code = FICTIONAL_BLOCKS.find(({ prefix }) => phoneNumber.startsWith(prefix))?.country;
        assert.equal(code, country);
        const national = phoneNumber.replace(/^\+(1|33|44|49|61)/, country === "US" || country === "CA" ? "" : "0");
        assert.equal(toE164(national, { country }), phoneNumber);
        assert.ok(isFictionalPhoneNumber(phoneNumber));
        assert.equal(phoneNumberProblem(phoneNumber), undefined);
      }
    }
  });

  describe("with the example that libphonenumber has for each country", () => {
    const examples = getCountries().flatMap((country) => getExampleNumber(country, EXAMPLES) ?? []);

    it("reads the national spelling", () => {
      assert.ok(examples.length > 200);
      for (const { country, number, formatNational } of examples.map(asRow)) {
        assert.equal(toE164(formatNational, { country }), number, `${country} ${formatNational}`);
      }
    });

    it("refuses what has lost its first digit or its plus", () => {
      for (const { country, number, formatNational, nationalNumber } of examples.map(asRow)) {
        if (number.startsWith("+1")) continue; // there the 1 is both, and may be missing
        const hasPrefix = formatNational.replace(/\D/g, "") !== nationalNumber;
        for (const lost of [number.slice(1), ...(hasPrefix ? [nationalNumber] : [])]) {
          assert.throws(() => toE164(lost, { country }), { code: "famulor/input" }, `${country} ${lost}`);
        }
      }
    });
  });

  for (const several of [
    "030 23125000/1",
    "030 23125000-0/-1",
    "030 231/030 23125000",
    "030231/030232",
    "+49 30 23125000/+49 30 23125001",
  ]) {
    it(`refuses ${several}, which is more than one number`, () => {
      assert.throws(() => toE164(several, { country: "DE" }), { message: /is more than one number/ });
    });
  }

  for (const date of ["01.02.26", "1.2.2026", "01-01-26"]) {
    it(`refuses ${date}, which is a date`, () => {
      assert.throws(() => toE164(date, { country: "DE" }), { message: /is a date/ });
    });
  }

  it("needs a country for a number without a plus only", () => {
    assert.equal(toE164("+49 (30) 23125000"), "+493023125000");
    assert.throws(() => toE164("030 23125000"), {
      message: 'toE164: `030 2…00` has no country code: set `country`, such as { country: "DE" }.',
      code: "famulor/input",
    });
    assert.throws(() => toE164("030 23125000", { country: "XX" as CountryCode }), {
      message: /there is no country "XX"/,
    });
  });

  it("shows Pulumi that its message is enough", () => {
    assert.throws(() => toE164("no"), { __pulumiRunError: true, name: "SeedsError" });
  });
});
