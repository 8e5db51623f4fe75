import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { pack } from "../../scripts/pack";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, temporaryFolder, useEngine } from "../support/engine";

const run = promisify(execFile);
const repository = resolve(__dirname, "../..");

const DECLARATION = `new FamulorLead("anna", { campaignId: 1, phoneNumber: "+493023125000", variables: { name: "Anna" } })`;

/** What a user's project looks like, by the kind of its program. */
const consumers: Record<string, { files: Record<string, string>; typescript: boolean }> = {
  "a CommonJS program": {
    typescript: false,
    files: {
      "package.json": "{}",
      "index.js": `const { FamulorLead } = require("pulumi-famulor"); exports.leadId = ${DECLARATION}.leadId;`,
    },
  },
  "an ESM program": {
    typescript: false,
    files: {
      "package.json": `{ "type": "module", "main": "index.js" }`,
      "index.js": `import { FamulorLead } from "pulumi-famulor"; export const leadId = ${DECLARATION}.leadId;`,
    },
  },
  "a TypeScript program": {
    typescript: true,
    files: {
      "package.json": "{}",
      "tsconfig.json": `{ "compilerOptions": { "strict": true, "target": "ES2022", "module": "Node16", "moduleResolution": "Node16", "skipLibCheck": true, "types": ["node"] }, "files": ["index.ts"] }`,
      "index.ts": `import * as pulumi from "@pulumi/pulumi";
        import {
          FamulorCampaign, FamulorCampaignRun, FamulorLead, type FamulorLeadArgs, FamulorLeadSet, FamulorProvider,
          getOutboundAssistantOutput,
        } from "pulumi-famulor";
        import { startSandbox } from "pulumi-famulor/sandbox";
        import { leadsFromCsv } from "pulumi-famulor/seeds";
        export const start: typeof startSandbox = startSandbox;
        const lead = ${DECLARATION};
        const id: import("@pulumi/pulumi").Output<number> = lead.leadId;
        export const args: FamulorLeadArgs["campaignId"] = 1;
        export function more(): pulumi.Output<number> {
          const eu = new FamulorProvider("eu", { apiKey: pulumi.secret("key") });
          const assistant = getOutboundAssistantOutput({ name: "Eva" }, { provider: eu });
          const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: assistant.assistantId, allowedDays: ["monday"] });
          const leads = leadsFromCsv("guests.csv", { country: "DE", variables: { name: "Name" } });
          new FamulorLeadSet("guests", { campaignId: spring, leads });
          for (const [key, row] of Object.entries(leads)) new FamulorLead(key, { campaignId: spring, ...row });
          const ben = new FamulorLead("ben", { campaignId: spring, phoneNumber: "+493023125001" }, { provider: eu });
          return new FamulorCampaignRun("go", { campaignId: spring.campaignId }, { dependsOn: [ben] }).campaignId;
        }
        export const leadId = id;`,
    },
  },
  "a TypeScript program with the older moduleResolution": {
    typescript: true,
    files: {
      "package.json": "{}",
      "tsconfig.json": `{ "compilerOptions": { "strict": true, "target": "ES2022", "module": "CommonJS", "moduleResolution": "node", "skipLibCheck": true, "types": ["node"] }, "files": ["index.ts"] }`,
      "index.ts": `import { FamulorLead } from "pulumi-famulor";
        import { lead } from "pulumi-famulor/provider";
        import { startSandbox } from "pulumi-famulor/sandbox";
        import { fictionalLeads, type LeadRow } from "pulumi-famulor/seeds";
        export const invented: Record<string, LeadRow> = fictionalLeads({ count: 1, country: "DE" });
        export const start: typeof startSandbox = startSandbox;
        export const create: typeof lead.create = lead.create;
        export const leadId = ${DECLARATION}.leadId;`,
    },
  },
};

describe("the packed package, in somebody else's project", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let packed: string;

  before(async function () {
    await useEngine(this);
    sandbox = await startSandbox();
    packed = await temporaryFolder("packed");
    // Exactly what `npm publish` would send; pretest has built it.
    const { path } = await pack(packed);
    await run("tar", ["-xzf", path, "-C", packed]);
  });
  after(async () => {
    await sandbox?.close();
    await rm(packed, { recursive: true, force: true });
  });

  for (const [name, { files, typescript }] of Object.entries(consumers)) {
    it(`goes up and down from ${name}`, async () => {
      const project = await createProject({ program: "", sandbox, typescript });
      try {
        await rm(join(project.folder, "index.js"));
        for (const [file, text] of Object.entries(files)) await writeFile(join(project.folder, file), text);
        await installInto(join(project.folder, "node_modules"), packed);
        if (typescript) {
          await run(process.execPath, [require.resolve("typescript/bin/tsc"), "--noEmit", "-p", project.folder]);
        }
        await project.succeed("up", "--skip-preview");
        assert.equal((await project.outputs()).leadId, sandbox.leads[0]?.id);
        assert.equal(sandbox.leads.length, 1);
        await project.succeed("destroy", "--skip-preview");
        assert.equal(sandbox.leads.length, 0);
      } finally {
        await project.remove();
      }
    });
  }

  it("says which versions there are, where a component brings another one", async () => {
    const program = `require("component");`;
    const project = await createProject({ program, sandbox });
    const modules = join(project.folder, "node_modules");
    try {
      await installInto(modules, packed);
      const other = join(modules, "component/node_modules");
      await mkdir(other, { recursive: true });
      await writeFile(join(other, "../index.js"), `const { FamulorLead } = require("pulumi-famulor"); ${DECLARATION};`);
      await cp(join(packed, "package"), join(other, "pulumi-famulor"), { recursive: true });
      const manifest = join(other, "pulumi-famulor/package.json");
      await writeFile(manifest, (await readFile(manifest, "utf8")).replace(/"version": "[^"]+"/, '"version": "9.9.9"'));

      const { code, output } = await project.pulumi("preview");
      assert.notEqual(code, 0);
      assert.match(
        output,
        /Two versions of pulumi-famulor are installed: the program declares with 9\.9\.9 in .*component/,
      );
    } finally {
      await project.remove();
    }
  });
});

/** As `npm install` would lay it out: the package itself unpacked, its neighbours linked from the repository. */
async function installInto(modules: string, packed: string): Promise<void> {
  await mkdir(modules);
  for (const entry of await readdir(join(repository, "node_modules"))) {
    if (entry.startsWith(".") || entry === "pulumi-famulor") continue;
    await symlink(join(repository, "node_modules", entry), join(modules, entry), "junction");
  }
  await cp(join(packed, "package"), join(modules, "pulumi-famulor"), { recursive: true });
}
