/**
 * What the engine does with a plugin, as far as it matters to a resource: refresh, then check, diff and what diff asks for,
 * deletes last. Many histories a second, where the real engine takes seconds for one.
 *
 * All resources are of one kind and independent. model/engine.ts also knows several kinds, dependencies, providers, options and flags.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { type Hooks, type Props, partOf } from "./hooks";

interface Resource {
  id: string;
  inputs: Props;
  outs: Props;
  /** The engine's own mark after a partial failure: it asks for an update next time. A refresh clears it. */
  isHalfMade?: boolean;
}

export class EngineModel {
  readonly state = new Map<string, Resource>();
  /** How many times each resource was created. */
  readonly made = new Map<string, number>();
  /** How many times each was ended by a delete, or by a refresh that proved it gone. */
  readonly ended = new Map<string, number>();

  /** @param hooks Those of the next command's run: each command should have a separate run. */
  constructor(public hooks: Hooks) {}

  /**
   * Reads one resource after the other, because reads at once share a listing for some seconds, and in some tests one run lives through
   * many refreshes. @returns the resources whose read failed, with the error; they stay as they are.
   */
  async refresh(): Promise<Map<string, Error>> {
    const failed = new Map<string, Error>();
    for (const [name, { id, outs }] of [...this.state]) {
      try {
        const read = await this.hooks.read(id, outs);
        if (read.id === "") {
          this.state.delete(name);
          count(this.ended, name);
        } else {
          this.state.set(name, { id, outs: read.props, inputs: read.inputs ?? {} });
        }
      } catch (error) {
        failed.set(name, error as Error);
      }
    }
    return failed;
  }

  /** @param options `atOnce`: all resources at the same time. @returns the resources whose change was refused, with the error. */
  async up(program: Map<string, Props>, { atOnce = false } = {}): Promise<Map<string, Error>> {
    const steps: [string, () => Promise<void>][] = [];
    const refused = new Map<string, Error>();
    for (const [name, news] of program) {
      // The engine asks for checks and diffs one after the other.
      await this.#plan(name, news).then(
        (step) => step && steps.push([name, step]),
        (error) => refused.set(name, error),
      );
      if (!atOnce) await this.#carryOut(steps.splice(0), refused);
    }
    await this.#carryOut(steps, refused);
    const dropped = [...this.state.keys()].filter((name) => !program.has(name));
    await this.#carryOut(
      dropped.map((name) => [name, () => this.#delete(name)]),
      refused,
    );
    return refused;
  }

  async #carryOut(steps: [string, () => Promise<void>][], refused: Map<string, Error>): Promise<void> {
    await Promise.all(steps.map(([name, step]) => step().catch((error) => refused.set(name, error))));
  }

  async #plan(name: string, news: Props): Promise<(() => Promise<void>) | undefined> {
    const old = this.state.get(name);
    const { failures } = await this.hooks.check(news, old?.inputs);
    assert.deepEqual(failures, []);
    if (!old) return () => this.#create(name, news);
    const { changes, replaces } = await this.hooks.diff(old.id, old.outs, news);
    if (replaces.length > 0) {
      // The engine checks the new lead on its own.
      await this.hooks.check(news);
      return async () => {
        await this.#delete(name);
        await this.#create(name, news);
      };
    }
    const [SOME, NONE] = [2, 1];
    const differs = changes !== NONE && !isDeepStrictEqual(old.inputs, news);
    if (old.isHalfMade || changes === SOME || differs) return () => this.#update(name, old, news);
    this.state.set(name, { ...old, inputs: news });
    return undefined;
  }

  async #create(name: string, news: Props): Promise<void> {
    try {
      const { id, outs } = await this.hooks.create(news);
      this.state.set(name, { id, outs, inputs: news });
    } catch (error) {
      const { id, properties } = partOf(error);
      if (id === undefined) throw error;
      this.state.set(name, { id, outs: properties, inputs: news, isHalfMade: true });
      throw error;
    } finally {
      if (this.state.has(name)) count(this.made, name);
    }
  }

  async #update(name: string, old: Resource, news: Props): Promise<void> {
    try {
      this.state.set(name, { id: old.id, outs: await this.hooks.update(old.id, old.outs, news), inputs: news });
    } catch (error) {
      const { id, properties } = partOf(error);
      if (id !== undefined) this.state.set(name, { id, outs: properties, inputs: old.inputs, isHalfMade: true });
      throw error;
    }
  }

  async #delete(name: string): Promise<void> {
    const { id, outs } = this.state.get(name) as Resource;
    await this.hooks.delete(id, outs);
    this.state.delete(name);
    count(this.ended, name);
  }
}

function count(counter: Map<string, number>, name: string): void {
  counter.set(name, (counter.get(name) ?? 0) + 1);
}
