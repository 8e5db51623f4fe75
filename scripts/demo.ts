/**
 * `npm run demo`: the whole life of one lead with the real Pulumi engine, and a sandbox in place of Famulor, so nobody's phone rings.
 *
 *   npm run demo              up, a preview without a change, destroy
 *   npm run demo -- --keep    up and preview; the lead stays on the sandbox's page until Ctrl-C
 */
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { startSandbox } from "../src/sandbox";
import { borrowProject } from "./engine/borrow-project";
import { ensureEngine } from "./engine/ensure-engine";
import { isolatedEnvironment } from "./engine/isolated-environment";
import { runPulumi } from "./engine/run-pulumi";

const repository = resolve(__dirname, "..");

/** @param isKept Whether the lead stays on the sandbox's page until Ctrl-C. */
async function demo(folder: string, isKept: boolean): Promise<void> {
  const engine = await ensureEngine();
  const sandbox = await startSandbox();
  try {
    console.log(
      `Pulumi ${engine.version}, with a Famulor sandbox at ${sandbox.baseUrl}, its page at ${sandbox.pageUrl}`,
    );
    await borrowProject(repository, folder);
    const env = isolatedEnvironment(folder, engine);

    const pulumi = async (...args: string[]) => {
      console.log(`\n$ pulumi ${args.join(" ")}`);
      const onOutput = (text: string) => {
        if (!args.includes("--json")) process.stdout.write(text); // JSON is shown as a list afterwards
      };
      const { code, stdout } = await runPulumi(engine, args, { cwd: folder, env, onOutput });
      if (code !== 0) throw new Error(`pulumi ${args[0]} ended with exit code ${code}`);
      return stdout;
    };

    const leadCount = () => sandbox.leads.length;

    await pulumi("stack", "init", "demo");
    await pulumi("config", "set", "famulor:baseUrl", sandbox.baseUrl);
    await pulumi("config", "set", "--secret", "famulor:apiKey", sandbox.apiKey);
    await pulumi("up", "--yes", "--skip-preview");
    const outputs = await pulumi("stack", "output", "--json");
    printOutputs(JSON.parse(outputs));
    if (leadCount() === 0) throw new Error("up ended well, but there is no lead in the sandbox");

    const before = sandbox.journal.length;
    await pulumi("preview", "--expect-no-changes");
    const requests = sandbox.journal.slice(before);
    console.log(`The second preview made ${requests.length} requests to Famulor.`);
    for (const { method, path, status } of requests) console.log(`  ${method} ${path} -> ${status}`);

    if (isKept) {
      console.log(`\nThe page ${sandbox.pageUrl} shows the lead and every request until you press Ctrl-C.`);
      await once(process, "SIGINT");
      return;
    }

    await pulumi("destroy", "--yes", "--skip-preview");
    if (leadCount() !== 0) throw new Error(`destroy left ${leadCount()} leads in the sandbox`);
    console.log("The sandbox has 0 leads left.");
    console.log("\nTo look at the sandbox's page with the lead on it: npm run demo -- --keep");
  } finally {
    await sandbox.close();
  }
}

function printOutputs(outputs: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(outputs)) {
    console.log(`  ${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  }
}

const withARealAccount = `
The same program with a real account. Take care: a lead in a running campaign makes a phone ring.
  1. Install Pulumi:            curl -fsSL https://get.pulumi.com | sh
  2. In your own project:       npm install <the .tgz that npm pack writes here> typescript@5
  3. Your API key:              pulumi config set --secret famulor:apiKey
  4. Whom it may call:          pulumi config set famulor:allowedPhoneNumbers fictional   (later also the beginning of your own number)
  5. In the program, put your assistantId and a phone number that you may call.
  6. See what would happen:     pulumi preview
  7. Create the draft:          pulumi up
  8. Make the call:             start the campaign in Famulor, or with a FamulorCampaignRun`;

async function main(): Promise<void> {
  const temporary = join(repository, ".tmp"); // git-ignored; nothing is written outside the repository
  await mkdir(temporary, { recursive: true });
  const folder = await mkdtemp(join(temporary, "demo-"));
  const isKept = process.argv.includes("--keep");
  // An interrupt reaches the running pulumi command too: the command fails, and the clean-up below follows.
  process.once("SIGINT", () => console.error("\nInterrupted."));
  try {
    await demo(folder, isKept);
    if (!isKept) console.log(withARealAccount);
  } catch (error) {
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

main();
