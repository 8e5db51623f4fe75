/** `npm run engine`: says which Pulumi the demo and the tests use, and builds or downloads one if there is none. */
import { ensureEngine } from "./engine/ensure-engine";

const origin = {
  PATH: "found on PATH",
  cache: "taken from the cache",
  built: "built from its Go module",
  downloaded: "downloaded",
};

ensureEngine().then(
  (engine) => console.log(`Pulumi ${engine.version}, ${origin[engine.source]}: ${engine.command}`),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
