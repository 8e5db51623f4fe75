import assert from "node:assert/strict";
import {
  requireSettings as requireResolved,
  resolveSettings,
  type SettingsSource,
} from "../../src/provider/session/settings";

const from = (values: Record<string, string>, env: NodeJS.ProcessEnv = {}) => ({
  config: { get: (key: string) => values[key] },
  env,
});

const requireSettings = (source: SettingsSource) => requireResolved(resolveSettings(source));

describe("settings", () => {
  it("come from the stack's configuration first, then from the environment", () => {
    const env = { FAMULOR_API_KEY: "from-env", FAMULOR_BASE_URL: "https://env.test/api/" };
    assert.equal(requireSettings(from({ "famulor:apiKey": " from-config " }, env)).apiKey, "from-config");
    const settings = requireSettings(from({}, env));
    assert.equal(settings.apiKey, "from-env");
    assert.equal(settings.baseUrl, "https://env.test/api");
  });

  it("have defaults for all but the key", () => {
    assert.deepEqual(requireSettings(from({ "famulor:apiKey": "k" })), {
      apiKey: "k",
      baseUrl: "https://app.famulor.de/api",
      guard: [],
      requestTimeoutMs: 30_000,
      requestsPerMinute: 100,
      adoptIdentical: false,
      allowRedial: false,
      forceDestroyCampaignId: undefined,
      isExplicitProvider: false,
    });
  });

  it("report every problem at once, each by its name and with what to do", () => {
    const { settings, problems } = resolveSettings(
      from({
        "famulor:baseUrl": "http://famulor.example/api",
        "famulor:allowedPhoneNumbers": "reserved",
        "famulor:requestTimeoutSeconds": "soon",
      }),
    );
    assert.equal(settings, undefined);
    assert.match(problems[0] ?? "", /^famulor:apiKey: .*pulumi config set --secret famulor:apiKey/);
    assert.match(problems[1] ?? "", /^famulor:baseUrl: must begin with https/);
    assert.match(problems[2] ?? "", /^famulor:allowedPhoneNumbers: must be `any`/);
    assert.match(problems[3] ?? "", /^famulor:requestTimeoutSeconds: /);
    assert.equal(problems.length, 4);
  });

  it("work the same while the engine has not configured anything", () => {
    assert.throws(() => requireSettings({ config: undefined, env: {} }), /famulor:apiKey: there is no API key/);
  });

  for (const baseUrl of ["http://127.0.0.1:4010/api", "http://localhost:1/api", "http://[::1]:4010/api"]) {
    it(`allow plain http to ${baseUrl}`, () => {
      assert.equal(requireSettings(from({ "famulor:apiKey": "k", "famulor:baseUrl": baseUrl })).baseUrl, baseUrl);
    });
  }

  const refused = ["https://user:pw@famulor.example", "https://x.example?key=1", "not an address", "ftp://x.example"];
  for (const baseUrl of refused) {
    it(`refuse the address ${baseUrl}`, () => {
      const { problems } = resolveSettings(from({ "famulor:apiKey": "k", "famulor:baseUrl": baseUrl }));
      assert.equal(problems.length, 1);
      assert.doesNotMatch(problems[0] ?? "", /pw/);
    });
  }

  describe("of the guard", () => {
    const own = "famulor:allowedPhoneNumbers";
    const ofStack = "famulor:stackAllowedPhoneNumbers";
    const environment = "FAMULOR_ALLOWED_PHONE_NUMBERS";
    const resolve = (config: Record<string, string>, env: NodeJS.ProcessEnv = {}) =>
      resolveSettings(from({ "famulor:apiKey": "k", ...config }, env));
    const entries = (config: Record<string, string>, env: NodeJS.ProcessEnv = {}) =>
      resolve(config, env).settings?.guard.map((each) => [each.setting, ...each.entries]);

    it("tighten each other: stack, environment and explicit provider are intersected", () => {
      assert.deepEqual(entries({}), []);
      assert.deepEqual(entries({ [own]: "any" }, { [environment]: "any" }), []);
      assert.deepEqual(entries({ [own]: "any" }, { [environment]: "+4930" }), [[environment, "+4930"]]);
      assert.deepEqual(entries({}, { [environment]: "fictional" }), [[environment, "fictional"]]);
      assert.deepEqual(entries({ [own]: "fictional" }, { [environment]: "any" }), [[own, "fictional"]]);
      const explicit = { "famulor:explicitProvider": "true", [ofStack]: "+1", [own]: "any" };
      assert.deepEqual(entries(explicit, { [environment]: "+4930" }), [
        [`${own} of the stack`, "+1"],
        [environment, "+4930"],
      ]);
      assert.deepEqual(entries({ ...explicit, [own]: "+49, fictional" }, { [environment]: "+4930" }), [
        [own, "+49", "fictional"],
        [`${own} of the stack`, "+1"],
        [environment, "+4930"],
      ]);
    });

    it("are refused where they are set but empty: a variable may be missing where they are set", () => {
      for (const blank of ["", "  ", " , ", "\u00a0"]) {
        assert.match(resolve({ [own]: blank }).problems.join(), /^famulor:allowedPhoneNumbers: is set but empty/);
        assert.match(resolve({}, { [environment]: blank }).problems.join(), /^FAMULOR_\w+: is set but empty/);
        assert.match(resolve({ [ofStack]: blank }).problems.join(), /^famulor:\w+ of the stack: is set but empty/);
      }
      const config = { get: (key: string) => (key === own ? null : key === "famulor:apiKey" ? "k" : undefined) };
      assert.match(
        resolveSettings({ config, env: {} }).problems.join(),
        /is set but empty/,
        "a YAML key without a value",
      );
    });

    it("are refused in the environment under a misspelt name, which would be no guard at all", () => {
      const slips = ["FAMULOR_ALLOWED_PHONE_NUMBER", "FAMULOR_ALLOWED_NUMBERS", "FAMULOR_ALOWED_PHONE_NUMBERS"];
      for (const slip of slips) {
        const { settings, problems } = resolve({}, { [slip]: "fictional" });
        assert.equal(settings, undefined);
        assert.deepEqual(problems, [
          `${slip}: is not a variable of this package. Did you mean FAMULOR_ALLOWED_PHONE_NUMBERS?`,
        ]);
      }
      assert.deepEqual(resolve({}, { FAMULOR_MCP_URL: "x", FAMULOR_PHONE: "x", PATH: "x" }).problems, []);
    });
  });

  it("refuse keys and addresses of Famulor's newer platform before any request", () => {
    const wrong = [
      { "famulor:apiKey": "fam_0123" },
      { "famulor:apiKey": "k", "famulor:baseUrl": "https://app.famulor.io/api" },
      { "famulor:apiKey": "k", "famulor:baseUrl": "https://white-label.example/api/v1/" },
    ];
    for (const config of wrong) {
      assert.match(resolveSettings(from(config)).problems.join(), /belongs to Famulor Platform 2\.0/);
    }
    // A Classic page shows `fa_…` as a placeholder for a Classic key.
    assert.equal(requireSettings(from({ "famulor:apiKey": "fa_0123" })).apiKey, "fa_0123");
  });

  it("of an explicit provider never take the key from the environment, and keep both lists of allowed numbers", () => {
    const explicit = { "famulor:explicitProvider": "true", "famulor:stackAllowedPhoneNumbers": "+49" };
    const env = { FAMULOR_API_KEY: "of-another-account", FAMULOR_BASE_URL: "https://env.test/api" };
    const { problems } = resolveSettings(from(explicit, env));
    assert.match(problems.join(), /^apiKey: the FamulorProvider has no API key/);
    const settings = requireSettings(
      from({ ...explicit, "famulor:apiKey": "k", "famulor:allowedPhoneNumbers": "+4930" }, env),
    );
    assert.equal(settings.baseUrl, "https://env.test/api");
    assert.deepEqual(
      settings.guard.map(({ entries }) => entries),
      [["+4930"], ["+49"]],
    );
  });

  it("limit the requests a minute, but on localhost only if that is set", () => {
    const rate = (more: Record<string, string>) => resolveSettings(from({ "famulor:apiKey": "k", ...more }));
    const local = { "famulor:baseUrl": "http://127.0.0.1:1/api" };
    assert.equal(rate({}).settings?.requestsPerMinute, 100);
    assert.equal(rate(local).settings?.requestsPerMinute, undefined);
    assert.equal(rate({ ...local, "famulor:requestsPerMinute": "7" }).settings?.requestsPerMinute, 7);
    for (const value of ["0", "-1", "1.5", "many"]) {
      assert.match(rate({ "famulor:requestsPerMinute": value }).problems.join(), /^famulor:requestsPerMinute: must be/);
    }
  });

  it("name the one campaign that may be deleted with what is in it", () => {
    const forced = (id: string) => resolveSettings(from({ "famulor:apiKey": "k" }, { FAMULOR_FORCE_DESTROY: id }));
    assert.equal(forced("7").settings?.forceDestroyCampaignId, 7);
    for (const id of ["all", "0", "1,2", "true"]) assert.match(forced(id).problems.join(), /^FAMULOR_FORCE_DESTROY/);
  });
});
