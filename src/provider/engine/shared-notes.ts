/**
 * What the plugin processes of one run leave for each other. Each provider of a program has a separate process, and the
 * engine does not say to the old provider's process why a lead is deleted. The processes share only the engine's
 * address, so they share a file that is named after it. The file holds only lead IDs and API addresses.
 */
import { appendFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notes } from "../session/run";

/** A later engine may get the same address. A file that is older than this, in milliseconds, is from another run. */
const LIFETIME_MS = 60 * 60 * 1000;

/** @param engineAddress `host:port`. */
export function sharedNotes(engineAddress: string): Notes {
  const folder = join(tmpdir(), `pulumi-famulor-${process.getuid?.() ?? "run"}`);
  const file = join(folder, engineAddress.replace(/[^\w.]+/g, "-"));
  const isOfThisRun = () => Date.now() - statSync(file).mtimeMs < LIFETIME_MS;
  return {
    add(note) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(file, `${note}\n`, { mode: 0o600 });
    },
    has(note) {
      try {
        return isOfThisRun() && readFileSync(file, "utf8").split("\n").includes(note);
      } catch {
        return false; // no notes
      }
    },
  };
}
