import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PAGE as ARCHITECTURE, pageWithPicture } from "../../scripts/architecture";
import { PAGE as MESSAGES, messagesPage } from "../../scripts/messages";
import { anchorsOf, codeBlocks, linksOf, ownFiles, ROOT, readPage, targetOf } from "../support/pages";

const pages = ownFiles(/\.md$/);

describe("the pages", () => {
  it("link only to files and headings that exist", () => {
    const broken: string[] = [];
    for (const page of pages) {
      for (const link of linksOf(page)) {
        if (/^[a-z]+:/.test(link)) continue; // the tests use no network
        const { file, anchor } = targetOf(page, link);
        const isThere = existsSync(join(ROOT, file));
        const hasHeading = !anchor || (isThere && file.endsWith(".md") && anchorsOf(file).has(anchor));
        if (!isThere || !hasHeading) broken.push(`${page}: ${link}`);
      }
    }
    assert.deepEqual(broken, []);
  });

  it("of docs are each linked from README.md", () => {
    const linked = new Set(linksOf("README.md").map((link) => targetOf("README.md", link).file));
    assert.deepEqual(
      pages.filter((page) => page.startsWith("docs/") && !linked.has(page)),
      [],
    );
  });

  it("quote messages as they are", () => {
    // The first column of the tables in docs/recovery.md; N stands for a value.
    const quotes = [...readPage("docs/recovery.md").matchAll(/^\| "(.*?)"/gm)].map(([, quote]) => String(quote));
    assert.ok(quotes.length > 3, "quotes are found");
    const messages = messagesPage();
    assert.deepEqual(
      quotes.filter((quote) => !new RegExp(quote.replace(/\bN\b/g, "‹\\w+›")).test(messages)),
      [],
    );
  });

  it("that a script writes are as it writes them now (npm run docs)", () => {
    assert.equal(readFileSync(ARCHITECTURE, "utf8"), pageWithPicture(), "docs/architecture.md");
    assert.equal(readFileSync(MESSAGES, "utf8"), messagesPage(), "docs/messages.md");
  });
});

describe("README.md", () => {
  it("is read in three minutes: at most 170 lines, the two commands first", () => {
    assert.ok(readPage("README.md").trimEnd().split("\n").length <= 170);
    const [first] = codeBlocks("README.md");
    assert.match(first?.text ?? "", /^npm ci && npm run demo .*\nnpm ci && npm test .*\n$/);
  });

  it("shows the program that the demo runs", () => {
    const program = codeBlocks("README.md").find(({ info }) => info === "ts");
    assert.equal(program?.text, readPage("examples/quickstart/index.ts"));
  });
});
