import assert from "node:assert/strict";
import { dirname, relative, resolve } from "node:path";
import { filesBelow, importsOf, isIn, ROOMS, roomOf, SRC } from "../../scripts/rooms";

const scripts = resolve(__dirname, "../../scripts");

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

describe("the rooms of src", () => {
  const all = new Map(filesBelow(SRC).map((file) => [relative(SRC, file), importsOf(file)]));
  const withScripts = new Map(
    [...filesBelow(SRC), ...filesBelow(scripts)].map((file) => [relative(SRC, file), importsOf(file)]),
  );

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
