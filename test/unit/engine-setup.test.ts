import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  ENGINE_VERSION,
  type EngineMaker,
  type EngineOptions,
  ensureEngine,
  findEngine,
} from "../../scripts/engine/ensure-engine";
import { isolatedEnvironment } from "../../scripts/engine/isolated-environment";
import { runPulumi } from "../../scripts/engine/run-pulumi";

describe("engine set-up", () => {
  let folder: string;
  let options: EngineOptions & { cacheFolder: string };

  before(function () {
    if (process.platform === "win32") this.skip(); // the stand-ins for pulumi are shell scripts
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "engine-setup-"));
    options = { path: join(folder, "empty"), cacheFolder: join(folder, "cache"), log: () => {} };
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const script = async (binFolder: string, body: string): Promise<string> => {
    const file = join(binFolder, "pulumi");
    await mkdir(binFolder, { recursive: true });
    await writeFile(file, `#!/bin/sh\n${body}\n`);
    await chmod(file, 0o755);
    return file;
  };
  const slowBuild: EngineMaker = {
    source: "built",
    make: async (target) => {
      await sleep(100);
      await script(join(target, "bin"), `echo v${ENGINE_VERSION}`);
    },
  };
  const enginesInCache = () => readdir(join(options.cacheFolder, `engine-${ENGINE_VERSION}`));

  it("pins the version that go.mod requires", async () => {
    const goMod = await readFile(join(__dirname, "../../scripts/engine/go.mod"), "utf8");
    assert.match(goMod, new RegExp(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION.replaceAll(".", "\\.")}\\b`));
  });

  it("takes the CLI on PATH before the one in the cache", async () => {
    await ensureEngine({ ...options, makers: [slowBuild] });
    const command = await script(join(folder, "installed"), "echo v3.999.1");

    const engine = await ensureEngine({ ...options, path: join(folder, "installed"), makers: [] });

    assert.deepEqual(engine, { source: "PATH", command, binFolder: join(folder, "installed"), version: "3.999.1" });
  });

  it("passes over a pulumi on PATH that does not tell its version", async () => {
    await script(join(folder, "broken"), "exit 1");
    const command = await script(join(folder, "installed"), "echo v3.999.1");

    const engine = await findEngine({
      ...options,
      path: [join(folder, "broken"), join(folder, "installed")].join(delimiter),
    });

    assert.equal(engine?.command, command);
  });

  it("keeps what it built and puts the current language host beside it at every use", async () => {
    const built = await ensureEngine({ ...options, makers: [slowBuild] });
    const host = join(built.binFolder, "pulumi-language-nodejs");
    await writeFile(host, "an older one");

    const cached = await findEngine(options);

    assert.deepEqual(cached, { ...built, source: "cache" });
    assert.equal(built.source, "built");
    assert.match(await readFile(host, "utf8"), /^#!\/usr\/bin\/env node\n/);
    assert.deepEqual((await readdir(built.binFolder)).sort(), [
      "pulumi",
      "pulumi-language-nodejs",
      "pulumi-resource-pulumi-nodejs",
    ]);
  });

  it("does not take a half-made engine, and leaves none behind when a build fails", async () => {
    const failingHalfway: EngineMaker = {
      source: "built",
      make: async (target) => {
        await script(join(target, "bin"), "exit 1");
        assert.equal(await findEngine(options), undefined);
        throw new Error("disk full");
      },
    };
    await assert.rejects(ensureEngine({ ...options, makers: [failingHalfway] }), /not built: disk full/);
    assert.deepEqual(await enginesInCache(), []);
  });

  it("replaces an engine of which parts were removed", async () => {
    const { command, binFolder } = await ensureEngine({ ...options, makers: [slowBuild] });
    await rm(command);
    assert.equal(await findEngine(options), undefined);

    const engine = await ensureEngine({ ...options, makers: [slowBuild] });

    assert.deepEqual([engine.source, engine.binFolder], ["built", binFolder]);
  });

  it("survives several set-ups at once: all get the same complete engine", async () => {
    const engines = await Promise.all([1, 2, 3].map(() => ensureEngine({ ...options, makers: [slowBuild] })));

    assert.equal(new Set(engines.map(({ command }) => command)).size, 1);
    assert.deepEqual(await enginesInCache(), [`${process.platform}-${process.arch}-built`]);
    assert.equal((await findEngine(options))?.source, "cache");
  });

  it("downloads when it cannot build, and says how to install the CLI when neither works", async () => {
    const failing = (source: EngineMaker["source"], reason: string): EngineMaker => ({
      source,
      make: () => Promise.reject(new Error(reason)),
    });
    const downloading: EngineMaker = { ...slowBuild, source: "downloaded" };
    const noGo = failing("built", "Go is not on PATH");

    await assert.rejects(ensureEngine({ ...options, makers: [noGo, failing("downloaded", "offline")] }), (error) => {
      assert(error instanceof Error);
      assert.match(error.message, /not built: Go is not on PATH\n- not downloaded: offline/);
      assert.match(error.message, /curl -fsSL https:\/\/get\.pulumi\.com \| sh/);
      assert.match(error.message, /https:\/\/www\.pulumi\.com\/docs\/install\//);
      return true;
    });
    const engine = await ensureEngine({ ...options, makers: [noGo, downloading] });
    assert.equal(engine.source, "downloaded");
    assert.deepEqual(await readdir(engine.binFolder), ["pulumi"]); // it has its own language host
  });

  it("isolates a run from the caller's Pulumi and Famulor settings", () => {
    const callers = { PULUMI_ACCESS_TOKEN: "pul-mine", FAMULOR_API_KEY: "mine", SOMETHING_ELSE: "kept" };
    Object.assign(process.env, callers);
    try {
      const env = isolatedEnvironment(folder, { binFolder: "/engine/bin" });

      assert.equal(env.PULUMI_ACCESS_TOKEN, undefined);
      assert.equal(env.FAMULOR_API_KEY, undefined);
      assert.equal(env.SOMETHING_ELSE, "kept");
      assert.equal(env.PULUMI_HOME, join(folder, "home"));
      assert.equal(env.PULUMI_BACKEND_URL, `file://${join(folder, "state")}`);
      assert.equal(env.PATH?.split(delimiter)[0], "/engine/bin");
    } finally {
      for (const name of Object.keys(callers)) delete process.env[name];
    }
  });

  it("reports a command's exit code and output, and ends one that hangs", async () => {
    const run = { cwd: folder, env: process.env };
    const talking = await script(join(folder, "talking"), 'echo "$@"; cat; echo oops >&2; exit 3');
    const shown: string[] = [];
    const result = await runPulumi({ command: talking }, ["up"], {
      ...run,
      input: "typed\n",
      onOutput: (text) => shown.push(text),
    });
    assert.deepEqual([result.code, result.stdout, result.stderr], [3, "up --non-interactive\ntyped\n", "oops\n"]);
    assert.equal(shown.join(""), result.output);

    const hanging = await script(join(folder, "hanging"), "echo begun; exec sleep 60");
    await assert.rejects(
      runPulumi({ command: hanging }, ["up"], { ...run, timeoutMs: 300 }),
      /pulumi up did not end within 0.3 s:\nbegun/,
    );
  });
});
