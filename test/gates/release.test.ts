import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { releasesOf } from "../../scripts/release";

const repository = resolve(__dirname, "../..");
const read = (file: string) => readFileSync(join(repository, file), "utf8");

describe("releases", () => {
  const releases = releasesOf(read("CHANGELOG.md"));
  const manifest = JSON.parse(read("package.json"));

  it("in CHANGELOG.md each say what becomes of stored state", () => {
    assert.deepEqual(
      releases.filter(({ state }) => !state),
      [],
    );
  });

  it("have the version of package.json as their newest", () => {
    assert.equal(releases[0]?.version, manifest.version);
  });

  it("have each left a state file, which is never written again", () => {
    for (const { version, date } of releases) {
      if (date) assert.ok(existsSync(join(repository, `test/state/${version}.json`)), version);
    }
  });

  it("run on the Node.js that the README names", () => {
    const minimum = /^>=(\d+\.\d+)\.0$/.exec(manifest.engines.node)?.[1];
    assert.match(read("README.md"), new RegExp(`Node\\.js ${minimum} or newer`));
  });
});
