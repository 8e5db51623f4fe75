import assert from "node:assert/strict";
import fc from "fast-check";
import { SANDBOX_DIALECTS, type Sandbox, type SandboxDialect } from "../../src/sandbox";
import { runs, seed } from "../support/depth";
import { EngineModel } from "../support/engine-model";
import type { Props } from "../support/hooks";
import { startWorld, type World } from "../support/world";

/** HISTORY_RUNS=5000 HISTORY_SEED=… for a longer or a repeated run. */
const RUNS = runs("HISTORY_RUNS", { quick: 40, full: 500 });
const SEED = seed("HISTORY_SEED");

const LEADS = 8;
const CAMPAIGNS = [1, 2];

/** Every lead has its own three numbers, so that a random program never declares a person twice. */
const numberOf = (lead: number, variant: number) => `+493023125${lead}${variant}0`;

const variables = fc.dictionary(
  fc.constantFrom("name", "visits", "vip"),
  fc.oneof(fc.constantFrom("Anna", "Anna ", "", " ", "2"), fc.integer({ min: 0, max: 3 }), fc.boolean()),
);
const contacts = fc.constantFrom(
  [],
  [{ phoneNumber: "+4930231259" }],
  [{ phoneNumber: "+4930231258" }, { phoneNumber: "+4930231259" }],
);
const args = fc.record(
  {
    campaignId: fc.constantFrom(...CAMPAIGNS),
    variant: fc.nat(2),
    variables,
    secondaryContacts: contacts,
    status: fc.constantFrom("created", "completed", "reached-max-retries"),
    allowDuplicate: fc.boolean(),
  },
  { requiredKeys: ["campaignId", "variant"] },
);
const leadIndex = fc.nat(LEADS - 1);
const liveStatus = fc.constantFrom("scheduled", "processing", "rescheduled", "completed", "blacklisted", "contacted");

type Step =
  | { kind: "declare"; lead: number; args: { campaignId: number; variant: number } & Props }
  | { kind: "drop"; lead: number }
  | { kind: "outside edit"; lead: number; edit: Props }
  | { kind: "outside removal"; lead: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("declare" as const), lead: leadIndex, args }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("drop" as const), lead: leadIndex }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("outside edit" as const),
      lead: leadIndex,
      edit: fc.record(
        { variables, status: liveStatus, campaign_id: fc.constantFrom(...CAMPAIGNS) },
        { requiredKeys: [] },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("outside removal" as const), lead: leadIndex }) },
);
/** A few steps between two applies. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });

// Under foreign-is-403 nobody can tell a lead that is gone from one of another account, and its delete is an error.
const dialects = (Object.keys(SANDBOX_DIALECTS) as SandboxDialect[]).filter((each) => each !== "foreign-is-403");

describe("random histories of random programs", function () {
  this.timeout(600_000);
  const worlds = new Map<string, World>();
  async function worldOf(dialect: SandboxDialect | undefined): Promise<World> {
    const known = worlds.get(String(dialect));
    if (known) return known;
    const world = await startWorld({ sandbox: { dialects: dialect ? [dialect] : [] } });
    world.sandbox.account.addCampaign({ name: "Other" });
    worlds.set(String(dialect), world);
    return world;
  }
  after(() => Promise.all([...worlds.values()].map((world) => world.close())));

  it(`${RUNS} of them end as declared, with nobody called twice (HISTORY_SEED=${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.constantFrom(undefined, ...dialects), async (applies, dialect) => {
        const world = await worldOf(dialect);
        const { sandbox } = world;
        const engine = new EngineModel(world.provider);
        /** Each `pulumi` command is a separate run. */
        const command = async <T>(work: () => Promise<T>): Promise<T> => {
          const run = await world.newRun();
          engine.hooks = run;
          return work().finally(() => run.close());
        };
        const program = new Map<string, Props>();
        sandbox.journal.length = 0;
        // What a failed run left would hide the shortest history that fails.
        for (const { id } of sandbox.leads) sandbox.account.removeLead(id);
        for (const steps of applies) {
          for (const each of steps) take(each, program, engine, sandbox);
          assert.deepEqual([...(await command(() => engine.refresh()))], []);
          const refused = await command(() => engine.up(program));
          for (const [name, error] of refused) {
            const resource = engine.state.get(name);
            const lead = sandbox.leads.find(({ id }) => id === Number(resource?.id));
            // A move may queue a lead to be called, so a blacklisted one stays where it is.
            const expected = lead?.status === "blacklisted" ? /FAMULOR_REDIAL|it is blacklisted/ : /FAMULOR_REDIAL/;
            assert.match(error.message, expected, `${name} may only be refused for its contacts, or as blacklisted`);
            assert.notEqual(resource?.outs.status, "created");
          }
          checkWorld(program, engine, sandbox, refused);
          await command(() => checkNoOp(program, engine, sandbox, refused));
        }
        await command(() => engine.up(new Map()));
        assert.deepEqual(sandbox.leads, [], "destroy leaves nothing");
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

