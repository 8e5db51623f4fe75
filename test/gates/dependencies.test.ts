import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = resolve(__dirname, "../..");

/** Licences that ask for no more than their own text. */
const ALLOWED = ["Apache-2.0", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD"];

interface Manifest {
  name: string;
  version: string;
  license?: string;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** What a user gets with this package: its dependencies, and theirs. */
function dependenciesOf(folder: string, found = new Map<string, Manifest>()): Manifest[] {
  for (const name of Object.keys(readManifest(folder).dependencies ?? {})) {
    const itsFolder = folderOf(name, folder);
    if (found.has(itsFolder)) continue;
    found.set(itsFolder, readManifest(itsFolder));
    dependenciesOf(itsFolder, found);
  }
  return [...found.values()];
}

function folderOf(name: string, from: string): string {
  const places = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const found = places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, "package.json")));
  assert.ok(found, `${name} is not installed`);
  return found;
}

describe("the dependencies that users get", () => {
  const dependencies = dependenciesOf(repository);

  it("are those that SECURITY.md names", () => {
    const list = /It brings \w+ packages along: ([^.]+)\./.exec(
      readFileSync(join(repository, "SECURITY.md"), "utf8"),
    )?.[1];
    const named = [...String(list).matchAll(/`([^`]+)`/g)].map(([, name]) => name);
    assert.deepEqual(dependencies.map(({ name }) => name).sort(), named);
  });

  it("have licences that we allow", () => {
    for (const { name, license } of dependencies)
      assert.ok(license && ALLOWED.includes(license), `${name}: ${license}`);
  });

  it("run nothing when they are installed", () => {
    for (const { name, scripts = {} } of dependencies) {
      for (const script of ["preinstall", "install", "postinstall"]) assert.equal(scripts[script], undefined, name);
    }
  });
});

describe("files, exports and dependencies", function () {
  this.timeout(60_000);

  it("are all used (knip)", async () => {
    const knip = join(repository, "node_modules/knip/bin/knip.js");
    await run(process.execPath, [knip, "--no-progress"], { cwd: repository }).catch(({ stdout, stderr }) =>
      assert.fail(`knip:\n${stdout}${stderr}`),
    );
  });
});
