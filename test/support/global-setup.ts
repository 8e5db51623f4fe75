/** Runs once before all tests: finds the engine, or builds it where none is installed. And once after them. */
import { ensureEngine } from "../../scripts/engine/ensure-engine";
import { setTestEngine } from "./engine";

export async function mochaGlobalSetup(): Promise<void> {
  // A single file of unit tests should not wait for a build.
  if (process.env.TEST_ENGINE === "off") return;
  try {
    const engine = await ensureEngine();
    console.log(`Engine tests run on pulumi ${engine.version} (${engine.source}: ${engine.command}).`);
    setTestEngine(engine);
  } catch (error) {
    // In CI a missing engine is a failure of every engine test; see useEngine().
    console.error(`\n!!! NO ENGINE: ${(error as Error).message}\n`);
  }
}

/** Mocha ends when nothing is left to wait for. What a test has left open, such as a server or a process, would hang CI. */
export function mochaGlobalTeardown(): void {
  const hanging = setTimeout(() => {
    console.error(`\n!!! A TEST HAS LEFT SOMETHING OPEN: ${process.getActiveResourcesInfo().join(", ")}\n`);
    // Last of the listeners: mocha's own sets the code by the number of failures.
    process.once("exit", () => {
      process.exitCode = 1;
    });
    process.exit();
  }, 30_000);
  hanging.unref();
}
