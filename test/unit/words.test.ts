import assert from "node:assert/strict";
import { ownFiles, readPage, withoutCode } from "../support/pages";

/** Words that readers stumble over, and what to write instead. */
const WORDS: [word: RegExp, instead: string][] = [
  [/\banew\b/i, "again"],
  [/\blest\b/i, "so that … not"],
  [/\bhence\b/i, "so"],
  [/\b(thereof|thereupon|whereupon|hereby|therein|wherein)\b/i, "say the noun"],
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\bbegun\b/i, "started"],
  [/\bso (often|many|few)\b/i, "up to N times, this many"],
  [/\b(comes?|came|brings?|brought) \S* ?home\b/i, "is answered, reads"],
  [/\bof (its|their|his|her|our) own\b/i, "its own …"],
  [/\btold\b/i, "said, reported"],
  [/\btells\b/i, "says, returns"],
  [/\bsuch (a|an) one\b/i, "name it again"],
  [/\bmade of\b/i, "contains"],
  [/\banother world\b/i, "another account"],
  [/\b(is|are|was|so|too|more) dear\b/i, "expensive"],
  [/\b(a|the|no|as a|any) double\b|\bdoubles\b/i, "duplicate"],
  [/\bon a doubt\b/i, "without proof"],
  [/\bthis machine\b/i, "localhost"],
];

const COMMENT = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/;
const NAME_OF_TEST = /(?<=^\s*(?:it|describe)\(\s*)(?:"[^"\n]*"|`[^`]*`)/;

/** Comments and names of tests of a source file. The rest becomes blanks, so that lines keep their numbers. */
function proseOf(text: string): string {
  let prose = "";
  let last = 0;
  for (const { 0: found, index } of text.matchAll(new RegExp(`${COMMENT.source}|${NAME_OF_TEST.source}`, "gm"))) {
    // Names in code are free, also in a comment.
    const part = found.startsWith("`") ? found : found.replace(/`[^`\n]*`/g, "``");
    prose += text.slice(last, index).replace(/[^\n]/g, " ") + part;
    last = index + found.length;
  }
  return prose;
}

describe("prose, comments and names of tests", () => {
  it("use plain modern words", () => {
    const found: string[] = [];
    for (const file of ownFiles(/\.(md|ts|js)$/)) {
      const text = readPage(file);
      const prose = file.endsWith(".md") ? withoutCode(text) : proseOf(text);
      for (const [index, line] of prose.split("\n").entries()) {
        for (const [word, instead] of WORDS) {
          const match = word.exec(line);
          if (match) found.push(`${file}:${index + 1}: "${match[0]}", better: ${instead}`);
        }
      }
    }
    assert.deepEqual(found, []);
  });
});
