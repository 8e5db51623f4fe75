/**
 * Pulumi's own engine with one stack of the model. The program reads what it declares from a file beside it; what a command has
 * done is read from the engine's event log and from the stored state.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createProject, type Project } from "../engine";
import type { Kind, Props } from "../hooks";
import {
  type CommandOptions,
  type Goal,
  type Op,
  type Outcome,
  OutputOf,
  type ProviderConfig,
  type Resource,
  type StackEngine,
} from "./engine";

/** Declares what `declared.json` says; a campaign is handed over as the resource, as users do. */
const PROGRAM = `
  const { readFileSync } = require("node:fs");
  const { FamulorCampaign, FamulorLead, FamulorLeadSet, FamulorProvider } = require("pulumi-famulor");
  const classes = { campaign: FamulorCampaign, lead: FamulorLead, leadSet: FamulorLeadSet };
  const { goals, providers } = JSON.parse(readFileSync(__dirname + "/declared.json", "utf8"));
  const declaredProviders = Object.fromEntries(
    Object.entries(providers).map(([name, args]) => [name, new FamulorProvider(name, args)]),
  );
  const resources = {};
  for (const { name, kind, provider, inputs, campaign, dependsOn, ...options } of goals) {
    resources[name] = new classes[kind](name, { ...inputs, ...(campaign && { campaignId: resources[campaign] }) }, {
      ...options,
      dependsOn: dependsOn.map((each) => resources[each]),
      provider: declaredProviders[provider],
    });
  }
`;

const KINDS: Record<string, Kind> = { Lead: "lead", Campaign: "campaign", LeadSet: "leadSet" };

/** What the engine calls a step, and what the model calls it. */
const OPS: Record<string, Op> = {
  create: "create",
  update: "update",
  same: "same",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};

interface EngineEvent {
  resourcePreEvent?: { metadata: { op: string; urn: string } };
  diagnosticEvent?: { urn?: string; message: string; severity: string };
}

/** What Pulumi stores in a folder. */
interface Checkpoint {
  latest?: { resources?: Stored[] };
}

interface Stored {
  urn: string;
  type: string;
  id?: string;
  inputs?: Props;
  outputs?: Props;
  provider?: string;
  dependencies?: string[];
  deletedWith?: string;
  retainOnDelete?: boolean;
  initErrors?: string[];
  pendingReplacement?: boolean;
  delete?: boolean;
}

interface RealResource extends Resource {
  urn: string;
}

const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);

export class RealStack implements StackEngine {
  resources: RealResource[] = [];
  #config = "";

  private constructor(private readonly project: Project) {}

  static async create(): Promise<RealStack> {
    return new RealStack(await createProject({ program: PROGRAM }));
  }

  close(): Promise<void> {
    return this.project.remove();
  }

  find(name: string): RealResource | undefined {
    return this.resources.find((each) => each.name === name && !each.isCondemned);
  }

  async preview(goals: Goal[], configs: Map<string, ProviderConfig>, options: CommandOptions = {}): Promise<Outcome> {
    await this.#declare(goals, configs);
    return this.#run(["preview"], options);
  }

  async up(goals: Goal[], configs: Map<string, ProviderConfig>, options: CommandOptions = {}): Promise<Outcome> {
    await this.#declare(goals, configs);
    return this.#run(["up", "--skip-preview"], options);
  }

  refresh(options: CommandOptions = {}): Promise<Outcome> {
    return this.#run(["refresh", "--skip-preview"], options);
  }

  destroy(options: CommandOptions = {}): Promise<Outcome> {
    return this.#run(["destroy", "--skip-preview"], options);
  }

