/**
 * Two stacks, two accounts at one address, and what happens to them: the edits and commands of a history, one after another.
 * What each command has done is handed to the rules (rules.ts).
 */
import { subscribe } from "node:diagnostics_channel";
import type { Notes } from "../../../src/provider/session/shared-claims";
import { type Account, type Sandbox, startSandbox } from "../../../src/sandbox";
import { type LeadState, readLeadState } from "../../../src/state/lead";
import { readLeadSetState } from "../../../src/state/lead-set";
import { FastClock } from "../fast-clock";
import { type FaultProxy, startFaultProxy } from "../fault-proxy";
import { startProvider } from "../provider";
import { forgetAsyncStorages } from "./async-storages";
import { applyEdit } from "./edits";
import {
  type CommandOptions,
  type Goal,
  type Host,
  type Outcome,
  type ProviderConfig,
  type Resource,
  type StackEngine,
  StackModel,
  Stopper,
} from "./engine";
import type { Command, DashboardAction, Edit, StackIndex, Turn } from "./history";
import { type CampaignEvent, isWaiting, type LeadEvent, type LeadRecord, Ledger } from "./ledger";
import { allowedByCommand, allowedByEdits, toldAsDeleted, type Unit, unitsOf } from "./permissions";
import {
  type AccountName,
  ALL_NUMBERS,
  CAMPAIGNS,
  goalsOf,
  type Program,
  type ProviderName,
  phoneNumberOf,
  problemOf,
} from "./program";

export const KEYS: Record<AccountName, string> = {
  a: "key-of-account-a-that-must-not-leak",
  b: "key-of-account-b-that-must-not-leak",
};

const DAY_MS = 24 * 60 * 60 * 1000;
/** Longer than the shortest time after which Famulor removes leads. */
const LONG_MS = 40 * DAY_MS;
/** What the provider takes for a lead that Famulor cannot have removed by itself. */
const YOUNG_MS = 28 * DAY_MS;

/** Requests that a run has made and that are neither answered nor broken off. */
let inFlight = 0;
subscribe("undici:request:create", () => inFlight++);
for (const end of ["undici:request:trailers", "undici:request:error"]) subscribe(end, () => inFlight--);

/** Jumps over waits, and over weeks. */
class ModelClock extends FastClock {
  #shiftMs = 0;

  constructor() {
    super(() => inFlight > 0, 0);
  }

  override now(): number {
    return super.now() + this.#shiftMs;
  }

  shift(ms: number): void {
    this.#shiftMs = ms === 0 ? 0 : this.#shiftMs + ms;
  }
}

export interface Stack {
  readonly index: StackIndex;
  readonly engine: StackEngine;
  readonly program: Program;
  /** Who was declared by the last `up`. */
  unitsBefore: Unit[];
  /** A run was allowed to take over what exists, of whichever stack. */
  hasAdopted: boolean;
  /** Numbers that --replace still has to call, because its `up` has failed. */
  owedByReplace: Set<string>;
  /** Nothing has happened since an `up` that did everything the program says. */
  isSettled: boolean;
}

/** Everything that the rules know of one command. */
export interface Step {
  stack: Stack;
  command: Command;
  goals: Goal[];
  ledger: Ledger;
  /** What the preview, the command and the same command once more have done; absent: not run. */
  preview: Outcome | undefined;
  outcome: Outcome | undefined;
  again: Outcome | undefined;
  /** Of the command. */
  events: (LeadEvent | CampaignEvent)[];
  /** `METHOD /path` */
  requests: { preview: string[]; command: string[]; again: string[] };
  /** Something outside of the program has made the command fail. */
  isDisturbed: boolean;
  /** The stack was settled before the command. */
  wasSettled: boolean;
  /** Everything that was printed. */
  text: string;
}

export interface WorldOptions {
  /** @default a model of the engine, whose runs are in this process */
  startEngine?: (() => Promise<StackEngine & { close(): Promise<void> }>) | undefined;
  /** What the runs of one command leave for each other. */
  newNotes?: (() => Notes) | undefined;
  /** One in this many `up` commands is previewed before, and run again after. @default 1 */
  checksEvery?: number;
}

