/**
 * The packed package in other people's projects: package managers, module systems, versions of Node.js and of Pulumi's SDK. Each
 * project goes through a real up, a preview without changes, a refresh and a destroy.
 *
 *   npm run matrix                 all combinations; writes the table in docs/compatibility.md
 *   npm run matrix -- pnpm         the combinations whose line holds "pnpm"; writes nothing
 *
 * Package managers and the binaries of Node.js come from the npm registry, into a temporary folder.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { startSandbox } from "../src/sandbox";
import { type Engine, ensureEngine } from "./engine/ensure-engine";
import { isolatedEnvironment } from "./engine/isolated-environment";
import { runPulumi } from "./engine/run-pulumi";
import { pack } from "./pack";

const run = promisify(execFile);
const page = resolve(__dirname, "../docs/compatibility.md");

type NodeVersion = "20" | "22" | "24";
type Manager = "npm" | "pnpm" | "Yarn 1" | "Yarn 4" | "Bun";

/** The newest SDK that a Node.js version takes, and the oldest that this package takes. */
const NEWEST_SDK: Record<NodeVersion, string> = { "20": "3.248.0", "22": "latest", "24": "latest" };
const OLDEST_SDK = "3.216.0";

interface Program {
  files: Record<string, string>;
  packageJson?: object;
  /** The options of the runtime in Pulumi.yaml. */
  options: object;
  packages?: Record<string, string>;
}

const ARGUMENTS = `"anna", { campaignId: 1, phoneNumber: "+493023125000", variables: { name: "Anna" } }`;
const MODULE = `import { FamulorLead } from "pulumi-famulor";\nexport const leadId = new FamulorLead(${ARGUMENTS}).leadId;\n`;
const COMMON_JS = `const { FamulorLead } = require("pulumi-famulor");\nexports.leadId = new FamulorLead(${ARGUMENTS}).leadId;\n`;

/** The compiler options of Pulumi's own template for TypeScript. */
const TEMPLATE = { strict: true, outDir: "bin", target: "es2020", module: "commonjs", moduleResolution: "node" };
const NODE_NEXT = { strict: true, target: "es2022", module: "nodenext", moduleResolution: "nodenext" };

const typescript = (compilerOptions: object): Record<string, string> => ({
  "index.ts": MODULE,
  "tsconfig.json": JSON.stringify({ compilerOptions, files: ["index.ts"] }),
});
const TYPESCRIPT = { typescript: "5.9.3", "@types/node": "20.19.43" };
const AS_MODULE = { type: "module", main: "index.ts" };
const WITH_TSX = { typescript: false, nodeargs: "--import=tsx" };

const PROGRAMS = {
  CommonJS: { files: { "index.js": COMMON_JS }, options: { typescript: false } },
  ESM: { files: { "index.js": MODULE }, packageJson: { type: "module" }, options: { typescript: false } },
  "TypeScript, Pulumi's template": { files: typescript(TEMPLATE), options: {}, packages: TYPESCRIPT },
  "TypeScript, NodeNext": { files: typescript(NODE_NEXT), options: {}, packages: TYPESCRIPT },
  "TypeScript, NodeNext, ESM": {
    files: typescript(NODE_NEXT),
    packageJson: AS_MODULE,
    options: {},
    packages: TYPESCRIPT,
  },
  "TypeScript, NodeNext, ESM, run by tsx": {
    files: typescript(NODE_NEXT),
    packageJson: AS_MODULE,
    options: WITH_TSX,
    packages: { ...TYPESCRIPT, tsx: "latest" },
  },
  "TypeScript, NodeNext, ESM, run by Node.js": {
    files: typescript(NODE_NEXT),
    packageJson: AS_MODULE,
    options: { typescript: false },
    packages: TYPESCRIPT,
  },
  "only a component depends on it": {
    files: {
      "index.js": `module.exports = require("component");`,
      "component/index.js": COMMON_JS,
      "component/package.json": JSON.stringify({ name: "component", version: "1.0.0" }),
    },
    options: { typescript: false },
    packages: { component: "file:./component" },
  },
  "TypeScript 7": { files: typescript(NODE_NEXT), options: {}, packages: { ...TYPESCRIPT, typescript: "7" } },
  "TypeScript 7, run by tsx": {
    files: typescript(NODE_NEXT),
    packageJson: { main: "index.ts" },
    options: WITH_TSX,
    packages: { ...TYPESCRIPT, typescript: "7", tsx: "latest" },
  },
} satisfies Record<string, Program>;

