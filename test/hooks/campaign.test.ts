import assert from "node:assert/strict";
import type { Sandbox, SandboxDialect, SandboxOptions } from "../../src/sandbox";
import type { Hooks, Props, RunningProvider } from "../support/hooks";
import { startWorld, type World } from "../support/world";

const spring = {
  name: "Spring",
  assistantId: 1,
  timezone: "Europe/Berlin",
  maxCallsInParallel: 2,
  allowedHoursStartTime: "09:00",
  allowedHoursEndTime: "17:30",
  allowedDays: ["tuesday", "monday"],
  maxRetries: 2,
  retryIntervalMinutes: 30,
  retryOnVoicemail: true,
  retryOnGoalIncomplete: false,
  goalCompletionVariable: "booked",
  markCompleteWhenNoLeads: false,
  phoneNumberIds: [1],
};

describe("the hooks of a campaign", () => {
  let world: World;
  let sandbox: Sandbox;
  let provider: RunningProvider;
  let campaign: Hooks;

  async function start(options: SandboxOptions = {}): Promise<void> {
    await world?.close();
    world = await startWorld({ sandbox: { campaigns: [], ...options } });
    ({ sandbox, provider } = world);
    campaign = provider.of("campaign");
  }
  beforeEach(() => start());
  after(() => world.close());
  const requests = () => world.requests();
  const newRun = (env: NodeJS.ProcessEnv = {}) => world.newRun({ env });

  it("is created with every setting under Famulor's names, after a listing of the campaigns of its name", async () => {
    const { id, outs } = await campaign.create(spring);
    const post = sandbox.journal.at(-1);
    assert.deepEqual(requests(), ["GET /user/me", "GET /user/campaigns", "POST /user/campaigns"]);
    assert.deepEqual(post?.body, {
      name: "Spring",
      assistant_id: 1,
      timezone: "Europe/Berlin",
      max_calls_in_parallel: 2,
      allowed_hours_start_time: "09:00",
      allowed_hours_end_time: "17:30",
      allowed_days: ["tuesday", "monday"],
      max_retries: 2,
      retry_interval: 30,
      retry_on_voicemail: true,
      retry_on_goal_incomplete: false,
      goal_completion_variable: "booked",
      mark_complete_when_no_leads: false,
      phone_number_ids: [1],
    });
    const { createdAt, updatedAt, ...others } = outs;
    assert.equal(typeof createdAt, "string");
    assert.deepEqual(others, {
      ...spring,
      campaignId: Number(id),
      status: "draft",
      endpoint: sandbox.baseUrl,
      accountId: "0a53e53ca7d8",
    });
  });

  it("sends only what is declared, and stays as it is without a request", async () => {
    const { id, outs } = await campaign.create({ name: "Plain", assistantId: 1 });
    assert.deepEqual(sandbox.journal.at(-1)?.body, { name: "Plain", assistant_id: 1 });
    requests();
    assert.deepEqual((await campaign.diff(id, outs, { name: "Plain", assistantId: 1 })).replaces, []);
    assert.deepEqual(requests(), []);
  });

  it("reports every bad argument at once, by its path, without its value", async () => {
    const { failures } = await campaign.check({
      assistantId: 0,
      timezone: "Berlin",
      maxCallsInParallel: 11,
      allowedHoursStartTime: "9:00",
      allowedHoursEndTime: "24:00",
      allowedDays: ["Monday"],
      maxRetries: 0,
      retryIntervalMinutes: 5,
      retryOnVoicemail: "yes",
      goalCompletionVariable: "x".repeat(256),
      phoneNumberIds: [1, 1],
      forceDestroy: "no",
      colour: "red",
    });
    for (const problem of [
      "name: is required: a string",
      "assistantId: must be the ID of an outbound assistant, a whole number above 0",
      'timezone: must be an IANA time zone, like "Europe/Berlin"',
      "maxCallsInParallel: must be a whole number from 1 to 10",
      'allowedHoursStartTime: must be a time of day with two digits each, like "09:00"',
      'allowedHoursEndTime: must be a time of day with two digits each, like "09:00"',
      "allowedDays[0]: must be one of monday, tuesday, wednesday, thursday, friday, saturday, sunday",
      "maxRetries: must be a whole number from 1 to 5",
      "retryIntervalMinutes: must be a whole number from 10 to 4320 minutes",
      "retryOnVoicemail: must be true or false",
      "goalCompletionVariable: must have at most 255 characters",
      "phoneNumberIds: must name each phone number once",
      "forceDestroy: must be true or false",
      "colour: is not an argument of FamulorCampaign",
    ]) {
      assert.ok(failures.includes(problem), `${problem}\nis not among\n${failures.join("\n")}`);
    }
    assert.equal(failures.length, 14);
    assert.deepEqual(requests(), []);
  });

  describe("a changed setting", () => {
    const edits: [string, Props][] = [
      ["name", { name: "Summer" }],
      ["assistantId", { assistantId: 2 }],
      ["timezone", { timezone: undefined }],
      ["maxCallsInParallel", { maxCallsInParallel: 3 }],
      ["allowedHoursStartTime", { allowedHoursStartTime: "09:30" }],
      ["allowedHoursEndTime", { allowedHoursEndTime: undefined }],
      ["allowedDays", { allowedDays: ["monday"] }],
      ["maxRetries", { maxRetries: undefined }],
      ["retryIntervalMinutes", { retryIntervalMinutes: 31 }],
      ["retryOnVoicemail", { retryOnVoicemail: false }],
      ["retryOnGoalIncomplete", { retryOnGoalIncomplete: undefined }],
      ["goalCompletionVariable", { goalCompletionVariable: "sold" }],
      ["markCompleteWhenNoLeads", { markCompleteWhenNoLeads: undefined }],
      ["phoneNumberIds", { phoneNumberIds: [] }],
    ];
    for (const [name, edit] of edits) {
      it(`${name} replaces the campaign, and never deletes it first`, async () => {
        const { id, outs } = await campaign.create(spring);
        const news = JSON.parse(JSON.stringify({ ...spring, ...edit }));
        const { replaces, deleteBeforeReplace } = await campaign.diff(id, outs, news);
        assert.deepEqual(replaces, [name]);
        assert.equal(deleteBeforeReplace, false);
      });
    }

    it("of the same meaning is only recorded: order of days, defaults, forceDestroy, adoptExisting", async () => {
      const { id, outs } = await campaign.create({ ...spring, maxRetries: 3, markCompleteWhenNoLeads: true });
      requests();
      const { maxRetries, markCompleteWhenNoLeads, ...others } = spring;
      const news = { ...others, allowedDays: ["monday", "tuesday"], forceDestroy: true, adoptExisting: true };
      assert.deepEqual((await campaign.diff(id, outs, news)).replaces, []);
      const updated = await campaign.update(id, outs, news);
      assert.equal(updated.forceDestroy, true);
      assert.equal(updated.maxRetries, undefined);
      assert.equal(updated.campaignId, Number(id));
      assert.deepEqual(requests(), []);
    });

    it("creates the new one although the old one still has the name", async () => {
      const { id, outs } = await campaign.create(spring);
      const next = (await newRun()).of("campaign");
      const news = { ...spring, maxRetries: 5 };
      await next.check(news, spring);
      await next.diff(id, outs, news);
      await next.check(news);
      assert.notEqual((await next.create(news)).id, id);
      assert.equal(sandbox.campaigns.length, 2);
    });
  });

  describe("of a name that is there already", () => {
    it("is refused and named, since an interrupted run may have created it", async () => {
      sandbox.account.addCampaign({ name: "Spring" });
      await assert.rejects(campaign.create(spring), /already has campaign 1 \(draft\) .* Nothing was sent/);
      assert.equal(sandbox.campaigns.length, 1);
    });

    it("is found again after a killed run, and taken over with FAMULOR_ADOPT=identical", async () => {
      const lost = await campaign.create(spring);
      const next = (await newRun()).of("campaign");
      await assert.rejects(next.create(spring), /FAMULOR_ADOPT=identical pulumi up/);
      const adopting = (await newRun({ FAMULOR_ADOPT: "identical" })).of("campaign");
      const found = await adopting.create(spring);
      assert.equal(found.id, lost.id);
      assert.equal(typeof found.outs.takenOver, "number");
      assert.equal(sandbox.campaigns.length, 1);
    });

    it("is taken over with adoptExisting, but not with other settings or when there are two", async () => {
      sandbox.account.addCampaign({ name: "Spring", max_retries: 5 });
      const adopting = { name: "Spring", assistantId: 1, adoptExisting: true };
      await assert.rejects(
        campaign.create({ ...adopting, maxRetries: 2 }),
        /cannot be taken over: its maxRetries is not as declared/,
      );
      assert.equal((await campaign.create({ ...adopting, maxRetries: 5 })).id, "1");
      sandbox.account.addCampaign({ name: "Twin" });
      sandbox.account.addCampaign({ name: "Twin" });
      await assert.rejects(campaign.create({ ...adopting, name: "Twin" }), /several campaigns have this name: 2, 3/);
      assert.equal(requests().includes("POST /user/campaigns"), false);
    });

    it("is not deleted by its old resource once another has taken it over", async () => {
      const old = await campaign.create(spring);
      const next = await newRun();
      const taken = await next.of("campaign").create({ ...spring, adoptExisting: true });
      await next.of("campaign").delete(old.id, old.outs);
      assert.equal(sandbox.campaigns.length, 1);
      // The same when the run was killed between the two: the next one sees the new resource in state.
      const later = (await newRun()).of("campaign");
      await later.diff(taken.id, taken.outs, { ...spring, adoptExisting: true });
      await later.delete(old.id, old.outs);
      assert.equal(sandbox.campaigns.length, 1);
      await later.delete(taken.id, taken.outs);
      assert.equal(sandbox.campaigns.length, 0);
    });
  });

  it("that was renamed along with a lead that left the program names the lead, which the engine has dropped", async () => {
    const { id, outs } = await campaign.create({ ...spring, forceDestroy: true });
    const made = { campaignId: Number(id), phoneNumber: "+493023125000" };
    const kept = await provider.create(made);
    const dropped = await provider.create({ ...made, phoneNumber: "+493023125001" });
    const renaming = await newRun();
    await renaming.of("campaign").create({ ...spring, forceDestroy: true, adoptExisting: true });
    await renaming.diff(kept.id, kept.outs, made);
    await assert.rejects(
      renaming.of("campaign").delete(id, outs),
      new RegExp(`holds leads that no resource of this program has: ${dropped.id}\\..*adoptExisting: true`),
    );
    sandbox.account.removeLead(Number(dropped.id));
    await renaming.of("campaign").delete(id, outs);
    assert.equal(sandbox.leads.length, 1);
  });

  it("at the plan's limit is refused with what to do, and nothing has changed", async () => {
    await start({ campaignLimit: 1 });
    await campaign.create(spring);
    await assert.rejects(campaign.create({ ...spring, name: "Summer" }), /answered 403: .*leads stay where they are/);
    assert.equal(sandbox.campaigns.length, 1);
  });

  it("without its assistant is refused by the argument's name, also where only one of the two routes exists", async () => {
    await assert.rejects(campaign.create({ ...spring, assistantId: 9 }), /^Error: assistantId: .*Assistant not found/);
    await start({ dialects: ["campaign-route-singular"] });
    await assert.rejects(campaign.create({ ...spring, assistantId: 9 }), /^Error: assistantId: .*Assistant not found/);
    assert.equal(sandbox.campaigns.length, 0);
  });

  describe("refreshed", () => {
    it("reads what Famulor returns, and keeps what it never returns", async () => {
      const { id, outs } = await campaign.create(spring);
      sandbox.account.editCampaign(Number(id), {
        status: "completed",
        max_retries: 5,
        allowed_hours_start_time: "08:00:00",
        allowed_days: ["monday", "tuesday"],
      });
      requests();
      const { props, inputs } = await campaign.read(id, outs);
      assert.deepEqual(requests(), ["GET /user/campaigns"]);
      assert.deepEqual(inputs, { ...spring, maxRetries: 5, allowedHoursStartTime: "08:00" });
      assert.equal(props.status, "completed");
      assert.deepEqual((await campaign.diff(id, props, spring)).replaces.sort(), [
        "allowedHoursStartTime",
        "maxRetries",
      ]);
    });

    it("shares one list among many campaigns and runs", async () => {
      const made = [await campaign.create(spring), await campaign.create({ ...spring, name: "Summer" })];
      requests();
      await Promise.all(made.map(({ id, outs }) => campaign.read(id, outs)));
      assert.deepEqual(requests(), ["GET /user/campaigns"]);
    });

    it("is dropped only on proof: the account that created it does not list it any more", async () => {
      const { id, outs } = await campaign.create(spring);
      sandbox.account.deleteCampaign(Number(id));
      const other = sandbox.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
      assert.notEqual(other, sandbox.account);
      const stranger = await world.newRun({ config: { "famulor:apiKey": "other-key" } });
      await assert.rejects(stranger.of("campaign").read(id, outs), /campaign 1 is not in the account/);
      assert.equal((await campaign.read(id, outs)).id, "");
    });

    it("reads one that is managed elsewhere, and says when there is none", async () => {
      const { id } = sandbox.account.addCampaign({ name: "Elsewhere", max_retries: 5 });
      const { props } = await campaign.read(String(id), {});
      assert.equal(props.name, "Elsewhere");
      assert.equal(props.maxRetries, 5);
      assert.equal(props.campaignId, id);
      await assert.rejects(campaign.read("77", {}), /FamulorCampaign.get: there is no campaign 77/);
    });
  });

  describe("deleted", () => {
    const lead = (campaignId: number) => ({ campaignId, phoneNumber: "+493023125000" });

    it("goes with one listing of its leads and one DELETE", async () => {
      const { id, outs } = await campaign.create(spring);
      requests();
      await campaign.delete(id, outs);
      assert.deepEqual(requests(), ["GET /user/leads", `DELETE /user/campaign/${id}`]);
      assert.deepEqual(sandbox.campaigns, []);
      await campaign.delete(id, outs);
      assert.deepEqual(requests(), ["GET /user/leads", `DELETE /user/campaign/${id}`], "and once more is no error");
    });

    it("refuses while somebody's leads are in it, and says how many", async () => {
      const { id, outs } = await campaign.create(spring);
      for (const end of [1, 2]) sandbox.account.addLead({ campaign_id: id, phone_number: `+49302312500${end}` });
      await assert.rejects(campaign.delete(id, outs), /still holds 2 leads .* FAMULOR_FORCE_DESTROY=1 pulumi up/);
      assert.equal(sandbox.leads.length, 2);
      const other = (await newRun({ FAMULOR_FORCE_DESTROY: "2" })).of("campaign");
      await assert.rejects(other.delete(id, outs), /still holds 2 leads/, "permission for another campaign");
      const forced = (await newRun({ FAMULOR_FORCE_DESTROY: id })).of("campaign");
      await forced.delete(id, outs);
      assert.deepEqual([sandbox.campaigns, sandbox.leads], [[], []]);
    });

    it("goes with its leads in one request under forceDestroy", async () => {
      const { id, outs } = await campaign.create({ ...spring, forceDestroy: true });
      sandbox.account.addLead({ campaign_id: id, phone_number: "+493023125001" });
      requests();
      await campaign.delete(id, outs);
      assert.deepEqual(requests(), [`DELETE /user/campaign/${id}`]);
      assert.deepEqual([sandbox.campaigns, sandbox.leads], [[], []]);
    });

    it("refuses even under forceDestroy while a declared lead has not moved out", async () => {
      const old = await campaign.create({ ...spring, forceDestroy: true });
      const anna = await provider.create(lead(Number(old.id)));
      // The next `up`: the campaign is replaced, and the lead's move fails.
      const next = await newRun();
      await next.diff(anna.id, anna.outs, lead(99));
      await assert.rejects(
        next.update(anna.id, anna.outs, lead(99)),
        /campaignId: there is no campaign 99 .* the lead is where it was/,
      );
      await assert.rejects(
        next.of("campaign").delete(old.id, old.outs),
        /still declares leads that are in it \(1000001\)/,
      );
      await assert.rejects(next.of("campaign").delete(old.id, { ...old.outs, forceDestroy: false }), /still declares/);
      assert.equal(sandbox.leads.length, 1);
      // Once it has moved, the campaign goes.
      const other = await next.of("campaign").create({ ...spring, name: "Summer" });
      await next.update(anna.id, anna.outs, lead(Number(other.id)));
      await next.of("campaign").delete(old.id, old.outs);
      assert.deepEqual(
        sandbox.campaigns.map(({ name }) => name),
        ["Summer"],
      );
      assert.equal(sandbox.leads[0]?.campaign_id, Number(other.id));
    });

    it("stops a campaign that Famulor will not delete while it runs, and tries again", async () => {
      await start({ dialects: ["running-is-409"] });
      const { id, outs } = await campaign.create({ ...spring, forceDestroy: true });
      sandbox.account.editCampaign(Number(id), { status: "in-progress" });
      await campaign.delete(id, outs);
      assert.deepEqual(sandbox.campaigns, []);
    });

    it("takes no 404 of another account for success", async () => {
      const { id, outs } = await campaign.create({ ...spring, forceDestroy: true });
      sandbox.addAccount({ apiKey: "other-key", email: "other@sandbox.test" });
      const stranger = await world.newRun({ config: { "famulor:apiKey": "other-key" } });
      await assert.rejects(
        stranger.of("campaign").delete(id, outs),
        /campaign 1 is not in the account .*Campaign 1 and its leads are still in Famulor.*run the same command again/,
      );
      assert.equal(sandbox.campaigns.length, 1);
    });
  });

  const dialects: SandboxDialect[] = [
    "campaign-route-singular",
    "campaigns-under-campaigns",
    "campaigns-in-pages",
    "campaign-tells-id-only",
    "hours-without-seconds",
    "interval-in-seconds",
    "create-answers-201",
  ];
  for (const dialect of dialects) {
    it(`lives the same life under ${dialect}, without false drift`, async () => {
      await start({ dialects: [dialect], campaigns: [{ name: "One" }, { name: "Two" }] });
      const { id, outs } = await campaign.create(spring);
      assert.equal(outs.campaignId, 3);
      assert.equal(outs.status, "draft");
      const { props, inputs } = await campaign.read(id, outs);
      assert.deepEqual(inputs, spring);
      assert.deepEqual((await campaign.diff(id, props, spring)).replaces, []);
      const next = (await newRun()).of("campaign");
      await assert.rejects(next.create(spring), /already has campaign 3/);
      await campaign.delete(id, props);
      assert.equal((await campaign.read("1", {})).props.name, "One");
      assert.equal(sandbox.campaigns.length, 2);
    });
  }
});

