#!/usr/bin/env node
/** The command `famulor-sandbox`. */
import { spawn } from "node:child_process";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { endWithStarter } from "./end-with-starter";
import { OPTION_NAMES, type OptionName, type OptionValues, optionOf } from "./options";
import { startSandbox } from "./sandbox";

const usual = (name: OptionName) => optionOf(name).inCommand ?? optionOf(name).default;

function help(): string {
  const lines = OPTION_NAMES.flatMap((name) => {
    const option = optionOf(name);
    const { flag, placeholder, choices = {}, isMany } = option;
    const value = option.write(usual(name)).join(", ");
    const ifNot =
      placeholder === undefined
        ? ` (default; switch off with --no-${flag})`
        : value !== ""
          ? ` (default ${value})`
          : "";
    const repeat = isMany ? "; may be given several times" : "";
    return [
      `  --${flag}${placeholder === undefined ? "" : ` ${placeholder}`}`,
      `        ${option.help}${ifNot}${repeat}`,
      ...Object.entries(choices).map(([choice, what]) => `          ${choice}: ${what}`),
    ];
  });
  return `famulor-sandbox: a simulator of Famulor that calls nobody. Open its page in a browser to see what a stack has created.
Without --store, the sandbox forgets everything when it ends.

${lines.join("\n")}
  --open
        open the page in a browser
  --help
        this text`;
}

/** @returns undefined for `--help`. @throws with the flag and the reason. */
function readOptions(): { options: Partial<OptionValues>; isOpen: boolean } | undefined {
  const flags: NonNullable<ParseArgsConfig["options"]> = { open: { type: "boolean" }, help: { type: "boolean" } };
  for (const name of OPTION_NAMES) {
    const { flag, placeholder, isMany } = optionOf(name);
    flags[flag] = { type: placeholder === undefined ? "boolean" : "string", multiple: isMany };
  }
  const { values } = parseArgs({ options: flags, allowNegative: true } as ParseArgsConfig);
  if (values.help) return undefined;
  const options: Record<string, unknown> = {};
  for (const name of OPTION_NAMES) {
    const { flag, inCommand, read } = optionOf(name);
    const given = values[flag];
    if (given === undefined) {
      if (inCommand !== undefined) options[name] = inCommand;
      continue;
    }
    const texts = [given].flat().map(String);
    try {
      options[name] = read(texts);
    } catch (error) {
      throw new Error(`--${flag} ${texts.join(", ")}: ${(error as Error).message}.`);
    }
  }
  return { options: options as Partial<OptionValues>, isOpen: values.open === true };
}

async function main(): Promise<void> {
  const read = readOptions();
  if (!read) {
    console.log(help());
    return;
  }
  const sandbox = await startSandbox({
    ...read.options,
    onRequest: ({ method, path, status, fault }) =>
      console.log(`${method} ${path} ${status || "lost"}${fault ? ` (${fault})` : ""}`),
  }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    throw new PortTaken(await whoHas(read.options.port ?? 0));
  });
  const stopWatching = endWithStarter((why) => {
    console.log(`${why}: the sandbox ends too.`);
    void sandbox.close();
  });
  const campaigns = sandbox.campaigns.map(({ id, name }) => `${id} (${name})`).join(", ");
  console.log(`Famulor sandbox at ${sandbox.baseUrl}, campaigns: ${campaigns || "none"}. Nobody is called. To look at it:

  ${sandbox.pageUrl}

To use it in a stack:

  pulumi config set famulor:baseUrl ${sandbox.baseUrl}
  pulumi config set --secret famulor:apiKey ${sandbox.apiKey}
`);
  if (read.isOpen) open(sandbox.pageUrl);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      stopWatching();
      void sandbox.close();
    });
  }
}

class PortTaken extends Error {}

/** What listens on a port: a sandbox says so at `/about.json`, and nothing else does. */
async function whoHas(port: number): Promise<string> {
  const other = "choose another port with --port";
  try {
    const response = await fetch(`http://127.0.0.1:${port}/about.json`, { signal: AbortSignal.timeout(2000) });
    const about = (await response.json()) as Record<string, unknown>;
    if (about.sandbox !== "famulor") throw new Error("another program");
    return `Port ${port} is taken by another sandbox (process ${about.process}, since ${about.startedAt}, ${about.campaigns} campaigns, ${about.leads} leads).
Use that one at http://127.0.0.1:${port}/, end it with "kill ${about.process}", or ${other}.`;
  } catch {
    return `Port ${port} is taken by another program: ${other}.`;
  }
}

/** Opens the page with the system's own command for that. */
function open(url: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  const child = spawn(String(command), args, { stdio: "ignore", detached: true });
  child.on("error", ({ message }) => console.error(`Cannot open a browser (${message}). Open ${url} yourself.`));
  child.unref();
}

main().catch((error: Error) => {
  const isUsage =
    !(error instanceof PortTaken) && /^--|^Unknown option|^Option |^Unexpected argument/.test(error.message);
  console.error(isUsage ? `${error.message}\n\n${help()}` : error.message);
  process.exitCode = isUsage ? 2 : 1;
});