export class ModelWorld {
  ledger = new Ledger();
  stacks!: [Stack, Stack];
  /** What has happened, for a reader. */
  readonly story: string[] = [];
  baseUrl = "";
  readonly #accounts: Record<AccountName, Account>;
  #acting: StackIndex | undefined;
  #requests: string[] = [];
  #countedRequests = 0;
  #events: (LeadEvent | CampaignEvent)[] = [];
  #onRequest: (() => void) | undefined;
  #ups = 0;
  #engines: { close(): Promise<void> }[] = [];

  private constructor(
    readonly sandbox: Sandbox,
    readonly proxy: FaultProxy,
    readonly clock: ModelClock,
    private readonly options: WorldOptions,
  ) {
    this.#accounts = { a: sandbox.account, b: sandbox.addAccount({ apiKey: KEYS.b, email: "b@sandbox.test" }) };
    for (const id of CAMPAIGNS.b) this.#accounts.b.addCampaign({ id, name: `Campaign ${id}` });
  }

  static async start(options: WorldOptions = {}): Promise<ModelWorld> {
    const clock = new ModelClock();
    let world: ModelWorld | undefined;
    const sandbox = await startSandbox({
      apiKey: KEYS.a,
      campaigns: CAMPAIGNS.a.map((id) => ({ id, name: `Campaign ${id}` })),
      now: () => new Date(clock.now()),
      onRequest: (request) => world?.heard(request),
    });
    const proxy = await startFaultProxy(sandbox.baseUrl, { clock });
    world = new ModelWorld(sandbox, proxy, clock, options);
    return world;
  }

  async close(): Promise<void> {
    await this.#closeEngines();
    await this.proxy.close();
    await this.sandbox.close();
  }

  /** A new world at the old address. */
  async reset(needsProxy: boolean): Promise<void> {
    await this.#closeEngines();
    for (const account of Object.values(this.#accounts)) {
      for (const { id } of account.leads) account.removeLead(id);
      for (const { id } of account.campaigns) {
        if (Object.values(CAMPAIGNS).flat().includes(id)) continue;
        account.editCampaign(id, { status: "draft" });
        account.deleteCampaign(id);
      }
    }
    this.clock.shift(0);
    this.sandbox.journal.length = 0;
    this.ledger = new Ledger();
    this.story.length = 0;
    this.baseUrl = needsProxy ? this.proxy.baseUrl : this.sandbox.baseUrl;
    this.stacks = [await this.#newStack(0), await this.#newStack(1)];
  }

  async #closeEngines(): Promise<void> {
    for (const engine of this.#engines.splice(0)) await engine.close();
  }

  async #newStack(index: StackIndex): Promise<Stack> {
    const { startEngine, newNotes } = this.options;
    const real = await startEngine?.();
    if (real) this.#engines.push(real);
    const host: Host = {
      startRun: (config, options) => startProvider(config, { ...options, clock: this.clock }),
      countRequests: () => this.#countedRequests,
      newNotes: newNotes ?? (() => new Set()),
    };
    return {
      index,
      engine: real ?? new StackModel(host),
      program: { declarations: [], keyOf: { default: "a", x: "a", y: "b" } },
      unitsBefore: [],
      owedByReplace: new Set(),
      hasAdopted: false,
      isSettled: false,
    };
  }

  /** @internal Called by the sandbox. */
  heard(request: Sandbox["journal"][number]): void {
    const line = `${request.method} ${request.path}`;
    this.#requests.push(line);
    if (line !== "GET /user/me") this.#countedRequests++;
    const name: AccountName = request.headers.authorization === `Bearer ${KEYS.b}` ? "b" : "a";
    if (this.#acting !== undefined && request.status < 300) {
      const account = this.#accounts[name];
      if (request.method === "POST" && /^\/user\/campaigns?$/.test(request.path)) {
        this.ledger.campaigns.set(Math.max(...account.campaigns.map(({ id }) => id)), this.#acting);
      }
      const event = this.ledger.carriedOut(request, name, () => account.leads[0], this.clock.now(), this.#acting);
      if (event) this.#events.push(event);
    }
    this.#onRequest?.();
  }

  #takeRequests(): string[] {
    return this.#requests.splice(0);
  }

  /** @returns what the rules judge. */
  async play({ edits, command }: Turn): Promise<Step> {
    for (const edit of edits) this.#edit(edit);
    return this.#run(command);
  }

  #edit(edit: Edit): void {
    if (edit.do === "dashboard") {
      this.ledger.inDashboard(() => this.#actInDashboard(edit.pick, edit.what, edit.value));
    } else if (edit.do === "dashboard adds") {
      const { account, person, campaign } = edit;
      const place = { phone_number: phoneNumberOf(person), campaign_id: CAMPAIGNS[account][campaign] };
      const lead = this.#accounts[account].addLead(place);
      this.ledger.inDashboard(() => this.ledger.created(lead, account, this.clock.now()));
      this.#unsettle();
      this.#tell(`dashboard adds ${lead.id} (person ${person}, campaign ${lead.campaign_id})`);
    } else if (edit.do === "time passes") {
      this.clock.shift(LONG_MS);
      this.#tell("40 days pass");
    } else {
      const stack = this.stacks[edit.stack];
      const told = applyEdit(stack.program, edit);
      if (told === undefined) return;
      stack.isSettled = false;
      this.#tell(`stack ${edit.stack}: ${told}`);
    }
  }

  #unsettle(): void {
    for (const stack of this.stacks) stack.isSettled = false;
  }

  #tell(line: string): void {
    this.story.push(line);
  }

