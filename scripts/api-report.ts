/**
 * The public API as text, so that a review shows every changed export: a file in etc/ for each entry of the package.
 *
 *   npm run api   writes the files again
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const repository = resolve(__dirname, "..");
const packageJson = join(repository, "package.json");

export interface Entry {
  /** "." → "index", "./sandbox" → "sandbox". */
  name: string;
  /** The file of its types. */
  types: string;
  /** The file of its report. */
  file: string;
}

/** Every entry that programs import. Not "./provider", which the stub loads: test/unit/stub.test.ts pins its exports. */
export function entries(): Entry[] {
  const exported: Record<string, string> = JSON.parse(readFileSync(packageJson, "utf8")).exports;
  return Object.entries(exported)
    .filter(([entry]) => entry !== "./provider" && entry !== "./package.json")
    .map(([entry, file]) => {
      const name = entry.slice(2) || "index";
      const types = join(repository, file.replace(/\.js$/, ".d.ts"));
      return { name, types, file: join(repository, "etc", `${name}.api.md`) };
    });
}

/** The report on what `npm run build` has built last. */
export function apiReport({ name, types }: Entry): string {
  const folder = mkdtempSync(join(tmpdir(), "api-report-"));
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  try {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: packageJson,
      configObject: {
        projectFolder: repository,
        mainEntryPointFilePath: types,
        compiler: { tsconfigFilePath: join(repository, "tsconfig.build.json") },
        apiReport: { enabled: true, reportFileName: name, reportFolder: folder, reportTempFolder: folder },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        newlineKind: "lf",
        messages: {
          extractorMessageReporting: silent,
          tsdocMessageReporting: silent,
          compilerMessageReporting: silent,
        },
      },
    });
    const messageCallback = (message: { handled: boolean }) => {
      message.handled = true; // it would print its own progress
    };
    Extractor.invoke(config, { localBuild: true, messageCallback });
    return readFileSync(join(folder, `${name}.api.md`), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) {
  mkdirSync(join(repository, "etc"), { recursive: true });
  for (const entry of entries()) writeFileSync(entry.file, apiReport(entry));
}
