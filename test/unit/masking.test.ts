import assert from "node:assert/strict";
import { maskPhoneNumbers } from "../../src/famulor/masking";

describe("what is masked in a text that somebody else wrote", () => {
  for (const [said, shown] of [
    ["phone_number=%2B493023125000&page=1", "phone_number=%2B49…00&page=1"],
    ["+493023125000 is taken", "+4930…00 is taken"],
    ["+49 (30) 2312-5000.", "+49 (…00."],
    ["lead_493023125000_x", "lead_49302…00_x"],
    ["0049 30 23125000", "0049 …00"],
    ["49-30-2312-5000", "49-30…00"],
    ["030 231 25000 12", "030 2…12"],
  ] as const) {
    it(said, () => assert.equal(maskPhoneNumbers(said), shown));
  }

  for (const readable of [
    "lead 1000001 in campaign 4711",
    "at 2026-11-24 11:53:20",
    "2026-11-24T11:53:20.000Z",
    "http://127.0.0.1:45678/api",
    "GET /user/leads/1000001 answered 422 after 30 s",
  ]) {
    it(`not ${readable}`, () => assert.equal(maskPhoneNumbers(readable), readable));
  }
});