  #actInDashboard(pick: number, what: DashboardAction, value: number): void {
    const live = this.ledger.live();
    const lead = live[pick % live.length];
    if (!lead) return;
    const account = this.#accounts[lead.account];
    const change = (fields: Record<string, unknown>) => {
      account.editLead(lead.id, fields);
      this.ledger.changed(lead, fields);
    };
    switch (what) {
      case "dial":
        if (!isWaiting(lead.status)) return;
        account.editLead(lead.id, { status: "completed" });
        this.ledger.dialled(lead);
        break;
      case "remove":
        account.removeLead(lead.id);
        this.ledger.removed(lead);
        // A stack that has not heard of the call takes a young lead for one that somebody has removed while it waited.
        if (!lead.isQueued && this.#isThoughtToWait(lead)) this.ledger.allow(lead.phoneNumber, 1);
        break;
      case "renumber":
        this.#loseTrace(lead);
        change({ phone_number: phoneNumberOf(value) });
        lead.isRenumbered = true;
        break;
      case "move":
        this.#loseTrace(lead);
        // A person moves it: if that queues the lead again, it is the person's doing.
        change({ campaign_id: CAMPAIGNS[lead.account][value % 2] });
        lead.isMoved = true;
        lead.isQueued = isWaiting(lead.status);
        break;
      case "blacklist":
        change({ status: "blacklisted" });
        break;
      case "schedule":
        if (!isWaiting(lead.status)) return;
        change({ status: "scheduled" });
        break;
      case "queue":
        change({ status: "created" });
        break;
    }
    this.#unsettle();
    this.#tell(
      `dashboard: ${what} ${lead.id} (${lead.phoneNumber.slice(-2)}, campaign ${lead.campaign}, ${lead.status})`,
    );
  }

  /** Under another name and without an alias, nobody can find the lead of this person any more. */
  #loseTrace(lead: LeadRecord): void {
    const isHeld = this.stacks.some((stack) => leadsOf(stack).some(({ leadId }) => leadId === lead.id));
    if (!isHeld || lead.lostFor?.has(lead.phoneNumber)) return;
    lead.lostFor = new Set([...(lead.lostFor ?? []), lead.phoneNumber]);
    this.ledger.excuse(lead.phoneNumber);
  }

  #isThoughtToWait({ id, createdAt }: LeadRecord): boolean {
    const isYoung = this.clock.now() - createdAt < YOUNG_MS;
    return (
      isYoung &&
      this.stacks.some((stack) => leadsOf(stack).some((lead) => lead.leadId === id && isWaiting(lead.status)))
    );
  }

  /** A command of a stack that has nothing would do nothing. */
  #stackFor(index: StackIndex): Stack {
    const [first, second] = index === 0 ? this.stacks : [this.stacks[1], this.stacks[0]];
    const isEmpty = first.program.declarations.length === 0 && first.engine.resources.length === 0;
    return isEmpty ? second : first;
  }

  async #run(chosen: Command): Promise<Step> {
    const stack = this.#stackFor(chosen.stack);
    const command: Command = { ...chosen, stack: stack.index };
    const { engine, program } = stack;
    if (command.env === "FAMULOR_ADOPT") stack.hasAdopted = true;
    const goals = goalsOf(program);
    const step: Step = {
      stack,
      command,
      goals,
      ledger: this.ledger,
      preview: undefined,
      outcome: undefined,
      again: undefined,
      events: [],
      requests: { preview: [], command: [], again: [] },
      isDisturbed: command.faults.length > 0 || command.stop !== undefined,
      wasSettled: stack.isSettled,
      text: "",
    };
    const { options, configs } = this.#optionsOf(stack, command, goals);
    this.#acting = stack.index;
    this.#events = step.events;
    this.#takeRequests();
    const problem = problemOf(program);
    this.#tell(describe(command, options));
    if (command.do === "up" || command.do === "preview") {
      if (problem !== undefined) this.#tell(`  the program throws: ${problem}`);
      else await this.#previewAndUp(step, configs, options);
    } else {
      const stopper = this.#disturb(command);
      step.outcome = await engine[command.do]({ ...options, stopper });
      this.#calm();
      step.requests.command = this.#takeRequests();
      if (command.do === "destroy") noteDestroyed(stack);
    }
    this.#acting = undefined;
    forgetAsyncStorages();
    step.text = [step.preview, step.outcome, step.again].map((outcome) => outcome?.text ?? "").join("\n");
    this.#tellOutcome(step);
    this.#settle(step, options);
    return step;
  }

  async #previewAndUp(step: Step, configs: Map<string, ProviderConfig>, options: CommandOptions): Promise<void> {
    const { stack, command, goals } = step;
    const { engine } = stack;
    if (command.refreshes && command.do === "up") {
      const refreshed = await engine.refresh(options);
      if (refreshed.end !== "done") {
        step.outcome = refreshed;
        step.requests.command = this.#takeRequests();
        return;
      }
      this.#takeRequests();
    }
    const { checksEvery = 1 } = this.options;
    const isChecked = command.do === "preview" || this.#ups++ % checksEvery === 0;
    if (isChecked) {
      step.preview = await engine.preview(goals, configs, options);
      step.requests.preview = this.#takeRequests();
      if (command.do === "preview" || step.preview.end !== "done") return;
    }
    this.#grant(step, options);
    const stopper = this.#disturb(command);
    step.outcome = await engine.up(goals, configs, { ...options, stopper });
    this.#calm();
    step.requests.command = this.#takeRequests();
    if (step.outcome.end !== "done" || options.targets || !isChecked) return;
    const events = this.#events;
    this.#events = [];
    const { env, ...same } = options;
    step.again = await engine.up(goals, configs, { ...same, replace: new Set() });
    events.push(...this.#events);
    step.requests.again = this.#takeRequests();
  }

  #optionsOf(stack: Stack, command: Command, goals: Goal[]) {
    const { engine, program } = stack;
    const configs = new Map<string, ProviderConfig>();
    for (const name of new Set(goals.map(({ provider }) => provider as ProviderName))) {
      configs.set(name, {
        "famulor:apiKey": KEYS[program.keyOf[name]],
        "famulor:baseUrl": this.baseUrl,
        ...(name !== "default" && { "famulor:explicitProvider": "true" }),
      });
    }
    // A campaign as a target would need all its leads as targets.
    const names = [
      ...new Set([...goals, ...engine.resources].flatMap(({ kind, name }) => (kind === "campaign" ? [] : [name]))),
    ];
    const pick = (index: number) => names[index % names.length];
    const targets = names.length > 0 ? command.targets.flatMap((index) => pick(index) ?? []) : [];
    const replaced = command.replace === undefined || names.length === 0 ? undefined : pick(command.replace);
    const envOf = { FAMULOR_REDIAL: "allow", FAMULOR_ADOPT: "identical" };
    const options: CommandOptions = {
      env: command.env ? { [command.env]: envOf[command.env] } : {},
      targets: targets.length > 0 ? new Set(targets) : undefined,
      replace: new Set(replaced === undefined || command.do !== "up" ? [] : [replaced]),
      continueOnError: command.continueOnError,
      atOnce: command.atOnce,
    };
    return { options, configs };
  }

  /** What the user's edits since the last `up` allow, and what this command does. */
  #grant({ stack, command }: Step, { replace = new Set() }: CommandOptions): void {
    const byEdits = allowedByEdits(
      stack,
      (phoneNumber) => this.#missing(phoneNumber, stack),
      (leadId) => this.ledger.leads.get(leadId)?.isLive === true,
    );
    for (const [phoneNumber, more] of byEdits) this.ledger.allow(phoneNumber, more);
    for (const phoneNumber of allowedByCommand(stack, command, replace)) this.ledger.allowOnce(phoneNumber);
    stack.unitsBefore = unitsOf(stack);
  }

  /** How many leads of a number programs declare, and no state has. */
  #missing(phoneNumber: string, asking: Stack): number {
    let missing = 0;
    for (const stack of this.stacks) {
      const units = stack === asking ? unitsOf(stack) : stack.unitsBefore;
      const declared = units.filter((unit) => unit.phoneNumber === phoneNumber).length;
      const held = leadsOf(stack).filter((lead) => lead.phoneNumber === phoneNumber && this.#isThere(lead)).length;
      missing += Math.max(0, declared - held);
    }
    return missing;
  }

  /** A lead that somebody has removed while it waited is not there: the next refresh drops it from the state. */
  #isThere({ leadId, status }: LeadState): boolean {
    return this.ledger.leads.get(leadId)?.isLive === true || !isWaiting(status);
  }

  /** Breaks what the command has chosen. */
  #disturb({ faults, stop }: Command): Stopper {
    const stopper = new Stopper();
    if (faults.length === 0 && !stop) return stopper;
    const seen: Record<string, number> = {};
    let arrived = 0;
    let isKilled = false;
    this.proxy.decide((request) => {
      if (isKilled) return "reset-before";
      arrived++;
      if (stop && arrived > stop.after) {
        stopper.stop(stop.how);
        if (stop.how === "killed") {
          isKilled = true;
          return stop.isCarriedOut ? "reset-after" : "reset-before";
        }
      }
      const [method = ""] = request.split(" ");
      const nth = seen[method] ?? 0;
      seen[method] = nth + 1;
      return faults.find((fault) => fault.method === method && fault.nth === nth)?.fault;
    });
    return stopper;
  }

  #calm(): void {
    this.proxy.clearFaults();
  }

  #tellOutcome({ preview, outcome, requests, again }: Step): void {
    for (const [name, each] of Object.entries({ preview, command: outcome, again })) {
      if (!each) continue;
      const ops = [...each.ops].filter(([, op]) => op !== "same").map(([resource, op]) => `${op} ${resource}`);
      this.#tell(`  ${name} ${each.end}: ${ops.join(", ")} | ${requests[name as keyof typeof requests].join(", ")}`);
      for (const failure of each.failures) {
        this.#tell(
          `    ${failure.name}.${failure.in}: ${failure.error.message.split("\n").slice(0, 3).join(" / ").slice(0, 400)}`,
        );
      }
    }
  }

  #settle({ stack, command, outcome, text, events }: Step, { replace = new Set() }: CommandOptions): void {
    for (const { phoneNumber } of toldAsDeleted(text, this.ledger.leads)) this.ledger.allow(phoneNumber, 1);
    if (command.do === "preview" || outcome === undefined) return;
    if (outcome.end !== "done") forgetUnsent(stack, events);
    // What --replace has deleted, or dropped, and not created again, the next `up` creates.
    const isHeld = (name: string, phoneNumber: string) =>
      stack.engine.resources.some(
        (each) => each.name === name && leadsIn(each).some((lead) => lead.phoneNumber === phoneNumber),
      );
    const pending = unitsOf(stack).filter(({ name, phoneNumber }) => replace.has(name) && !isHeld(name, phoneNumber));
    if (outcome.end !== "done") {
      for (const { phoneNumber } of pending) {
        if (!stack.owedByReplace.has(phoneNumber)) this.ledger.excuse(phoneNumber);
        stack.owedByReplace.add(phoneNumber);
      }
    } else if (command.targets.length === 0) stack.owedByReplace.clear();
    stack.isSettled = command.do === "up" && outcome.end === "done" && command.targets.length === 0;
    if (!stack.isSettled) return;
    // Everything that was asked for is done: what was allowed and not used is allowed no more.
    for (const phoneNumber of ALL_NUMBERS) if (this.#isDone(phoneNumber, stack)) this.ledger.forget(phoneNumber);
  }

  /** Nobody will create a lead of this number before the next edit. */
  #isDone(phoneNumber: string, stack: Stack): boolean {
    const [other] = this.stacks.filter((each) => each !== stack) as [Stack];
    const isTheirs = [...other.unitsBefore, ...leadsOf(other)].some((each) => each.phoneNumber === phoneNumber);
    const isKnown = ({ leadId }: LeadState) => {
      const lead = this.ledger.leads.get(leadId);
      return lead?.isLive && lead.phoneNumber === phoneNumber;
    };
    return !isTheirs && leadsOf(stack).every((lead) => lead.phoneNumber !== phoneNumber || isKnown(lead));
  }
}

