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

/** Packages that only the seeds need. */
const OF_SEEDS = ["csv-parse", "libphonenumber-js", "@faker-js/faker"];

describe("loading the package", () => {
  it("brings neither zod nor undici nor our provider into the program", async () => {
    const loaded = (await inNewProcess(`require("pulumi-famulor");${LOADED_PACKAGES}`)) as string[];
    assert.ok(loaded.includes("@pulumi/pulumi"), "the list is not empty");
    for (const name of ["zod", "undici", ...OF_SEEDS]) assert.equal(loaded.includes(name), false, name);
    assert.deepEqual(
      loaded.filter((name) => /^(famulor|look-ups|provider|sandbox|seeds)[\\/]/.test(name)),
      [],
    );
  });

  it("brings no Pulumi into the plugin's side", async () => {
    const loaded = (await inNewProcess(`require("pulumi-famulor/provider");${LOADED_PACKAGES}`)) as string[];
    assert.ok(loaded.includes("undici"));
    for (const name of ["@pulumi/pulumi", ...OF_SEEDS]) assert.equal(loaded.includes(name), false, name);
    assert.equal(loaded.filter((name) => /^seeds[\\/]/.test(name)).length, 0);
  });

  it("brings neither Pulumi nor HTTP with the seeds, and faker only for somebody with a name", async () => {
    const read = `const seeds = require("pulumi-famulor/seeds"); seeds.leadsFromCsv("phoneNumber\\n+493023125000");`;
    const rest = ["@pulumi/pulumi", "zod", "undici", "@faker-js/faker"];
    const loaded = (await inNewProcess(`${read}${LOADED_PACKAGES}`)) as string[];
    for (const name of ["csv-parse", "libphonenumber-js"]) assert.ok(loaded.includes(name), name);
    for (const name of rest) assert.equal(loaded.includes(name), false, name);
    const invent = `seeds.fictionalLeads({ count: 1, country: "DE", variables: {} });`;
    const numbered = (await inNewProcess(`${read}${invent}${LOADED_PACKAGES}`)) as string[];
    assert.equal(numbered.includes("@faker-js/faker"), false);
  });

  it("prints nothing: the first line the plugin prints is its port", async () => {
    const { stdout, stderr } = await run(process.execPath, ["-e", `require("pulumi-famulor/provider")`]);
    assert.equal(stdout + stderr, "");
  });
});
