#!/usr/bin/env node
/** The command `famulor-sandbox`. */
import { parseArgs } from "node:util";
import { startSandbox } from "./server";

const HELP = `famulor-sandbox: a local Famulor that calls nobody. It forgets everything when it ends.

  --port N    where to listen on 127.0.0.1 (default 4010; 0: any free port)
  --key K     the API key it accepts (default sandbox-key)
  --help      this text`;

function readOptions(): { port: number; apiKey: string } | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4010" },
      key: { type: "string", default: "sandbox-key" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const port = Number(values.port);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new Error(`--port ${values.port}: must be a whole number from 0 to 65535.`);
  }
  return { port, apiKey: values.key };
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
