import assert from "node:assert/strict";
import { ownFiles, readPage, withoutCode } from "../support/pages";

/** Words that readers stumble over, and what to write instead. For prose and comments; names in code are free. */
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

/** Comments of a TypeScript or JavaScript file; every other character becomes a blank, so that lines keep their numbers. */
function commentsOf(text: string): string {
  let comments = "";
  let last = 0;
  for (const { 0: comment, index } of text.matchAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm)) {
    comments += text.slice(last, index).replace(/[^\n]/g, " ") + comment;
    last = index + comment.length;
  }
  return comments.replace(/`[^`\n]*`/g, "``");
}

describe("prose and comments", () => {
  it("use plain modern words", () => {
    const found: string[] = [];
    for (const file of ownFiles(/\.(md|ts|js)$/)) {
      const text = readPage(file);
      const prose = file.endsWith(".md") ? withoutCode(text) : commentsOf(text);
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
