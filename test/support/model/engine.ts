/**
 * Pulumi's engine, as far as a resource notices it, for many programs a second. The rules come from the engine's step generator, and
 * from its runs:
 *
 * - Every command starts a new run for each provider that it uses, with the configuration that the program gives (`up`,
 *   `preview`) or that the state holds (`refresh`, `destroy`, and the deletes of a provider that the program has dropped).
 * - `check` and `diff` come one after another; one that fails ends everything. The second `check` of a replacement, and the
 *   one of a create, have no old inputs.
 * - A change that fails stops further steps and all deletes; under --continue-on-error only what depends on it is skipped.
 * - A replacement deletes first where the resource says so, and if its create then fails, the state keeps the old resource
 *   as "to be replaced": the next `diff` still sees its outputs, and nothing deletes it again.
 * - `retainOnDelete`, and `deletedWith` a resource that this command deletes, drop a resource without any hook.
 */
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Notes } from "../../../src/provider/session/shared-claims";
import { type Hooks, type Kind, type Props, partOf } from "../hooks";
import type { InProcessProvider } from "../provider";

/** An argument that is another resource's output. */
export class OutputOf {
  constructor(
    readonly resource: string,
    readonly output: string,
  ) {}
}

/** A resource as the program declares it. */
export interface Goal {
  name: string;
  kind: Kind;
  /** Of the provider that the program gives it to. */
  provider: string;
  /** Values, or `OutputOf` at the top. */
  inputs: Props;
  dependsOn: string[];
  deletedWith?: string | undefined;
  retainOnDelete?: boolean;
  /** Names of arguments. */
  ignoreChanges?: string[];
}

/** A resource in the state. */
export interface Resource extends Omit<Goal, "ignoreChanges"> {
  id: string;
  outs: Props;
  /** After a partial failure: the engine asks for an update next time. A refresh clears it. */
  isHalfMade?: boolean;
  /** Deleted by a replacement whose create has failed. */
  isPendingReplacement?: boolean;
  /** Replaced, but not deleted yet. */
  isCondemned?: boolean;
}

export type ProviderConfig = Record<string, string>;
type HookName = "check" | "diff" | "create" | "update" | "delete" | "read";

export interface Failure {
  name: string;
  /** `program`: what the constructor throws; `engine`: what the engine itself refuses. */
  in: HookName | "program" | "engine";
  error: Error;
  /** How many requests the command had sent, without the question whose key it is. */
  requests: number;
}

export type Op = "create" | "update" | "replace" | "same" | "skip" | "delete" | "retain" | "deleted with";

export interface Outcome {
  end: "done" | "failed" | "interrupted" | "killed";
  /** By resource. */
  ops: Map<string, Op>;
  failures: Failure[];
  /** Everything that was printed. */
  text: string;
  /** The resources that left the state without a delete, because the user asked for that. */
  dropped: Resource[];
}

/** Ends a command from outside. */
export class Stopper {
  how: "interrupted" | "killed" | undefined;
  readonly #runs: InProcessProvider[] = [];

  watch(run: InProcessProvider): void {
    this.#runs.push(run);
    if (this.how === "interrupted") run.interrupt();
  }

  stop(how: "interrupted" | "killed"): void {
    this.how ??= how;
    if (how === "interrupted") for (const run of this.#runs) run.interrupt();
  }
}

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  /** --target: names of resources. */
  targets?: ReadonlySet<string> | undefined;
  /** --replace */
  replace?: ReadonlySet<string>;
  continueOnError?: boolean;
  /** Resources that do not depend on each other are carried out at once, as the engine does by default. */
  atOnce?: boolean;
  stopper?: Stopper;
}

/** An engine with one stack: this model of it, or Pulumi's own (real-engine.ts). */
export interface StackEngine {
  /** In the order in which they entered the state. */
  readonly resources: Resource[];
  find(name: string): Resource | undefined;
  preview(goals: Goal[], configs: Map<string, ProviderConfig>, options?: CommandOptions): Promise<Outcome>;
  up(goals: Goal[], configs: Map<string, ProviderConfig>, options?: CommandOptions): Promise<Outcome>;
  refresh(options?: CommandOptions): Promise<Outcome>;
  destroy(options?: CommandOptions): Promise<Outcome>;
}

