/** The processes below another one, for tests that kill them. */
import { execFileSync } from "node:child_process";

interface Process {
  pid: number;
  command: string;
}

export function descendantsOf(ancestor: number): Process[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: String(command) }];
  });
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(ancestor);
}

export const pluginOf = (cli: number): number | undefined =>
  descendantsOf(cli).find(
    ({ command }) => command.includes("dynamic-provider/index.js") && !command.includes("/bin/sh"),
  )?.pid;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export function killIfAlive(pid: number, signal: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, signal);
}
