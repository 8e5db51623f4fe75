import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { formatCsv, parseCsv } from "../../src/sandbox/data/csv";
import { exportCsv, readCsv } from "../../src/sandbox/data/exchange";

describe("import and export of the sandbox", () => {
  const open: Sandbox[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  const start = async (options = {}) => {
    const sandbox = await startSandbox(options);
    open.push(sandbox);
    return sandbox;
  };

  it("brings everything into another sandbox, IDs, attempts and history too", async () => {
    const one = await start({ now: () => new Date("2026-01-15T12:00:00Z"), lifeCycle: true });
    const spring = one.account.addCampaign({ name: "Spring", timezone: "Europe/Paris", max_retries: 1 });
    const contact = { phone_number: "+493023125001" };
    const anna = one.account.addLead({
      phone_number: "+493023125000",
      campaign_id: spring.id,
      variables: { name: "Anna", vip: true },
      secondary_contacts: [contact],
    });
    one.account.addLead({ phone_number: "+493023125002", campaign_id: 1 });
    one.account.dial(anna.id, "no-answer");
    one.advance({ minutes: 10 });
    one.addAccount({ apiKey: "k2", email: "two@sandbox.test" }).addCampaign({ name: "Theirs" });
    const data = JSON.parse(JSON.stringify(one.export()));

    const other = await start({ campaigns: [], now: () => new Date("2026-01-15T12:00:00Z") });
    assert.deepEqual(other.import(data), { leads: 2, campaigns: 3 });
    assert.deepEqual(other.leads, one.leads);
    assert.deepEqual(other.campaigns, one.campaigns);
    assert.deepEqual(other.account.history(anna.id), one.account.history(anna.id));
    assert.deepEqual(other.export().accounts?.[1]?.campaigns, one.export().accounts?.[1]?.campaigns);
  });

  it("gives a new ID where one is taken, and takes the leads along", async () => {
    const sandbox = await start();
    sandbox.import({
      accounts: [{ campaigns: [{ id: 1, name: "Again" }], leads: [{ phone_number: "+493023125000", campaign_id: 1 }] }],
    });
    assert.deepEqual(
      sandbox.campaigns.map(({ id, name }) => [id, name]),
      [
        [1, "Sandbox campaign"],
        [2, "Again"],
      ],
    );
    assert.equal(sandbox.leads[0]?.campaign_id, 2);
  });

  it("names every problem and imports nothing", async () => {
    const sandbox = await start();
    const leads = [
      { phone_number: "+493023125000", campaign_id: 1 },
      { phone_number: "030 23125000", campaign_id: 9 },
    ];
    const campaigns = [{ name: "Odd", allowed_days: ["someday"] }];
    assert.throws(
      () => sandbox.import({ accounts: [{ leads, campaigns }] }),
      /campaign 1: allowed_days is invalid\nlead 2: phone_number must be in E\.164.*\nlead 2: there is no campaign 9$/,
    );
    assert.deepEqual([sandbox.leads.length, sandbox.campaigns.length], [0, 1]);
  });

  it("writes and reads CSV with commas, quotes, line ends and a spreadsheet's semicolons", async () => {
    const rows = [
      ["phone_number", "note"],
      ["+493023125000", 'says "hello", twice\nand goes'],
    ];
    assert.deepEqual(parseCsv(formatCsv(rows)), rows);
    assert.deepEqual(parseCsv("\uFEFFphone_number;name\r\n+493023125000;Anna\r\n\r\n"), [
      ["phone_number", "name"],
      ["+493023125000", "Anna"],
    ]);
    assert.throws(() => parseCsv('a,"b'), /never closed/);
    assert.throws(() => readCsv("number\n1", 1), /phone_number among them/);
  });

  it("exports leads as CSV that it can import", async () => {
    const one = await start();
    one.account.addLead({ phone_number: "+493023125000", campaign_id: 1, variables: { name: "Anna", age: 40 } });
    const text = exportCsv(one.account);
    assert.match(text, /^id,campaign_id,campaign,phone_number,status,created_at,updated_at,name,age\r\n/);
    const other = await start();
    other.import(readCsv(text, undefined));
    assert.deepEqual(
      other.leads.map(({ phone_number, variables, status }) => ({ phone_number, variables, status })),
      [{ phone_number: "+493023125000", variables: { name: "Anna", age: "40" }, status: "created" }],
    );
  });

  it("starts with the data of a file, outcomes included", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sandbox-seed-"));
    try {
      const file = join(folder, "seed.json");
      const campaigns = [{ id: 5, name: "Spring" }];
      const leads = [{ phone_number: "+493023125000", campaign_id: 5 }];
      writeFileSync(file, JSON.stringify({ campaigns, leads, outcomes: { "+493023125000": ["voicemail"] } }));
      const sandbox = await start({ seed: file, now: () => new Date("2026-01-15T12:00:00Z") });
      assert.deepEqual(
        sandbox.campaigns.map(({ id }) => id),
        [5],
      );
      sandbox.account.dial(Number(sandbox.leads[0]?.id));
      sandbox.advance({ minutes: 1 });
      assert.match(sandbox.account.history(Number(sandbox.leads[0]?.id)).at(-1)?.what ?? "", /^voicemail/);
      writeFileSync(file, "{");
      await assert.rejects(startSandbox({ seed: file }), /cannot seed the sandbox with .*seed\.json: this is no JSON/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