/** Where the engine's runs come from, and what they have sent. */
export interface Host {
  startRun(config: ProviderConfig, options: { env: NodeJS.ProcessEnv; notes: Notes }): Promise<InProcessProvider>;
  /** What the runs of one command leave for each other. */
  newNotes(): Notes;
  /** Requests so far, without `GET /user/me`. */
  countRequests(): number;
}

/** What the engine sends for a value that is not known yet. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const [COMPARE_INPUTS, SOME] = [0, 2];

/** The command ends without an error of a resource. */
class Stopped extends Error {}

/** One command, or the part of a command that has separate runs. */
class Deployment {
  readonly outcome: Outcome = { end: "done", ops: new Map(), failures: [], text: "", dropped: [] };
  /** Failed, or skipped because they depend on what has failed. */
  readonly broken = new Set<string>();
  /** Names of what this command deletes. */
  readonly deletes = new Set<string>();
  /** Nothing goes on, not even under --continue-on-error. */
  isOver = false;
  /** The program has thrown: what it has registered goes on under --continue-on-error, but nothing is deleted. */
  programFailed = false;
  readonly #runs = new Map<string, Promise<InProcessProvider>>();
  readonly #notes: Notes;
  readonly #requestsBefore: number;

  constructor(
    private readonly host: Host,
    readonly options: CommandOptions,
  ) {
    this.#requestsBefore = host.countRequests();
    this.#notes = host.newNotes();
  }

  get isStopped(): boolean {
    const { continueOnError, stopper } = this.options;
    return this.isOver || stopper?.how !== undefined || (this.outcome.failures.length > 0 && !continueOnError);
  }

  get requests(): number {
    return this.host.countRequests() - this.#requestsBefore;
  }

  /** Calls a hook. What a killed command is answered is lost. */
  async call<T>(
    { kind, provider }: Pick<Resource, "kind" | "provider">,
    config: ProviderConfig | undefined,
    work: (hooks: Hooks) => Promise<T>,
  ): Promise<T> {
    const { stopper, env = {} } = this.options;
    if (stopper?.how !== undefined) throw new Stopped();
    assert.ok(config, `no provider ${provider}`);
    const key = JSON.stringify([provider, config]);
    const starting = this.#runs.get(key) ?? this.host.startRun(config, { env, notes: this.#notes });
    this.#runs.set(key, starting);
    const run = await starting;
    stopper?.watch(run);
    try {
      return await work(run.of(kind));
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: whatever the hook answers, nobody is there to hear it
      if (stopper?.how === "killed") throw new Stopped();
    }
  }

  fail(name: string, where: Failure["in"], error: unknown): void {
    if (error instanceof Stopped) return;
    this.broken.add(name);
    this.outcome.failures.push({ name, in: where, error: error as Error, requests: this.requests });
  }

  async end(): Promise<Outcome> {
    const { outcome, options } = this;
    const runs = await Promise.all(this.#runs.values());
    outcome.text = [...runs.map(({ output }) => output), ...outcome.failures.map(({ error }) => error.message)].join(
      "\n",
    );
    await Promise.all(runs.map((run) => run.close()));
    outcome.end = options.stopper?.how ?? (outcome.failures.length > 0 ? "failed" : "done");
    return outcome;
  }
}

/** What is to be done to a resource. */
interface Plan {
  op: Op;
  inputs: Props;
  carryOut?: () => Promise<void>;
}

export class StackModel implements StackEngine {
  /** In the order in which they entered the state. */
  resources: Resource[] = [];
  /** As the state holds their configuration. */
  readonly providers = new Map<string, ProviderConfig>();

  constructor(private readonly host: Host) {}

  find(name: string): Resource | undefined {
    return this.resources.find((each) => each.name === name && !each.isCondemned);
  }

