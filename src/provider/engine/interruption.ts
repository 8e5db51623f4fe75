/**
 * Notices that the run is over before its work is done. Two signs:
 *
 * - A signal. The engine starts its plugins in separate process groups, so a terminal's Ctrl-C reaches only the CLI,
 *   which then waits for the requests in flight. But some CI systems signal every process of a job.
 * - The engine is gone, killed without a chance to stop its plugins. The plugins live on and would go on calling
 *   people. The plugin was started with the engine's address: a connection that is kept open there breaks with the
 *   engine.
 */
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Deadlines } from "../../famulor/http/deadline";

/** The wait before the next connection, in milliseconds. */
const RECONNECT_MS = 500;

/** Time for the last answer to reach the engine, in milliseconds. */
const LAST_ANSWER_MS = 200;

export class Interruption {
  #isWatching = false;
  #hooksAtWork = 0;
  #isOver = false;

  /**
   * @param engineAddress `host:port`, an argument of the plugin process. Absent in every other process: it has no
   * engine to lose.
   */
  constructor(
    private readonly deadlines: Deadlines,
    private readonly engineAddress: string | undefined,
  ) {}

  /** Runs a hook; the first one starts the watch. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    this.#start();
    this.#hooksAtWork++;
    try {
      return await work();
    } finally {
      this.#hooksAtWork--;
      this.#exitWhenIdle();
    }
  }

  #start(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => this.#end("writes"));
    const [, host, port] = /^(127\.0\.0\.1|localhost|\[::1\]):(\d+)$/.exec(this.engineAddress ?? "") ?? [];
    if (host && port) void this.#watchEngine(host.replace(/[[\]]/g, ""), Number(port));
  }

  async #watchEngine(host: string, port: number): Promise<void> {
    if (!(await staysConnected(host, port))) return;
    // The engine may have closed an idle connection. If it refuses two connections, the engine is gone.
    for (let refused = 0; refused < 2; ) {
      await sleep(RECONNECT_MS, undefined, { ref: false });
      refused = (await staysConnected(host, port)) ? 0 : refused + 1;
    }
    this.#end("everything");
  }

  #end(what: "writes" | "everything"): void {
    this.#isOver = true;
    this.deadlines.stop(what);
    this.#exitWhenIdle();
  }

  #exitWhenIdle(): void {
    if (!this.#isOver || this.#hooksAtWork > 0) return;
    setTimeout(() => {
      if (this.#hooksAtWork === 0) process.exit();
    }, LAST_ANSWER_MS);
  }
}

/** Resolves when the connection has ended: `true` if there was one. */
function staysConnected(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    let isConnected = false;
    const socket = connect({ host, port });
    socket.unref();
    socket.on("connect", () => {
      isConnected = true;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(isConnected));
    socket.resume();
  });
}
