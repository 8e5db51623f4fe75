import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { preProcessFile } from "typescript";

const src = resolve(__dirname, "../../src");
const scripts = resolve(__dirname, "../../scripts");

/** From the top down: a file imports only from its own room and from rooms below. A longer path is the more special room. */
const ROOMS = [
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

/** What a room must not import although it lies below, or which packages it may not know. */
const FORBIDDEN: { room: string; imports: RegExp; why: string }[] = [
  { room: "resources", imports: /^(provider|famulor|sandbox)\b/, why: "the program process knows no HTTP" },
  { room: "resources", imports: /^(zod|undici)$/, why: "every program loads this room" },
  { room: "state", imports: /./, why: "both processes import it" },
  { room: "masking.ts", imports: /./, why: "everybody imports it" },
  { room: "invisible.ts", imports: /./, why: "everybody imports it" },
  { room: "fictional-numbers.ts", imports: /./, why: "seeds and the provider import it" },
  { room: "nearest-name.ts", imports: /./, why: "everybody imports it" },
  { room: "famulor", imports: /^(@pulumi|state\b)/, why: "the API client knows nothing of Pulumi or of our resources" },
  {
    room: "sandbox",
    imports: /^(famulor|provider|state|resources|zod)\b/,
    why: "it would agree with our own mistakes",
  },
  {
    room: "seeds",
    imports: /^(@pulumi|undici$|zod$|famulor\/(http|wire|directory|client))/,
    why: "it knows neither Pulumi nor HTTP",
  },
  { room: "provider/engine", imports: /^provider\/(lead|campaign)/, why: "it knows no resource" },
];

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : path.endsWith(".ts") ? [path] : [];
  });
}

/** Relative imports as paths below `src`, packages by name. Types too: they are the plan of the house. */
function importsOf(file: string): string[] {
  return preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [fileName];
    const path = resolve(dirname(file), fileName);
    const found = [`${path}.ts`, join(path, "index.ts")].find((each) => statSync(each, { throwIfNoEntry: false }));
    assert.ok(found, `${file} imports ${fileName}`);
    return [relative(src, found)];
  });
}

const isIn = (path: string, room: string) => path === room || path.startsWith(`${room}/`);
const roomOf = (path: string) =>
  ROOMS.filter((room) => isIn(path, room)).sort((one, other) => other.length - one.length)[0];

describe("the rooms of src", () => {
  const all = new Map(files(src).map((file) => [relative(src, file), importsOf(file)]));
  const withScripts = new Map([...files(src), ...files(scripts)].map((file) => [relative(src, file), importsOf(file)]));

  it("import only from below", () => {
    for (const [file, imports] of all) {
      const room = roomOf(file);
      assert.ok(room, `${file} is in no room`);
      for (const each of imports) {
        const other = roomOf(each);
        if (other === undefined) continue; // a package
        assert.ok(
          ROOMS.indexOf(other) >= ROOMS.indexOf(room),
          `${file} (${room}) imports ${each} (${other}) from above`,
        );
      }
    }
  });

  it("import nothing that they must not know", () => {
    for (const { room, imports, why } of FORBIDDEN) {
      for (const [file, its] of all) {
        if (!isIn(file, room)) continue;
        const wrong = its.find((each) => !isIn(each, room) && imports.test(each) && !each.startsWith("node:"));
        assert.equal(wrong, undefined, `${file} imports ${wrong}, but ${why}`);
      }
    }
  });

  it("have no circle of imports, nor do the scripts", () => {
    const done = new Set<string>();
    const visit = (file: string, path: string[]) => {
      assert.ok(!path.includes(file), `a circle: ${[...path, file].join(" → ")}`);
      if (done.has(file)) return;
      for (const each of withScripts.get(file) ?? []) if (withScripts.has(each)) visit(each, [...path, file]);
      done.add(file);
    };
    for (const file of withScripts.keys()) visit(file, []);
  });

  it("hold at most ten files each", () => {
    const counts = new Map<string, number>();
    for (const file of all.keys()) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    assert.deepEqual(
      [...counts].filter(([, count]) => count > 10),
      [],
    );
  });
});
