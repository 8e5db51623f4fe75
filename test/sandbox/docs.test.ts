import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { startSandbox } from "../../src/sandbox";
import { OPTION_NAMES, optionOf } from "../../src/sandbox/options";
import { temporaryFolder } from "../support/engine";

const run = promisify(execFile);
const page = readFileSync(resolve(__dirname, "../../docs/sandbox.md"), "utf8");

describe("docs/sandbox.md", function () {
  this.timeout(60_000);

  it("names every flag of the command", () => {
    for (const name of OPTION_NAMES) assert.ok(page.includes(`\`--${optionOf(name).flag}`), name);
  });

  it("has examples that compile and run", async () => {
    const folder = await temporaryFolder("sandbox-docs");
    try {
      const files = [...page.matchAll(/^```ts file=(\S+)\n(.*?)^```$/gms)];
      assert.deepEqual(
        files.map(([, name]) => name),
        ["sandbox.test.ts"],
      );
      await writeFile(join(folder, "sandbox.test.ts"), String(files[0]?.[2]));
      const compilerOptions = { strict: true, target: "ES2022", module: "Node16", skipLibCheck: true, types: ["node"] };
      await writeFile(join(folder, "package.json"), "{}");
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
      await run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", folder]);
      const { stdout } = await run(process.execPath, [join(folder, "sandbox.test.js")]);
      assert.match(stdout, /(# |ℹ )pass 2\b/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("has data that can be imported", async () => {
    const [, data = ""] = /^```json\n(.*?)^```$/ms.exec(page) ?? [];
    const sandbox = await startSandbox({ campaigns: [] });
    try {
      assert.deepEqual(sandbox.import(JSON.parse(data)), { leads: 1, campaigns: 1 });
    } finally {
      await sandbox.close();
    }
  });

  it("has a small picture", () => {
    assert.ok(readFileSync(resolve(__dirname, "../../docs/sandbox.png")).length < 80_000);
  });
});
