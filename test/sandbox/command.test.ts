import assert from "node:assert/strict";
import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { startSandbox } from "../../src/sandbox";
import { OPTION_NAMES, optionOf } from "../../src/sandbox/options";
import { callApi } from "../support/api";
import { descendantsOf, isAlive, killIfAlive } from "../support/processes";

const COMMAND = require.resolve("../../dist/sandbox/command.js");
const { npm_execpath, npm_config_user_agent, ...PLAIN } = process.env;

describe("the command famulor-sandbox", function () {
  this.timeout(20_000);
  const started: ChildProcess[] = [];
  let leftovers: number[] = [];
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sandbox-command-"));
  });
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
    for (const pid of leftovers.splice(0)) killIfAlive(pid, "SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  /** @returns when it has printed its address. */
  async function start(command: string, args: string[], options: SpawnOptions = {}) {
    const child = spawn(command, args, { env: PLAIN, ...options, stdio: ["pipe", "pipe", "inherit"] });
    started.push(child);
    assert.ok(child.stdout && child.stdin);
    let printed = "";
    for await (const line of createInterface({ input: child.stdout })) {
      printed += `${line}\n`;
      if (line.includes("famulor:apiKey")) break;
    }
    child.stdout.resume();
    const baseUrl = /config set famulor:baseUrl (\S+)/.exec(printed)?.[1] ?? "";
    assert.notEqual(baseUrl, "", printed);
    return { child, stdin: child.stdin, baseUrl, printed };
  }
  const run = (...args: string[]) => start(process.execPath, [COMMAND, "--port", "0", ...args]);
  const fails = async (...args: string[]): Promise<{ code: number; stderr: string }> =>
    promisify(execFile)(process.execPath, [COMMAND, ...args], { env: PLAIN }).then(
      () => assert.fail("it did not fail"),
      (error) => error,
    );

  async function ends(pid: number): Promise<void> {
    for (let waited = 0; isAlive(pid); waited += 50) {
      assert.ok(waited < 10_000, `process ${pid} lives on`);
      await sleep(50);
    }
  }

  it("has a flag for every option, and --help says what each means", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, "--help"], { env: PLAIN });
    for (const name of OPTION_NAMES) {
      const { flag, help, choices = {} } = optionOf(name);
      assert.ok(stdout.includes(`--${flag}`) && stdout.includes(help), flag);
      for (const choice of Object.keys(choices)) assert.ok(stdout.includes(`${choice}: `), choice);
    }
  });

  it("takes what its flags say, and lets campaigns call by default", async () => {
    const flags = ["--key", "k1", "--email", "me@sandbox.test", "--speed", "3600", "--balance", "12.5"];
    const more = ["--campaign", "Spring", "--campaign", "Summer", "--assistant", "Eve@Europe/Paris"];
    const { baseUrl } = await run(...flags, ...more, "--fault", "server-error:list", "--phone-number", "+493023125998");
    const client = { baseUrl, apiKey: "k1" };
    const me = (await callApi(client, "GET", "/user/me")).body;
    assert.deepEqual([me.email, me.total_balance], ["me@sandbox.test", 12.5]);
    const campaigns = (await callApi(client, "GET", "/user/campaigns")).body;
    assert.deepEqual(
      campaigns.map(({ name }: { name: string }) => name),
      ["Spring", "Summer"],
    );
    const [assistant] = (await callApi(client, "GET", "/user/assistants/outbound")).body;
    assert.deepEqual([assistant.name, assistant.timezone], ["Eve", "Europe/Paris"]);
    assert.equal((await callApi(client, "GET", "/user/phone-numbers/all")).body.data[0].phone_number, "+493023125998");
    assert.equal((await callApi(client, "GET", "/user/leads")).status, 500);
    await callApi(client, "POST", "/user/lead", { phone_number: "+493023125000", campaign_id: 1 });
    await callApi(client, "POST", "/user/campaigns/update-status", { campaign_id: 1, action: "start" });
    const statuses = new Set<string>();
    for (let tries = 0; tries < 100 && !statuses.has("completed") && !statuses.has("reached-max-retries"); tries++) {
      statuses.add((await callApi(client, "GET", "/user/leads")).body.data[0].status);
      await sleep(50);
    }
    assert.ok(statuses.has("completed") || statuses.has("reached-max-retries"), [...statuses].join(", "));
  });

  it("keeps its data over a kill with --store, and starts from --seed", async () => {
    const seedFile = join(folder, "leads.csv");
    writeFileSync(seedFile, "phone_number,name\n+493023125000,Anna\n");
    const args = ["--store", join(folder, "store"), "--seed", seedFile, "--no-life-cycle"];
    const first = await run(...args);
    const client = (baseUrl: string) => ({ baseUrl, apiKey: "sandbox-key" });
    await callApi(client(first.baseUrl), "POST", "/user/lead", { phone_number: "+493023125001", campaign_id: 1 });
    first.child.kill("SIGKILL");
    await once(first.child, "exit");
    const second = await run(...args);
    const { data } = (await callApi(client(second.baseUrl), "GET", "/user/leads")).body;
    assert.deepEqual(
      data.map(({ phone_number }: { phone_number: string }) => phone_number),
      ["+493023125001", "+493023125000"],
    );
  });

  it("says who has its port, if it is a sandbox", async () => {
    const sandbox = await startSandbox();
    sandbox.account.addLead({ phone_number: "+493023125000", campaign_id: 1 });
    const other = createServer((_, outgoing) => outgoing.end("hello"));
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    try {
      const { port } = new URL(sandbox.pageUrl);
      const { code, stderr } = await fails("--port", port);
      assert.equal(code, 1);
      assert.match(
        stderr,
        new RegExp(`^Port ${port} is taken by another sandbox \\(process ${process.pid}, .*1 campaigns, 1 leads`),
      );
      assert.match(
        (await fails("--port", String((other.address() as AddressInfo).port))).stderr,
        /taken by another program: choose/,
      );
    } finally {
      await sandbox.close();
      other.close();
    }
  });

  it("explains a value that it cannot take", async () => {
    const cases: [string[], RegExp][] = [
      [["--speed", "fast"], /^--speed fast: must be a number from 0 to 100000\./],
      [["--port", "70000"], /^--port 70000: must be a whole number from 0 to 65535\./],
      [["--rate-limit", "many"], /^--rate-limit many: must be "famulor", or REQUESTS\/SECONDS such as 20\/10\./],
      [["--fault", "x"], /^--fault x: there is no such fault; use one of lose-answer/],
      [["--fault", "slow:x"], /^--fault slow:x: "x" must be one of create/],
      [["--phone-number", "030"], /^--phone-number 030: must be in E\.164/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await fails(...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
    const missing = await fails("--port", "0", "--seed", join(folder, "none.json"));
    assert.deepEqual([missing.code, /cannot seed the sandbox/.test(missing.stderr)], [1, true]);
  });

  it("opens the page with the system's own opener", async function () {
    if (process.platform !== "linux") this.skip();
    const opener = join(folder, "xdg-open");
    writeFileSync(opener, `#!/bin/sh\necho "$1" > ${join(folder, "opened")}\n`);
    chmodSync(opener, 0o755);
    const env = { ...PLAIN, PATH: `${folder}${delimiter}${process.env.PATH}` };
    const { baseUrl } = await start(process.execPath, [COMMAND, "--port", "0", "--open"], { env });
    while (!existsSync(join(folder, "opened"))) await sleep(20);
    await sleep(50);
    assert.equal(readFileSync(join(folder, "opened"), "utf8").trim(), baseUrl.replace(/api$/, ""));
  });

  describe("ends", () => {
    before(function () {
      if (process.platform === "win32") this.skip();
    });

    /** The process of the command itself, which its starter must not leave. */
    function sandboxBelow(child: ChildProcess): number {
      const below = descendantsOf(Number(child.pid)).filter(({ command }) => command.includes(COMMAND));
      leftovers = below.map(({ pid }) => pid);
      const found = below.find(({ command }) => !command.startsWith("sh "));
      assert.ok(found);
      return found.pid;
    }

    it("with its standard input, where that is a pipe", async () => {
      const { child, stdin } = await run();
      stdin.end();
      await ends(Number(child.pid));
    });

    it("not by itself where its standard input is /dev/null", async () => {
      const { child } = await start("sh", ["-c", `exec ${process.execPath} ${COMMAND} --port 0 </dev/null`]);
      await sleep(2000);
      assert.ok(isAlive(Number(child.pid)));
    });

    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      it(`with npx, which got ${signal}, and leaves its port free`, async () => {
        // As npx does: a shell that does not become the command.
        const env = { ...PLAIN, npm_execpath: "/npm-cli.js" };
        const script = `sh -c '"${process.execPath}" "${COMMAND}" --port 0 </dev/null; true'; true`;
        const { child, baseUrl } = await start("sh", ["-c", script], { env });
        const pid = sandboxBelow(child);
        child.kill(signal);
        await ends(pid);
        await assert.rejects(fetch(`${baseUrl}/user/me`), TypeError);
      });
    }

    it("not with a shell that was nobody's script: a process in the background lives on", async () => {
      const script = `"${process.execPath}" "${COMMAND}" --port 0 </dev/null & wait`;
      const { child } = await start("sh", ["-c", script]);
      const pid = sandboxBelow(child);
      child.kill("SIGKILL");
      await sleep(2000);
      assert.ok(isAlive(pid));
    });
  });
});
