import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { pack, type Tarball } from "../../scripts/pack";
import { temporaryFolder } from "../support/engine";

const run = promisify(execFile);
const repository = resolve(__dirname, "../..");
const MAX_UNPACKED_BYTES = 900_000;

/** @throws with the tool's output, if the tool finds a problem. */
async function check(tool: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" };
  await run(process.execPath, [join(repository, "node_modules", tool), ...args], { cwd: repository, env }).catch(
    ({ stdout, stderr }) => assert.fail(`${tool} ${args.join(" ")}:\n${stdout}${stderr}`),
  );
}

describe("what `npm publish` would send", function () {
  this.timeout(60_000);
  let folder: string;
  let tarball: Tarball;

  before(async () => {
    folder = await temporaryFolder("packed");
    tarball = await pack(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("is the built sources, the types of the entries, the pages, and nothing else", () => {
    const sources = readdirSync(join(repository, "src"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => join("dist", file).replace(/\.ts$/, ""));
    const types = tarball.files.filter((file) => file.endsWith(".d.ts"));
    const built = sources.flatMap((file) => [`${file}.js`, ...types.filter((each) => each === `${file}.d.ts`)]);
    // Without their pictures, and without the list of all texts: these are for the repository.
    const pages = readdirSync(join(repository, "docs"))
      .filter((file) => file.endsWith(".md") && file !== "messages.md")
      .map((file) => `docs/${file}`);
    const others = ["CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "package.json"];
    assert.deepEqual([...tarball.files].sort(), [...built, ...pages, ...others].sort());
    assert.ok(!types.includes("dist/famulor/client.d.ts"), "no program can import it");
  });

  it(`is at most ${MAX_UNPACKED_BYTES / 1000} kB unpacked`, () => {
    const kB = Math.round(tarball.unpackedBytes / 1000);
    console.log(`        ${kB} kB in ${tarball.files.length} files`);
    assert.ok(tarball.unpackedBytes <= MAX_UNPACKED_BYTES, `${kB} kB`);
  });

  it("runs nothing when it is installed", () => {
    const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    for (const script of ["preinstall", "install", "postinstall", "prepare"]) assert.equal(scripts[script], undefined);
  });

  it("has a package.json that publint finds no fault with", () =>
    check("publint/src/cli.js", "run", tarball.path, "--strict"));

  it("has types for every entry, under every way to resolve modules (attw, node10 too)", () =>
    check("@arethetypeswrong/cli/dist/index.js", tarball.path, "--no-emoji"));
});
