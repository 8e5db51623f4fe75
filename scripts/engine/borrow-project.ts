import { copyFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/**
 * Makes `target` a Pulumi project that runs the program of the project in `source`. A stack's settings lie beside its
 * Pulumi.yaml: so they never appear in the repository, not even when a run is interrupted.
 */
export async function borrowProject(source: string, target: string): Promise<void> {
  const project = await readFile(join(source, "Pulumi.yaml"), "utf8");
  const main = /^main:\s*(.+?)\s*$/m.exec(project)?.[1] ?? ".";
  const settings = project.replace(/^main:.*\n?/m, "").trimEnd();
  await writeFile(join(target, "Pulumi.yaml"), `${settings}\nmain: ${JSON.stringify(resolve(source, main))}\n`);
  for (const file of await readdir(source)) {
    if (/^Pulumi\..+\.yaml$/.test(file)) await copyFile(join(source, file), join(target, file));
  }
}
