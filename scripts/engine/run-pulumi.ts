import { spawn } from "node:child_process";
import type { Engine } from "./ensure-engine";

export interface RunOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Text for the command's standard input. */
  input?: string;
  /** Called with each piece of output, of both streams, as it comes. */
  onOutput?: (text: string) => void;
  /** @default 120,000 */
  timeoutMs?: number;
  /** Called with the command's process ID as soon as it runs. */
  onStart?: ((pid: number) => void) | undefined;
}

export interface PulumiResult {
  /** The exit code. -1: a signal has ended the command. */
  code: number;
  stdout: string;
  stderr: string;
  /** Both streams in the order they came. */
  output: string;
}

/** Runs one Pulumi command. A command that fails is a result like any other; a command that hangs is an error. */
export function runPulumi(
  engine: Pick<Engine, "command">,
  args: readonly string[],
  { cwd, env, input, onOutput, timeoutMs = 120_000, onStart }: RunOptions,
): Promise<PulumiResult> {
  return new Promise((resolve, reject) => {
    const stdin = input === undefined ? "ignore" : "pipe";
    const pulumi = spawn(engine.command, [...args, "--non-interactive"], { cwd, env, stdio: [stdin, "pipe", "pipe"] });
    if (pulumi.pid !== undefined) onStart?.(pulumi.pid);
    const result: PulumiResult = { code: -1, stdout: "", stderr: "", output: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      pulumi[stream]?.setEncoding("utf8").on("data", (text: string) => {
        result[stream] += text;
        result.output += text;
        onOutput?.(text);
      });
    }
    pulumi.stdin?.on("error", () => {}); // it ended without reading all of its input
    pulumi.stdin?.end(input);

    let timedOut = false;
    let forced: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      timedOut = true;
      pulumi.kill("SIGINT"); // lets the engine end its plugins and give back the stack's lock
      forced = setTimeout(() => pulumi.kill("SIGKILL"), 10_000);
    }, timeoutMs);
    const settled = () => {
      clearTimeout(timer);
      clearTimeout(forced);
    };

    pulumi.on("error", (error) => {
      settled();
      reject(error);
    });
    pulumi.on("close", (code) => {
      settled();
      if (timedOut) {
        reject(new Error(`pulumi ${args.join(" ")} did not end within ${timeoutMs / 1000} s:\n${result.output}`));
      } else {
        resolve({ ...result, code: code ?? -1 });
      }
    });
  });
}
