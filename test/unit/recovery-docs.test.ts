import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../..");

function textsOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? textsOf(path) : [readFileSync(path, "utf8")];
  });
}

describe("docs/recovery.md", () => {
  it("has an entry for every error code in the source, and none for a code that is gone", () => {
    const inSource = textsOf(join(root, "src")).flatMap((text) => text.match(/"famulor\/[a-z-]+"/g) ?? []);
    const headings = readFileSync(join(root, "docs/recovery.md"), "utf8").match(/^### .*$/gm) ?? [];
    const documented = headings.flatMap((heading) => heading.match(/famulor\/[a-z-]+/g) ?? []);
    assert.deepEqual([...new Set(documented)].sort(), [...new Set(inSource.map((code) => code.slice(1, -1)))].sort());
  });
});
