import assert from "node:assert/strict";
import type { Sandbox } from "../../src/sandbox";
import { runs } from "../support/depth";
import type { EngineModel } from "../support/engine-model";
import { FAULTS, faultsAt, type NamedFault } from "../support/fault-proxy";
import { type FaultWorld, inWorlds, leaks, nextCommand, recover, startEngine } from "../support/fault-world";
import type { Kind, Props } from "../support/hooks";

/** Something a user does to one resource. `before`: what is declared and there already. */
interface Operation {
  name: string;
  kind: Exclude<Kind, "leadSet">;
  before?: Props;
  /** Declared while the faults happen. Absent: destroy. */
  declared?: Props;
  /** A refresh, of what `before` declares. */
  refresh?: true;
  /** How many times the person, or the campaign, is created in all. @default 1 */
  timesMade?: number;
}

const PHONE_NUMBER = "+493023125000";
const CONTACT_NUMBER = "+493023125001";
const CAMPAIGN_NAME = "Spring";

const lead = { campaignId: 1, phoneNumber: PHONE_NUMBER, variables: { name: "Anna" } };
const withContact = { ...lead, secondaryContacts: [{ phoneNumber: CONTACT_NUMBER }] };
const campaign = { name: CAMPAIGN_NAME, assistantId: 1, maxRetries: 2 };
/** Each case creates its campaign, with a lead in it. */
const run = {};

const OPERATIONS: Operation[] = [
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
/** How many cases run at once: they mostly wait for requests that time out. */
const WORLDS = 6;
/** At each request, one of this many faults. MATRIX_STEP=1 for all faults. */
const STEP = runs("MATRIX_STEP", { quick: 8, full: 1 });

describe(`every fault at every request of every hook${STEP > 1 ? `, one in ${STEP} of these` : ""}`, function () {
  this.timeout(900_000);

  it("ends with each person and campaign created once, in state, deletable, and with nothing leaked", async () => {
    const requestsOf = new Map<string, number>();
    await inWorlds(OPERATIONS, 4, async (world, operation) => {
      requestsOf.set(operation.name, await countRequests(world, operation));
    });
    const places = OPERATIONS.flatMap((operation) =>
      Array.from({ length: requestsOf.get(operation.name) ?? 0 }, (_, request) => ({ operation, request })),
    );
    const cases = places
      .flatMap((place, at) => faultsAt(at, STEP).map((fault) => ({ ...place, fault })))
      .map((each, index): Case => ({ ...each, index }));
    const wrong: string[] = [];
    const totals = { duplicates: 0, losses: 0, orphans: 0, leaks: 0 };
    await inWorlds(cases, WORLDS, async (world, each) => {
      const seen = await runCase(world, each);
      for (const [what, count] of Object.entries(seen.totals)) totals[what as keyof typeof totals] += count;
      if (seen.wrong.length > 0) {
        wrong.push(`${each.operation.name}, request ${each.request}, ${each.fault}: ${seen.wrong.join("; ")}`);
      }
    });
    console.log(
      `      ${places.length} requests x ${FAULTS.length} faults, of these ${cases.length} runs: ${Object.entries(
        totals,
      )
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
  const { kind, declared, refresh } = operation;
  const campaignId = campaignForRun(world, operation);
  const engine = await goUp(world, operation, campaignId);
  const earlier = world.proxy.requests.length;
  const failed = refresh ? await engine.refresh() : await engine.up(programOf(declared, campaignId));
  assert.deepEqual([...failed], [], operation.name);
  const count = world.proxy.requests.length - earlier;
  await nextCommand(world, engine, kind);
  await engine.up(new Map());
  clear(world);
  return count;
}

/** Declares what exists `before`. What follows is another command. */
async function goUp(world: FaultWorld, { kind, before }: Operation, campaignId: number): Promise<EngineModel> {
  const engine = await startEngine(world, kind);
  if (before) {
    assert.deepEqual([...(await engine.up(programOf(before, campaignId)))], []);
    await nextCommand(world, engine, kind);
  }
  return engine;
}

function clear({ sandbox }: FaultWorld): void {
  for (const { id } of sandbox.leads) sandbox.account.removeLead(id);
  for (const { id, name } of sandbox.campaigns) if (name === CAMPAIGN_NAME) sandbox.account.deleteCampaign(id);
}

async function runCase(world: FaultWorld, { operation, fault, request, index }: Case) {
  const { kind, before, declared, refresh, timesMade = 1 } = operation;
  const { sandbox, proxy } = world;
  const wrong: string[] = [];
  const totals = { duplicates: 0, losses: 0, orphans: 0, leaks: 0 };
  const fail = (what: keyof typeof totals | undefined, message: string) => {
    if (what) totals[what]++;
    wrong.push(what ? `${what}: ${message}` : message);
  };

  const campaignId = campaignForRun(world, operation);
  sandbox.journal.length = 0;
  const printed = world.listen();
  const engine = await goUp(world, operation, campaignId);

  proxy.script([...Array<undefined>(request).fill(undefined), fault]);
  const startedAt = world.clock.now();
  const program = programOf(refresh ? before : declared, campaignId);
  const errors = [...(refresh ? await engine.refresh() : await engine.up(program)).values()];
  if (world.clock.now() - startedAt > 90_000) fail(undefined, "it took longer than its budget");
  proxy.clearFaults();

  // Every other time a refresh comes between, which clears the engine's own marks.
  if (index % 2 === 1) {
    await nextCommand(world, engine, kind);
    errors.push(...(await engine.refresh()).values());
  }
  const left = await recover(world, engine, kind, program);
  for (const error of left.values()) fail(undefined, `not recovered: ${error.message}`);
  errors.push(...left.values());

  const made = successes(sandbox, "POST", kind === "lead" ? ["/user/lead"] : ["/user/campaigns"]).length;
  if (made > timesMade) fail("duplicates", `made ${made} times`);
  const queued = successes(sandbox, "PUT").filter(({ body }) => (body as Props).status === "created").length;
  if (queued > 1) fail("duplicates", `queued ${queued} times`);

  const there = idsThere(sandbox, kind, campaignId);
  const inState = [...engine.state.values()].map(({ id }) => Number(id));
  if (there.join() !== inState.join()) fail("losses", `${there.join() || "none"} there, ${inState.join()} in state`);
  if (there.length !== program.size) fail("losses", `${there.length} there, ${program.size} declared`);

  await nextCommand(world, engine, kind);
  for (const error of (await engine.up(new Map())).values()) fail(undefined, `not destroyed: ${error.message}`);
  const leftOver = idsThere(sandbox, kind, campaignId);
  if (leftOver.length > 0) fail("orphans", leftOver.join());
  clear(world);

  const everything = [printed(), ...errors.map(String)].join("\n");
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
