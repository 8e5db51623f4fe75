import { spawn } from "node:child_process";
import { join, sep } from "node:path";
import type { Log } from "./log";

const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const PROGRESS_EVERY_MS = 15_000;

/** Builds the CLI from the Go module pinned in this folder's go.mod. Downloads and build results stay in Go's caches. */
export async function buildEngine(folder: string, version: string, log: Log): Promise<void> {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const progress = setInterval(() => log(`  still building (${seconds()} s)`), PROGRESS_EVERY_MS); // go is silent
  const args = [
    "build",
    "-mod=readonly",
    "-tags",
    "osusergo",
    "-ldflags",
    // The Automation API refuses a CLI that does not know its version.
    `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    "-o",
    join(folder, "bin") + sep, // the separator makes it a folder, so that Go names the executable
    command,
  ];
  try {
    await runGo(args, () => {
      log(`Building Pulumi ${version} from its Go module; the first time this takes some minutes ...`);
    });
  } finally {
    clearInterval(progress);
  }
  log(`Built in ${seconds()} s.`);
}

function runGo(args: string[], onStart: () => void): Promise<void> {
  // GOTOOLCHAIN: an older Go says so and fetches no newer Go. GOWORK: ignores a workspace around the clone.
  const env = { ...process.env, GOTOOLCHAIN: "local", GOWORK: "off", CGO_ENABLED: "0", GOFLAGS: "-trimpath" };
  return new Promise((resolve, reject) => {
    const go = spawn("go", args, { cwd: __dirname, env, stdio: ["ignore", "ignore", "pipe"] });
    let messages = "";
    go.stderr.setEncoding("utf8").on("data", (text: string) => {
      messages += text;
    });
    go.on("spawn", onStart);
    go.on("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "ENOENT" ? new Error("Go is not on PATH") : error);
    });
    go.on("close", (code) => {
      if (code === 0) return resolve();
      const reasons = messages.split("\n").filter((line) => line && !line.startsWith("go: downloading"));
      reject(new Error(`go build failed: ${reasons.slice(-5).join("\n") || `exit code ${code}`}`));
    });
  });
}
