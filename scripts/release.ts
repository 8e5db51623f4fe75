/**
 * What a release needs beside its number. `npm version` runs this script before it commits. The script stops if something is missing, and
 * keeps the state that this version writes as test/state/<version>.json, with which every later version is tested.
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

function main(): void {
  const { version, repository: home } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
  const [newest] = releasesOf(readFileSync(join(repository, "CHANGELOG.md"), "utf8"));
  const isTagged = execFileSync("git", ["tag", "--list", `v${version}`], { cwd: repository, encoding: "utf8" }) !== "";
  const problems = [
    newest?.version === version
      ? ""
      : `CHANGELOG.md begins with ${newest?.version}. Begin it with ## ${version} (date).`,
    newest?.date ? "" : "The newest release in CHANGELOG.md has no date. Write ## version (2026-12-31).",
    newest?.state ? "" : "The newest release in CHANGELOG.md has no line **State**: ….",
    home
      ? ""
      : 'package.json has no "repository", which npm compares with the provenance. Set it, and "homepage" and "bugs".',
    isTagged ? `v${version} is tagged already, so its state file never changes. Choose the next version.` : "",
  ].filter(Boolean);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const kept = `test/state/${version}.json`;
  copyFileSync(join(repository, "test/state/current.json"), join(repository, kept));
  execFileSync("git", ["add", kept], { cwd: repository });
  console.log(`${kept} is what this version writes into state.`);
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
