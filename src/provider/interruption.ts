/**
 * Notices that the run is over before its work is. Two signs:
 *
 * - A signal. The engine starts its plugins in process groups of their own, so that a terminal's Ctrl-C reaches the CLI
 *   alone, which then waits for what is in flight. But some CI systems signal every process of a job.
 * - The engine is gone, killed without a chance to tell anybody. Its plugins live on and would go on calling people. The
 *   plugin was started with the engine's address; a connection that is kept open there breaks with the engine.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { stopStarting } from "../famulor/budget";

let watching = false;
let hooksAtWork = 0;
let isOver = false;

/** Runs a hook; the first one begins the watch. */
export async function watched<T>(work: () => Promise<T>): Promise<T> {
  beginWatch();
  hooksAtWork++;
  try {
    return await work();
  } finally {
    hooksAtWork--;
    leaveWhenIdle();
  }
}

function beginWatch(): void {
  if (watching) return;
  watching = true;
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => end("writes"));
  // `node …/dynamic-provider/index.js 127.0.0.1:<port>`; anybody else who loads us has no engine to lose.
  const [, host, port] = /^(127\.0\.0\.1|localhost|\[::1\]):(\d+)$/.exec(process.argv[2] ?? "") ?? [];
  if (host && port) void watchEngine(host.replace(/[[\]]/g, ""), Number(port));
}

/** Between two connections, in milliseconds. */
const RECONNECT_MS = 500;

async function watchEngine(host: string, port: number): Promise<void> {
  if (!(await staysConnected(host, port))) return;
  // The engine may have closed an idle connection: only where it is refused twice is it gone.
  for (let refused = 0; refused < 2; ) {
    await sleep(RECONNECT_MS, undefined, { ref: false });
    refused = (await staysConnected(host, port)) ? 0 : refused + 1;
  }
  end("everything");
}

/** Resolves once the connection has ended: true if there was one. */
function staysConnected(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    let connected = false;
    const socket = connect({ host, port });
    socket.unref();
    socket.on("connect", () => {
      connected = true;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(connected));
    socket.resume();
  });
}

function end(what: "writes" | "everything"): void {
  isOver = true;
  stopStarting(what);
  leaveWhenIdle();
}

/** Time for the last answer to reach the engine, in milliseconds. */
const LAST_ANSWER_MS = 200;

function leaveWhenIdle(): void {
  if (!isOver || hooksAtWork > 0) return;
  setTimeout(() => {
    if (hooksAtWork === 0) process.exit();
  }, LAST_ANSWER_MS);
}