  async #declare(goals: Goal[], configs: Map<string, ProviderConfig>): Promise<void> {
    const providers: Record<string, Props> = {};
    for (const [name, config] of configs) {
      const args = { apiKey: config["famulor:apiKey"], baseUrl: config["famulor:baseUrl"] };
      if (name === "default") await this.#configure(args);
      else providers[name] = args;
    }
    const declared = goals.map(({ inputs, deletedWith, ...goal }) => {
      const { campaignId, ...others } = inputs;
      const isOwn = campaignId instanceof OutputOf;
      const known = campaignId === undefined || isOwn ? others : inputs;
      return { ...goal, inputs: known, ...(isOwn && { campaign: campaignId.resource }) };
    });
    await writeFile(join(this.project.folder, "declared.json"), JSON.stringify({ goals: declared, providers }));
  }

  async #configure({ apiKey, baseUrl }: Props): Promise<void> {
    const config = JSON.stringify([apiKey, baseUrl]);
    if (config === this.#config) return;
    this.#config = config;
    const values = ["--plaintext", `famulor:baseUrl=${baseUrl}`, "--secret", `famulor:apiKey=${apiKey}`];
    await this.project.succeed("config", "set-all", ...values);
  }

  async #run([command = "", ...flags]: string[], options: CommandOptions): Promise<Outcome> {
    const { env = {}, replace = [], continueOnError, atOnce } = options;
    const log = join(this.project.folder, "events.json");
    await rm(log, { force: true });
    const isOfProgram = command === "up" || command === "preview";
    const replaced = isOfProgram ? [...replace].flatMap((name) => this.find(name)?.urn ?? []) : [];
    if (!atOnce) flags.push("--parallel", "1");
    if (continueOnError && (command === "up" || command === "destroy")) flags.push("--continue-on-error");
    flags.push(...replaced.flatMap((urn) => ["--replace", urn]));
    // Pulumi hides the flag without this variable.
    const project = this.project.withEnv({ ...env, PULUMI_DEBUG_COMMANDS: "true" });
    const { output, code } = await project.pulumi(command, ...flags, "--event-log", log);
    const events = (await readFile(log, "utf8"))
      .split("\n")
      .flatMap((line): EngineEvent[] => (line ? [JSON.parse(line)] : []));
    const before = this.resources;
    if (command !== "preview") this.resources = await this.#stored();
    return outcomeOf(events, { output, isDone: code === 0, before, after: this.resources });
  }

  async #stored(): Promise<RealResource[]> {
    // `pulumi stack export` of the same takes a second.
    const file = join(this.project.folder, "pulumi/state/.pulumi/stacks/famulor-test/test.json");
    const { checkpoint } = JSON.parse(await readFile(file, "utf8")) as { checkpoint: Checkpoint };
    return (checkpoint.latest?.resources ?? []).flatMap((stored) => {
      const kind = KINDS[/famulor:(\w+)$/.exec(stored.type)?.[1] ?? ""];
      return kind ? [resourceOf(kind, stored)] : [];
    });
  }
}

function resourceOf(kind: Kind, stored: Stored): RealResource {
  const { urn, id = "", inputs = {}, outputs = {}, dependencies = [], retainOnDelete = false } = stored;
  const { __provider, ...outs } = outputs;
  const provider = nameOf(stored.provider?.replace(/::[^:]*$/, "") ?? "");
  return {
    urn,
    name: nameOf(urn),
    kind,
    provider: provider.startsWith("default") ? "default" : provider,
    id,
    inputs,
    outs,
    dependsOn: dependencies.map(nameOf),
    deletedWith: stored.deletedWith === undefined ? undefined : nameOf(stored.deletedWith),
    retainOnDelete,
    isHalfMade: stored.initErrors !== undefined && stored.initErrors.length > 0,
    isPendingReplacement: stored.pendingReplacement === true,
    isCondemned: stored.delete === true,
  };
}

interface Ended {
  output: string;
  isDone: boolean;
  before: RealResource[];
  after: RealResource[];
}

function outcomeOf(events: EngineEvent[], { output, isDone, before, after }: Ended): Outcome {
  const outcome: Outcome = { end: isDone ? "done" : "failed", ops: new Map(), failures: [], text: output, dropped: [] };
  for (const { resourcePreEvent, diagnosticEvent } of events) {
    if (resourcePreEvent) {
      const { op, urn } = resourcePreEvent.metadata;
      const known = OPS[op];
      if (known && /famulor:\w+::/.test(urn)) outcome.ops.set(nameOf(urn), known);
    }
    if (diagnosticEvent?.severity === "error") {
      const { urn = "", message } = diagnosticEvent;
      // The event log does not say how many requests were sent by then.
      outcome.failures.push({ name: nameOf(urn), in: "engine", error: new Error(message), requests: 1 });
    }
  }
  const isThere = new Set(after.map(({ urn, id }) => `${urn} ${id}`));
  const hasLeft = before.filter(({ urn, id }) => !isThere.has(`${urn} ${id}`));
  const left = new Set(hasLeft.map(({ name }) => name));
  outcome.dropped = hasLeft.filter(
    ({ retainOnDelete, deletedWith }) => retainOnDelete || (deletedWith !== undefined && left.has(deletedWith)),
  );
  return outcome;
}
