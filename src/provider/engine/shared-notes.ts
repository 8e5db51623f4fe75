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
  const own = new Set<string>();
  let read: { size: number; notes: string[] } = { size: 0, notes: [] };

  /** Read again only where the file has grown: every create asks. */
  function ofAll(): Iterable<string> {
    try {
      const { size, mtimeMs } = statSync(file);
      if (Date.now() - mtimeMs >= LIFETIME_MS) return own;
      if (size !== read.size) read = { size, notes: readFileSync(file, "utf8").split("\n") };
      return [...own, ...read.notes];
    } catch {
      return own; // no file
    }
  }
  return {
    add(note) {
      own.add(note);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        appendFileSync(file, `${note}\n`, { mode: 0o600 });
      } catch {
        // Where nothing can be written, the processes of this run do not hear of each other: no reason to fail.
      }
    },
    has: (note) => [...ofAll()].includes(note),
    [Symbol.iterator]: () => ofAll()[Symbol.iterator](),
  };
}
