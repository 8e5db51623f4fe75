import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { fictionalLeads, isFictionalPhoneNumber } from "../../src/seeds";
import { createProject, type Project, useEngine } from "../support/engine";
import { codeBlocks } from "../support/pages";

/** The resources and outputs of this program in README.md, which a terminal shows as a tree. */
function shownInReadme(): string[] {
  const shown = codeBlocks("README.md").find(({ info, text }) => info === "" && text.includes("Outputs:"))?.text ?? "";
  const resources = [...shown.matchAll(/─ (\S+) +(\S+) +created/g)].map(([, type, name]) => `${type} ${name} created`);
  assert.equal(resources.length, 2);
  return [...resources, shown.slice(shown.indexOf("Outputs:")).trimEnd()];
}

const examples = resolve(__dirname, "../../examples");

/** A set creates its leads in no order. */
const byNumber = ({ leads }: Sandbox) =>
  [...leads].sort((one, other) => one.phone_number.localeCompare(other.phone_number));

describe("the examples, with a plain `pulumi up`", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let project: Project | undefined;

  before(async function () {
    await useEngine(this);
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(async () => {
    await project?.remove();
    project = undefined;
    await sandbox?.close();
  });

  it("are all run here", () => {
    const folders = readdirSync(examples);
    assert.deepEqual(folders.sort(), [
      "adopt-existing",
      "campaign-with-leads",
      "component",
      "leads-from-csv",
      "quickstart",
      "staging-seeds",
      "two-accounts",
    ]);
  });

  it("quickstart, from the repository's own Pulumi.yaml", async () => {
    project = await createProject({ folder: ".", sandbox });
    const { output } = await project.succeed("up");
    for (const line of shownInReadme()) assert.ok(output.includes(line), `README.md shows: ${line}`);
    const outputs = await project.outputs();
    const [lead] = sandbox.leads;
    assert.equal(outputs.leadId, lead?.id);
    assert.equal(outputs.status, "created");
    assert.equal(lead?.secondary_contacts.length, 1);
    assert.equal(sandbox.campaigns[1]?.status, "draft");
    await project.succeed("destroy");
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length], [0, 1]);
  });

  it("campaign-with-leads, started when the stack says so", async () => {
    project = await createProject({ folder: "examples/campaign-with-leads", sandbox });
    await project.succeed("up");
    const { campaignId, leadIds } = await project.outputs();
    assert.equal(campaignId, 2);
    assert.deepEqual((leadIds as number[]).sort(), [1_000_001, 1_000_002]);
    assert.equal(sandbox.campaigns[1]?.status, "draft");
    await project.succeed("config", "set", "start", "true");
    await project.succeed("up");
    assert.equal(sandbox.campaigns[1]?.status, "in-progress");
    sandbox.journal.length = 0;
    await project.succeed("destroy");
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length, sandbox.journal.length], [0, 1, 1]);
  });

  it("two-accounts, each with its own", async () => {
    const us = await startSandbox({ apiKey: "us-key", email: "us@sandbox.test" });
    try {
      const config = { euBaseUrl: sandbox.baseUrl, usBaseUrl: us.baseUrl };
      project = await createProject({ folder: "examples/two-accounts", config });
      await project.succeed("config", "set-all", "--secret", `euKey=${sandbox.apiKey}`, "--secret", "usKey=us-key");
      await project.succeed("up");
      assert.deepEqual(
        [sandbox, us].map(({ leads }) => leads.map((lead) => lead.phone_number)),
        [["+493023125000"], ["+12125550100"]],
      );
      await project.succeed("destroy");
      assert.deepEqual([sandbox.leads.length, us.leads.length], [0, 0]);
    } finally {
      await us.close();
    }
  });

  it("staging-seeds, which refuses what staging must not call, and is emptied with one request", async () => {
    project = await createProject({ folder: "examples/staging-seeds", stack: "staging", sandbox });
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(await project.outputs(), { campaignId: 2, leadCount: 200 });
    assert.equal(sandbox.campaigns[1]?.name, "Recall (staging)");
    assert.ok(sandbox.leads.every((lead) => isFictionalPhoneNumber(lead.phone_number)));
    sandbox.account.addLead({ campaign_id: 2, phone_number: "+493023125777" });
    sandbox.journal.length = 0;
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length, sandbox.journal.length], [0, 1, 1]);

    // A file of 200 people, one of whom is real.
    const people = Object.values(fictionalLeads({ count: 199, country: "DE", variables: {} }));
    const rows = people.map(({ phoneNumber }, row) => `${row + 1};Person ${row + 1};${phoneNumber}`);
    rows.splice(120, 0, "real;Real;+1 212 555 1212");
    const file = join(project.folder, "people.csv");
    await writeFile(file, ["number;name;phone", ...rows].join("\r\n"));
    await project.succeed("config", "set", "leads", file);
    const byLine = await project.pulumi("preview");
    assert.match(byLine.output, /people\.csv: 1 of 200 rows cannot become leads\./);
    assert.match(byLine.output, /line 122, column "phone": `\+1 21…12` is not reserved for fiction/);
    assert.doesNotMatch(byLine.output, /at leadsFromCsv|555.?1212/);

    // Without `onlyFictional`, the guard refuses the number.
    await project.succeed("config", "rm", "invented");
    const byGuard = await project.pulumi("preview");
    assert.match(byGuard.output, /leads\["real"\]\.phoneNumber: is not allowed by famulor:allowedPhoneNumbers/);
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length], [0, 1]);
  });

  it("staging-seeds in production, whose file has no rows yet", async () => {
    project = await createProject({ folder: "examples/staging-seeds", stack: "production", sandbox });
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(await project.outputs(), { campaignId: 2, leadCount: 0 });
  });

  it("leads-from-csv, which sends one PUT for an edited cell", async () => {
    project = await createProject({ folder: "examples/leads-from-csv", sandbox });
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(Object.keys((await project.outputs()).leadIds as object), ["K-1001", "K-1002", "K-1003"]);
    assert.deepEqual(
      byNumber(sandbox).map((lead) => [
        lead.phone_number,
        lead.variables,
        lead.secondary_contacts.map((each) => each.phone_number),
      ]),
      [
        ["+491713920000", { name: 'Ben "Benni" Graf', visits: 1 }, ["+493023125001"]],
        ["+493023125000", { name: "Anna Berg", visits: 2 }, []],
        ["+498999998000", { name: "Jürgen Groß" }, []],
      ],
    );
    const text = await readFile(join(examples, "leads-from-csv/guests.csv"), "utf8");
    const file = join(project.folder, "edited.csv");
    await writeFile(file, text.replace("Anna Berg", "Anna Graf"));
    sandbox.journal.length = 0;
    await project.succeed("config", "set", "file", file);
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(
      sandbox.journal.map(({ method }) => method).filter((method) => method !== "GET"),
      ["PUT"],
    );
  });

  it("adopt-existing, which takes over what is there and creates only who is not", async () => {
    const { id } = sandbox.account.addCampaign({ name: "Recall" });
    const anna = sandbox.account.addLead({
      campaign_id: id,
      phone_number: "+493023125000",
      variables: { name: "Ann" },
    });
    const other = sandbox.account.addLead({ campaign_id: id, phone_number: "+493023125002" });
    project = await createProject({
      folder: "examples/adopt-existing",
      sandbox,
      config: { "adopt-existing:watchedLeadId": String(other.id) },
    });
    await project.succeed("up", "--skip-preview");
    const { leadIds, watchedStatus } = await project.outputs();
    assert.equal((leadIds as Record<string, number>).anna, anna.id);
    assert.equal(watchedStatus, "created");
    assert.deepEqual(
      byNumber(sandbox).map((lead) => [lead.phone_number, lead.variables.name]),
      [
        ["+493023125000", "Anna"],
        ["+493023125001", "Ben"],
        ["+493023125002", undefined],
      ],
    );
    assert.equal(sandbox.journal.filter(({ method }) => method === "POST").length, 1);
  });

  it("component, whose campaign starts when the stack says so", async () => {
    const config = { "component:start": "true", "famulor:allowedPhoneNumbers": "fictional" };
    project = await createProject({ folder: "examples/component", sandbox, config });
    await project.succeed("up", "--skip-preview");
    assert.deepEqual(
      sandbox.campaigns
        .slice(1)
        .map(({ name, status }) => [name, status])
        .sort(),
      [
        ["Recall berlin", "in-progress"],
        ["Recall london", "draft"],
      ],
    );
    assert.equal(sandbox.leads.length, 5);
  });

  it("the template, from which `pulumi new` creates a project", async () => {
    project = await createProject({ program: "" });
    const folder = join(project.folder, "made");
    const template = resolve(examples, "../template");
    // Without installing: the package is not in a registry.
    const made = ["new", template, "--generate-only", "--yes", "--name", "spring", "--description", "Spring, tested"];
    await project.succeed(...made, "--dir", folder);
    assert.equal(JSON.parse(await readFile(join(folder, "package.json"), "utf8")).name, "spring");
    const settings = await readFile(join(template, "Pulumi.yaml"), "utf8");
    const defaults = Object.fromEntries(
      [...settings.matchAll(/^ {4}(\S+):\n {6}description: .*\n {6}default: "?(.+?)"?$/gm)].map(([, key, value]) => [
        key,
        value,
      ]),
    );
    assert.deepEqual(defaults, {
      "famulor:baseUrl": "http://127.0.0.1:4010/api",
      "famulor:apiKey": "sandbox-key",
      "famulor:allowedPhoneNumbers": "fictional",
      leads: "200",
    });
    const here = (...args: string[]) => project?.succeed("--cwd", folder, ...args);
    await here("stack", "init", "staging");
    const plain = { ...defaults, "famulor:baseUrl": sandbox.baseUrl };
    const config = Object.entries(plain).flatMap(([key, value]) => [
      key === "famulor:apiKey" ? "--secret" : "--plaintext",
      `${key}=${value}`,
    ]);
    await here("config", "set-all", ...config);
    await here("up", "--skip-preview", "--yes");
    assert.equal(sandbox.campaigns[1]?.name, "spring (staging)");
    assert.equal(sandbox.leads.length, 200);
    assert.ok(sandbox.leads.every((lead) => isFictionalPhoneNumber(lead.phone_number)));
  });
});