export interface Combination {
  node: NodeVersion;
  manager: Manager;
  program: keyof typeof PROGRAMS;
  /** @default the newest that this Node.js takes */
  sdk?: string;
  /** The project is a folder of a workspace. */
  isWorkspace?: true;
  /** Only for a combination that cannot work: what its error says. docs/compatibility.md says what to do instead. */
  fails?: RegExp;
}

const COMBINATIONS: Combination[] = [
  { node: "20", manager: "npm", program: "CommonJS", sdk: OLDEST_SDK },
  { node: "20", manager: "npm", program: "CommonJS" },
  { node: "20", manager: "npm", program: "TypeScript, Pulumi's template" },
  { node: "22", manager: "npm", program: "TypeScript, Pulumi's template", sdk: OLDEST_SDK },
  { node: "22", manager: "npm", program: "TypeScript, Pulumi's template" },
  { node: "24", manager: "npm", program: "TypeScript, Pulumi's template" },
  { node: "24", manager: "npm", program: "ESM" },
  { node: "22", manager: "npm", program: "TypeScript, NodeNext" },
  { node: "20", manager: "npm", program: "TypeScript, NodeNext, ESM", fails: /Unknown file extension "\.ts"/ },
  { node: "20", manager: "npm", program: "TypeScript, NodeNext, ESM, run by tsx" },
  { node: "24", manager: "npm", program: "TypeScript, NodeNext, ESM, run by Node.js" },
  { node: "22", manager: "pnpm", program: "TypeScript 7", fails: /vendor.ts-node/ },
  { node: "22", manager: "pnpm", program: "TypeScript 7, run by tsx" },
  { node: "22", manager: "npm", program: "CommonJS", isWorkspace: true },
  { node: "22", manager: "pnpm", program: "CommonJS" },
  { node: "22", manager: "pnpm", program: "TypeScript, Pulumi's template", isWorkspace: true },
  { node: "22", manager: "Yarn 1", program: "TypeScript, Pulumi's template" },
  { node: "22", manager: "Yarn 4", program: "TypeScript, Pulumi's template" },
  { node: "24", manager: "Bun", program: "TypeScript, Pulumi's template" },
  { node: "22", manager: "pnpm", program: "only a component depends on it", fails: /not a direct dependency/ },
];

/** One for each thing that has broken dynamic providers before: the oldest SDK, ESM, links instead of copies. */
export const SHORT: Combination[] = COMBINATIONS.filter(
  ({ sdk, node, program, manager }) =>
    (sdk === OLDEST_SDK && node === "20") || program === "ESM" || (manager === "pnpm" && program === "CommonJS"),
);

const NODE_PACKAGE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** What the registry calls each tool. */
const TOOLS: Record<string, string> = {
  pnpm: "latest",
  bun: "latest",
  yarn1: "npm:yarn@1",
  yarn4: "npm:@yarnpkg/cli-dist@4",
  node20: `npm:${NODE_PACKAGE}@20`,
  node22: `npm:${NODE_PACKAGE}@22`,
  node24: `npm:${NODE_PACKAGE}@24`,
};
const TOOL_OF: Record<Manager, string | undefined> = {
  npm: undefined,
  pnpm: "pnpm",
  "Yarn 1": "yarn1",
  "Yarn 4": "yarn4",
  Bun: "bun",
};

/** What all combinations share. */
export interface Workshop {
  folder: string;
  tarball: string;
  engine: Engine;
  registry: string;
  /** The version that "latest" means today. */
  latestSdk: string;
}

