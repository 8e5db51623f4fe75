/**
 * Each run has an AsyncLocalStorage, and Node.js carries every one that was ever used through every promise. In a plugin
 * process that is one; here it would be thousands, and each command slower than the last one.
 */
import { AsyncLocalStorage } from "node:async_hooks";

const used = new Set<AsyncLocalStorage<unknown>>();
const run = AsyncLocalStorage.prototype.run;
AsyncLocalStorage.prototype.run = function (this: AsyncLocalStorage<unknown>, ...args: Parameters<typeof run>) {
  used.add(this);
  return run.apply(this, args);
} as typeof run;

/** Where no run is at work any more. */
export function forgetAsyncStorages(): void {
  for (const storage of used) storage.disable();
  used.clear();
}
