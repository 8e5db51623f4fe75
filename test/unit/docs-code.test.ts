import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import ts from "typescript";
import { type CodeBlock, codeBlocks, ownFiles, ROOT } from "../support/pages";

/** What a block without imports takes for granted. In one line, so that a block's lines keep their numbers. */
const BEFORE_FRAGMENT = `import * as pulumi from "@pulumi/pulumi";
  import { FamulorCampaign, FamulorCampaignRun, FamulorLead, FamulorLeadSet, FamulorProvider } from "pulumi-famulor";
  declare const config: pulumi.Config, spring: FamulorCampaign, anna: FamulorLead, leads: FamulorLead[];
  async function fragment() {`.replace(/\n\s*/g, " ");

/** Each block is a file beside its page, so that it finds the packages that a user's program would. */
function fileOf({ page, line, info }: CodeBlock): string {
  const name = /file=(\S+)/.exec(info)?.[1] ?? `line-${line}.ts`;
  return join(ROOT, dirname(page), `.code-of-${page.replace(/\W/g, "-")}`, name);
}

const isFragment = (text: string) => !/^import /m.test(text);

describe("the TypeScript in the pages", function () {
  this.timeout(60_000);

  it("compiles", () => {
    const blocks = ownFiles(/\.md$/)
      .flatMap(codeBlocks)
      .filter(({ info }) => /^(ts|typescript)\b/.test(info));
    assert.ok(blocks.length > 10, "blocks are found");
    const texts = new Map(
      blocks.map((block) => [fileOf(block), isFragment(block.text) ? `${BEFORE_FRAGMENT}${block.text}}` : block.text]),
    );
    const program = programOf(texts);
    const problems = [...texts.keys()].flatMap((file) =>
      ts.getPreEmitDiagnostics(program, program.getSourceFile(file)),
    );
    const nameOf = (file: string | undefined, line: number) => {
      const block = blocks.find((each) => fileOf(each) === file);
      return block ? `${block.page}:${block.line + line}` : file;
    };
    assert.deepEqual(
      problems.map(({ file, start = 0, messageText }) => {
        const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
        return `${nameOf(file?.fileName, line)}: ${ts.flattenDiagnosticMessageText(messageText, "\n").split("\n")[0]}`;
      }),
      [],
    );
  });
});

/** One program for all blocks: the types of the SDK are read once. */
function programOf(texts: ReadonlyMap<string, string>): ts.Program {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, directoryExists, readFile, getSourceFile } = host;
  const folders = new Set([...texts.keys()].map(dirname));
  host.getCurrentDirectory = () => ROOT;
  host.directoryExists = (folder) => folders.has(folder) || directoryExists?.(folder) === true;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...more) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, ...more)
      : ts.createSourceFile(file, text, ...(more.slice(0, 1) as [ts.ScriptTarget]));
  };
  return ts.createProgram([...texts.keys()], options, host);
}
