import assert from "node:assert/strict";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";

/** Each resource is declared by a function of the program, which is called on another line. */
const PROGRAM = `
const { FamulorCampaign, FamulorCampaignRun, FamulorLead, FamulorLeadSet } = require("pulumi-famulor");
function declare(Type, name, args, opts) {
  return new Type(name, args, opts);
}
const spring = declare(FamulorCampaign, "spring", { name: "Spring", assistantId: 1 });
const anna = declare(FamulorLead, "anna", { campaignId: spring, phoneNumber: "+493023125000" });
const guests = declare(FamulorLeadSet, "guests", { campaignId: spring, leads: { bert: { phoneNumber: "+493023125001" } } });
declare(FamulorCampaignRun, "go", { campaignId: spring }, { dependsOn: [anna, guests] });
`;
const lineOf = (text: string) => PROGRAM.split("\n").findIndex((line) => line.includes(text)) + 1;

interface Frame {
  sourcePosition?: string;
}

describe("the registration of a resource, with the real engine", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let project: Project;

  before(async function () {
    await useEngine(this);
  });
  afterEach(async () => {
    await project?.remove();
    await sandbox?.close();
  });

  it("leaves the program's lines in the state, although it switches the stack traces of promises off", async () => {
    sandbox = await startSandbox({ campaigns: [] });
    project = await createProject({ program: PROGRAM, sandbox });
    await project.succeed("up", "--skip-preview");
    const { resources } = JSON.parse(await project.state()).deployment as {
      resources: { urn: string; sourcePosition?: string; stackTrace?: Frame[] }[];
    };
    for (const name of ["spring", "anna", "guests", "go"]) {
      const stored = resources.find(({ urn }) => urn.endsWith(`::${name}`));
      assert.match(String(stored?.sourcePosition), new RegExp(`/index\\.js#${lineOf("return new Type")},`), name);
      const frames = (stored?.stackTrace ?? []).map(({ sourcePosition = "" }) => sourcePosition);
      assert.equal(frames[0], stored?.sourcePosition);
      assert.match(String(frames[1]), new RegExp(`/index\\.js#${lineOf(`"${name}"`)},`), name);
      assert.deepEqual(
        frames.filter((position) => /(src|dist)\/resources\//.test(position)),
        [],
        "none of them is a line of this package",
      );
    }
  });

  const retained: Record<string, string> = {
    "by its component": `
      class Component extends pulumi.ComponentResource {
        constructor() {
          super("test:Component", "component", {}, { retainOnDelete: true });
          this.spring = new FamulorCampaign("spring", args, { parent: this });
        }
      }
      const { spring } = new Component();`,
    "by a transform": `
      const retain = ({ props, opts }) => ({ props, opts: { ...opts, retainOnDelete: true } });
      const spring = new FamulorCampaign("spring", args, { transforms: [retain] });`,
    "by a transform of the whole stack": `
      pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
        type.endsWith(":Campaign") ? { props, opts: { ...opts, retainOnDelete: true } } : undefined);
      const spring = new FamulorCampaign("spring", args);`,
    "by an old transformation of the whole stack": `
      pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
        type.endsWith(":Campaign") ? { props, opts: { ...opts, retainOnDelete: true } } : undefined);
      const spring = new FamulorCampaign("spring", args);`,
  };
  for (const [how, campaign] of Object.entries(retained)) {
    it(`leaves no lead behind when its campaign is retained ${how}`, async () => {
      sandbox = await startSandbox({ campaigns: [] });
      const program = `
        const pulumi = require("@pulumi/pulumi");
        const { FamulorCampaign, FamulorCampaignRun, FamulorLead } = require("pulumi-famulor");
        const args = { name: "Spring", assistantId: 1, forceDestroy: true };
        ${campaign}
        const anna = new FamulorLead("anna", { campaignId: spring, phoneNumber: "+493023125000" });
        new FamulorCampaignRun("go", { campaignId: spring }, { dependsOn: [anna] });`;
      project = await createProject({ program, sandbox });
      await project.succeed("up", "--skip-preview");
      assert.deepEqual([sandbox.leads.length, sandbox.campaigns[0]?.status], [1, "in-progress"]);
      await project.succeed("destroy", "--skip-preview");
      assert.deepEqual([sandbox.leads.length, sandbox.campaigns[0]?.status], [0, "stopped"]);
    });
  }
});
