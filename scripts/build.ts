/**
 * Builds dist: the sources as JavaScript without comments, and of the types, which keep their comments, those that an entry of the package
 * leads to. Nobody can import the types of our inner rooms, so the package is half the size without them. `npm run build`
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const repository = resolve(__dirname, "..");
const dist = join(repository, "dist");

const withoutComments: ts.TransformerFactory<ts.SourceFile> = () => (file) =>
  ts.setEmitFlags(file, ts.EmitFlags.NoComments | ts.EmitFlags.NoNestedComments);

/** Everything that the compiler writes, by path. @throws with what it finds wrong. */
function compile(): Map<string, string> {
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (problem) => fail([problem]),
  };
  const config = ts.getParsedCommandLineOfConfigFile(join(repository, "tsconfig.build.json"), {}, host);
  if (!config) throw new Error("tsconfig.build.json cannot be read.");
  const program = ts.createProgram(config.fileNames, config.options);
  const written = new Map<string, string>();
  const write = (file: string, text: string) => written.set(resolve(file), text);
  const { diagnostics } = program.emit(undefined, write, undefined, false, { after: [withoutComments] });
  const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (problems.length > 0) fail(problems);
  return written;
}

function fail(problems: readonly ts.Diagnostic[]): never {
  throw new Error(
    ts.formatDiagnostics(problems, {
      getCanonicalFileName: (file) => file,
      getCurrentDirectory: () => repository,
      getNewLine: () => "\n",
    }),
  );
}

/** The types that programs can reach, through the entries of the package and what those import. */
function reachableTypes(written: ReadonlyMap<string, string>): Set<string> {
  const exported: Record<string, string> = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")).exports;
  const waiting = Object.values(exported)
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(repository, file.replace(/\.js$/, ".d.ts")));
  const found = new Set<string>();
  for (const file of waiting) {
    const text = written.get(file);
    if (text === undefined || found.has(file)) continue;
    found.add(file);
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      const path = resolve(dirname(file), fileName);
      waiting.push(`${path}.d.ts`, join(path, "index.d.ts"));
    }
  }
  return found;
}

try {
  const written = compile();
  const types = reachableTypes(written);
  rmSync(dist, { recursive: true, force: true }); // a deleted source leaves nothing
  for (const [file, text] of written) {
    if (file.endsWith(".d.ts") && !types.has(file)) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
