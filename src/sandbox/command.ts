#!/usr/bin/env node
/** The command `famulor-sandbox`. */
import { parseArgs } from "node:util";
import { SANDBOX_DIALECTS, type SandboxDialect } from "./dialects";
import { type SandboxOptions, startSandbox } from "./server";

const HELP = `famulor-sandbox: a local Famulor that calls nobody. It forgets everything when it ends.

  --port N    where to listen on 127.0.0.1 (default 4010; 0: any free port)
  --key K     the API key it accepts (default sandbox-key)
  --limit     refuse more than 100 requests a minute, or 20 in 10 s, as Famulor does
  --dialect D where Famulor's sources disagree, or servers in between interfere; may be given several times:
${Object.entries(SANDBOX_DIALECTS)
  .map(([dialect, what]) => `                ${dialect}: ${what}`)
  .join("\n")}
  --help      this text`;

/** Source: https://docs.famulor.io, "Rate limits". */
const RATE_LIMITS = [
  { requests: 100, ms: 60_000 },
  { requests: 20, ms: 10_000 },
];

const isDialect = (name: string): name is SandboxDialect => Object.hasOwn(SANDBOX_DIALECTS, name);

function readOptions(): SandboxOptions | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4010" },
      key: { type: "string", default: "sandbox-key" },
      limit: { type: "boolean", default: false },
      dialect: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new Error(`--port ${values.port}: must be a whole number from 0 to 65535.`);
  }
  const unknown = values.dialect.find((name) => !isDialect(name));
  if (unknown !== undefined) throw new Error(`--dialect ${unknown}: there is no such dialect.`);
  return {
    port,
    apiKey: values.key,
    dialects: values.dialect.filter(isDialect),
    ...(values.limit ? { rateLimits: RATE_LIMITS } : {}),
  };
}

async function main(): Promise<void> {
  const options = readOptions();
  if (!options) {
    console.log(HELP);
    return;
  }
  const sandbox = await startSandbox({
    ...options,
    onRequest: ({ method, path, status }) => console.log(`${method} ${path} ${status}`),
  });
  const campaigns = sandbox.campaigns.map(({ id, name }) => `${id} (${name})`).join(", ");
  console.log(`Famulor sandbox at ${sandbox.baseUrl}, campaigns: ${campaigns}. To use it in a stack:

  pulumi config set famulor:baseUrl ${sandbox.baseUrl}
  pulumi config set --secret famulor:apiKey ${sandbox.apiKey}
`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void sandbox.close());
}

main().catch((error: NodeJS.ErrnoException) => {
  const taken = error.code === "EADDRINUSE";
  console.error(taken ? "That port is taken; choose another with --port." : `${error.message}\n\n${HELP}`);
  process.exitCode = taken ? 1 : 2;
});