  /** Nothing is carried out, and nothing is stored. */
  async preview(goals: Goal[], configs: Map<string, ProviderConfig>, options: CommandOptions = {}): Promise<Outcome> {
    const deployment = new Deployment(this.host, options);
    const known = new Map(this.resources.map(({ name, outs }) => [name, outs]));
    for (const goal of goals) {
      if (deployment.isOver) break;
      const plan = await this.#planOrFail(deployment, goal, configs, (name) => known.get(name));
      if (plan && ["create", "replace", "update"].includes(plan.op)) known.delete(goal.name);
    }
    if (!deployment.isOver) {
      for (const resource of this.#leftOver(deployment, goals)) deployment.outcome.ops.set(labelOf(resource), "delete");
    }
    return deployment.end();
  }

  async up(goals: Goal[], configs: Map<string, ProviderConfig>, options: CommandOptions = {}): Promise<Outcome> {
    const deployment = new Deployment(this.host, options);
    for (const { provider } of goals) {
      const config = configs.get(provider);
      if (config) this.providers.set(provider, config);
    }
    const outputs = (name: string) => this.find(name)?.outs;
    const atWork = new Map<string, Promise<void>>();
    for (const goal of goals) {
      await Promise.all(goal.dependsOn.map((name) => atWork.get(name)));
      if (deployment.isStopped) break;
      if (goal.dependsOn.some((name) => deployment.broken.has(name))) {
        deployment.broken.add(goal.name);
        deployment.outcome.ops.set(goal.name, "skip");
        continue;
      }
      const plan = await this.#planOrFail(deployment, goal, configs, outputs);
      if (!plan?.carryOut) continue;
      const work = plan.carryOut();
      atWork.set(goal.name, work);
      if (!options.atOnce) await work;
    }
    await Promise.all(atWork.values());
    if (!deployment.isStopped && !deployment.programFailed) {
      await this.#deleteAll(deployment, this.#leftOver(deployment, goals));
    }
    return deployment.end();
  }

  async refresh(options: CommandOptions = {}): Promise<Outcome> {
    const deployment = new Deployment(this.host, options);
    const { targets } = options;
    const read = async (resource: Resource) => {
      const { name, id, outs, provider } = resource;
      try {
        const live = await deployment.call(resource, this.providers.get(provider), (hooks) => hooks.read(id, outs));
        if (live.id === "") this.#remove(resource);
        else Object.assign(resource, { outs: live.props, inputs: live.inputs ?? resource.inputs, isHalfMade: false });
      } catch (error) {
        deployment.fail(name, "read", error);
      }
    };
    const targeted = this.resources.filter(
      ({ name, isPendingReplacement }) => !isPendingReplacement && (targets?.has(name) ?? true),
    );
    if (options.atOnce) await Promise.all(targeted.map(read));
    else for (const resource of targeted) await read(resource);
    return deployment.end();
  }

  async destroy(options: CommandOptions = {}): Promise<Outcome> {
    const deployment = new Deployment(this.host, options);
    const { targets } = options;
    await this.#deleteAll(
      deployment,
      this.resources.filter(({ name }) => targets?.has(name) ?? true),
    );
    return deployment.end();
  }

