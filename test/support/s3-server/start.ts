/** An S3-compatible server on localhost, in memory: gofakes3, built from the Go module that go.mod beside this file pins. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

export interface S3Server {
  /** For `pulumi login`. */
  readonly backendUrl: string;
  readonly env: NodeJS.ProcessEnv;
  /** What is in the bucket below a prefix. */
  keys(prefix: string): Promise<string[]>;
  /** What is stored under a key. */
  text(key: string): Promise<string>;
  close(): Promise<void>;
}

const BUCKET = "state";

/** @throws where there is no Go. */
export async function buildS3Server(folder: string): Promise<string> {
  const command = join(folder, process.platform === "win32" ? "gofakes3.exe" : "gofakes3");
  const args = ["build", "-mod=readonly", "-o", command, "github.com/johannesboyne/gofakes3/cmd/gofakes3"];
  // Without the newest toolchain, which Go would download.
  await promisify(execFile)("go", args, { cwd: __dirname, env: { ...process.env, GOTOOLCHAIN: "local" } });
  return command;
}

export async function startS3Server(command: string): Promise<S3Server> {
  const address = `127.0.0.1:${await freePort()}`;
  const args = ["-backend", "memory", "-host", address, "-initialbucket", BUCKET, "-quiet"];
  const server = spawn(command, args, { stdio: "ignore" });
  const keys = async (prefix: string) => {
    const answer = await fetch(`http://${address}/${BUCKET}?list-type=2&prefix=${encodeURIComponent(prefix)}`);
    return [...(await answer.text()).matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => String(key));
  };
  for (let attempt = 0; !(await keys("").catch(() => undefined)); attempt++) {
    if (attempt === 100 || server.exitCode !== null) throw new Error(`gofakes3 does not answer at ${address}`);
    await sleep(100);
  }
  return {
    backendUrl: `s3://${BUCKET}?region=us-east-1&endpoint=${address}&disableSSL=true&s3ForcePathStyle=true`,
    env: { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" },
    keys,
    text: async (key) => (await fetch(`http://${address}/${BUCKET}/${key}`)).text(),
    close: async () => {
      server.kill();
      await once(server, "exit");
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  return typeof address === "object" && address ? address.port : 0;
}
