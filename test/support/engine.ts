/**
 * A Pulumi project for a test: a program, a stack, a state folder, and nothing of the user's.
 *
 *   const project = await createProject({ program: "...", sandbox });
 *   const up = await project.pulumi("up", "--skip-preview");
 *   await project.remove();
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { borrowProject } from "../../scripts/engine/borrow-project";
import { type Engine, ensureEngine } from "../../scripts/engine/ensure-engine";
import { isolatedEnvironment } from "../../scripts/engine/isolated-environment";
import { type PulumiResult, runPulumi } from "../../scripts/engine/run-pulumi";
import type { Sandbox } from "../../src/sandbox";

const repository = resolve(__dirname, "../..");

let engine: Promise<Engine> | undefined;

/** The engine of all tests. The first call finds it, or builds it if none is installed. */
export function testEngine(): Promise<Engine> {
  engine ??= ensureEngine().then((found) => {
    console.log(`  Engine tests run on pulumi ${found.version} (${found.source}: ${found.command}).`);
    return found;
  });
  return engine;
}

/** A build from source can take this long. */
const BUILD_MS = 15 * 60_000;

/**
 * For a suite's `before`: skips the suite with a loud line on a developer's machine that has no engine and cannot build one.
 * In CI the suite fails.
 */
export async function useEngine(context: Mocha.Context): Promise<void> {
  context.timeout(BUILD_MS);
  try {
    await testEngine();
  } catch (error) {
    if (process.env.CI) throw error;
    console.error(`\n!!! SKIPPED, because there is no Pulumi engine: ${(error as Error).message}\n`);
    context.skip();
  }
}

export interface ProjectOptions {
  /** JavaScript; or set `folder`. */
  program?: string;
  /** A folder with a Pulumi.yaml, relative to the repository. */
  folder?: string;
  /** Whose address and key go into the stack's configuration. */
  sandbox?: Pick<Sandbox, "baseUrl" | "apiKey">;
  config?: Record<string, string>;
  /** The name of the stack. @default "test" */
  stack?: string;
  env?: NodeJS.ProcessEnv;
  /** Whether the program is TypeScript. @default false */
  typescript?: boolean;
}

export interface Project {
  /** The folder of the program. */
  readonly folder: string;
  /** Runs `pulumi ...args` in the project. */
  pulumi(...args: string[]): Promise<PulumiResult>;
  /** Starts a command that the test interrupts. */
  start(...args: string[]): { pid: number; result: Promise<PulumiResult> };
  /** Like `pulumi`, but an exit code other than 0 is an error that shows the output. */
  succeed(...args: string[]): Promise<PulumiResult>;
  /** The same project, with more in the environment. */
  withEnv(env: NodeJS.ProcessEnv): Pick<Project, "pulumi" | "succeed">;
  outputs(): Promise<Record<string, unknown>>;
  /** The exported state as text. */
  state(): Promise<string>;
  /** Everything every command has printed so far. */
  readonly printed: string;
  rewrite(program: string): Promise<void>;
  remove(): Promise<void>;
}

/** A project whose program has gone up. The journal of the sandbox is empty again. */
export async function goesUp(
  options: ProjectOptions & { sandbox: Pick<Sandbox, "baseUrl" | "apiKey" | "journal"> },
): Promise<Project> {
  const project = await createProject(options);
  await project.succeed("up", "--skip-preview");
  options.sandbox.journal.length = 0;
  return project;
}

/** A fresh folder for a test, inside the repository so that packages resolve as they do for a user. */
export async function temporaryFolder(name: string): Promise<string> {
  await mkdir(join(repository, ".tmp"), { recursive: true });
  return mkdtemp(join(repository, ".tmp", `${name}-`));
}

export async function createProject(options: ProjectOptions): Promise<Project> {
  const { program, folder, sandbox, config, stack = "test", env, typescript = false } = options;
  const engine = await testEngine();
  const own = await temporaryFolder("project");
  const environment = { ...isolatedEnvironment(join(own, "pulumi"), engine), ...env };
  if (folder === undefined) {
    const runtime = `runtime:\n  name: nodejs\n  options: { typescript: ${typescript} }\n`;
    await writeFile(join(own, "Pulumi.yaml"), `name: famulor-test\n${runtime}`);
    // Without one, Pulumi would take the repository's package.json, and run its `main` as the program.
    await writeFile(join(own, "package.json"), "{}");
    await writeFile(join(own, "index.js"), program ?? "");
  } else {
    await borrowProject(resolve(repository, folder), own);
  }
  let printed = "";

  async function run(
    args: string[],
    more: NodeJS.ProcessEnv = {},
    onStart?: (pid: number) => void,
  ): Promise<PulumiResult> {
    const env = { ...environment, ...more };
    const result = await runPulumi(engine, args, { cwd: own, env, timeoutMs: 900_000, onStart });
    printed += result.output;
    return result;
  }
  async function mustSucceed(args: string[], more?: NodeJS.ProcessEnv): Promise<PulumiResult> {
    const result = await run(args, more);
    if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${result.code}:\n${result.output}`);
    return result;
  }
  const succeed = (...args: string[]) => mustSucceed(args);
  await succeed("stack", "init", stack);
  const plain = { "famulor:baseUrl": sandbox?.baseUrl, ...config };
  const settings = Object.entries(plain).flatMap(([key, value]) => (value ? ["--plaintext", `${key}=${value}`] : []));
  if (sandbox) settings.push("--secret", `famulor:apiKey=${sandbox.apiKey}`);
  if (settings.length > 0) await succeed("config", "set-all", ...settings);

  return {
    folder: own,
    pulumi: (...args) => run(args),
    start(...args) {
      let pid = 0;
      const result = run(args, {}, (its) => {
        pid = its;
      });
      return { pid, result };
    },
    succeed,
    withEnv: (more) => ({ pulumi: (...args) => run(args, more), succeed: (...args) => mustSucceed(args, more) }),
    outputs: async () => JSON.parse((await succeed("stack", "output", "--json")).stdout),
    state: async () => (await succeed("stack", "export")).stdout,
    get printed() {
      return printed;
    },
    rewrite: (text) => writeFile(join(own, "index.js"), text),
    remove: () => rm(own, { recursive: true, force: true }),
  };
}