export async function openWorkshop(combinations: Combination[]): Promise<Workshop> {
  const engine = await ensureEngine();
  // Outside of the repository, whose node_modules the projects must not find.
  const folder = await mkdtemp(join(tmpdir(), "pulumi-famulor-matrix-"));
  const needed = new Set(combinations.flatMap(({ node, manager }) => [`node${node}`, TOOL_OF[manager] ?? []].flat()));
  const dependencies = Object.fromEntries([...needed].map((tool) => [tool, TOOLS[tool]]));
  await mkdir(join(folder, "tools"));
  await writeFile(join(folder, "tools/package.json"), JSON.stringify({ private: true, dependencies }));
  await run("npm", ["install", "--no-audit", "--no-fund"], { cwd: join(folder, "tools") });
  const [registry, latestSdk] = await Promise.all(
    [
      ["config", "get", "registry"],
      ["view", "@pulumi/pulumi", "version"],
    ].map(async (args) => (await run("npm", args)).stdout.trim()),
  );
  return {
    folder,
    tarball: (await pack(folder)).path,
    engine,
    registry: String(registry),
    latestSdk: String(latestSdk),
  };
}

export const closeWorkshop = ({ folder }: Workshop) => rm(folder, { recursive: true, force: true, maxRetries: 3 });

const toolFolder = ({ folder }: Workshop, tool: string) => join(folder, "tools/node_modules", tool);

function installCommand(workshop: Workshop, manager: Manager, node: string): [command: string, ...args: string[]] {
  switch (manager) {
    case "npm":
      return ["npm", "install", "--no-audit", "--no-fund"];
    case "pnpm":
      return [join(toolFolder(workshop, ".bin"), "pnpm"), "install", "--no-frozen-lockfile"];
    case "Yarn 1":
      return [node, join(toolFolder(workshop, "yarn1"), "bin/yarn.js"), "install", "--no-lockfile"];
    case "Yarn 4":
      return [node, join(toolFolder(workshop, "yarn4"), "bin/yarn.js"), "install", "--no-immutable"];
    case "Bun":
      return [join(toolFolder(workshop, ".bin"), "bun"), "install"];
  }
}

/** The files of a new project, from the root of its workspace. */
function filesOf(combination: Combination, tarball: string): Record<string, string> {
  const { node, program: name, sdk = NEWEST_SDK[node], isWorkspace } = combination;
  const program: Program = PROGRAMS[name];
  const own = { "pulumi-famulor": `file:${tarball}` };
  const component = program.files["component/package.json"];
  const dependencies = { "@pulumi/pulumi": sdk, ...(component ? {} : own), ...program.packages };
  const runtime = `runtime: ${JSON.stringify({ name: "nodejs", options: program.options })}\n`;
  const inProject = {
    "package.json": JSON.stringify({ name: "infra", private: true, ...program.packageJson, dependencies }),
    "Pulumi.yaml": `name: matrix\n${runtime}`,
    ...program.files,
    ...(component && {
      "component/package.json": JSON.stringify({ ...JSON.parse(component), dependencies: own }),
    }),
  };
  const folder = isWorkspace ? "packages/infra/" : "";
  const inRoot = {
    ".yarnrc.yml": "nodeLinker: node-modules\nenableTelemetry: false\n",
    // Under pnpm, packages may not run scripts, and one of Pulumi's packages has a script.
    "pnpm-workspace.yaml": `packages: ['${isWorkspace ? "packages/*" : "."}']\nstrictDepBuilds: false\n`,
    ...(isWorkspace && { "package.json": JSON.stringify({ name: "root", private: true, workspaces: ["packages/*"] }) }),
  };
  return {
    ...inRoot,
    ...Object.fromEntries(Object.entries(inProject).map(([file, text]) => [folder + file, text])),
  };
}

