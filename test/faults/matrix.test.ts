import assert from "node:assert/strict";
import type { Sandbox } from "../../src/sandbox";
import { EngineModel } from "../support/engine-model";
import { FAULTS, type NamedFault } from "../support/fault-proxy";
import { type FaultWorld, inWorlds, leaks, recover } from "../support/fault-world";
import type { Kind, Props } from "../support/plugin";

/** Something a user does to one resource. `before`: what is declared and there already. */
interface Operation {
  name: string;
  kind: Exclude<Kind, "leadSet">;
  before?: Props;
  /** Declared while the faults happen. Absent: destroy. */
  declared?: Props;
  /** A refresh, of what `before` declares. */
  refresh?: true;
  /** In a process that has not asked yet who the key belongs to. */
  inNewProcess?: true;
  /** How often the person, or the campaign, is to be made in all. Default: once. */
  timesMade?: number;
}

const PHONE_NUMBER = "+493023125000";
const CONTACT_NUMBER = "+493023125001";
const CAMPAIGN_NAME = "Spring";

const lead = { campaignId: 1, phoneNumber: PHONE_NUMBER, variables: { name: "Anna" } };
const withContact = { ...lead, secondaryContacts: [{ phoneNumber: CONTACT_NUMBER }] };
const campaign = { name: CAMPAIGN_NAME, assistantId: 1, maxRetries: 2 };
/** Its campaign is made for each case, with a lead in it. */
const run = {};

const OPERATIONS: Operation[] = [
  { name: "create of a lead, the first", kind: "lead", declared: withContact, inNewProcess: true },
  { name: "create of a lead", kind: "lead", declared: withContact },
  { name: "create with a status", kind: "lead", declared: { ...lead, status: "completed" } },
  { name: "create with adoptExisting", kind: "lead", declared: { ...lead, adoptExisting: true } },
  { name: "create with allowDuplicate", kind: "lead", declared: { ...lead, allowDuplicate: true } },
  {
    name: "change of variables",
    kind: "lead",
    before: lead,
    declared: { ...lead, variables: { name: "Anne", visits: 2 } },
  },
  { name: "move", kind: "lead", before: lead, declared: { ...lead, campaignId: 2 } },
  {
    name: "status created",
    kind: "lead",
    before: { ...lead, status: "completed" },
    declared: { ...lead, status: "created" },
  },
  { name: "replacement", kind: "lead", before: lead, declared: withContact, timesMade: 2 },
  { name: "refresh of a lead", kind: "lead", before: withContact, refresh: true },
  { name: "delete of a lead", kind: "lead", before: withContact },
  { name: "create of a campaign, the first", kind: "campaign", declared: campaign, inNewProcess: true },
  { name: "create of a campaign", kind: "campaign", declared: campaign },
  { name: "refresh of a campaign", kind: "campaign", before: campaign, refresh: true },
  { name: "delete of a campaign", kind: "campaign", before: campaign },
  {
    name: "delete of a campaign with forceDestroy",
    kind: "campaign",
    before: { ...campaign, forceDestroy: true },
  },
  { name: "start", kind: "campaignRun", declared: run },
  { name: "refresh of a run", kind: "campaignRun", before: run, refresh: true },
  { name: "stop", kind: "campaignRun", before: run },
];

interface Case {
  operation: Operation;
  fault: NamedFault;
  /** Which request of the operation meets it, 0 first. */
  request: number;
  index: number;
}

const NAME = "it";
/** Processes are mostly waiting: for time-outs, and for the second look. */
const WORLDS = 8;

describe("every fault at every request of every hook", function () {
  this.timeout(900_000);

  it("ends with each person and campaign made once, in state, deletable, and with nothing leaked", async () => {
    const requestsOf = new Map<string, number>();
    await inWorlds(OPERATIONS, 4, async (world, operation) => {
      requestsOf.set(operation.name, await countRequests(world, operation));
    });
    const cases: Case[] = [];
    for (const operation of OPERATIONS) {
      for (let request = 0; request < (requestsOf.get(operation.name) ?? 0); request++) {
        for (const fault of FAULTS) {
          cases.push({ operation, fault, request, index: cases.length });
        }
      }
    }
    const wrong: string[] = [];
    const totals = { doubles: 0, losses: 0, orphans: 0, leaks: 0 };
    await inWorlds(cases, WORLDS, async (world, each) => {
      const seen = await runCase(world, each);
      for (const [what, count] of Object.entries(seen.totals)) totals[what as keyof typeof totals] += count;
      if (seen.wrong.length > 0) {
        wrong.push(`${each.operation.name}, request ${each.request}, ${each.fault}: ${seen.wrong.join("; ")}`);
      }
    });
    const rows = [...requestsOf.values()].reduce((sum, requests) => sum + requests, 0);
    console.log(
      `      ${rows} requests x ${FAULTS.length} faults = ${cases.length} runs: ${Object.entries(totals)
        .map(([what, count]) => `${count} ${what}`)
        .join(", ")}`,
    );
    assert.equal(wrong.length, 0, `\n${wrong.join("\n")}`);
  });
});

/** For a run: a campaign with a lead in it. */
function campaignForRun({ sandbox }: FaultWorld, { kind }: Operation): number {
  if (kind !== "campaignRun") return 0;
  const { id } = sandbox.account.addCampaign({ name: CAMPAIGN_NAME });
  sandbox.account.addLead({ campaign_id: id, phone_number: PHONE_NUMBER });
  return id;
}

function programOf(declared: Props | undefined, campaignId: number): Map<string, Props> {
  return new Map(declared ? [[NAME, campaignId > 0 ? { campaignId } : declared]] : []);
}

