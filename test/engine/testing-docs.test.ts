import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { isolatedEnvironment } from "../../scripts/engine/isolated-environment";
import { temporaryFolder, testEngine, useEngine } from "../support/engine";

const run = promisify(execFile);
const page = readFileSync(resolve(__dirname, "../../docs/testing.md"), "utf8");

describe("the examples of docs/testing.md", function () {
  this.timeout(180_000);
  let folder: string;

  before(async () => {
    folder = await temporaryFolder("testing-docs");
    const files = [...page.matchAll(/^```ts file=(\S+)\n(.*?)^```$/gms)];
    assert.deepEqual(
      files.map(([, name]) => name),
      ["invitations.ts", "invitations.test.ts", "stack.test.ts"],
    );
    for (const [, name, text] of files) await writeFile(join(folder, String(name)), String(text));
    const compilerOptions = { strict: true, target: "ES2022", module: "Node16", skipLibCheck: true, types: ["node"] };
    await writeFile(join(folder, "package.json"), "{}");
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Started from another folder, as a test may be. @throws where the test fails. */
  async function runTest(file: string, env: NodeJS.ProcessEnv): Promise<void> {
    const args = ["--require", require.resolve("ts-node/register"), join(folder, file)];
    const project = { TS_NODE_PROJECT: join(folder, "tsconfig.json") };
    const { stdout } = await run(process.execPath, args, { cwd: tmpdir(), env: { ...env, ...project } });
    assert.match(stdout, /(# |ℹ )pass 1\b/);
  }

  it("compile", () => run(process.execPath, [require.resolve("typescript/bin/tsc"), "--noEmit", "-p", folder]));

  it("run with mocks", () => runTest("invitations.test.ts", { PATH: process.env.PATH }));

  it("run with the sandbox and the Automation API", async function () {
    await useEngine(this);
    // The page's stack has its own backend.
    const { PULUMI_BACKEND_URL, ...env } = isolatedEnvironment(join(folder, "pulumi"), await testEngine());
    await runTest("stack.test.ts", env);
  });
});
