import assert from "node:assert/strict";
import type { RunningProvider } from "../support/hooks";
import { type FaultyWorld, startFaultyWorld } from "../support/world";

const LEADS = 200;
/** As many at a time as the engine does on a small machine. */
const AT_ONCE = 16;
/** Famulor's own limits. */
const LIMITS = [
  { requests: 100, ms: 60_000 },
  { requests: 20, ms: 10_000 },
];

describe("two runs at once on one account, under Famulor's rate limit", function () {
  this.timeout(300_000);
  let world: FaultyWorld;
  /** When each lead was created, in milliseconds. */
  const created: number[] = [];

  /** Creates every lead, and returns when the last one was there. */
  async function createAll(run: RunningProvider, campaignId: number, area: string): Promise<number> {
    const left = Array.from({ length: LEADS }, (_, index) => `+4930${area}${String(index).padStart(3, "0")}`);
    const work = async () => {
      for (let phoneNumber = left.shift(); phoneNumber; phoneNumber = left.shift()) {
        await run.create({ campaignId, phoneNumber });
        created.push(world.clock.now());
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return world.clock.now();
  }

  afterEach(() => world.close());

  it("fail nowhere, call nobody twice, and use at least 80 % of what Famulor allows", async () => {
    world = await startFaultyWorld({
      // One clock for both sides: the waits that pass at once pass for the sandbox, too.
      sandbox: { rateLimits: LIMITS, now: () => new Date(world?.clock.now() ?? Date.now()) },
      config: { "famulor:requestsPerMinute": "100" },
    });
    const { sandbox, clock } = world;
    sandbox.account.addCampaign({ name: "Other" });
    const startedAt = clock.now();
    const other = await world.newRun();
    /** When the first one has all of the limit already. */
    const secondRun = async () => {
      await clock.sleep(15_000);
      return createAll(other, 2, "23126");
    };
    const ends = await Promise.all([createAll(world.provider, 1, "23125"), secondRun()]);

    const refused = sandbox.journal.filter(({ status }) => status === 429).length;
    assert.ok(refused > 0, "the runs have met each other's limit");
    const posts = sandbox.journal.filter(({ method, status }) => method === "POST" && status === 200);
    assert.equal(posts.length, 2 * LEADS);
    assert.equal(new Set(sandbox.leads.map((lead) => lead.phone_number)).size, 2 * LEADS);
    assert.equal(sandbox.leads.length, 2 * LEADS);

    const firstEnd = Math.min(...ends);
    const perMinute = (count: number, ms: number) => Math.round(count / (ms / 60_000));
    const together = perMinute(created.filter((at) => at <= firstEnd).length, firstEnd - startedAt);
    const inAll = perMinute(created.length, Math.max(...ends) - startedAt);
    console.log(
      `      ${together} leads a minute while both ran, ${inAll} in all, of 100; ${refused} requests refused; ` +
        `finished after ${ends.map((at) => Math.round((at - startedAt) / 1000)).join(" and ")} s`,
    );
    assert.ok(together >= 80, `${together} a minute`);
    assert.ok(inAll >= 65, `${inAll} a minute in all: the one that is left takes over what the other used`);
  });
});
