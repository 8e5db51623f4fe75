/** The rooms of src and what their files import: for the rule (test/unit/rooms.test.ts) and for the picture (architecture.ts). */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { preProcessFile } from "typescript";

export const SRC = resolve(__dirname, "../src");

/** From the top down: a file imports only from its own room and from rooms below. A file is in the room with the longest path that fits. */
export const ROOMS = [
  "index.ts",
  "resources",
  "look-ups",
  "provider",
  "provider/lead-set",
  "provider/campaign-run",
  "provider/campaign",
  "provider/lead",
  "provider/engine",
  "provider/session",
  "seeds",
  "famulor",
  "famulor/directory",
  "famulor/client.ts",
  "famulor/http",
  "famulor/wire",
  "famulor/errors.ts",
  "famulor/limits.ts",
  "state",
  "masking.ts",
  "invisible.ts",
  "fictional-numbers.ts",
  "setting-names.ts",
  "nearest-name.ts",
  "sandbox",
];

export const isIn = (path: string, room: string) => path === room || path.startsWith(`${room}/`);

/** @param path Relative to `src`. */
export function roomOf(path: string): string | undefined {
  return ROOMS.filter((room) => isIn(path, room)).sort((one, other) => other.length - one.length)[0];
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : path.endsWith(".ts") ? [path] : [];
  });
}

/** Relative imports as paths below `src`, packages by name. Imports of types count too. */
export function importsOf(file: string): string[] {
  return preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [fileName];
    const path = resolve(dirname(file), fileName);
    const found = [`${path}.ts`, join(path, "index.ts")].find((each) => statSync(each, { throwIfNoEntry: false }));
    if (!found) throw new Error(`${file} imports ${fileName}, which does not exist`);
    return [relative(SRC, found)];
  });
}
