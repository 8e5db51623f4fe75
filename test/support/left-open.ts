/** Runs once after all tests. */

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
