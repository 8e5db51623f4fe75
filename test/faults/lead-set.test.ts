import assert from "node:assert/strict";
import fc from "fast-check";
import type { Sandbox } from "../../src/sandbox";
import { runs, seed } from "../support/depth";
import { FAULTS, faultsAt, type NamedFault } from "../support/fault-proxy";
import { type FaultWorld, inWorlds, leaks, nextCommand, recover, startEngine } from "../support/fault-world";
import type { Props } from "../support/hooks";

/** SET_ROWS=200 SET_SCHEDULES=500 SET_SEED=… for larger sets and a longer or a repeated run. */
const ROWS = runs("SET_ROWS", { quick: 20, full: 20 });
const SCHEDULES = runs("SET_SCHEDULES", { quick: 12, full: 60 });
const SEED = seed("SET_SEED");
/** At each of these requests, one of this many faults. SET_STEP=1 for all faults. */
const STEP = runs("SET_STEP", { quick: 8, full: 1 });
const WORLDS = 6;

const NAME = "guests";
const number = (index: number) => `+493023125${String(index).padStart(3, "0")}`;

function rows(from: number, to: number, more: Props = {}): Record<string, Props> {
  const row = (index: number) => ({ phoneNumber: number(index), variables: { name: `Guest ${index}` }, ...more });
  return Object.fromEntries(
    Array.from({ length: to - from }, (_, index) => [`row-${from + index}`, row(from + index)]),
  );
}

/** What a user does to a set. `before`: what is declared and there already. */
interface Operation {
  name: string;
  before?: Props;
  declared?: Props;
  refresh?: true;
}
const all = { campaignId: 1, leads: rows(0, ROWS) };
const third = Math.ceil(ROWS / 3);
const OPERATIONS: Operation[] = [
  { name: "create", declared: all },
  { name: "create with statuses", declared: { ...all, leads: rows(0, ROWS, { status: "completed" }) } },
  { name: "create with allowDuplicate", declared: { ...all, allowDuplicate: true } },
  {
    name: "edit: a third removed, a third changed, a third added",
    before: all,
    declared: {
      ...all,
      leads: { ...rows(third, ROWS + third), ...rows(third, 2 * third, { variables: { name: "Other" } }) },
    },
  },
  { name: "move", before: all, declared: { ...all, campaignId: 2 } },
  { name: "refresh", before: all, refresh: true },
  { name: "delete", before: all },
];

describe(`every fault in a set of ${ROWS} leads${STEP > 1 ? `, one in ${STEP} of these` : ""}`, function () {
  this.timeout(3_600_000);

  it("at the first requests, in the middle and at the last one: each person created once, in state, deletable", async () => {
    const requestsOf = new Map<string, number>();
    await inWorlds(OPERATIONS, 4, async (world, operation) => {
      const { errors, requests } = await carryOut(world, operation, []);
      assert.deepEqual(errors, [], operation.name);
      requestsOf.set(operation.name, requests);
      clear(world);
    });
    const places = OPERATIONS.flatMap((operation) => {
      const count = requestsOf.get(operation.name) ?? 0;
      const at = new Set([0, 1, 2, count >> 1, count - 1].filter((request) => request >= 0 && request < count));
      return [...at].map((request) => ({ operation, request }));
    });
    const cases = places.flatMap((place, at) => faultsAt(at, STEP).map((fault) => ({ ...place, fault })));
    const wrong: string[] = [];
    await inWorlds(cases, WORLDS, async (world, { operation, fault, request }) => {
      // A sandbox that refuses every connection counts as ended, and a lead in it as deleted.
      if (fault === "refuse" && operation.name === "delete") return;
      const script = [...Array<undefined>(request).fill(undefined), fault];
      const problems = await problemsAfter(world, operation, script);
      if (problems.length > 0) wrong.push(`${operation.name}, request ${request}, ${fault}: ${problems.join("; ")}`);
    });
    console.log(`      ${cases.length} runs`);
    assert.equal(wrong.length, 0, `\n${wrong.join("\n")}`);
  });

  const faults = fc.array(
    fc.option(fc.constantFrom(...FAULTS.filter((fault) => fault !== "refuse")), { nil: undefined, freq: 4 }),
    { minLength: 1, maxLength: 2 * ROWS },
  );
  const schedule = fc.record({ operation: fc.constantFrom(...OPERATIONS), faults });

  it(`${SCHEDULES} random schedules end with every person created once (SET_SEED=${SEED})`, async () => {
    const wrong: string[] = [];
    const schedules = fc.sample(schedule, { numRuns: SCHEDULES, seed: SEED });
    await inWorlds(schedules, WORLDS, async (world, each) => {
      const problems = await problemsAfter(world, each.operation, each.faults);
      if (problems.length > 0) {
        wrong.push(`${each.operation.name}, ${JSON.stringify(each.faults)}: ${problems.join("; ")}`);
      }
    });
    assert.equal(wrong.length, 0, `\n${wrong.join("\n")}`);
  });
});

