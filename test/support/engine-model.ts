/**
 * What the engine does with a plugin, as far as it matters to a lead: refresh, then check, diff and what diff asks for,
 * deletes last. Many histories a second, where the real engine takes seconds for one.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Plugin, Props } from "./plugin";

interface Resource {
  id: string;
  inputs: Props;
  outs: Props;
}

export class EngineModel {
  readonly state = new Map<string, Resource>();
  /** How often each resource was made. */
  readonly made = new Map<string, number>();
  /** How often each was ended by a delete, or by a refresh that proved it gone. */
  readonly ended = new Map<string, number>();

  constructor(readonly plugin: Plugin) {}

  async refresh(): Promise<void> {
    for (const [name, { id, outs }] of [...this.state]) {
      const read = await this.plugin.read(id, outs);
      if (read.id === "") {
        this.state.delete(name);
        count(this.ended, name);
      } else {
        this.state.set(name, { id, outs: read.props, inputs: read.inputs ?? {} });
      }
    }
  }

  /** Returns the resources whose change was refused, with the error. */
  async up(program: Map<string, Props>): Promise<Map<string, Error>> {
    const refused = new Map<string, Error>();
    for (const [name, news] of program) {
      try {
        await this.#register(name, news);
      } catch (error) {
        refused.set(name, error as Error);
      }
    }
    for (const name of [...this.state.keys()]) if (!program.has(name)) await this.#delete(name);
    return refused;
  }

  async #register(name: string, news: Props): Promise<void> {
    const { failures } = await this.plugin.check(news, this.state.get(name)?.inputs);
    assert.deepEqual(failures, []);
    const old = this.state.get(name);
    if (!old) return this.#create(name, news);
    const { changes, replaces } = await this.plugin.diff(old.id, old.outs, news);
    if (replaces.length > 0) {
      await this.#delete(name);
      return this.#create(name, news);
    }
    const [SOME, NONE] = [2, 1];
    const asks = changes === SOME || (changes !== NONE && !isDeepStrictEqual(old.inputs, news));
    const outs = asks ? await this.plugin.update(old.id, old.outs, news) : old.outs;
    this.state.set(name, { id: old.id, inputs: news, outs });
  }

  async #create(name: string, news: Props): Promise<void> {
    const { id, outs } = await this.plugin.create(news);
    this.state.set(name, { id, outs, inputs: news });
    count(this.made, name);
  }

  async #delete(name: string): Promise<void> {
    const { id, outs } = this.state.get(name) as Resource;
    await this.plugin.delete(id, outs);
    this.state.delete(name);
    count(this.ended, name);
  }
}

function count(counter: Map<string, number>, name: string): void {
  counter.set(name, (counter.get(name) ?? 0) + 1);
}
