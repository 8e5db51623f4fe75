import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a script in a fresh process and returns what it prints, as JSON. */
async function inNewProcess(script: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, ["-e", script]);
  return JSON.parse(stdout);
}

const LOADED_PACKAGES = `
  const packages = Object.keys(require.cache).map((file) => /.*node_modules[\\\\/]((@[^\\\\/]+[\\\\/])?[^\\\\/]+)/.exec(file)?.[1]);
  const own = Object.keys(require.cache).map((file) => /[\\\\/]dist[\\\\/]((famulor|look-ups|provider|sandbox|seeds)[\\\\/].*)\\.js$/.exec(file)?.[1]);
  console.log(JSON.stringify([...new Set([...packages, ...own])].filter(Boolean)));
`;

describe("loading the package", () => {
  it("brings neither zod nor undici nor our provider into the program", async () => {
    const loaded = (await inNewProcess(`require("pulumi-famulor");${LOADED_PACKAGES}`)) as string[];
    assert.ok(loaded.includes("@pulumi/pulumi"), "the list is not empty");
    for (const name of ["zod", "undici"]) assert.equal(loaded.includes(name), false, name);
    assert.deepEqual(
      loaded.filter((name) => /^(famulor|look-ups|provider|sandbox|seeds)[\\/]/.test(name)),
      [],
    );
  });

  it("brings no Pulumi into the plugin's side", async () => {
    const loaded = (await inNewProcess(`require("pulumi-famulor/provider");${LOADED_PACKAGES}`)) as string[];
    assert.ok(loaded.includes("undici"));
    assert.equal(loaded.includes("@pulumi/pulumi"), false);
  });

  it("prints nothing: the first line the plugin prints is its port", async () => {
    const { stdout, stderr } = await run(process.execPath, ["-e", `require("pulumi-famulor/provider")`]);
    assert.equal(stdout + stderr, "");
  });
});
