/**
 * What a release needs beside its number. Stops if something is missing.
 *
 *   release.ts version   run by `npm version` before it commits: keeps the state that this version writes as
 *                        test/state/<version>.json, with which every later version is tested
 *   release.ts publish   run by `npm publish`
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const repository = resolve(__dirname, "..");

export interface Release {
  version: string;
  /** ISO 8601; `undefined`: unreleased. */
  date: string | undefined;
  /** What its users have to know about stored state. */
  state: string | undefined;
}

/** The releases that CHANGELOG.md names, the newest first. */
export function releasesOf(changelog: string): Release[] {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      version: String(/^\S+/.exec(text)),
      date: /^\S+ \((\d{4}-\d\d-\d\d)\)$/m.exec(text)?.[1],
      state: /^\*\*State\*\*: (.+)$/m.exec(text)?.[1],
    }));
}

interface Manifest {
  version: string;
  repository?: unknown;
}

const git = (...args: string[]) => execFileSync("git", args, { cwd: repository, encoding: "utf8" });

function keepState({ version }: Manifest): void {
  const [newest] = releasesOf(readFileSync(join(repository, "CHANGELOG.md"), "utf8"));
  refuse([
    newest?.version === version
      ? ""
      : `CHANGELOG.md begins with ${newest?.version}. Begin it with ## ${version} (date).`,
    newest?.date ? "" : "The newest release in CHANGELOG.md has no date. Write ## version (2026-12-31).",
    newest?.state ? "" : "The newest release in CHANGELOG.md has no line **State**: ….",
    git("tag", "--list", `v${version}`) === ""
      ? ""
      : `v${version} is tagged already, so its state file never changes. Choose the next version.`,
  ]);
  const kept = `test/state/${version}.json`;
  copyFileSync(join(repository, "test/state/current.json"), join(repository, kept));
  git("add", kept);
  console.log(`${kept} is what this version writes into state.`);
}

function checkPublication({ version, repository: home }: Manifest): void {
  refuse([
    home
      ? ""
      : 'package.json has no "repository", which npm compares with the provenance. Set it, and "homepage" and "bugs".',
    git("tag", "--points-at", "HEAD").split("\n").includes(`v${version}`)
      ? ""
      : `This commit is not tagged v${version}. Run npm version first.`,
  ]);
}

/** @param problems Empty texts are none. */
function refuse(problems: string[]): void {
  const real = problems.filter(Boolean);
  if (real.length > 0) throw new Error(real.join("\n"));
}

if (require.main === module) {
  try {
    const manifest: Manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    if (process.argv[2] === "publish") checkPublication(manifest);
    else keepState(manifest);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
