/** Packs the tarball that `npm publish` would send. */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = resolve(__dirname, "..");

export interface Tarball {
  path: string;
  /** Every file in it, without the leading `package/`. */
  files: string[];
  unpackedBytes: number;
}

/** Packs what `npm run build` has built last. */
export async function pack(folder: string): Promise<Tarball> {
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", args, { cwd: repository, shell: process.platform === "win32" });
  const [{ filename, files, unpackedSize }] = JSON.parse(stdout);
  return {
    path: join(folder, filename),
    files: files.map(({ path }: { path: string }) => path),
    unpackedBytes: unpackedSize,
  };
}
