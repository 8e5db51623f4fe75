/** The Pulumi engine of the demo and the tests: found on PATH or in the cache, else built from its Go module or downloaded. */
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { buildEngine } from "./build-engine";
import { downloadEngine } from "./download-engine";
import type { Log } from "./log";
import { placeLanguageHost } from "./place-language-host";

/** The Pulumi version pinned in go.mod beside this file. */
export const ENGINE_VERSION = "3.259.0";

export interface Engine {
  source: "PATH" | "cache" | "built" | "downloaded";
  /** Absolute path of the `pulumi` executable. */
  command: string;
  /** The folder of the executable. It goes first on PATH, so that the CLI finds its plugins. */
  binFolder: string;
  version: string;
}

/** One way to obtain an engine. `make` fills `folder`, so that `folder/bin/pulumi` runs. @throws with the reason why not. */
export interface EngineMaker {
  source: "built" | "downloaded";
  make(folder: string, log: Log): Promise<void>;
}

export interface EngineOptions {
  /** @default console.error */
  log?: Log;
  /** Where to look for an installed CLI. @default the caller's PATH */
  path?: string;
  /** The folder that keeps engines for later. @default `pulumi-famulor` in the user's cache folder */
  cacheFolder?: string;
  /** What to try, in this order, when no engine is found. @default build, then download */
  makers?: EngineMaker[];
}

const onWindows = process.platform === "win32";
const executable = onWindows ? "pulumi.exe" : "pulumi";

const standardMakers: EngineMaker[] = [
  { source: "built", make: (folder, log) => buildEngine(folder, ENGINE_VERSION, log) },
  { source: "downloaded", make: (folder, log) => downloadEngine(folder, ENGINE_VERSION, log) },
];

/** A CLI on PATH, else an engine in the cache. Builds and downloads nothing. */
export async function findEngine(options: EngineOptions = {}): Promise<Engine | undefined> {
  return (await findOnPath(options.path ?? process.env.PATH ?? "")) ?? (await findInCache(cacheOf(options)));
}

/** Finds an engine, else builds or downloads one. @throws with every way that failed, and how to install the CLI. */
export async function ensureEngine(options: EngineOptions = {}): Promise<Engine> {
  const found = await findEngine(options);
  if (found) return found;

  const log = options.log ?? console.error;
  const failures: string[] = [];
  for (const maker of options.makers ?? standardMakers) {
    try {
      return await makeEngine(maker, cacheOf(options), log);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log(`No engine ${maker.source}: ${reason}`);
      failures.push(`- not ${maker.source}: ${reason}`);
    }
  }
  throw new Error(
    [
      "There is no Pulumi CLI on PATH, and none could be set up:",
      ...failures,
      "Install the official CLI, then run this again:",
      "  curl -fsSL https://get.pulumi.com | sh",
      "Other ways to install it: https://www.pulumi.com/docs/install/",
    ].join("\n"),
  );
}

async function findOnPath(path: string): Promise<Engine | undefined> {
  for (const entry of path.split(delimiter).filter(Boolean)) {
    const command = resolve(entry, executable);
    if (!(await isExecutable(command))) continue;
    const version = await versionOf(command);
    if (version) return { source: "PATH", command, binFolder: dirname(command), version };
  }
  return undefined;
}

async function versionOf(command: string): Promise<string | undefined> {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { stdout } = await promisify(execFile)(command, ["version"], { env, timeout: 30_000 });
    return /^v?(\d+\.\d+\.\d+\S*)/.exec(stdout.trim())?.[1];
  } catch {
    return undefined; // another program of this name, or a broken installation
  }
}

async function findInCache(cacheFolder: string): Promise<Engine | undefined> {
  // A downloaded CLI is the official one with its own language host, so it goes before a built one.
  for (const made of ["downloaded", "built"] as const) {
    const folder = engineFolder(cacheFolder, made);
    if (await isComplete(folder)) return cachedEngine(folder, made, "cache");
  }
  return undefined;
}

async function makeEngine(maker: EngineMaker, cacheFolder: string, log: Log): Promise<Engine> {
  const target = engineFolder(cacheFolder, maker.source);
  await mkdir(dirname(target), { recursive: true });
  // Under another name, and renamed when complete: an interrupted set-up leaves nothing that looks like an engine, and two set-ups at
  // once do not disturb each other.
  const unfinished = await mkdtemp(`${target}.unfinished-`);
  try {
    await maker.make(unfinished, log);
    if (!(await isComplete(unfinished))) throw new Error(`no ${executable} came out of it`);
    await moveIntoPlace(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return cachedEngine(target, maker.source, maker.source);
}

async function moveIntoPlace(unfinished: string, target: string): Promise<void> {
  try {
    await rename(unfinished, target);
  } catch (error) {
    if (await isComplete(target)) return; // another set-up was first: its engine is as good as ours
    if (!(await exists(target))) throw error;
    await rm(target, { recursive: true, force: true }); // somebody removed parts of it
    await rename(unfinished, target);
  }
}

async function cachedEngine(folder: string, made: EngineMaker["source"], source: Engine["source"]): Promise<Engine> {
  const binFolder = join(folder, "bin");
  // The language host is renewed at every use, because it changes more often than the big binary.
  if (made === "built") await placeLanguageHost(binFolder);
  return { source, command: join(binFolder, executable), binFolder, version: ENGINE_VERSION };
}

function engineFolder(cacheFolder: string, made: EngineMaker["source"]): string {
  return join(cacheFolder, `engine-${ENGINE_VERSION}`, `${process.platform}-${process.arch}-${made}`);
}

function isComplete(folder: string): Promise<boolean> {
  return isExecutable(join(folder, "bin", executable));
}

function cacheOf(options: EngineOptions): string {
  return options.cacheFolder ?? join(userCacheFolder(), "pulumi-famulor");
}

function userCacheFolder(): string {
  if (onWindows) return process.env.LOCALAPPDATA || join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
