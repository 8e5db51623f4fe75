import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, temporaryFolder, useEngine } from "../support/engine";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy";
import { ANNA, leadProgram } from "../support/programs";
import { buildS3Server, type S3Server, startS3Server } from "../support/s3-server/start";

describe("a stack whose state is in S3", function () {
  this.timeout(180_000);
  let folder: string;
  let s3: S3Server;
  let sandbox: Sandbox;
  let proxy: FaultProxy;
  let project: Project;

  before(async function () {
    await useEngine(this);
    this.timeout(300_000);
    folder = await temporaryFolder("s3-server");
    try {
      s3 = await startS3Server(await buildS3Server(folder));
    } catch (error) {
      if (process.env.CI) throw error;
      console.error(`\n!!! SKIPPED, because there is no S3 server without Go: ${(error as Error).message}\n`);
      this.skip();
    }
    sandbox = await startSandbox();
    proxy = await startFaultProxy(sandbox.baseUrl);
    const env = { ...s3.env, PULUMI_BACKEND_URL: s3.backendUrl };
    project = await createProject({ program: leadProgram(ANNA), sandbox: { ...sandbox, ...proxy }, env });
  });
  after(async () => {
    await project?.remove();
    await proxy?.close();
    await sandbox?.close();
    await s3?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const locks = () => s3.keys(".pulumi/locks/");

  it("goes up, is unchanged, and is refreshed", async () => {
    await project.succeed("up", "--skip-preview");
    assert.equal((await project.outputs()).leadId, sandbox.leads[0]?.id);
    await project.succeed("preview", "--expect-no-changes");
    sandbox.account.editLead(Number(sandbox.leads[0]?.id), { status: "completed" });
    await project.succeed("refresh", "--skip-preview");
    assert.match(await project.state(), /"status": "completed"/);
    assert.ok((await s3.keys(".pulumi/stacks/")).length > 0, "the state is in the bucket");
    assert.deepEqual(await locks(), []);
  });

  it("leaves the number in the bucket in plain text, and the key encrypted", async () => {
    const texts = await Promise.all((await s3.keys("")).map((key) => s3.text(key)));
    const all = texts.join("\n");
    assert.match(all, /\+493023125000/);
    assert.equal(all.includes(sandbox.apiKey), false);
  });

  it("takes one run at a time: Pulumi refuses the second, which sends nothing", async () => {
    await project.rewrite(leadProgram(ANNA.replace("Anna", "Anne")));
    proxy.breakNext(`PUT /leads/${sandbox.leads[0]?.id}`, { lateMs: 10_000 });
    const first = project.start("up", "--skip-preview");
    while ((await locks()).length === 0) await sleep(50);
    const second = await project.pulumi("up", "--skip-preview");
    assert.notEqual(second.code, 0);
    assert.match(second.output, /the stack is currently locked by 1 lock\(s\).*pulumi cancel/);
    assert.match(second.output, /s3:\/\/state.*\.pulumi\/locks\/.*: created by .+@.+ \(pid \d+\) at /);
    assert.equal((await first.result).code, 0);
    assert.deepEqual(sandbox.leads[0]?.variables, { name: "Anne" });
    assert.equal(sandbox.journal.filter(({ method }) => method === "PUT").length, 1);
  });

  it("is destroyed, and leaves no lock", async () => {
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual([sandbox.leads, await locks()], [[], []]);
  });
});
