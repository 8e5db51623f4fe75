import assert from "node:assert/strict";
import { type LeadColumns, leadsFromJson } from "../../src/seeds";

const FLAT: LeadColumns = {
  country: "DE",
  phoneNumber: "tel",
  variables: { name: "name", visits: "visits", vip: "vip" },
  secondaryContacts: [{ phoneNumber: "tel2", variables: { name: "name2" } }],
};

const CASES: { name: string; json: unknown; options?: LeadColumns; gives: object | RegExp }[] = [
  {
    name: "a list of flat objects: numbers and booleans stay what they are",
    json: [
      { id: 7, tel: "030 23125000", name: "Anna", visits: 2, vip: false, tel2: "0171 3920000", name2: "Ben", note: {} },
      { id: "x", tel: "+49 30 23125001", name: null, visits: 0 },
    ],
    options: { ...FLAT, key: "id" },
    gives: {
      7: {
        phoneNumber: "+493023125000",
        variables: { name: "Anna", visits: 2, vip: false },
        secondaryContacts: [{ phoneNumber: "+491713920000", variables: { name: "Ben" } }],
      },
      x: { phoneNumber: "+493023125001", variables: { visits: 0 } },
    },
  },
  {
    name: "an object of rows as a set takes them: the names are the keys",
    json: {
      anna: { phoneNumber: "+493023125000", variables: { name: "Anna", visits: 2 } },
      ben: {
        phoneNumber: "030 23125001",
        secondaryContacts: [{ phoneNumber: "030 23125002", variables: { name: "C" } }],
      },
    },
    options: { country: "DE" },
    gives: {
      anna: { phoneNumber: "+493023125000", variables: { name: "Anna", visits: 2 } },
      ben: {
        phoneNumber: "+493023125001",
        secondaryContacts: [{ phoneNumber: "+493023125002", variables: { name: "C" } }],
      },
    },
  },
  {
    name: "a list of such rows: keys from the numbers",
    json: [{ phoneNumber: "+493023125000" }],
    gives: { "lead-kfgzqgpdkeb": { phoneNumber: "+493023125000" } },
  },
  { name: "no rows", json: [], gives: {} },
  {
    name: "a number that JSON holds as a number: its plus is lost",
    json: [{ phoneNumber: 493023125000 }],
    options: { country: "DE" },
    gives:
      /^leadsFromJson: the text: 1 of 1 rows cannot become leads\.\n {2}row 1, column "phoneNumber": `49302…00` has neither a plus/,
  },
  {
    name: "properties that nobody reads",
    json: {
      anna: {
        phoneNumber: "+493023125000",
        name: "Anna",
        secondaryContacts: [{ phoneNumber: "+493023125001", name: "B" }],
      },
    },
    gives:
      /"anna", column "name": is not read: name it in `variables` of the options\n {2}"anna", column "name": is not/,
  },
  {
    name: "variables that are not flat",
    json: [{ phoneNumber: "+493023125000", variables: { address: { city: "Berlin" } } }],
    gives: /row 1, column "address": `.*` is a list or an object, and variables are flat/,
  },
  {
    name: "variables and contacts of another kind",
    json: [{ phoneNumber: "+493023125000", variables: ["Anna"], secondaryContacts: "+493023125001" }],
    gives: /row 1, column "secondaryContacts": must be a list\n {2}row 1, column "variables": must be an object$/,
  },
  { name: "a row that is no object", json: ["+493023125000"], gives: /row 1, must be an object$/ },
  {
    name: "one person twice",
    json: { anna: { phoneNumber: "+493023125000" }, ann: { phoneNumber: "+49 30 23125000" } },
    gives: /"ann", column "phoneNumber": `\+49 3…00` is the number of "anna", too$/,
  },
  {
    name: "a property that no row has",
    json: [{ phone: "+493023125000", name: "Anna" }],
    options: { phoneNumber: "tel", variables: { name: "name", city: "city" } },
    gives: /^leadsFromJson: the text: no row has the property "tel", "city"\. The rows have phone, name\.$/,
  },
  { name: "something else", json: "+493023125000", gives: /cannot be read \(ENOENT\)/ },
];

describe("leadsFromJson", () => {
  for (const { name, json, options, gives } of CASES) {
    it(name, () => {
      const text = JSON.stringify(json);
      if (gives instanceof RegExp) assert.throws(() => leadsFromJson(text, options), { message: gives });
      else assert.deepEqual(leadsFromJson(text, options), gives);
    });
  }

  it("refuses a name that an object has twice, since JSON would drop a person without a word", () => {
    const twice = '{"anna":{"phoneNumber":"+493023125000"},"\\u0061nna" :{"phoneNumber":"+493023125001"}}';
    assert.throws(() => leadsFromJson(twice), {
      message: /has a name twice in one object: "anna"\. JSON keeps only the last/,
    });
    const inRow =
      '[{"tel":"+493023125000","tel":"+493023125001"},{"tel":"+493023125002","a":"{\\"tel\\":1,\\"tel\\":2}"}]';
    assert.throws(() => leadsFromJson(inRow, { phoneNumber: "tel", variables: {} }), { message: /: "tel"\. / });
    const inTwoRows = '[{"tel":"+493023125000"},{"tel":"+493023125001"}]';
    assert.equal(Object.keys(leadsFromJson(inTwoRows, { phoneNumber: "tel", variables: {} })).length, 2);
  });

  it("shows no number, wherever it stands", () => {
    const cases = [
      () => leadsFromJson('{"+493023125000":{"phoneNumber":"x"}}'),
      () => leadsFromJson('{"a":{"+493023125000":"x"}}', { variables: { a: "b" } }),
      () => leadsFromJson('{"a":{"phoneNumber":"+493023125001","+493023125000":"x"}}'),
      () => leadsFromJson('{"+493023125000":{},"+493023125000":{}}'),
    ];
    for (const read of cases) {
      assert.throws(read, (error: Error) => !error.message.includes("23125000") && error.message.includes("+4930…00"));
    }
  });

  it("reads bytes with a mark, and refuses what is no JSON without showing it", () => {
    const text = JSON.stringify({ anna: { phoneNumber: "+493023125000" } });
    assert.deepEqual(leadsFromJson(Buffer.from(`\ufeff${text}`)), { anna: { phoneNumber: "+493023125000" } });
    assert.throws(() => leadsFromJson(`{ "anna": +493023125000 }`), { message: "leadsFromJson: the text is no JSON." });
    assert.throws(() => leadsFromJson(Buffer.from("7")), {
      message: /must be a list of objects, or an object of objects/,
    });
  });
});
