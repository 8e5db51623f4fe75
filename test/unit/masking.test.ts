import assert from "node:assert/strict";
import { LIKE_EXAMPLE, maskPhoneNumber, maskPhoneNumbers, redact } from "../../src/masking";

describe("what is masked in a text that somebody else wrote", () => {
  for (const [said, shown] of [
    ["phone_number=%2B493023125000&page=1", "phone_number=%2B49…00&page=1"],
    ["+493023125000 is taken", "+4930…00 is taken"],
    ["+49 (30) 2312-5000.", "+49 (…00."],
    ["+49 (0)30 / 2312 50-00", "+49 (…00"],
    ["lead_493023125000_x", "lead_49302…00_x"],
    ["0049 30 23125000", "0049 …00"],
    ["49-30-2312-5000", "49-30…00"],
    ["030 231 25000 12", "030 2…12"],
    // national spellings
    ["The number 030/23125000 is taken", "The number 030/2…00 is taken"],
    ["(030) 23125000", "(030)…00"],
    ["030-23125000", "030-2…00"],
    ["030.23.12.50.00", "030.2…00"],
    ["030 – 23125000", "030 –…00"],
    ["030\u00a023125000", "030\u00a02…00"],
    ["0171 3920000,", "0171 …00,"],
    ['"030\\/23125000"', '"030\\/…00"'],
    ["0911 12345", "0911 …45"],
    ["(212) 555-0100", "(212)…00"],
    ["212.555.0100", "212.5…00"],
    ["01 99 00 12 34", "01 99…34"],
    // a link
    ["tel:493023125000", "tel:49302…00"],
    ["tel:4930231250", "tel:49302…50"],
    ["tel:2312500", "tel:231…"],
    ["sip:23125@famulor.test", "sip:2…@famulor.test"],
    // short E.164
    ["+2901234 is taken", "+29… is taken"],
    ["+49110", "+4…"],
    ["49.302.312.500.00", "49.30…00"],
    ["＋4930 23125000", "＋4930…00"],
    // several, and beside what stays readable
    ["+493023125000, 030/23125001", "+4930…00, 030/2…01"],
    ["2026-11-24 030 23125000", "2026-11-24 030 2…00"],
    ["24.11.2026 11:53 030/23125000", "24.11.2026 11:53 030/2…00"],
    ["lead 1000001: 030/23125000", "lead 1000001: 030/2…00"],
    ["like +4930231250001", "like +4930…01"],
  ] as const) {
    it(said, () => assert.equal(maskPhoneNumbers(said), shown));
  }

  for (const readable of [
    "lead 1000001 in campaign 4711",
    "leads 1000001, 1000002, 1000003 and 1000004",
    "leads 1000001 1000002",
    "at 2026-11-24 11:53:20",
    "2026-11-24T11:53:20.000Z",
    "2026-11-24T11:53:20+01:00",
    "from 2026-11-24 to 2026-12-24",
    "24.11.2026 11:53:20",
    "on 01.02.2026, 01/02/2026 or 01-02-26",
    "11/24/2026",
    "from 09:00 to 17:30",
    "09:00:00",
    "http://127.0.0.1:45678/api",
    "http://192.168.100.200:45678/api",
    "GET /user/leads/1000001 answered 422 after 30 s",
    "the balance is 0.50 EUR",
    "12.50 €, 1,234.56 $, 1.234.567,89 EUR",
    "12.345.678.901,50 EUR or 12,345,678,901.50 $",
    "0.123456789",
    "prefixes such as +4930,+1212",
    "and +20 more",
    "version 7.30.2, code 0x800, 32768 bytes",
    `must be in E.164, ${LIKE_EXAMPLE}; try again`,
  ]) {
    it(`not ${readable}`, () => assert.equal(maskPhoneNumbers(readable), readable));
  }

  it("masks what it has masked once more to the same text", () => {
    for (const text of ["+4930…00", "+290…", "030/2…00", "(030)…00"]) assert.equal(maskPhoneNumbers(text), text);
  });

  it("hides at least three digits, also of a short number", () => {
    for (const digits of [
      "12",
      "123",
      "1234",
      "12345",
      "123456",
      "1234567",
      "12345678",
      "123456789",
      "1234567890123",
    ]) {
      const shown = maskPhoneNumber(`+${digits}`).replace(/\D/g, "");
      assert.ok(digits.length - shown.length >= Math.min(3, digits.length), `+${digits} → ${shown}`);
    }
  });

  it("takes no time on a long text", () => {
    const hostile = ["0", "00", "1 ", "+1 ", "(0", "0-", "1.", "12.34 ", "1.234"].map((part) =>
      part.repeat(8192 / part.length),
    );
    const start = performance.now();
    for (const text of hostile) maskPhoneNumbers(text);
    assert.ok(performance.now() - start < 2_000);
  });
});

describe("a secret", () => {
  const key = "12|abc/DEF";
  for (const [how, spelling] of Object.entries({
    "as it is": key,
    "in a URL": "12%7Cabc%2FDEF",
    "in a URL, in small letters": "12%7cabc%2fDEF",
    "in JSON of PHP": "12|abc\\/DEF",
  })) {
    it(`is removed ${how}`, () => assert.equal(redact(`a ${spelling} b ${spelling}`, key), "a [apiKey] b [apiKey]"));
  }

  it("that is not set removes nothing", () => assert.equal(redact("a", undefined), "a"));
});