const programOf = (declared: Props | undefined) => new Map(declared ? [[NAME, declared]] : []);

async function carryOut(world: FaultWorld, operation: Operation, script: (NamedFault | undefined)[]) {
  const { before, declared, refresh } = operation;
  const engine = await startEngine(world, "leadSet");
  if (before) {
    assert.deepEqual([...(await engine.up(programOf(before)))], []);
    await nextCommand(world, engine, "leadSet");
  }
  const earlier = world.proxy.requests.length;
  world.proxy.script(script);
  const failed = refresh ? await engine.refresh() : await engine.up(programOf(declared));
  world.proxy.clearFaults();
  const errors = [...failed.values()].map(String);
  return { engine, errors, requests: world.proxy.requests.length - earlier };
}

/** What is wrong after these faults, and after what a user then does. */
async function problemsAfter(world: FaultWorld, operation: Operation, script: (NamedFault | undefined)[]) {
  const { sandbox } = world;
  const wrong: string[] = [];
  const printed = world.listen();
  sandbox.journal.length = 0;
  const startedAt = world.clock.now();
  const { engine, errors } = await carryOut(world, operation, script);
  if (world.clock.now() - startedAt > 90_000) wrong.push("it took longer than a lead's budget");

  const program = programOf(operation.refresh ? operation.before : operation.declared);
  const left = await recover(world, engine, "leadSet", program);
  for (const error of left.values()) wrong.push(`not recovered: ${error.message}`);
  const outs = engine.state.get(NAME)?.outs;
  if (outs?.unfinishedRows !== undefined) wrong.push(`not recovered: ${outs.problems}`);

  const posts = sandbox.journal.filter((each) => each.method === "POST" && each.status < 300);
  const people = posts.map(({ body }) => (body as Props).phone_number);
  if (new Set(people).size < people.length) wrong.push(`duplicates: ${people.length - new Set(people).size}`);
  const inState = Object.values((outs?.leadIds ?? {}) as Record<string, number>);
  if (inState.sort().join() !== idsThere(sandbox).join())
    wrong.push("losses: the state holds other leads than there are");
  const declared = Object.keys((program.get(NAME)?.leads ?? {}) as Props).length;
  if (sandbox.leads.length !== declared) wrong.push(`${sandbox.leads.length} leads, ${declared} declared`);

  await nextCommand(world, engine, "leadSet");
  for (const error of (await engine.up(new Map())).values()) wrong.push(`not destroyed: ${error.message}`);
  if (sandbox.leads.length > 0) wrong.push(`orphans: ${sandbox.leads.length}`);
  clear(world);
  if (
    leaks([printed(), ...errors, JSON.stringify(outs?.problems)].join("\n"), [number(0), number(1), number(ROWS - 1)])
  ) {
    wrong.push("leaks");
  }
  return wrong;
}

const idsThere = ({ leads }: Sandbox) => leads.map(({ id }) => id).sort();

function clear({ sandbox }: FaultWorld): void {
  for (const { id } of sandbox.leads) sandbox.account.removeLead(id);
}