export function leadsIn({ kind, id, outs, isPendingReplacement }: Resource): LeadState[] {
  if (isPendingReplacement) return [];
  if (kind === "lead") return [readLeadState(id, outs)];
  return kind === "leadSet" ? [...readLeadSetState(outs).leads.values()] : [];
}

export function leadsOf({ engine }: Stack): LeadState[] {
  return engine.resources.flatMap(leadsIn);
}

/** A `status: "created"` that the failed command has not sent is asked for again by the next `up`. */
function forgetUnsent(stack: Stack, events: (LeadEvent | CampaignEvent)[]): void {
  const isSent = ({ phoneNumber }: Unit) =>
    leadsOf(stack).some((lead) => lead.phoneNumber === phoneNumber && lead.requestedStatus === "created") ||
    events.some(
      (event) => "body" in event && event.body.status === "created" && event.before?.phoneNumber === phoneNumber,
    );
  stack.unitsBefore = stack.unitsBefore.map((unit) =>
    unit.status === "created" && !isSent(unit) ? { ...unit, status: undefined } : unit,
  );
}

/** Who was destroyed and is still declared is asked for again by the next `up`. */
function noteDestroyed(stack: Stack): void {
  const held = leadsOf(stack);
  stack.unitsBefore = stack.unitsBefore.filter((unit) => held.some((lead) => lead.phoneNumber === unit.phoneNumber));
}

function describe({ stack, do: what, faults, stop, env, refreshes }: Command, options: CommandOptions): string {
  const flags = [
    refreshes && what === "up" && "--refresh",
    options.continueOnError && "--continue-on-error",
    options.targets && `--target ${[...options.targets].join(",")}`,
    options.replace?.size && `--replace ${[...options.replace].join(",")}`,
    env,
    options.atOnce && "at once",
    ...faults.map(({ method, nth, fault }) => `${method} ${nth}: ${fault}`),
    stop && `${stop.how} after ${stop.after}${stop.isCarriedOut ? " (carried out)" : ""}`,
  ];
  return `stack ${stack}: pulumi ${what} ${flags.filter(Boolean).join(" ")}`;
}
