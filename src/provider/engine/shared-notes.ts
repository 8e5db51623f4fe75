/**
 * What the plugin processes of one run leave for each other. Each provider of a program has a separate process, and the
 * engine does not say to the old provider's process why a lead is deleted. The processes share only the engine's
 * address, so they share a file that is named after it. The file holds lead IDs, API addresses and hashes, and no key
 * and no number.
 */
import { appendFileSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notes } from "../session/shared-claims";

/** A later engine may get the same address. A file that is older than this, in milliseconds, is from another run. */
const LIFETIME_MS = 60 * 60 * 1000;

/** @param engineAddress `host:port`. */
export function sharedNotes(engineAddress: string): Notes {
  const folder = join(tmpdir(), `pulumi-famulor-${process.getuid?.() ?? "run"}`);
  const file = join(folder, engineAddress.replace(/[^\w.]+/g, "-"));
  let read: { size: number; notes: ReadonlySet<string> } = { size: 0, notes: new Set() };

  /** Read again only where it has grown: every create asks. */
  function notes(): ReadonlySet<string> {
    try {
      const { size, mtimeMs } = statSync(file);
      if (Date.now() - mtimeMs >= LIFETIME_MS) return new Set();
      if (size !== read.size) read = { size, notes: new Set(readFileSync(file, "utf8").split("\n")) };
      return read.notes;
    } catch {
      return new Set(); // no notes
    }
  }
  return {
    add(note) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      appendFileSync(file, `${note}\n`, { mode: 0o600 });
    },
    has: (note) => notes().has(note),
    [Symbol.iterator]: () => notes().values(),
  };
}
