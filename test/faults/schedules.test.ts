import assert from "node:assert/strict";
import fc from "fast-check";
import { runs, seed } from "../support/depth";
import type { EngineModel } from "../support/engine-model";
import { FAULTS, type NamedFault } from "../support/fault-proxy";
import { type FaultWorld, inWorlds, leaks, nextCommand, recover, startEngine } from "../support/fault-world";
import type { Props } from "../support/hooks";

/** SCHEDULE_RUNS=2000 SCHEDULE_SEED=… for a longer or a repeated run. */
const RUNS = runs("SCHEDULE_RUNS", { quick: 24, full: 200 });
const SEED = seed("SCHEDULE_SEED");
const WORLDS = runs("SCHEDULE_WORLDS", { quick: 12, full: 12 });

const faults = (from: readonly NamedFault[]) =>
  fc.array(fc.option(fc.constantFrom(...from), { nil: undefined, freq: 2 }), { maxLength: 16 });
// A sandbox that refuses every connection counts as ended, and a lead in it as deleted.
const faultsOfDelete = faults(FAULTS.filter((fault) => fault !== "refuse"));

const leads = fc.array(
  fc.record(
    {
      campaignId: fc.constantFrom(1, 2),
      variables: fc.dictionary(fc.constantFrom("name", "visits"), fc.oneof(fc.constant("Anna"), fc.nat(3))),
      secondaryContacts: fc.constantFrom([], [{ phoneNumber: "+493023125900" }]),
      status: fc.constantFrom("completed", "reached-max-retries"),
      allowDuplicate: fc.boolean(),
    },
    { requiredKeys: ["campaignId"] },
  ),
  { minLength: 2, maxLength: 6 },
);
const edits = fc.array(
  fc.record(
    { campaignId: fc.constantFrom(1, 2), variables: fc.constant({ name: "Anne" }), status: fc.constant("created") },
    { requiredKeys: [] },
  ),
  { maxLength: 6 },
);

/** Faults for each phase of a stack's life. */
const schedule = fc.record({
  leads,
  edits,
  create: faults(FAULTS),
  refresh: fc.option(faults(FAULTS), { nil: undefined }),
  secondUp: faults(FAULTS),
  edit: faults(FAULTS),
  destroy: faultsOfDelete,
});
type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

describe("random schedules of faults over several leads at once", function () {
  this.timeout(3_600_000);

  it(`${RUNS} of them end with every person called once (SCHEDULE_SEED=${SEED})`, async () => {
    const wrong: string[] = [];
    let requests = 0;
    await inWorlds(fc.sample(schedule, { numRuns: RUNS, seed: SEED }), WORLDS, async (world, each) => {
      const before = world.proxy.requests.length;
      await live(world, each).catch((error) => wrong.push(`${JSON.stringify(each)}\n${error.message}`));
      requests += world.proxy.requests.length - before;
      world.proxy.clearFaults();
      for (const { id } of world.sandbox.leads) world.sandbox.account.removeLead(id);
    });
    console.log(`      ${RUNS} schedules, ${requests} requests`);
    assert.equal(wrong.length, 0, `${wrong.length} went wrong:\n${wrong.join("\n\n")}`);
  });
});

const numberOf = (index: number) => `+49302312500${index}`;

async function live(world: FaultWorld, { leads, edits, create, refresh, secondUp, edit, destroy }: Schedule) {
  const { sandbox, proxy } = world;
  sandbox.journal.length = 0;
  const printed = world.listen();
  const said: Error[] = [];
  const engine = await startEngine(world, "lead");
  const program = new Map<string, Props>(
    leads.map((lead, index) => [`lead-${index}`, { ...lead, phoneNumber: numberOf(index) }]),
  );
  const note = (failed: Map<string, Error>) => said.push(...failed.values());

  proxy.script(create);
  note(await engine.up(program, { atOnce: true }));
  await nextCommand(world, engine, "lead");
  if (refresh) {
    proxy.script(refresh);
    note(await engine.refresh());
    await nextCommand(world, engine, "lead");
  }
  proxy.script(secondUp);
  note(await engine.up(program, { atOnce: true }));
  assert.deepEqual([...(await recover(world, engine, "lead", program))], [], "recovered");
  check(world, engine, program);

  for (const [index, change] of edits.entries()) {
    const declared = program.get(`lead-${index}`);
    if (declared) program.set(`lead-${index}`, { ...declared, ...change });
  }
  await nextCommand(world, engine, "lead");
  proxy.script(edit);
  note(await engine.up(program, { atOnce: true }));
  assert.deepEqual([...(await recover(world, engine, "lead", program))], [], "edited");
  check(world, engine, program);

  await nextCommand(world, engine, "lead");
  proxy.script(destroy);
  note(await engine.up(new Map(), { atOnce: true }));
  assert.deepEqual([...(await recover(world, engine, "lead", new Map()))], [], "destroyed");
  assert.deepEqual(sandbox.leads, [], "nobody is left over");

  const everything = [printed(), ...said.map(String)].join("\n");
  assert.ok(
    !leaks(
      everything,
      [...program.values()].map(({ phoneNumber }) => String(phoneNumber)),
    ),
    "nothing leaks",
  );
}

function check({ sandbox }: FaultWorld, engine: EngineModel, program: Map<string, Props>): void {
  for (const [name, { phoneNumber, campaignId, variables }] of program) {
    const made = sandbox.journal.filter(
      ({ method, path, status, body }) =>
        method === "POST" && path === "/user/lead" && status === 200 && (body as Props).phone_number === phoneNumber,
    );
    assert.equal(made.length, 1, `${name} was made once`);
    const queued = sandbox.journal.filter(
      ({ method, path, status, body }) =>
        method === "PUT" &&
        status === 200 &&
        path.endsWith(`/${engine.state.get(name)?.id}`) &&
        (body as Props).status === "created",
    );
    assert.ok(queued.length <= 1, `${name} was queued again once at most`);
    const [lead, ...others] = sandbox.leads.filter((each) => each.phone_number === phoneNumber);
    assert.equal(others.length, 0, `${name} is there once`);
    assert.equal(String(lead?.id), engine.state.get(name)?.id, `${name} is in state`);
    assert.equal(lead?.campaign_id, campaignId, `${name} is in its campaign`);
    for (const [variable, value] of Object.entries((variables ?? {}) as Props)) {
      assert.equal(String(lead?.variables[variable]), String(value), `${variable} of ${name}`);
    }
  }
  assert.equal(sandbox.leads.length, program.size, "nobody is there who is not declared");
}
