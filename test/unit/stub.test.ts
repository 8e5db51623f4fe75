import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as provider from "../../src/provider";
import { installationProblem, stub } from "../../src/resources/stub";

describe("the stub in state", () => {
  it("is this text for ever: state files of every release hold it", () => {
    assert.equal(stub("lead"), 'exports.handler = () => require("pulumi-famulor/provider").lead');
    assert.equal(stub("lead").length, 63);
  });

  it("loads a provider with every hook", () => {
    const hooks = Object.keys(provider.lead).sort();
    assert.deepEqual(hooks, ["check", "configure", "create", "delete", "diff", "read", "update"]);
  });
});

describe("what the plugin would load for a stub", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "installation-"));
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const install = (folder: string, version: string): string => {
    const itsFolder = join(folder, "node_modules/pulumi-famulor");
    mkdirSync(itsFolder, { recursive: true });
    writeFileSync(join(itsFolder, "package.json"), JSON.stringify({ name: "pulumi-famulor", version }));
    return itsFolder;
  };

  it("is this copy", () => {
    assert.equal(installationProblem(project, install(project, "0.1.0")), undefined);
  });

  it("is nothing, where only a component depends on this package", () => {
    const own = install(join(project, "node_modules/component"), "0.1.0");
    assert.match(
      String(installationProblem(project, own)),
      /not a direct dependency of this project.* in .*installation-/,
    );
  });

  it("is found in a folder above, as in a workspace", () => {
    mkdirSync(join(project, "packages/infra"), { recursive: true });
    assert.equal(installationProblem(join(project, "packages/infra"), install(project, "0.1.0")), undefined);
  });

  it("is another version than a component brings along", () => {
    const own = install(join(project, "node_modules/component"), "0.2.0");
    install(project, "0.1.0");
    assert.match(
      String(installationProblem(project, own)),
      /declares with 0\.2\.0 in .*component.*would run 0\.1\.0 in /,
    );
  });

  it("may be another copy of the same version, as pnpm makes for other peers", () => {
    const own = install(join(project, "node_modules/component"), "0.1.0");
    install(project, "0.1.0");
    assert.equal(installationProblem(project, own), undefined);
  });

  it("is not compared where a bundler has put this file into another package", () => {
    install(project, "0.1.0");
    assert.equal(installationProblem(project, project), undefined);
  });
});
