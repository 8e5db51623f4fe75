/** The Markdown pages of the repository: their code blocks, links and headings. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const ROOT = resolve(__dirname, "../..");

/** Folders with pages and sources of ours. */
const FOLDERS = ["docs", "examples", "bench", "scripts", "src", "test"];

/** Every file of ours with one of these endings, relative to the repository. */
export function ownFiles(endings: RegExp): string[] {
  const top = readdirSync(ROOT).filter((name) => endings.test(name));
  const below = FOLDERS.filter((folder) => existsSync(join(ROOT, folder))).flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((file) => join(folder, file)),
  );
  return [...top, ...below.filter((file) => endings.test(file) && !file.includes("node_modules"))].sort();
}

export const readPage = (page: string) => readFileSync(join(ROOT, page), "utf8");

export interface CodeBlock {
  page: string;
  /** 1 for the first line of the page. */
  line: number;
  /** What stands behind the three backticks: `ts`, `ts file=stack.test.ts`. */
  info: string;
  text: string;
}

const FENCE = /^```(.*)\n([\s\S]*?)^```$/gm;

export function codeBlocks(page: string): CodeBlock[] {
  const text = readPage(page);
  return [...text.matchAll(FENCE)].map((match) => ({
    page,
    line: text.slice(0, match.index).split("\n").length + 1,
    info: String(match[1]),
    text: String(match[2]),
  }));
}

/** A page without its code: each line is still where it was. */
export function withoutCode(text: string): string {
  return text.replace(FENCE, (block) => block.replace(/[^\n]+/g, "")).replace(/`[^`\n]*`/g, "``");
}

/** The targets of a page's links and pictures. A target may hold one pair of brackets. */
export function linksOf(page: string): string[] {
  const prose = readPage(page).replace(FENCE, "");
  return [...prose.matchAll(/\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)/g)].map(([, target]) => String(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of readPage(page)
    .replace(FENCE, "")
    .matchAll(/^#+ (.*)$/gm)) {
    const anchor = String(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/ /g, "-");
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count++) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Where a relative link leads: the page or file, and the anchor. */
export function targetOf(page: string, link: string): { file: string; anchor: string | undefined } {
  const [path = "", anchor] = link.split("#");
  return { file: path === "" ? page : relative(ROOT, resolve(ROOT, page, "..", decodeURI(path))), anchor };
}
