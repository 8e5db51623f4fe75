/**
 * Ends the sandbox when the script that started it ends. Without this, `npx famulor-sandbox &` and `kill $!` would leave the sandbox
 * on its port, because npx does not pass the signal on to a process below its shell.
 */
import { execFileSync } from "node:child_process";
import { fstatSync } from "node:fs";

const CHECK_EVERY_MS = 250;

/** @returns a function that ends the watch. */
export function endWithStarter(end: (why: string) => void): () => void {
  const watched = starters();
  const parent = process.ppid;
  let isOver = false;
  const finish = (why: string) => {
    if (isOver) return;
    stop();
    end(why);
  };
  const timer = setInterval(() => {
    if (watched.length > 0 && process.ppid !== parent) finish("npm or npx has ended");
    else if (watched.some((each) => !isAlive(each))) finish("npm or npx has ended");
  }, CHECK_EVERY_MS).unref();
  const onEnd = () => finish("its standard input has ended");
  if (isPipe()) {
    process.stdin.once("end", onEnd).once("close", onEnd).once("error", onEnd).resume();
  }
  function stop(): void {
    isOver = true;
    clearInterval(timer);
    if (isPipe()) process.stdin.pause().destroy();
  }
  return stop;
}

/** Only the end of a pipe says that the starter has ended: a terminal does not end by itself, a file and /dev/null end at once. */
function isPipe(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    return false; // it is closed
  }
}

/** Under npm and npx: the parent, which is a shell, and its parent. Else none: a process in the background outlives its shell. */
function starters(): number[] {
  if (!process.env.npm_execpath && !process.env.npm_config_user_agent) return [];
  if (process.platform === "win32") return [process.ppid];
  try {
    const grandparent = Number(execFileSync("ps", ["-o", "ppid=", "-p", String(process.ppid)], { encoding: "utf8" }));
    return [process.ppid, grandparent].filter((pid) => pid > 1);
  } catch {
    return [process.ppid];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