/** @throws with the output of the command that fails. */
export async function runCombination(workshop: Workshop, combination: Combination): Promise<void> {
  const { node, manager, isWorkspace } = combination;
  const { engine, tarball, registry } = workshop;
  const sandbox = await startSandbox();
  const root = await mkdtemp(join(workshop.folder, "project-"));
  const project = isWorkspace ? join(root, "packages/infra") : root;
  try {
    for (const [file, text] of Object.entries(filesOf(combination, tarball))) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), text);
    }
    const nodeFolder = join(toolFolder(workshop, `node${node}`), "bin");
    const env = isolatedEnvironment(join(root, ".pulumi-home"), engine);
    env.PATH = [engine.binFolder, nodeFolder, env.PATH].join(delimiter);
    env.PULUMI_FAMULOR_SDK = project;
    const [command, ...args] = installCommand(workshop, manager, join(nodeFolder, "node"));
    // Yarn 4 does not read npm's settings.
    await run(command, args, { cwd: root, env: { ...env, CI: "1", YARN_NPM_REGISTRY_SERVER: registry } });

    const pulumi = async (...args: string[]) => {
      const { code, output, stdout } = await runPulumi(engine, args, { cwd: project, env });
      if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
      return stdout;
    };
    await pulumi("stack", "init", "test");
    await pulumi("config", "set", "famulor:baseUrl", sandbox.baseUrl);
    await pulumi("config", "set", "--secret", "famulor:apiKey", sandbox.apiKey);
    await pulumi("up", "--skip-preview");
    const { leadId } = JSON.parse(await pulumi("stack", "output", "--json"));
    if (sandbox.leads.length !== 1 || sandbox.leads[0]?.id !== leadId) throw new Error("up has not created the lead");
    await pulumi("preview", "--expect-no-changes");
    await pulumi("refresh", "--skip-preview", "--expect-no-changes");
    await pulumi("destroy", "--skip-preview");
    if (sandbox.leads.length > 0) throw new Error("destroy has left the lead");
  } finally {
    await sandbox.close();
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The cells of a combination's line in the table. */
export function cells({ node, manager, program, sdk, isWorkspace }: Combination, latestSdk = "latest"): string[] {
  const where = isWorkspace ? ", in a workspace" : "";
  const version = (sdk ?? NEWEST_SDK[node]).replace("latest", latestSdk);
  return [`Node.js ${node}`, version, manager, `${program}${where}`];
}

async function main(only: string | undefined): Promise<void> {
  const chosen = COMBINATIONS.filter((each) => only === undefined || cells(each).join(" ").includes(only));
  const workshop = await openWorkshop(chosen);
  const lines: string[] = [];
  try {
    for (const combination of chosen) {
      const started = Date.now();
      const error = await runCombination(workshop, combination).catch((error: Error) => error);
      const { fails } = combination;
      const asExpected = fails ? error && fails.test(error.message) : !error;
      const result = !error ? "works" : fails && asExpected ? "does not work, see below" : "**fails**";
      const line = `| ${[...cells(combination, workshop.latestSdk), result].join(" | ")} |`;
      console.log(`${line} ${Math.round((Date.now() - started) / 1000)} s`);
      if (error) console.log(error.message.replace(/^/gm, "    "));
      if (!asExpected) process.exitCode = 1;
      lines.push(line);
    }
  } finally {
    await closeWorkshop(workshop);
  }
  if (only === undefined) await writeTable(lines, workshop.engine.version);
}

const START = "<!-- matrix: written by npm run matrix -->";
const END = "<!-- matrix end -->";

async function writeTable(lines: string[], version: string): Promise<void> {
  const text = await readFile(page, "utf8");
  const [before, after] = [text.slice(0, text.indexOf(START)), text.slice(text.indexOf(END))];
  const head = "| Node.js | `@pulumi/pulumi` | package manager | program | |\n|---|---|---|---|---|";
  const table = `${head}\n${lines.join("\n")}\n\nWith Pulumi CLI ${version}.`;
  await writeFile(page, `${before}${START}\n${table}\n${after}`);
}

if (require.main === module) {
  main(process.argv[2]).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}
