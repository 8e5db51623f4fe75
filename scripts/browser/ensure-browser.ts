/** The Chromium in which tests open the sandbox's page. */
import { execFile, execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const ELSEWHERE = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** An installed Chromium: on PATH, where its installer puts it, or downloaded by Playwright. */
export function findBrowser(): string | undefined {
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .filter(Boolean)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...ELSEWHERE, chromium.executablePath()].find(isExecutable);
}

/** Finds a Chromium, or installs one. @throws with the ways that failed. */
export async function ensureBrowser(log: (line: string) => void = console.error): Promise<string> {
  const found = findBrowser();
  if (found) return found;
  const failures: string[] = [];
  for (const { name, install } of WAYS) {
    log(`No Chromium is here: ${name} …`);
    try {
      await install();
      const made = findBrowser();
      if (made) return made;
      failures.push(`- ${name}: no Chromium came out of it`);
    } catch (error) {
      failures.push(`- ${name}: ${(error as Error).message.split("\n")[0]}`);
    }
  }
  throw new Error(
    ["There is no Chromium, and none could be installed:", ...failures, "Install Chromium or Chrome yourself."].join(
      "\n",
    ),
  );
}

const run = promisify(execFile);

const WAYS = [
  {
    name: "installing it with apt-get",
    async install() {
      if (process.getuid?.() !== 0) throw new Error("that needs root");
      execFileSync("apt-get", ["--version"], { stdio: "ignore" });
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      const install = ["install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation"];
      await run("apt-get", install, { env, maxBuffer: 2 ** 26 }).catch(async () => {
        await run("apt-get", ["update"], { env, maxBuffer: 2 ** 26 });
        await run("apt-get", install, { env, maxBuffer: 2 ** 26 });
      });
    },
  },
  {
    name: "downloading it with Playwright",
    async install() {
      const cli = join(require.resolve("playwright-core/package.json"), "..", "cli.js");
      await run(process.execPath, [cli, "install", "chromium"], { maxBuffer: 2 ** 26, timeout: 300_000 });
    },
  },
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
