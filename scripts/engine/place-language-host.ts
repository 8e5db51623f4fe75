import { randomUUID } from "node:crypto";
import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const sdkFolder = dirname(require.resolve("@pulumi/pulumi/package.json"));

/** Puts beside a CLI that was built from its Go module what it lacks to run Node.js programs and dynamic providers. */
export async function placeLanguageHost(binFolder: string): Promise<void> {
  await place(join(binFolder, "pulumi-language-nodejs"), await readFile(join(__dirname, "language-host.js")));
  await placeFromSdk(binFolder, "pulumi-resource-pulumi-nodejs");
  if (process.platform === "win32") {
    // Windows runs no script by its first line.
    const start = '@node "%~dp0pulumi-language-nodejs" %*\r\n';
    await place(join(binFolder, "pulumi-language-nodejs.cmd"), Buffer.from(start));
    await placeFromSdk(binFolder, "pulumi-resource-pulumi-nodejs.cmd");
  }
}

async function placeFromSdk(binFolder: string, name: string): Promise<void> {
  await place(join(binFolder, name), await readFile(join(sdkFolder, name)));
}

async function place(file: string, content: Buffer): Promise<void> {
  const present = await readFile(file).catch(() => undefined);
  if (present?.equals(content)) return;
  // Renamed into place, so that an engine starting at this moment sees the old file or the new one, never half of it.
  const unfinished = `${file}.${randomUUID()}`;
  await writeFile(unfinished, content);
  await chmod(unfinished, 0o755);
  await rename(unfinished, file);
}
