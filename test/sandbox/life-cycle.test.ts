import assert from "node:assert/strict";
import { type Sandbox, type SandboxCampaignOptions, type SandboxOptions, startSandbox } from "../../src/sandbox";
import { callApi } from "../support/api";

/** A Thursday, 13:00 in Berlin. */
const START = new Date("2026-01-15T12:00:00Z");
const ANNA = "+493023125000";
const BERT = "+493023125001";
const CARL = "+493023125002";

describe("the life cycle of the sandbox", () => {
  let sandbox: Sandbox;
  afterEach(() => sandbox.close());

  /** A clock that stands still, and one campaign. */
  async function start(campaign: Partial<SandboxCampaignOptions> = {}, options: SandboxOptions = {}) {
    sandbox = await startSandbox({
      now: () => START,
      lifeCycle: true,
      campaigns: [{ id: 1, name: "Spring", ...campaign }],
      ...options,
    });
  }
  const add = (phone_number: string, more = {}) =>
    sandbox.account.addLead({ phone_number, campaign_id: 1, ...more }).id;
  const run = (action: "start" | "stop") =>
    callApi(sandbox, "POST", "/user/campaigns/update-status", { campaign_id: 1, action });
  const statuses = () => sandbox.leads.map(({ status }) => status).reverse();
  const statusOf = (id: number) => sandbox.leads.find((lead) => lead.id === id)?.status;
  const historyOf = (id: number) => sandbox.account.history(id).map(({ at, what }) => `${at.slice(5, 16)} ${what}`);

  it("is off unless asked for: nothing is ever called", async () => {
    await start({}, { lifeCycle: false });
    add(ANNA);
    await run("start");
    sandbox.advance({ days: 1000 });
    assert.deepEqual([statuses(), sandbox.campaigns[0]?.status], [["created"], "in-progress"]);
  });

  it("calls, retries at the interval, and gives up after the campaign's retries", async () => {
    await start(
      { max_retries: 2, retry_interval: 60 },
      { outcomes: { [ANNA]: ["no-answer"], [BERT]: ["no-answer", "answered"] } },
    );
    const anna = add(ANNA);
    const bert = add(BERT);
    await run("start");
    sandbox.advance({ seconds: 1 });
    assert.deepEqual(statuses(), ["processing", "processing"]);
    sandbox.advance({ minutes: 1 });
    assert.deepEqual(statuses(), ["rescheduled", "rescheduled"]);
    sandbox.advance({ minutes: 58 });
    assert.deepEqual(statuses(), ["rescheduled", "rescheduled"]);
    sandbox.advance({ hours: 3 });
    assert.deepEqual([statusOf(anna), statusOf(bert)], ["reached-max-retries", "completed"]);
    assert.deepEqual(historyOf(anna), [
      "01-15T12:00 created",
      `01-15T12:00 calls ${ANNA}, attempt 1`,
      `01-15T12:00 no answer (${ANNA})`,
      "01-15T12:00 calls again from 2026-01-15 13:00:25",
      `01-15T13:00 calls ${ANNA}, attempt 2`,
      `01-15T13:00 no answer (${ANNA})`,
      "01-15T13:00 calls again from 2026-01-15 14:00:50",
      `01-15T14:00 calls ${ANNA}, attempt 3`,
      `01-15T14:01 no answer (${ANNA})`,
      "01-15T14:01 gives up after 3 attempts",
    ]);
  });

  it("ends up the same whether the clock is turned once or in many steps", async () => {
    const end = async (steps: number) => {
      await start({ max_calls_in_parallel: 2, allowed_hours_start_time: "09:00", allowed_hours_end_time: "17:30" });
      for (let index = 0; index < 40; index++) add(`+4930231250${String(index).padStart(2, "0")}`);
      await run("start");
      for (let step = 0; step < steps; step++) sandbox.advance({ minutes: (3 * 24 * 60) / steps });
      const told = sandbox.leads.map(({ id }) => historyOf(id));
      await sandbox.close();
      return told;
    };
    const once = await end(1);
    assert.ok(
      once.flat().some((line) => line.includes("gives up")) || once.flat().some((line) => line.includes("answered")),
    );
    assert.deepEqual(await end(1440), once);
  });

  it("never has more calls at once than the campaign allows", async () => {
    await start({ max_calls_in_parallel: 2 });
    for (let index = 0; index < 10; index++) add(`+49302312500${index}`);
    await run("start");
    let most = 0;
    for (let step = 0; step < 200; step++) {
      sandbox.advance({ seconds: 10 });
      const busy = statuses().filter((status) => status === "processing").length;
      most = Math.max(most, busy);
      assert.ok(busy <= 2, `${busy} calls at once`);
    }
    assert.equal(most, 2);
  });

  it("calls only in the campaign's hours, days and time zone", async () => {
    await start({
      timezone: "America/New_York",
      allowed_days: ["monday"],
      allowed_hours_start_time: "09:30",
      allowed_hours_end_time: "10:00",
      mark_complete_when_no_leads: false,
    });
    const anna = add(ANNA);
    await run("start");
    sandbox.advance({ days: 3, hours: 23 });
    assert.equal(statusOf(anna), "created", "Monday, 11:00 UTC is 06:00 in New York");
    sandbox.advance({ days: 1 });
    assert.match(historyOf(anna)[1] ?? "", /^01-19T14:30 calls/);
  });

  it("keeps the hours over a change to summer time, and in a window over midnight", async () => {
    await start(
      { allowed_hours_start_time: "09:00", allowed_hours_end_time: "09:59" },
      { now: () => new Date("2026-03-28T12:00:00Z") },
    );
    const anna = add(ANNA);
    await run("start");
    sandbox.advance({ days: 1 });
    assert.match(historyOf(anna)[1] ?? "", /^03-29T07:00 calls/, "09:00 in Berlin, on the first day of summer time");
    await sandbox.close();
    const night = { allowed_hours_start_time: "01:30", allowed_hours_end_time: "01:59" };
    await start(night, { now: () => new Date("2026-03-28T12:00:00Z") });
    const carl = add(CARL);
    await run("start");
    sandbox.advance({ days: 1 });
    assert.match(historyOf(carl)[1] ?? "", /^03-29T00:30 calls/, "01:30 in Berlin, half an hour before the change");
    await sandbox.close();
    await start({ allowed_hours_start_time: "22:00", allowed_hours_end_time: "01:00", allowed_days: ["thursday"] });
    const bert = add(BERT);
    sandbox.advance({ hours: 11, minutes: 30 });
    await run("start");
    sandbox.advance({ minutes: 1 });
    assert.match(historyOf(bert)[1] ?? "", /^01-15T23:30 calls/, "00:30 on Friday belongs to Thursday's window");
  });

  it("tries secondary contacts in order, and each has its own status", async () => {
    const outcomes = { [ANNA]: ["no-answer" as const], [BERT]: ["no-answer" as const], [CARL]: ["answered" as const] };
    await start({}, { outcomes });
    add(ANNA, {
      secondary_contacts: [{ phone_number: BERT }, { phone_number: CARL }, { phone_number: "+493023125003" }],
    });
    await run("start");
    sandbox.advance({ seconds: 30 });
    const contacts = () => sandbox.leads[0]?.secondary_contacts.map(({ status }) => status);
    assert.deepEqual([statuses(), contacts()], [["processing"], ["processing", "created", "created"]]);
    sandbox.advance({ minutes: 5 });
    assert.deepEqual([statuses(), contacts()], [["completed"], ["rescheduled", "completed", "created"]]);
  });

  it("takes a voicemail and a missed goal for reached, unless the campaign retries them", async () => {
    for (const isRetried of [false, true]) {
      await start(
        { retry_on_voicemail: isRetried, retry_on_goal_incomplete: isRetried },
        { outcomes: { [ANNA]: ["voicemail"], [BERT]: ["goal-missed"] } },
      );
      add(ANNA);
      add(BERT);
      await run("start");
      sandbox.advance({ minutes: 5 });
      const expected = isRetried ? "rescheduled" : "completed";
      assert.deepEqual(statuses(), [expected, expected]);
      if (!isRetried) await sandbox.close();
    }
  });

  it("completes when no leads are left, if so configured, and a later lead is not called", async () => {
    await start({}, { outcomes: { [ANNA]: ["answered"] } });
    add(ANNA);
    await run("start");
    sandbox.advance({ hours: 1 });
    assert.equal(sandbox.campaigns[0]?.status, "completed");
    const bert = add(BERT);
    sandbox.advance({ days: 1 });
    assert.equal(statusOf(bert), "created");
    await sandbox.close();

    await start({ mark_complete_when_no_leads: false }, { outcomes: { [ANNA]: ["answered"], [BERT]: ["answered"] } });
    add(ANNA);
    await run("start");
    sandbox.advance({ hours: 1 });
    assert.equal(sandbox.campaigns[0]?.status, "in-progress");
    const later = add(BERT);
    sandbox.advance({ hours: 1 });
    assert.equal(statusOf(later), "completed");
  });

  it("calls again who is set to created, and never who is blacklisted", async () => {
    await start({ mark_complete_when_no_leads: false }, { outcomes: { [ANNA]: ["answered"] } });
    const anna = add(ANNA);
    const bert = add(BERT);
    sandbox.account.editLead(bert, { status: "blacklisted" });
    await run("start");
    sandbox.advance({ hours: 1 });
    await callApi(sandbox, "PUT", `/leads/${anna}`, { status: "created" });
    sandbox.advance({ hours: 1 });
    assert.equal(historyOf(anna).filter((line) => line.includes("calls +")).length, 2);
    assert.deepEqual(statuses(), ["completed", "blacklisted"]);
  });

  it("gives a lead that is queued again all of its attempts", async () => {
    const campaign = { max_retries: 1, retry_interval: 10, mark_complete_when_no_leads: false };
    await start(campaign, { outcomes: { [ANNA]: ["no-answer"] } });
    const anna = add(ANNA);
    await run("start");
    sandbox.advance({ hours: 1 });
    assert.equal(statusOf(anna), "reached-max-retries");
    await callApi(sandbox, "PUT", `/leads/${anna}`, { status: "created" });
    sandbox.advance({ hours: 1 });
    assert.equal(historyOf(anna).filter((line) => line.includes("calls +")).length, 4);
  });

  it("hangs up when the campaign is stopped, and goes on after the next start", async () => {
    await start({}, { outcomes: { [ANNA]: ["answered"] } });
    const anna = add(ANNA);
    await run("start");
    sandbox.advance({ seconds: 5 });
    await run("stop");
    assert.equal(statusOf(anna), "rescheduled");
    sandbox.advance({ days: 1 });
    assert.equal(statusOf(anna), "rescheduled");
    await run("start");
    sandbox.advance({ minutes: 5 });
    assert.equal(statusOf(anna), "completed");
    assert.ok(historyOf(anna).some((line) => line.includes("attempt 1")));
  });

  it("deletes leads after the months of retention, counted from their creation", async () => {
    await start({}, { retentionMonths: 2 });
    add(ANNA);
    sandbox.advance({ days: 50 });
    add(BERT);
    sandbox.advance({ days: 8 });
    assert.equal(sandbox.leads.length, 2);
    sandbox.advance({ days: 2 });
    assert.deepEqual(
      sandbox.leads.map(({ phone_number }) => phone_number),
      [BERT],
    );
  });

  it("does not start without balance", async () => {
    await start({}, { balance: 0 });
    add(ANNA);
    const answer = await run("start");
    assert.deepEqual([answer.status, answer.body.data], [400, { campaign_id: 1, status: "draft" }]);
  });

  it("dials by hand, with an outcome of one's choice, also where the life cycle is off", async () => {
    await start({}, { lifeCycle: false });
    const anna = add(ANNA, { secondary_contacts: [{ phone_number: BERT }] });
    sandbox.account.dial(anna);
    assert.throws(() => sandbox.account.dial(anna), /being called/);
    assert.equal(statusOf(anna), "processing");
    sandbox.account.endCall(anna, "no-answer");
    assert.equal(statusOf(anna), "processing", "now the contact is called");
    sandbox.account.endCall(anna, "no-answer");
    assert.equal(statusOf(anna), "rescheduled");
    sandbox.account.dial(anna, "answered");
    sandbox.advance({ minutes: 5 });
    assert.equal(statusOf(anna), "completed");
  });

  it("goes at the given speed, and stands still at speed 0", async () => {
    let real = START.getTime();
    await start({}, { now: () => new Date(real), speed: 60 });
    real += 60_000;
    assert.equal(sandbox.now().toISOString(), "2026-01-15T13:00:00.000Z");
    await sandbox.close();
    await start({}, { now: () => new Date(real), speed: 0 });
    const before = sandbox.now();
    real += 60_000;
    assert.deepEqual(sandbox.now(), before);
    sandbox.advance({ hours: 2 });
    assert.equal(sandbox.now().getTime() - before.getTime(), 2 * 3_600_000);
    assert.throws(() => sandbox.advance({ hours: -1 }), /cannot advance/);
  });

  it("works through 10,000 leads in a month that is turned at once", async () => {
    await start({ max_calls_in_parallel: 10, retry_interval: 10 });
    for (let index = 0; index < 10_000; index++) add(`+331990${String(index).padStart(5, "0")}`);
    await run("start");
    sandbox.advance({ days: 30 });
    assert.deepEqual([...new Set(statuses())].sort(), ["completed", "reached-max-retries"]);
    assert.equal(sandbox.campaigns[0]?.status, "completed");
  }).timeout(60_000);
});
