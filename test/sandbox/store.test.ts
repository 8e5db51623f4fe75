import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox";
import { readStore } from "../../src/sandbox/data/store";
import { callApi } from "../support/api";
import { runs, seed } from "../support/depth";

const number = (index: number) => `+331990${String(index).padStart(5, "0")}`;

describe("the store of the sandbox", () => {
  let folder: string;
  let store: string;
  let sandbox: Sandbox;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sandbox-store-"));
    store = join(folder, "famulor.store");
  });
  afterEach(async () => {
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const start = async (options: SandboxOptions = {}) => {
    sandbox = await startSandbox({ store, ...options });
  };
  const restart = async (options: SandboxOptions = {}) => {
    await sandbox.close();
    await start(options);
  };

  it("keeps leads, campaigns, hidden settings, accounts, keys and the clock over a restart", async () => {
    await start();
    await callApi(sandbox, "POST", "/user/lead", {
      phone_number: number(0),
      campaign_id: 1,
      variables: { name: "Anna" },
      secondary_contacts: [{ phone_number: number(1) }],
    });
    await callApi(sandbox, "POST", "/user/campaigns", { name: "Spring", assistant_id: 1, timezone: "Europe/Paris" });
    sandbox.addAccount({ apiKey: "second-key", email: "second@sandbox.test" }).addCampaign({ name: "Theirs" });
    sandbox.setKey("rotated");
    sandbox.advance({ days: 3 });
    const before = [sandbox.leads, sandbox.campaigns, sandbox.export()];
    const at = sandbox.now();
    await restart();
    assert.deepEqual([sandbox.leads, sandbox.campaigns, sandbox.export()], before);
    assert.ok(sandbox.now() >= at, "time does not go back");
    assert.equal(sandbox.apiKey, "rotated");
    assert.equal((await callApi(sandbox, "GET", "/user/campaigns", undefined, "second-key")).body[0].name, "Theirs");
  });

  it("never gives an ID out twice, also where the newest lead was deleted", async () => {
    await start();
    const lead = { phone_number: number(0), campaign_id: 1 };
    const first = await callApi(sandbox, "POST", "/user/lead", lead);
    await callApi(sandbox, "DELETE", `/user/leads/${first.body.data.id}`);
    await restart();
    const second = await callApi(sandbox, "POST", "/user/lead", lead);
    assert.ok(second.body.data.id > first.body.data.id);
  });

  it("keeps what a campaign has done, and plays what became due since", async () => {
    let now = Date.parse("2026-01-15T12:00:00Z");
    const options: SandboxOptions = {
      now: () => new Date(now),
      lifeCycle: true,
      outcomes: { [number(0)]: ["no-answer", "answered"] },
    };
    await start(options);
    const { id } = sandbox.account.addLead({ phone_number: number(0), campaign_id: 1 });
    await callApi(sandbox, "POST", "/user/campaigns/update-status", { campaign_id: 1, action: "start" });
    now += 60_000;
    assert.equal(sandbox.leads[0]?.status, "rescheduled");
    await callApi(sandbox, "GET", "/user/me");
    await sandbox.close();
    now += 2 * 3_600_000;
    await start(options);
    assert.equal(sandbox.leads[0]?.status, "completed");
    const last = sandbox.account.history(id).at(-1);
    assert.match(last?.at ?? "", /^2026-01-15T13:0/, "an hour after the first call, not at the restart");
  });

  it("takes an option that is given over what is stored, and what is stored over a default", async () => {
    await start({ balance: 7, campaignLimit: 1 });
    await restart();
    assert.equal((await callApi(sandbox, "GET", "/user/me")).body.total_balance, 7);
    assert.equal((await callApi(sandbox, "POST", "/user/campaigns", { name: "x", assistant_id: 1 })).status, 403);
    await restart({ balance: 0, apiKey: "given" });
    assert.equal((await callApi(sandbox, "GET", "/user/me", undefined, "given")).body.total_balance, 0);
  });

  it("loads a file that was cut at any byte, with every change before the cut", async () => {
    await start();
    for (let index = 0; index < 5; index++) {
      await callApi(sandbox, "POST", "/user/lead", { phone_number: number(index), campaign_id: 1 });
    }
    await sandbox.close();
    const whole = readFileSync(store);
    let most = 0;
    for (let size = whole.length; size >= 0; size -= 7) {
      writeFileSync(store, whole);
      truncateSync(store, size);
      const lines = whole.subarray(0, size).toString().split("\n").length - 1;
      const leads = readStore(store)?.accounts[0]?.leads.length ?? 0;
      assert.equal(leads, Math.max(0, lines - 2), `${size} bytes`);
      most = Math.max(most, leads);
    }
    assert.equal(most, 5);
  });

  it("says so where the file is somebody else's, or damaged in the middle", async () => {
    await start();
    await sandbox.close();
    appendFileSync(store, "no JSON\n{}\n");
    await assert.rejects(start(), /damaged in line 3/);
    writeFileSync(store, "{}");
    await assert.rejects(start(), /is not the store of a sandbox/);
    assert.equal(readFileSync(store, "utf8"), "{}", "and leaves it as it is");
  });

  it("answers no change when another process has written the file", async () => {
    await start();
    const other = await startSandbox({ store });
    await other.close();
    const answer = await callApi(sandbox, "POST", "/user/lead", { phone_number: number(0), campaign_id: 1 });
    assert.equal(answer.status, 500);
    assert.match(answer.body.message, /another process has written/);
    await assert.rejects(sandbox.close(), /another process/);
  });

  it("writes the file again beside the old one, which stays whole until then", async () => {
    await start();
    sandbox.account.addLead({ phone_number: number(0), campaign_id: 1 });
    await sandbox.close();
    const before = readFileSync(store, "utf8");
    mkdirSync(`${store}.unfinished`); // so that it cannot be written
    await assert.rejects(start(), /EISDIR/);
    assert.equal(readFileSync(store, "utf8"), before);
  });

  it("is left alone by a second sandbox that finds the port taken", async () => {
    await start();
    const port = Number(new URL(sandbox.pageUrl).port);
    await assert.rejects(startSandbox({ store, port }), { code: "EADDRINUSE" });
    const answer = await callApi(sandbox, "POST", "/user/lead", { phone_number: number(0), campaign_id: 1 });
    assert.equal(answer.status, 200);
  });

  it("seeds a new store once", async () => {
    const file = join(folder, "leads.csv");
    writeFileSync(file, `phone_number,name\n${number(0)},Anna\n${number(1)},Bert\n`);
    await start({ seed: file });
    assert.deepEqual(
      sandbox.leads.map(({ variables }) => variables.name),
      ["Anna", "Bert"],
    );
    sandbox.account.removeLead(Number(sandbox.leads[0]?.id));
    await restart({ seed: file });
    assert.equal(sandbox.leads.length, 1);
  });

  describe("with kill -9 while it is written", () => {
    const kills = runs("STORE_KILLS", { quick: 5, full: 100 });
    const first = seed("STORE_SEED");
    let child: ChildProcess | undefined;
    afterEach(() => {
      child?.kill("SIGKILL");
    });

    function spawnCommand(): ChildProcess {
      const command = require.resolve("../../dist/sandbox/command.js");
      const args = [command, "--port", "0", "--store", store];
      child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
      return child;
    }

    /** @returns the address, once it listens. */
    async function startCommand(): Promise<string> {
      const { stdout } = spawnCommand();
      assert.ok(stdout);
      for await (const line of createInterface({ input: stdout })) {
        const [, baseUrl] = /config set famulor:baseUrl (\S+)/.exec(line) ?? [];
        if (baseUrl) {
          stdout.resume();
          return baseUrl;
        }
      }
      throw new Error("the sandbox ended before it listened");
    }

    it(`loads after each of ${kills} kills and holds every answered create (STORE_SEED=${first})`, async () => {
      const answered = new Map<number, string>();
      const deleted = new Set<number>();
      let next = 0;
      let random = first;
      const chance = (below: number) => {
        random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
        return (random >> 8) % below;
      };
      for (let kill = 0; kill < kills; kill++) {
        if (kill % 4 === 3) {
          // While it starts, reads the file and writes it again.
          const starting = spawnCommand();
          await sleep(150 + chance(300));
          starting.kill("SIGKILL");
          await once(starting, "exit");
        }
        const baseUrl = await startCommand();
        const client = { baseUrl, apiKey: "sandbox-key" };
        let isAlive = true;
        const worker = async () => {
          while (isAlive) {
            const phoneNumber = number(next++);
            try {
              const { status, body } = await callApi(client, "POST", "/user/lead", {
                phone_number: phoneNumber,
                campaign_id: 1,
              });
              assert.equal(status, 200);
              assert.ok(!answered.has(body.data.id), `lead ${body.data.id} was given out twice`);
              answered.set(body.data.id, phoneNumber);
              if (body.data.id % 5 === 0) {
                await callApi(client, "DELETE", `/user/leads/${body.data.id}`);
                deleted.add(body.data.id);
              }
            } catch (error) {
              if (isAlive) throw error;
            }
          }
        };
        const workers = [worker(), worker(), worker(), worker()];
        const before = answered.size;
        while (answered.size === before) await sleep(1);
        await sleep(chance(120));
        isAlive = false;
        child?.kill("SIGKILL");
        await Promise.all([...workers, child && once(child, "exit")]);
        const leads = new Map(readStore(store)?.accounts[0]?.leads.map(({ lead }) => [lead.id, lead.phone_number]));
        for (const [id, phoneNumber] of answered) {
          if (deleted.has(id)) assert.ok(!leads.has(id), `lead ${id} was deleted`);
          // A delete that was not answered may have been carried out.
          else if (id % 5 !== 0) assert.equal(leads.get(id), phoneNumber, `lead ${id} is lost`);
        }
      }
      console.log(`        ${answered.size} answered creates, ${deleted.size} answered deletes`);
    }).timeout(300_000);
  });
});
