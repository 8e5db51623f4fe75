import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import Module from "node:module";
import { type FictionalCountry, fictionalLeads, isFictionalPhoneNumber } from "../../src/seeds";

const numbersOf = (leads: ReturnType<typeof fictionalLeads>) => Object.values(leads).map((lead) => lead.phoneNumber);

/** With no faker to be found. */
function withoutFaker<T>(work: () => T): T {
  const loader = Module as unknown as { _load(name: string, ...more: unknown[]): unknown };
  const load = loader._load;
  loader._load = (name, ...more) => {
    if (name.startsWith("@faker-js/")) throw Object.assign(new Error(name), { code: "MODULE_NOT_FOUND" });
    return load(name, ...more);
  };
  try {
    return work();
  } finally {
    loader._load = load;
  }
}

/** What a release gives, every later one must: stacks contain it. These lines never change. */
const GOLDEN: Record<FictionalCountry, string> = {
  DE: "+493023125370 +493023125196 +496990009382 +493023125113",
  GB: "+442920180507 +441414960037 +441214960018 +442079460239",
  FR: "+33261914774 +33353016502 +33639980387 +33465717020",
  AU: "+61355508064 +61255504326 +61270106164 +61355507295",
  US: "+12535550149 +16125550198 +18265550194 +16185550124",
  CA: "+13065550180 +19425550113 +15485550130 +15875550164",
};

describe("fictionalLeads", () => {
  for (const [country, numbers] of Object.entries(GOLDEN) as [FictionalCountry, string][]) {
    it(`gives the numbers and keys of every release: ${country}`, () => {
      const leads = fictionalLeads({ count: 4, country, variables: {} });
      const keys = [1, 2, 3, 4].map((person) => `${country.toLowerCase()}-${person}`);
      assert.deepEqual(Object.keys(leads), keys);
      assert.equal(numbersOf(leads).join(" "), numbers);
    });
  }

  it("gives all the numbers of a country, each once, in the order of every release", () => {
    const numbers = numbersOf(fictionalLeads({ count: 5_210, country: "DE", seed: "staging", variables: {} }));
    assert.equal(new Set(numbers).size, 5_210);
    assert.ok(numbers.every(isFictionalPhoneNumber));
    const order = createHash("sha256").update(numbers.join(" ")).digest("hex");
    assert.equal(order, "bf701a4b6ba134c5df70ca939d59e9e2936d9ee517e086e8812a708f811c3ca5");
  });

  it("keeps the people of a smaller count", () => {
    const few = fictionalLeads({ count: 3, country: "FR" });
    const many = fictionalLeads({ count: 300, country: "FR" });
    assert.deepEqual(Object.fromEntries(Object.entries(many).slice(0, 3)), few);
  });

  it("gives others for another seed", () => {
    const [one, other] = [1, 2].map((seed) => numbersOf(fictionalLeads({ count: 20, country: "US", seed })));
    assert.equal(one?.filter((number) => other?.includes(number)).length, 0);
  });

  it("gives the same people twice, whatever the program's own faker does, and leaves that alone", async () => {
    const { faker } = await import("@faker-js/faker/locale/de");
    faker.seed(7);
    const undisturbed = [faker.person.fullName(), faker.person.fullName()];
    faker.seed(7);
    const first = faker.person.fullName();
    const once = fictionalLeads({ count: 20, country: "DE" });
    assert.deepEqual([first, faker.person.fullName()], undisturbed);
    assert.deepEqual(fictionalLeads({ count: 20, country: "DE" }), once);
  });

  for (const country of Object.keys(GOLDEN) as FictionalCountry[]) {
    it(`invents names, companies and addresses at example.com in ${country}`, () => {
      const people = Object.values(fictionalLeads({ count: 50, country })).map(({ variables }) => variables ?? {});
      for (const { name, company, email } of people) {
        assert.match(String(name), /\p{L}+ \p{L}+/u);
        assert.ok(company);
        assert.match(String(email), /^[a-z]+\.\d+@example\.com$/);
      }
      assert.equal(new Set(people.map(({ email }) => email)).size, 50);
      assert.ok(new Set(people.map(({ name }) => name)).size > 40);
    });
  }

  it("invents names in the country's language", () => {
    const companies = (country: FictionalCountry) =>
      Object.values(fictionalLeads({ count: 100, country })).map(({ variables }) => variables?.company);
    assert.match(companies("DE").join(), /GmbH/);
    assert.match(companies("FR").join(), /SARL|SAS|SCOP/);
    assert.match(companies("AU").join(), /Pty Ltd/);
  });

  it("names the variables as the assistant does", () => {
    const [lead] = Object.values(
      fictionalLeads({
        count: 1,
        country: "GB",
        variables: { first_name: "firstName", last: "lastName", who: "name" },
      }),
    );
    const { first_name, last, who, ...others } = lead?.variables ?? {};
    assert.equal(who, `${first_name} ${last}`);
    assert.deepEqual(others, {});
  });

  it("numbers people where faker is not installed, on the same numbers", () => {
    const leads = withoutFaker(() => fictionalLeads({ count: 2, country: "DE" }));
    assert.deepEqual(leads["de-2"]?.variables, {
      name: "Person 2",
      company: "Company 2",
      email: "person-2@example.com",
    });
    assert.deepEqual(numbersOf(leads), numbersOf(fictionalLeads({ count: 2, country: "DE" })));
  });

  for (const [options, problem] of [
    [
      { count: 5_211, country: "DE" },
      /^fictionalLeads: DE has 5210 numbers that are reserved for fiction, and not 5211\./,
    ],
    [
      { count: 1, country: "IT" },
      /^fictionalLeads: no numbers are reserved for fiction in "IT"\. Use one of DE, GB, FR, AU, US, CA\.$/,
    ],
    [{ count: 1.5, country: "DE" }, /^fictionalLeads: count must be a whole number from 0 on, and is 1\.5\.$/],
    [{ count: -1, country: "DE" }, /and is -1\.$/],
    [{ count: Number.NaN, country: "DE" }, /and is NaN\.$/],
  ] as const) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => fictionalLeads(options as Parameters<typeof fictionalLeads>[0]), { message: problem });
    });
  }
});
