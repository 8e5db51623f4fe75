import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { sharedNotes } from "../../src/provider/engine/shared-notes";

describe("the notes of the processes of one run", () => {
  const folder = join(tmpdir(), `pulumi-famulor-${process.getuid?.() ?? "run"}`);
  // An engine never has the port 0, so no run of anybody is disturbed.
  const address = () => `127.0.0.1:0:${process.pid}:${Math.random()}`;
  const fileOf = (engine: string) => join(folder, engine.replace(/[^\w.]+/g, "-"));

  it("are read by the others, also those that were written after the first look", () => {
    const engine = address();
    const [one, other] = [sharedNotes(engine), sharedNotes(engine)];
    assert.equal(other.has("a"), false);
    one.add("a");
    assert.equal(other.has("a"), true);
    one.add("b");
    assert.deepEqual([...other], ["a", "b"]);
    assert.deepEqual([...sharedNotes(address())], [], "another engine's run has its own");
  });

  it("of a process that has ended belong to an earlier run at the same address", () => {
    const engine = address();
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    sharedNotes(engine).add("of this run");
    appendFileSync(fileOf(engine), `${pid} of an earlier run\nnonsense\n`);
    assert.deepEqual([...sharedNotes(engine)], ["of this run"]);
  });

  it("are not written through a link that somebody else has put in the place of the folder", () => {
    const { TMPDIR } = process.env;
    const [temporary, elsewhere] = [mkdtempSync(join(tmpdir(), "notes-")), mkdtempSync(join(tmpdir(), "elsewhere-"))];
    try {
      process.env.TMPDIR = temporary;
      symlinkSync(elsewhere, join(temporary, basename(folder)));
      const notes = sharedNotes(address());
      notes.add("a");
      assert.deepEqual([...notes], ["a"]);
      assert.deepEqual(readdirSync(elsewhere), []);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      for (const each of [temporary, elsewhere]) rmSync(each, { recursive: true });
    }
  });

  it("hold only for this process where nothing can be written", () => {
    const notes = sharedNotes("x".repeat(5_000));
    notes.add("a");
    assert.equal(notes.has("a"), true);
    assert.ok(!readdirSync(folder).some((file) => file.startsWith("xxxxx")));
  });
});