/** Without a fault. Also shows that the operation works at all. */
async function countRequests(world: FaultWorld, operation: Operation): Promise<number> {
  const { kind, before, declared, refresh, inNewProcess } = operation;
  const campaignId = campaignForRun(world, operation);
  if (inNewProcess) await world.renew();
  else await askWhoWeAre(world);
  const engine = new EngineModel(world.plugin.of(kind));
  if (before) await engine.up(programOf(before, campaignId));
  await nextCommand(world, operation, engine);
  const earlier = world.proxy.requests.length;
  const failed = refresh ? await engine.refresh() : await engine.up(programOf(declared, campaignId));
  assert.deepEqual([...failed], [], operation.name);
  const count = world.proxy.requests.length - earlier;
  await nextCommand(world, operation, engine);
  await engine.up(new Map());
  clear(world);
  return count;
}

/**
 * A process that has declared a campaign's run does not stop it: then it was renamed. So for runs each command is a process of
 * its own, as with the real engine.
 */
async function nextCommand(world: FaultWorld, { kind }: Operation, engine: EngineModel): Promise<void> {
  if (kind !== "campaignRun") return;
  await world.renew();
  engine.hooks = world.plugin.of(kind);
}

/** That is asked once per process; here it is out of the way. */
async function askWhoWeAre({ plugin }: FaultWorld): Promise<void> {
  const { id, outs } = await plugin.create({ ...lead, campaignId: 2 });
  await plugin.delete(id, outs);
}

function clear({ sandbox }: FaultWorld): void {
  for (const { id } of sandbox.leads) sandbox.account.removeLead(id);
  for (const { id, name } of sandbox.campaigns) if (name === CAMPAIGN_NAME) sandbox.account.deleteCampaign(id);
}

async function runCase(world: FaultWorld, { operation, fault, request, index }: Case) {
  const { kind, before, declared, refresh, inNewProcess, timesMade = 1 } = operation;
  const { sandbox, proxy } = world;
  const wrong: string[] = [];
  const totals = { doubles: 0, losses: 0, orphans: 0, leaks: 0 };
  const fail = (what: keyof typeof totals | undefined, message: string) => {
    if (what) totals[what]++;
    wrong.push(what ? `${what}: ${message}` : message);
  };

  const campaignId = campaignForRun(world, operation);
  if (inNewProcess) await world.renew();
  else await askWhoWeAre(world);
  const engine = new EngineModel(world.plugin.of(kind));
  sandbox.journal.length = 0;
  if (before) await engine.up(programOf(before, campaignId));
  await nextCommand(world, operation, engine);
  const printedBefore = [world.plugin, world.next, world.adopting].map(({ output }) => output.length);
  const printedSince = () =>
    [world.plugin, world.next, world.adopting].map(({ output }, at) => output.slice(printedBefore[at])).join("\n");

  proxy.script([...Array<undefined>(request).fill(undefined), fault]);
  const startedAt = Date.now();
  const program = programOf(refresh ? before : declared, campaignId);
  const errors = [...(refresh ? await engine.refresh() : await engine.up(program)).values()];
  if (Date.now() - startedAt > 90_000) fail(undefined, "it took longer than its budget");
  proxy.mend();

  // Every other time a refresh comes between, which clears the engine's own marks.
  engine.hooks = world.next.of(kind);
  if (index % 2 === 1) errors.push(...(await engine.refresh()).values());
  const left = await recover(world, engine, kind, program);
  for (const error of left.values()) fail(undefined, `not recovered: ${error.message}`);
  errors.push(...left.values());

  const made = successes(sandbox, "POST", kind === "lead" ? ["/user/lead"] : ["/user/campaigns"]).length;
  if (made > timesMade) fail("doubles", `made ${made} times`);
  const queued = successes(sandbox, "PUT").filter(({ body }) => (body as Props).status === "created").length;
  if (queued > 1) fail("doubles", `queued ${queued} times`);

  const there = idsThere(sandbox, kind, campaignId);
  const inState = [...engine.state.values()].map(({ id }) => Number(id));
  if (there.join() !== inState.join()) fail("losses", `${there.join() || "none"} there, ${inState.join()} in state`);
  if (there.length !== program.size) fail("losses", `${there.length} there, ${program.size} declared`);

  const printed = printedSince();
  engine.hooks = world.next.of(kind);
  await nextCommand(world, operation, engine);
  for (const error of (await engine.up(new Map())).values()) fail(undefined, `not destroyed: ${error.message}`);
  const leftOver = idsThere(sandbox, kind, campaignId);
  if (leftOver.length > 0) fail("orphans", leftOver.join());
  clear(world);

  const everything = [printed, printedSince(), ...errors.map(String)].join("\n");
  if (leaks(everything, [PHONE_NUMBER, CONTACT_NUMBER])) fail("leaks", everything.slice(0, 500));
  return { wrong, totals };
}

function successes({ journal }: Sandbox, method: string, paths?: string[]) {
  return journal.filter((each) => each.method === method && each.status < 300 && (paths?.includes(each.path) ?? true));
}

/** What is in Famulor of the one resource of a case. */
function idsThere({ leads, campaigns }: Sandbox, kind: Operation["kind"], campaignId: number): number[] {
  switch (kind) {
    case "lead":
      return leads.map(({ id }) => id);
    case "campaign":
      return campaigns.filter(({ name }) => name === CAMPAIGN_NAME).map(({ id }) => id);
    case "campaignRun":
      return campaigns.filter(({ id, status }) => id === campaignId && status === "in-progress").map(({ id }) => id);
  }
}
