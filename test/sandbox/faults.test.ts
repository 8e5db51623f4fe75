import assert from "node:assert/strict";
import { SANDBOX_FAULTS, type Sandbox, type SandboxFault, startSandbox } from "../../src/sandbox";
import { callApi } from "../support/api";

const ANNA = { phone_number: "+493023125000", campaign_id: 1 };

describe("the faults of the sandbox", () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox();
  });
  afterEach(() => sandbox.close());

  /** What the client gets, and whether the lead was created. */
  const EFFECTS: Record<SandboxFault, { answer: number | "broken" | "slow" | "none"; isCarriedOut: boolean }> = {
    "lose-answer": { answer: "broken", isCarriedOut: true },
    "lose-request": { answer: "broken", isCarriedOut: false },
    "half-answer": { answer: "broken", isCarriedOut: true },
    "no-answer": { answer: "none", isCarriedOut: true },
    slow: { answer: "slow", isCarriedOut: true },
    "server-error": { answer: 500, isCarriedOut: false },
    "late-server-error": { answer: 500, isCarriedOut: true },
    "bad-gateway": { answer: 502, isCarriedOut: false },
    "too-many": { answer: 429, isCarriedOut: false },
  };

  for (const fault of Object.keys(SANDBOX_FAULTS) as SandboxFault[]) {
    const { answer, isCarriedOut } = EFFECTS[fault];
    it(`${fault}: ${SANDBOX_FAULTS[fault]}`, async () => {
      sandbox.fail(fault, "create");
      const response = fetch(`${sandbox.baseUrl}/user/lead`, {
        method: "POST",
        headers: { authorization: `Bearer ${sandbox.apiKey}` },
        body: JSON.stringify(ANNA),
        signal: AbortSignal.timeout(300),
      }).then(async (each) => {
        await each.text();
        return each.status;
      });
      if (answer === "broken") await assert.rejects(response, TypeError);
      else if (typeof answer === "string") await assert.rejects(response, { name: "TimeoutError" });
      else assert.equal(await response, answer);
      assert.equal(sandbox.leads.length, isCarriedOut ? 1 : 0);
      const next = await callApi(sandbox, "POST", "/user/lead", { ...ANNA, phone_number: "+493023125001" });
      assert.equal(next.status, 200, "only the next one met it");
    });
  }

  it("meets only the requests that it is for, the given number of times, and the journal says so", async () => {
    sandbox.fail("server-error", "list", 2);
    assert.equal((await callApi(sandbox, "GET", "/user/me")).status, 200);
    const lists = [];
    for (let count = 0; count < 3; count++) lists.push((await callApi(sandbox, "GET", "/user/leads")).status);
    assert.deepEqual(lists, [500, 500, 200]);
    assert.deepEqual(
      sandbox.journal.map(({ fault }) => fault),
      [undefined, "server-error", "server-error", undefined],
    );
  });

  it("keeps each request's answer in the journal", async () => {
    await callApi(sandbox, "POST", "/user/lead", ANNA);
    const { answer, email } = sandbox.journal[0] ?? {};
    assert.match(JSON.stringify(answer), /"phone_number":"\+493023125000"/);
    assert.equal(email, "owner@sandbox.test");
  });
});
