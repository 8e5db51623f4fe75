/** The page in a real browser: what each button does, whether anybody can use it, and what a foreign page can do to it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { ensureBrowser } from "../../scripts/browser/ensure-browser";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox";
import { callApi } from "../support/api";

const ARTEFACTS = resolve(__dirname, "../../.tmp/screenshots");
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

describe("the page of the sandbox, in a browser", function () {
  this.timeout(120_000);
  let browser: Browser;
  let sandbox: Sandbox;
  let page: Page;
  let problems: string[] = [];

  before(async function () {
    this.timeout(0);
    try {
      const executablePath = await ensureBrowser();
      browser = await chromium.launch({ executablePath, args: ["--disable-quic", "--disable-gpu"] });
    } catch (error) {
      if (process.env.CI) throw error;
      console.log(`    SKIPPED, there is no browser: ${(error as Error).message}`);
      this.skip();
    }
  });
  after(() => browser?.close());
  afterEach(async () => {
    await page?.context().close();
    await sandbox?.close();
    assert.deepEqual(problems.splice(0), [], "the browser complained");
  });

  async function start(options: SandboxOptions = {}, context: BrowserContextOptions = {}): Promise<void> {
    sandbox = await startSandbox(options);
    await open("", context);
  }

  async function open(path = "", context: BrowserContextOptions = {}): Promise<void> {
    // The page's own policy stays in force; only axe is let in.
    const opened = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...context });
    page = await opened.newPage();
    problems = [];
    page.on(
      "console",
      (message) => message.type() === "error" && !/status of 422/.test(message.text()) && problems.push(message.text()),
    );
    page.on("pageerror", (error) => problems.push(String(error)));
    page.on("dialog", (dialog) => void dialog.accept());
    await page.goto(sandbox.pageUrl + path);
  }
  const go = (path: string) => page.goto(sandbox.pageUrl + path);
  const told = (text: string | RegExp) => page.locator("#message").getByText(text).waitFor();
  const add = (index = 0, more = {}) =>
    sandbox.account.addLead({ phone_number: `+331990${String(index).padStart(5, "0")}`, campaign_id: 1, ...more });

  describe("each button does what the API would do", () => {
    it("adds a lead, which appears in the table without a reload", async () => {
      await start();
      await page.getByText("No leads yet.").waitFor();
      await page.evaluate("window.isSame = true");
      await page.getByLabel("Phone number").fill("+493023125000");
      await page.getByLabel("Variables, one in each line").fill("name: Anna\nage: 40");
      await page.getByRole("button", { name: "Add lead" }).click();
      await told(/Added \+493023125000/);
      await page.getByRole("link", { name: "+493023125000" }).waitFor();
      assert.equal(await page.evaluate("window.isSame"), true);
      assert.equal(await page.getByLabel("Phone number").inputValue(), "", "ready for the next one");
      const { body } = await callApi(sandbox, "GET", "/user/leads");
      assert.deepEqual(body.data[0].variables, { name: "Anna", age: 40 });
    });

    it("says why a lead is refused, and keeps what was typed", async () => {
      await start();
      add(0);
      await page.getByLabel("Phone number").fill("+33199000000");
      await page.getByRole("button", { name: "Add lead" }).click();
      await told("A lead with this phone number already exists in this campaign.");
      assert.equal(await page.getByLabel("Phone number").inputValue(), "+33199000000");
    });

    it("edits, moves, sets the status of, and deletes a lead", async () => {
      await start({ campaigns: [{ name: "One" }, { name: "Two" }] });
      const { id } = add(0, { variables: { name: "Anna", title: "Dr" } });
      await go(`lead/${id}`);
      await page.getByLabel("Phone number").fill("+33199000001");
      await page.getByLabel("Campaign").selectOption({ label: "Two" });
      await page.getByLabel("Variables, one in each line").fill("name: Bert");
      await page.getByRole("button", { name: "Save" }).click();
      await told(/Saved/);
      await page.getByRole("heading", { name: "+33199000001" }).waitFor();
      const [lead] = sandbox.leads;
      assert.deepEqual([lead?.campaign_id, lead?.variables], [2, { name: "Bert" }]);
      await page.getByLabel("New status").selectOption("blacklisted");
      await page.getByRole("button", { name: "Set" }).click();
      await page.locator(".facts .badge.blacklisted").waitFor();
      assert.equal(sandbox.leads[0]?.status, "blacklisted");
      await page.getByRole("button", { name: "Delete this lead" }).click();
      await told(/Deleted \+33199000001/);
      assert.deepEqual(sandbox.leads, []);
    });

    it("dials a lead and walks it through its calls", async () => {
      await start();
      const { id } = add(0, { secondary_contacts: [{ phone_number: "+33199000001" }] });
      await page.getByRole("button", { name: "Dial +33199000000" }).click();
      await page.locator(".leads .badge.processing").waitFor();
      await go(`lead/${id}`);
      await page.getByRole("button", { name: "No answer" }).click();
      await page.getByText("calls secondary contact +33199000001").waitFor();
      await page.getByRole("button", { name: "Answered" }).click();
      await page.locator(".facts .badge.completed").waitFor();
      assert.equal(sandbox.leads[0]?.secondary_contacts[0]?.status, "completed");
    });

    it("starts and stops a campaign, turns the clock, and shows how the campaign gets on", async () => {
      await start({ lifeCycle: true, speed: 0, outcomes: { "+33199000000": ["answered"] } });
      add(0);
      await page.getByRole("button", { name: "Start Sandbox campaign" }).click();
      await page.locator("#campaigns .badge.in-progress").waitFor();
      await page.getByRole("button", { name: "Stop Sandbox campaign" }).click();
      await page.locator("#campaigns .badge.stopped").waitFor();
      await page.getByRole("button", { name: "Start Sandbox campaign" }).click();
      await page.getByRole("button", { name: "Turn the clock by 15 min" }).click();
      await page.locator("#campaigns .badge.completed").waitFor();
      await page.getByText("1 completed").waitFor();
      assert.equal(sandbox.leads[0]?.status, "completed");
    });

    it("adds, edits and deletes a campaign", async () => {
      await start();
      await page.getByText("Add a campaign").click();
      await page.getByLabel("Name").fill("Spring");
      await page.getByRole("button", { name: "Add campaign" }).click();
      await told(/Added Spring/);
      await page.getByRole("link", { name: "Spring" }).click();
      await page.getByLabel("From").fill("09:00");
      await page.getByLabel("sunday").uncheck();
      await page.getByLabel("Retries", { exact: true }).fill("5");
      await page.getByRole("button", { name: "Save" }).click();
      await told("Saved Spring.");
      const spring = sandbox.campaigns[1];
      assert.deepEqual(
        [spring?.allowed_hours_start_time, spring?.allowed_days.length, spring?.max_retries],
        ["09:00:00", 6, 5],
      );
      await page.getByRole("button", { name: "Delete this campaign" }).click();
      await told(/Deleted Spring/);
      assert.equal(sandbox.campaigns.length, 1);
    });

    it("switches faults and dialects, and adds an account", async () => {
      await start();
      await go("settings");
      await page.getByLabel("What goes wrong").selectOption("late-server-error");
      await page.getByRole("button", { name: "Add fault" }).click();
      await page.getByText("late-server-error with creating a lead, once").waitFor();
      assert.equal(
        (await callApi(sandbox, "POST", "/user/lead", { phone_number: "+33199000000", campaign_id: 1 })).status,
        500,
      );
      assert.equal(sandbox.leads.length, 1);
      await page.getByText("Nothing goes wrong.").waitFor();
      await page.getByLabel("campaigns-under-campaigns").check();
      await page.locator("form[action='/do/dialects'] button").click();
      await told(/It speaks campaigns-under-campaigns/);
      assert.ok("campaigns" in (await callApi(sandbox, "GET", "/user/campaigns")).body);
      await page.getByLabel("E-mail").fill("two@sandbox.test");
      await page.getByLabel("API key").fill("k2");
      await page.getByRole("button", { name: "Add account" }).click();
      await page.getByRole("navigation", { name: "Accounts" }).getByText("two@sandbox.test").click();
      await page.getByText("famulor:apiKey k2").waitFor();
      assert.equal((await callApi(sandbox, "GET", "/user/me", undefined, "k2")).status, 200);
    });

    it("imports and exports", async () => {
      await start();
      await go("settings");
      await page.getByLabel("From a file").setInputFiles({
        name: "leads.csv",
        mimeType: "text/csv",
        buffer: Buffer.from("phone_number,name\n+33199000000,Anna\n"),
      });
      await page.getByRole("button", { name: "Import" }).click();
      await told("Imported 1 lead");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByText("Export leads as CSV").click(),
      ]);
      assert.match(readFileSync(await download.path(), "utf8"), /\+33199000000,created,.*,Anna/);
    });

    it("works without JavaScript", async () => {
      await start({}, { javaScriptEnabled: false });
      await page.getByLabel("Phone number").fill("+493023125000");
      await page.getByRole("button", { name: "Add lead" }).click();
      await told(/Added \+493023125000/);
      await page.getByRole("link", { name: "+493023125000" }).click();
      await page.getByRole("button", { name: "Dial" }).click();
      await page.getByRole("button", { name: "Answered" }).click();
      assert.equal(sandbox.leads[0]?.status, "completed");
      await go("requests");
      await page.getByText("No requests yet.").waitFor();
    });
  });

  it("shows requests as they come, with body and answer, and leaves open what somebody reads", async () => {
    await start();
    await go("requests");
    await callApi(sandbox, "POST", "/user/lead", { phone_number: "+33199000000", campaign_id: 1 });
    const row = page.locator("summary", { hasText: "/user/lead" });
    await row.click();
    await page.getByText('"campaign_id": 1').first().waitFor();
    await callApi(sandbox, "GET", "/user/campaigns");
    await page.locator("summary", { hasText: "/user/campaigns" }).waitFor();
    assert.equal(await page.locator("details[open]").count(), 1);
    assert.match((await page.locator("details[open] pre").nth(1).textContent()) ?? "", /"message": "Lead created"/);
  });

  it("lets the focus stay where it is when the table is renewed, and goes by keyboard alone", async () => {
    await start();
    add(0);
    await page.getByRole("button", { name: "Dial +33199000000" }).focus();
    add(1);
    await page.getByRole("link", { name: "+33199000001" }).waitFor();
    const focused = () => page.evaluate("document.activeElement?.getAttribute('aria-label')");
    assert.equal(await focused(), "Dial +33199000000");
    await page.keyboard.press("Enter");
    await page.locator(".leads .badge.processing").waitFor();
    await go("");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate("document.activeElement?.textContent"), "Skip to the content");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement?.id"), "main");
  });

  it("lets a page of another origin change nothing and read nothing", async () => {
    await start();
    add(0);
    const { port } = new URL(sandbox.pageUrl);
    const html = `<form method="post" action="http://127.0.0.1:${port}/do/add-lead"><input name="phone_number" value="+33199000009"><input name="campaign_id" value="1"><button>Win</button></form><iframe src="http://127.0.0.1:${port}/"></iframe>`;
    const foreign: Server = createServer((_, outgoing) =>
      outgoing.writeHead(200, { "content-type": "text/html" }).end(html),
    );
    foreign.listen(0, "127.0.0.1");
    await new Promise((done) => foreign.once("listening", done));
    try {
      const { port: other } = foreign.address() as AddressInfo;
      for (const host of ["127.0.0.1", "localhost"]) {
        await page.goto(`http://${host}:${other}/`);
        const framed = await page.frames()[1]?.evaluate("document.body.textContent");
        assert.ok(!String(framed).includes("Famulor"), "no frame");
        const read = await page.evaluate(
          (url) =>
            Promise.all(
              ["", "export.json"].map((path) =>
                fetch(url + path)
                  .then((answer) => answer.text())
                  .catch(() => "blocked"),
              ),
            ),
          sandbox.pageUrl,
        );
        assert.deepEqual(read, ["blocked", "blocked"]);
        await page.evaluate(
          (url) =>
            fetch(`${url}do/delete-lead`, {
              method: "POST",
              mode: "no-cors",
              body: new URLSearchParams({ lead: "1000001" }),
            }).catch(() => "refused"),
          sandbox.pageUrl,
        );
        await page.getByRole("button").click();
        await page.getByText("Only the sandbox's own page may do this.").waitFor();
      }
      assert.deepEqual(
        sandbox.leads.map(({ id }) => id),
        [1_000_001],
      );
    } finally {
      problems.length = 0; // what was blocked, the browser complains of
      foreign.close();
    }
  });

  it("lets a name that is rebound to localhost see and change nothing", async () => {
    await start();
    add(0);
    await page.context().close();
    const { port } = new URL(sandbox.pageUrl);
    const rebound = await chromium.launch({
      executablePath: await ensureBrowser(),
      args: ["--host-resolver-rules=MAP evil.example 127.0.0.1", "--disable-quic"],
    });
    try {
      page = await rebound.newPage();
      const answer = await page.goto(`http://evil.example:${port}/`);
      assert.equal(answer?.status(), 403);
      const results = await page.evaluate(async () => {
        const action = await fetch("/do/delete-lead", {
          method: "POST",
          body: new URLSearchParams({ lead: "1000001" }),
        });
        const headers = { authorization: "Bearer sandbox-key" };
        const api = await fetch("/api/user/leads/1000001", { method: "DELETE", headers });
        const list = await fetch("/api/user/leads", { headers });
        return [action.status, api.status, list.status];
      });
      assert.deepEqual(results, [403, 403, 403]);
      assert.equal(sandbox.leads.length, 1);
    } finally {
      problems.length = 0;
      await rebound.close();
    }
  });

  /** What a sandbox looks like after an hour of work. */
  async function fill(leads: number): Promise<number | undefined> {
    const names = ["Anna Schmidt", "Bert Brandt", "Chiara Rossi", "Dilan Yılmaz", "Eva Novák", "Fatou Diop"];
    for (const name of ["Spring invitations", "Renewals, second try"].slice(0, leads > 3 ? 2 : 1)) {
      await callApi(sandbox, "POST", "/user/campaigns", { name, assistant_id: 1, max_calls_in_parallel: 10 });
    }
    let first: number | undefined;
    for (let index = 0; index < leads; index++) {
      const lead = {
        phone_number: `+331990${String(index).padStart(5, "0")}`,
        campaign_id: index % 3 === 2 ? Math.min(3, leads > 3 ? 3 : 2) : 2,
        variables: { name: names[index % names.length], company: "Nordlicht GmbH", seats: index % 7 },
        ...(index % 4 === 0 && { secondary_contacts: [{ phone_number: `+3353649${String(index).padStart(4, "0")}` }] }),
      };
      if (index < 3) first = (await callApi(sandbox, "POST", "/user/lead", lead)).body.data.id;
      else sandbox.account.addLead(lead);
    }
    if (leads === 0) return undefined;
    await callApi(sandbox, "POST", "/user/campaigns/update-status", { campaign_id: 2, action: "start" });
    sandbox.advance({ minutes: leads > 1000 ? 600 : 20 });
    await callApi(sandbox, "GET", "/user/leads?per_page=3&campaign_id=2");
    await callApi(sandbox, "POST", "/user/lead", { phone_number: "030 23125", campaign_id: 2 });
    await callApi(sandbox, "PUT", `/leads/${first}`, { variables: { name: "Anna Schmidt-Berg" } });
    return first;
  }

  for (const leads of [0, 3, 300, 10_000]) {
    it(`reads well with ${leads} leads: axe finds nothing, nothing scrolls sideways; see .tmp/screenshots`, async () => {
      await mkdir(ARTEFACTS, { recursive: true });
      sandbox = await startSandbox({ lifeCycle: true, speed: 0, now: () => new Date("2026-03-12T10:24:00Z") });
      const lead = await fill(leads);
      if (leads === 300) sandbox.addAccount({ apiKey: "second-key", email: "second@sandbox.test" });
      const views = ["", "requests", "settings"];
      if (lead !== undefined && leads < 10_000) views.push(`lead/${lead}`, "campaign/2", "request/1");
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [390, 1280]) {
          await open("", { colorScheme, viewport: { width, height: width === 390 ? 844 : 900 }, bypassCSP: true });
          for (const view of views) {
            const name = `${view.split("/")[0] || "leads"} with ${leads} leads, ${colorScheme}, ${width} wide`;
            const before = performance.now();
            await go(view);
            assert.ok(performance.now() - before < 5000, `${name}: it took ${performance.now() - before} ms`);
            if (view === "requests" && leads > 0) await page.locator("summary").first().click();
            const path = join(ARTEFACTS, `${name.replace(/ with | leads, |, /g, "-").replace(" wide", "")}.png`);
            await page.screenshot({ path, fullPage: leads === 3, animations: "disabled" });
            const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
            assert.ok(Number(overflow) <= 0, `${name}: ${overflow} pixels too wide`);
            // Each colour scheme and each width once.
            if ((colorScheme === "light") === (width === 390)) assert.deepEqual(await violations(), [], name);
          }
          await page.context().close();
        }
      }
    }).timeout(300_000);
  }

  /** What axe finds, with the first places of each. */
  async function violations(): Promise<[string, string[]][]> {
    await page.evaluate(AXE);
    const found = (await page.evaluate("axe.run()")) as AxeResults;
    return found.violations.map(({ id, nodes }) => [
      id,
      nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    ]);
  }

  // To renew the picture: run this test, then `pngquant 64 .tmp/screenshots/docs.png`, and copy the result to docs/sandbox.png.
  it("writes what docs/sandbox.png should show to .tmp/screenshots/docs.png", async () => {
    await mkdir(ARTEFACTS, { recursive: true });
    sandbox = await startSandbox({
      lifeCycle: true,
      port: 4010,
      now: () => new Date("2026-03-12T10:24:00Z"),
      campaigns: [{ name: "Spring invitations" }, { name: "Renewals" }],
    });
    const names = [
      "Anna Schmidt",
      "Bert Brandt",
      "Chiara Rossi",
      "Eva Novák",
      "Fatou Diop",
      "Jonas Weber",
      "Mia Keller",
    ];
    for (const [index, name] of names.entries()) {
      sandbox.account.addLead({ phone_number: `+49302312500${index}`, campaign_id: 1, variables: { name } });
    }
    sandbox.account.addLead({ phone_number: "+493023125008", campaign_id: 2, variables: { name: "Noah Vogt" } });
    sandbox.account.setCampaignRunning({ campaign_id: 1, action: "start" });
    sandbox.advance({ minutes: 2, seconds: 30 });
    await open("", { viewport: { width: 1180, height: 740 } });
    await page.screenshot({ path: join(ARTEFACTS, "docs.png"), animations: "disabled" });
  });
});