function take(each: Step, program: Map<string, Props>, engine: EngineModel, sandbox: Sandbox): void {
  const name = `lead-${each.lead}`;
  const leadId = Number(engine.state.get(name)?.id);
  const isThere = sandbox.leads.some((lead) => lead.id === leadId);
  if (each.kind === "declare") {
    const { variant, ...rest } = each.args;
    program.set(name, { ...rest, phoneNumber: numberOf(each.lead, variant) });
  } else if (each.kind === "drop") {
    program.delete(name);
  } else if (isThere && each.kind === "outside edit") {
    sandbox.account.editLead(leadId, each.edit);
  } else if (isThere) {
    sandbox.account.removeLead(leadId);
  }
}

function checkWorld(
  program: Map<string, Props>,
  engine: EngineModel,
  sandbox: Sandbox,
  refused: Map<string, Error>,
): void {
  const text = (variables: object, names: string[]) =>
    Object.fromEntries(
      Object.entries(variables)
        .filter(([name]) => names.includes(name))
        .map(([name, value]) => [name, String(value ?? "").trim()]),
    );
  let alive = 0;
  for (const [name, declared] of program) {
    const resource = engine.state.get(name);
    assert.ok(resource, `${name} is in state`);
    if (resource.outs.status === "gone") continue;
    alive++;
    const lead = sandbox.leads.find(({ id }) => id === Number(resource.id));
    assert.ok(lead, `${name} exists`);
    if (refused.has(name)) continue;
    const variables = (declared.variables ?? {}) as Props;
    assert.equal(lead.phone_number, declared.phoneNumber);
    assert.equal(lead.campaign_id, declared.campaignId);
    assert.deepEqual(text(lead.variables, Object.keys(variables)), text(variables, Object.keys(variables)));
    const numbers = ((declared.secondaryContacts ?? []) as Props[]).map(({ phoneNumber }) => phoneNumber);
    assert.deepEqual(
      lead.secondary_contacts.map((contact) => contact.phone_number),
      numbers,
    );
    assert.equal(resource.outs.requestedStatus, declared.status);
  }
  assert.equal(sandbox.leads.length, alive, "nobody is there who is not declared");
  const posts = sandbox.journal.filter(({ method, path }) => method === "POST" && path === "/user/lead").length;
  const made = [...engine.made.values()].reduce((sum, count) => sum + count, 0);
  assert.equal(posts, made, "no create was sent twice or refused");
  for (const [name, count] of engine.made) {
    assert.ok(count <= 1 + (engine.ended.get(name) ?? 0), `${name} was made once per life`);
  }
}

async function checkNoOp(
  program: Map<string, Props>,
  engine: EngineModel,
  sandbox: Sandbox,
  refused: Map<string, Error>,
): Promise<void> {
  const before = sandbox.journal.length;
  await engine.up(
    new Map(
      [...program]
        .filter(([name]) => !refused.has(name))
        .concat([...refused.keys()].map((name) => [name, engine.state.get(name)?.inputs as Props])),
    ),
  );
  assert.equal(sandbox.journal.length, before, "a no-op asks for nothing");
}