  /** What fails here ends the command. */
  async #planOrFail(
    deployment: Deployment,
    goal: Goal,
    configs: Map<string, ProviderConfig>,
    outputs: (name: string) => Props | undefined,
  ): Promise<Plan | undefined> {
    let where: Failure["in"] = "check";
    try {
      const plan = await this.#plan(deployment, goal, configs, outputs, (hook) => {
        where = hook;
      });
      deployment.outcome.ops.set(goal.name, plan.op);
      return plan;
    } catch (error) {
      deployment.fail(goal.name, where, error);
      deployment.isOver = true;
      return undefined;
    }
  }

  async #plan(
    deployment: Deployment,
    goal: Goal,
    configs: Map<string, ProviderConfig>,
    outputs: (name: string) => Props | undefined,
    at: (hook: Failure["in"]) => void,
  ): Promise<Plan> {
    const { targets, replace } = deployment.options;
    const { name, kind, ignoreChanges = [] } = goal;
    const old = this.find(name);
    if (targets?.has(name) && goal.dependsOn.some((other) => !targets.has(other) && !this.find(other))) {
      at("engine");
      throw new Error("it depends on a resource that is not a --target and does not exist");
    }
    if (targets && !targets.has(name)) {
      at("engine");
      if (old && !configs.has(old.provider)) throw new Error("a change of providers is mixed with --target");
      return { op: old ? "same" : "skip", inputs: old?.inputs ?? {} };
    }
    const config = configs.get(goal.provider);
    const call = <T>(work: (hooks: Hooks) => Promise<T>) => deployment.call(goal, config, work);
    const declared: Props = {};
    for (const [argument, value] of Object.entries(goal.inputs)) {
      if (value instanceof OutputOf) declared[argument] = outputs(value.resource)?.[value.output] ?? UNKNOWN;
      else if (old && ignoreChanges.includes(argument)) declared[argument] = old.inputs[argument] ?? value;
      else declared[argument] = value;
    }
    const isAskedFor = replace?.has(name) ?? false;
    const check = async (olds: Props) => {
      const { inputs, failures } = await call((hooks) => hooks.check(declared, olds));
      if (failures.length > 0) throw new Error(failures.join("\n"));
      return inputs;
    };
    const inputs = await check(old && !isAskedFor ? old.inputs : {});
    if (!old)
      return {
        op: "create",
        inputs,
        carryOut: this.#step(deployment, goal, "create", () => this.#create(deployment, goal, config, inputs)),
      };
    at("diff");
    // The engine never asks about a replacement that the user asks for.
    const { changes, replaces, deleteBeforeReplace } = isAskedFor
      ? { changes: SOME, replaces: ["id"], deleteBeforeReplace: false }
      : await call((hooks) => hooks.diff(old.id, old.outs, inputs));
    const isChanged = changes === COMPARE_INPUTS ? !isDeepStrictEqual(old.inputs, inputs) : changes === SOME;
    if (old.isPendingReplacement || (isChanged && replaces.length > 0)) {
      at("check");
      const again = isAskedFor ? inputs : await check({});
      // The constructors of all but campaigns set the option `deleteBeforeReplace`.
      const deletesFirst = kind !== "campaign" || deleteBeforeReplace;
      return {
        op: "replace",
        inputs: again,
        carryOut: () => this.#replace(deployment, goal, config, again, old, deletesFirst),
      };
    }
    if (isChanged || old.isHalfMade) {
      return {
        op: "update",
        inputs,
        carryOut: this.#step(deployment, goal, "update", () => this.#update(deployment, goal, config, inputs, old)),
      };
    }
    return {
      op: "same",
      inputs,
      carryOut: async () => {
        Object.assign(old, optionsOf(goal), { inputs });
      },
    };
  }

  #step(deployment: Deployment, { name }: Goal, hook: HookName, work: () => Promise<void>): () => Promise<void> {
    return () => work().catch((error) => deployment.fail(name, hook, error));
  }

  async #create(
    deployment: Deployment,
    goal: Goal,
    config: ProviderConfig | undefined,
    inputs: Props,
    old?: Resource,
  ): Promise<void> {
    const store = (id: string, outs: Props, isHalfMade: boolean) => {
      const created = { ...optionsOf(goal), inputs, id, outs, isHalfMade };
      if (old?.isPendingReplacement) this.#remove(old);
      else if (old) old.isCondemned = true;
      this.resources.push(created);
    };
    try {
      const { id, outs } = await deployment.call(goal, config, (hooks) => hooks.create(inputs));
      store(id, outs, false);
      failForRows(deployment, goal, outs);
    } catch (error) {
      const { id, properties } = partOf(error);
      if (id !== undefined) store(id, properties, true);
      throw error;
    }
  }

  async #update(
    deployment: Deployment,
    goal: Goal,
    config: ProviderConfig | undefined,
    inputs: Props,
    old: Resource,
  ): Promise<void> {
    try {
      const outs = await deployment.call(goal, config, (hooks) => hooks.update(old.id, old.outs, inputs));
      Object.assign(old, optionsOf(goal), { inputs, outs, isHalfMade: false });
      failForRows(deployment, goal, outs);
    } catch (error) {
      const { id, properties } = partOf(error);
      if (id !== undefined) Object.assign(old, optionsOf(goal), { id, outs: properties, isHalfMade: true });
      throw error;
    }
  }

  async #replace(
    deployment: Deployment,
    goal: Goal,
    config: ProviderConfig | undefined,
    inputs: Props,
    old: Resource,
    deletesFirst: boolean,
  ): Promise<void> {
    let hook: HookName = "delete";
    try {
      if (deletesFirst && !old.isPendingReplacement) {
        deployment.deletes.add(old.name);
        await this.#deleteOne(deployment, old);
        old.isPendingReplacement = true;
        // A command that was stopped meanwhile does not begin the create.
        if (deployment.options.stopper?.how !== undefined) return;
      }
      hook = "create";
      await this.#create(deployment, goal, config, inputs, old);
    } catch (error) {
      deployment.fail(goal.name, hook, error);
    }
  }

  /** What the program does not declare any more, and what replacements have left. */
  #leftOver({ options }: Deployment, goals: Goal[]): Resource[] {
    const declared = new Set(goals.map(({ name }) => name));
    return this.resources.filter(
      ({ name, isCondemned }) => (isCondemned || !declared.has(name)) && (options.targets?.has(name) ?? true),
    );
  }

  async #deleteAll(deployment: Deployment, condemned: Resource[]): Promise<void> {
    for (const { name } of condemned) deployment.deletes.add(name);
    const { atOnce } = deployment.options;
    let waiting = [...condemned].reverse();
    const isNeeded = (resource: Resource) =>
      waiting.some((other) => other !== resource && dependenciesOf(other).includes(resource.name));
    while (waiting.length > 0) {
      // What others depend on is deleted after them. Two lives of one name can make a circle, which is deleted at once.
      const free = waiting.filter((each) => !isNeeded(each));
      const wave = free.length > 0 ? free : waiting;
      waiting = waiting.filter((each) => !wave.includes(each));
      const chain = wave.map((resource) => async () => {
        if (deployment.isStopped || deployment.broken.has(`delete ${resource.name}`)) return;
        try {
          await this.#deleteOne(deployment, resource);
          this.#remove(resource);
        } catch (error) {
          deployment.fail(resource.name, "delete", error);
          // What a resource depends on outlives it.
          for (const name of dependenciesOf(resource)) deployment.broken.add(`delete ${name}`);
        }
      });
      if (atOnce) await Promise.all(chain.map((work) => work()));
      else for (const work of chain) await work();
    }
  }

  async #deleteOne(deployment: Deployment, resource: Resource): Promise<void> {
    const { id, outs, provider, deletedWith, retainOnDelete, isPendingReplacement } = resource;
    const { ops, dropped } = deployment.outcome;
    const note = (op: Op) => {
      // In a replacement, the delete is only a half.
      if (!ops.has(labelOf(resource))) ops.set(labelOf(resource), op);
    };
    if (isPendingReplacement) {
      note("delete");
    } else if (retainOnDelete) {
      note("retain");
      dropped.push({ ...resource });
    } else if (deletedWith !== undefined && deployment.deletes.has(deletedWith)) {
      note("deleted with");
      dropped.push({ ...resource });
    } else {
      note("delete");
      await deployment.call(resource, this.providers.get(provider), (hooks) => hooks.delete(id, outs));
    }
  }

  #remove(resource: Resource): void {
    this.resources = this.resources.filter((each) => each !== resource);
  }
}

const optionsOf = ({ ignoreChanges, ...goal }: Goal): Goal => ({
  retainOnDelete: false,
  deletedWith: undefined,
  ...goal,
});

/** Of two resources with one name, the one that was replaced. */
const labelOf = ({ name, isCondemned }: Resource) => (isCondemned ? `${name} (replaced)` : name);

const dependenciesOf = ({ dependsOn, deletedWith }: Resource) =>
  deletedWith === undefined ? dependsOn : [...dependsOn, deletedWith];

/** The constructor of a set throws once it learns that rows have failed; the program ends, and nothing is deleted. */
function failForRows(deployment: Deployment, { name, kind }: Goal, outs: Props): void {
  if (kind !== "leadSet" || !outs.unfinishedRows) return;
  deployment.fail(name, "program", new Error(((outs.problems ?? []) as string[]).join("\n")));
  deployment.programFailed = true;
}
