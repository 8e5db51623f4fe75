import { createRequire } from "node:module";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import type { Log } from "./log";

// The installer wants a version object of the SDK's own `semver`, which is not a dependency of ours.
const { SemVer } = createRequire(require.resolve("@pulumi/pulumi"))("semver");

/**
 * Runs the SDK's own installer: it downloads the official CLI, language hosts included. The npm package `pulumi` would run the same
 * script with the same arguments, so it is no dependency of ours.
 */
export async function downloadEngine(folder: string, version: string, log: Log): Promise<void> {
  log(`Downloading the official Pulumi CLI ${version} ...`);
  await PulumiCommand.install({ root: folder, version: new SemVer(version) });
}
