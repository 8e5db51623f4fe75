import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { requestsTo } from "../support/journal";
import { ANNA, leadProgram } from "../support/programs";

const ANNA_WITH_CONTACTS = `${ANNA}, secondaryContacts: [{ phoneNumber: "+493023125001" }, { phoneNumber: "+493023125002" }]`;

describe("what a lead refuses and hides, with the real engine", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let project: Project;

  before(async function () {
    await useEngine(this);
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ apiKey: "fk-7c1e5a90-not-to-be-seen" });
  });
  afterEach(async () => {
    await project?.remove();
    await sandbox.close();
  });
  const requests = () => requestsTo(sandbox);

  it("reports every bad argument in preview, all at once, and calls nothing", async () => {
    project = await createProject({
      program: leadProgram(`
        campaignId: -1,
        phoneNumber: "0171 5551234",
        secondaryContacts: Array.from({ length: 11 }, () => ({ phoneNumber: "+493023125001" })),
        colour: "red",
      `),
      sandbox,
    });
    const { code, output } = await project.pulumi("preview");
    assert.notEqual(code, 0);
    for (const problem of [
      /campaignId: must be a whole number above 0/,
      /phoneNumber: must be in E\.164/,
      /secondaryContacts: must have at most 10 entries/,
      /secondaryContacts\[1\]\.phoneNumber: must differ from secondaryContacts\[0\]\.phoneNumber/,
      /colour: is not an argument of FamulorLead/,
    ]) {
      assert.match(output, problem);
    }
    assert.doesNotMatch(output, /5551234|at .*\.js:\d+/, "neither a phone number nor a stack trace");
    assert.deepEqual(requests(), []);
  });

  it("refuses in preview a number that the stack may not call", async () => {
    project = await createProject({
      program: leadProgram(ANNA_WITH_CONTACTS),
      sandbox,
      config: { "famulor:allowedPhoneNumbers": "+1212,+4420" },
    });
    const { code, output } = await project.pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(output, /phoneNumber: is not allowed by famulor:allowedPhoneNumbers/);
    assert.deepEqual(requests(), []);
  });

  it("refuses in preview a misspelt guard, and names the right one", async () => {
    project = await createProject({
      program: leadProgram(ANNA_WITH_CONTACTS),
      sandbox,
      config: { "famulor:allowedPhoneNumber": "fictional" },
    });
    const { code, output } = await project.pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(
      output,
      /famulor:allowedPhoneNumber is not a setting of .* Did you mean famulor:allowedPhoneNumbers\?/,
    );
    assert.doesNotMatch(output, /at .*\.js:\d+/, "no stack trace");
    assert.deepEqual(requests(), []);
  });

  it("says what to do when there is no key, when it is wrong, and when nobody answers", async () => {
    project = await createProject({
      program: leadProgram(ANNA_WITH_CONTACTS),
      config: { "famulor:baseUrl": sandbox.baseUrl },
    });
    const noKey = await project.pulumi("preview");
    assert.notEqual(noKey.code, 0);
    assert.match(noKey.output, /famulor:apiKey: there is no API key. Run `pulumi config set --secret famulor:apiKey/);
    assert.deepEqual(requests(), []);

    await project.succeed("config", "set", "--secret", "famulor:apiKey", "a-wrong-key");
    const wrongKey = await project.pulumi("up", "--skip-preview");
    assert.notEqual(wrongKey.code, 0);
    assert.match(wrongKey.output, /GET \/user\/me answered 401: Unauthenticated\. Check the API key/);
    assert.deepEqual(requests(), ["GET /user/me", "GET /user/leads"], "and no create");

    await sandbox.close();
    const noServer = await project.pulumi("up", "--skip-preview");
    assert.notEqual(noServer.code, 0);
    assert.match(noServer.output, /was not sent: Famulor could not be reached \(ECONNREFUSED\). Check famulor:baseUrl/);
    assert.equal(project.printed.includes("a-wrong-key"), false);
  });

  it("refuses a key in plain text and the option import, without a stack trace of the engine's", async () => {
    project = await createProject({
      program: leadProgram(ANNA_WITH_CONTACTS),
      config: { "famulor:apiKey": "plain-text-key" },
    });
    const plainText = await project.pulumi("preview");
    assert.notEqual(plainText.code, 0);
    assert.match(plainText.output, /is in plain text .* pulumi config set --secret famulor:apiKey/);
    assert.equal(plainText.output.includes("plain-text-key"), false);

    await project.succeed("config", "set", "--secret", "famulor:apiKey", sandbox.apiKey);
    await project.rewrite(leadProgram(ANNA_WITH_CONTACTS, { options: `import: "1000001"` }));
    const imported = await project.pulumi("preview");
    assert.notEqual(imported.code, 0);
    assert.match(imported.output, /the option `import` does not work with Pulumi's dynamic providers/);
    assert.doesNotMatch(imported.output, /toJavaScript/);
  });

  it("is deleted before it is re-created under the user's own --replace", async () => {
    project = await createProject({ program: leadProgram(ANNA_WITH_CONTACTS), sandbox });
    await project.succeed("up", "--skip-preview");
    sandbox.journal.length = 0;
    await project.succeed(
      "up",
      "--skip-preview",
      "--replace",
      "urn:pulumi:test::famulor-test::pulumi-nodejs:dynamic/famulor:Lead::anna",
    );
    assert.deepEqual(requests(), [
      // Whether the person was called.
      "GET /user/leads",
      "DELETE /user/leads/1000001",
      "GET /user/me",
      "GET /user/leads",
      "POST /user/lead",
    ]);
    assert.equal(sandbox.leads.length, 1);
  });

  it("keeps a secret variable and a secret number secret in state and on the screen", async () => {
    const secrets = leadProgram(`
        campaignId: 1,
      phoneNumber: require("@pulumi/pulumi").secret("+493023125000"),
      variables: { pin: require("@pulumi/pulumi").secret("top-secret-pin"), name: "Anna" },
    `);
    project = await createProject({ program: secrets, sandbox });
    await project.succeed("up");
    assert.deepEqual(sandbox.leads[0]?.variables, { pin: "top-secret-pin", name: "Anna" });
    for (const text of [await project.state(), project.printed]) {
      assert.doesNotMatch(text, /top-secret-pin|493023125000/);
    }
  });

  it("does not print a secret that fails its check", async () => {
    const secret = `require("@pulumi/pulumi").secret`;
    project = await createProject({
      program: leadProgram(
        `campaignId: 1, phoneNumber: ${secret}("0171-secret-number"), variables: { pin: ${secret}({ top: "hidden" }) }`,
      ),
      sandbox,
    });
    const { code, output } = await project.pulumi("preview");
    assert.notEqual(code, 0);
    assert.match(output, /phoneNumber: must be in E\.164/);
    assert.match(output, /variables\.pin: must be a string/);
    assert.doesNotMatch(output, /0171|hidden/);
  });
});
