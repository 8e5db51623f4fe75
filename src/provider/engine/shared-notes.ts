/**
 * What the plugin processes of one run leave for each other. Each provider of a program has its own process, and the engine
 * does not say to the old provider's process why it deletes a lead. The processes share only the engine's address, so they
 * share a file that is named after it. Its notes hold lead IDs, API addresses and hashes, no key and no number.
 *
 * A later engine may get the same address. All processes of a run live until it ends, so a note counts only while its writer lives.
 */
import { appendFileSync, lstatSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notes } from "../session/shared-claims";

/** @param engineAddress `host:port`. */
export function sharedNotes(engineAddress: string): Notes {
  const folder = join(tmpdir(), `pulumi-famulor-${process.getuid?.() ?? "run"}`);
  const file = join(folder, engineAddress.replace(/[^\w.]+/g, "-"));
  const own = new Set<string>();
  let read: { size: number; notes: string[] } = { size: 0, notes: [] };

  /** Reads the file only if its size has changed, because every create asks. */
  function ofAll(): Iterable<string> {
    try {
      if (!isOwnFolder(folder)) return own;
      const { size } = statSync(file);
      if (size !== read.size) read = { size, notes: notesOfLiving(readFileSync(file, "utf8")) };
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
        if (isOwnFolder(folder)) appendFileSync(file, `${process.pid} ${note}\n`, { mode: 0o600 });
      } catch {
        // Where nothing can be written, the processes of this run do not hear of each other: no reason to fail.
      }
    },
    has: (note) => [...ofAll()].includes(note),
    [Symbol.iterator]: () => ofAll()[Symbol.iterator](),
  };
}

/** On a computer that several people use, somebody else may have put a folder or a link there. */
function isOwnFolder(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
}

function notesOfLiving(text: string): string[] {
  const lives = new Map<string, boolean>();
  return text.split("\n").flatMap((line) => {
    const [, pid = "", note] = /^(\d+) (.+)$/.exec(line) ?? [];
    if (!lives.has(pid)) lives.set(pid, isAlive(Number(pid)));
    return note !== undefined && lives.get(pid) ? [note] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // somebody else's
  }
}
