import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { takeRequests } from "../support/journal";
import { ANNA, twoProviders } from "../support/programs";

describe("two accounts in one program, with the real engine", function () {
  this.timeout(180_000);
  let eu: Sandbox;
  let us: Sandbox;
  let project: Project;

  before(async function () {
    await useEngine(this);
    eu = await startSandbox({ apiKey: "eu-key-not-to-be-seen", email: "eu@sandbox.test" });
    us = await startSandbox({ apiKey: "us-key-not-to-be-seen", email: "us@sandbox.test" });
  });
  after(async () => {
    await project?.remove();
    await eu?.close();
    await us?.close();
  });
  const requests = () => [eu, us].map(takeRequests);

  it("serve leads, campaigns and components, keep keys secret, take a rotated key, and are emptied by destroy", async () => {
    const program = (anna: string) => `${twoProviders(eu, us)}
      const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1 }, { provider: eu });
      new FamulorLead("anna", { campaignId: spring, ${anna} }, { provider: eu });
      class Seeds extends pulumi.ComponentResource {
        constructor(name, opts) {
          super("test:Seeds", name, {}, opts);
          new FamulorLead(name + "-anna", { ${ANNA} }, { parent: this });
        }
      }
      new Seeds("seeds", { providers: [us] });`;
    const person = ANNA.replace("campaignId: 1, ", "");
    const env = { EU_KEY: eu.apiKey, US_KEY: us.apiKey };
    project = await createProject({ program: program(person), env });
    await project.succeed("preview");
    assert.deepEqual(requests(), [[], []]);

    await project.succeed("up", "--skip-preview");
    assert.deepEqual(requests(), [
      ["GET /user/me", "GET /user/campaigns", "POST /user/campaigns", "GET /user/leads", "POST /user/lead"],
      ["GET /user/me", "GET /user/leads", "POST /user/lead"],
    ]);
    assert.deepEqual([eu.leads.length, us.leads.length], [1, 1]);
    await project.succeed("preview", "--expect-no-changes", "--diff");

    // With a new key: each account is asked once whether the leads still belong to it.
    eu.setKey("new-key-not-to-be-seen");
    const rotated = project.withEnv({ EU_KEY: "new-key-not-to-be-seen" });
    requests();
    await project.rewrite(program(person.replace("Anna", "Anne")));
    const edit = await rotated.succeed("up", "--skip-preview");
    assert.match(edit.output, /eu updat/);
    const [inEu, inUs] = requests();
    assert.deepEqual(inEu?.sort(), ["GET /user/me", `PUT /leads/${eu.leads[0]?.id}`]);
    assert.deepEqual(inUs, ["GET /user/me"]);
    assert.deepEqual([eu.leads[0]?.variables, us.leads[0]?.variables], [{ name: "Anne" }, { name: "Anna" }]);

    await project.succeed("refresh", "--skip-preview");
    for (const text of [await project.state(), project.printed]) assert.doesNotMatch(text, /key-not-to-be-seen/);
    assert.deepEqual(
      requests()
        .flat()
        .filter((line) => !line.startsWith("GET ")),
      [],
      "a refresh only lists",
    );
    await project.succeed("destroy", "--skip-preview");
    assert.deepEqual([eu.leads.length, us.leads.length], [0, 0]);
    assert.deepEqual(
      requests().map((lines) => lines.filter((line) => line.startsWith("DELETE")).length),
      [2, 1],
    );
  });
});