describe("the hooks of a campaign's run", () => {
  let world: World;
  let sandbox: Sandbox;
  let provider: RunningProvider;
  let run: Hooks;
  beforeEach(async () => {
    world = await startWorld();
    ({ sandbox, provider } = world);
    sandbox.account.addLead({ campaign_id: 1, phone_number: "+493023125000" });
    run = provider.of("campaignRun");
  });
  afterEach(() => world.close());
  /** As for the next command: everything that this run has seen and created is forgotten. */
  async function newRun(): Promise<void> {
    provider = await world.newRun();
    run = provider.of("campaignRun");
  }
  const requests = () => world.requests();
  const status = () => sandbox.campaigns[0]?.status;
  const START = "POST /user/campaigns/update-status start";
  const STOP = "POST /user/campaigns/update-status stop";

  it("starts with one request and stops with one", async () => {
    const { id, outs } = await run.create({ campaignId: 1 });
    assert.deepEqual(requests(), ["GET /user/me", START]);
    assert.equal(id, "1");
    assert.equal(outs.status, "in-progress");
    assert.equal((await run.diff(id, outs, { campaignId: 1 })).changes, 1);
    assert.deepEqual(requests(), []);
    await newRun();
    await run.delete(id, outs);
    assert.deepEqual(requests(), [STOP]);
    assert.equal(status(), "stopped");
  });

  it("of another name takes it over from the old one, which does not stop it", async () => {
    const { id, outs } = await run.create({ campaignId: 1 });
    await newRun();
    const renamed = await run.create({ campaignId: 1 });
    requests();
    await run.delete(id, outs);
    assert.deepEqual(requests(), []);
    await newRun();
    // A second one that is declared beside it and stays.
    assert.equal((await run.diff(id, renamed.outs, { campaignId: 1 })).changes, 1);
    await run.delete(id, outs);
    assert.equal(status(), "in-progress");
    assert.match(provider.output, /campaign 1 is not stopped: another resource runs it now/);
  });

  it("is stopped for another campaign, and a paused campaign does not count as stopped", async () => {
    const { id, outs } = await run.create({ campaignId: 1 });
    await newRun();
    assert.deepEqual((await run.diff(id, outs, { campaignId: 2 })).replaces, ["campaignId"]);
    sandbox.account.editCampaign(1, { status: "paused" });
    await assert.rejects(run.delete(id, outs), /answered 400/);
    sandbox.account.editCampaign(1, { status: "in-progress" });
    await run.delete(id, outs);
    assert.equal(status(), "stopped");
  });

  it("takes a campaign that runs already for started, and one that does not run for stopped", async () => {
    sandbox.account.editCampaign(1, { status: "in-progress" });
    const { id, outs } = await run.create({ campaignId: 1 });
    assert.equal(outs.status, "in-progress");
    sandbox.account.editCampaign(1, { status: "completed" });
    await newRun();
    await run.delete(id, outs);
    assert.equal(status(), "completed");
    sandbox.account.deleteCampaign(1);
    await run.delete(id, outs);
  });

  it("shows a campaign that completed or was stopped, and does not start it again", async () => {
    const { id, outs } = await run.create({ campaignId: 1 });
    sandbox.account.editCampaign(1, { status: "completed" });
    requests();
    const { props } = await run.read(id, outs);
    assert.equal(props.status, "completed");
    assert.match(provider.output, /campaign 1 is completed and is not started again by itself/);
    assert.equal((await run.diff(id, props, { campaignId: 1 })).changes, 1);
    assert.deepEqual(requests(), ["GET /user/campaigns"]);
  });

  it("is replaced for another campaign, stopping the old one first", async () => {
    const { id, outs } = await run.create({ campaignId: 1 });
    const { replaces, deleteBeforeReplace } = await run.diff(id, outs, { campaignId: 2 });
    assert.deepEqual(replaces, ["campaignId"]);
    assert.equal(deleteBeforeReplace, true);
  });

  it("says what a start needs, and that there is no such campaign", async () => {
    const { id } = sandbox.account.addCampaign({ name: "Empty" });
    await assert.rejects(run.create({ campaignId: id }), /Campaign has no leads.*dependsOn: leads/);
    await assert.rejects(run.create({ campaignId: 99 }), /campaignId: there is no campaign 99/);
    assert.deepEqual((await run.check({})).failures, [
      "campaignId: is required: a campaign or its ID, a whole number above 0",
    ]);
  });
});
