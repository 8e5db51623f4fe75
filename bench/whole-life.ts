/** The life of many leads under the real engine: up, a preview without a change, refresh, destroy. */
import { resolve } from "node:path";
import { type Sandbox, startSandbox } from "../src/sandbox";
import { createProject } from "../test/support/engine";
import { startFaultProxy } from "../test/support/fault-proxy";
import { barePool, IDLE_HOOKS, poolHooks } from "./plugin-process";
import type { Pair } from "./table";

const beside = (file: string) => JSON.stringify(resolve(__dirname, file));
const numbers = beside("numbers");
const naive = beside("naive-lead");
const idle = beside("idle-resources");

/** Programs that declare a number of leads, each with one variable. */
export const PROGRAMS = {
  naive: (leads: number) => `
    const { NaiveLead } = require(${naive});
    const { phoneNumber } = require(${numbers});
    for (let index = 0; index < ${leads}; index++) {
      const variables = { name: "Lead " + index };
      new NaiveLead("lead-" + index, { campaignId: 1, phoneNumber: phoneNumber(index), variables });
    }`,
  FamulorLead: (leads: number) => `
    const { FamulorCampaign, FamulorLead } = require("pulumi-famulor");
    const { phoneNumber } = require(${numbers});
    const campaignId = new FamulorCampaign("spring", { name: "Spring", assistantId: 1, forceDestroy: true });
    for (let index = 0; index < ${leads}; index++) {
      const variables = { name: "Lead " + index };
      new FamulorLead("lead-" + index, { campaignId, phoneNumber: phoneNumber(index), variables });
    }`,
  FamulorLeadSet: (leads: number) => `
    const { FamulorCampaign, FamulorLeadSet } = require("pulumi-famulor");
    const { phoneNumber } = require(${numbers});
    const campaignId = new FamulorCampaign("spring", { name: "Spring", assistantId: 1, forceDestroy: true });
    const leads = {};
    for (let index = 0; index < ${leads}; index++) {
      leads["lead-" + index] = { phoneNumber: phoneNumber(index), variables: { name: "Lead " + index } };
    }
    new FamulorLeadSet("guests", { campaignId, leads });`,
  /** The program of `FamulorLead` without our constructors, for the hooks that do nothing. */
  idle: (leads: number) => `
    const { IdleCampaign, IdleLead } = require(${idle});
    const { phoneNumber } = require(${numbers});
    const campaign = new IdleCampaign("spring", { name: "Spring", assistantId: 1, forceDestroy: true });
    const { campaignId } = campaign;
    const options = { deletedWith: campaign, deleteBeforeReplace: true };
    for (let index = 0; index < ${leads}; index++) {
      const variables = { name: "Lead " + index };
      new IdleLead("lead-" + index, { campaignId, phoneNumber: phoneNumber(index), variables }, options);
    }`,
};
export type Variant = keyof typeof PROGRAMS;

export interface Step {
  seconds: number;
  requests: number;
}

export interface Life {
  up: Step;
  preview: Step;
  refresh: Step;
  destroy: Step;
  /** Compact JSON of the leads' resources in the exported state, by lead. */
  stateBytesPerLead: number;
}

export async function wholeLife(variant: Variant, leads: number): Promise<Life> {
  const sandbox = await startSandbox();
  const project = await createProject({ program: PROGRAMS[variant](leads), sandbox });
  try {
    const timed = async (...args: string[]): Promise<Step> => {
      sandbox.journal.length = 0;
      const started = performance.now();
      await project.succeed(...args);
      return { seconds: (performance.now() - started) / 1000, requests: sandbox.journal.length };
    };
    const up = await timed("up", "--skip-preview");
    if (sandbox.leads.length !== leads)
      throw new Error(`${variant}: ${sandbox.leads.length} leads instead of ${leads}`);
    const stateBytesPerLead = bytesOfLeads(await project.state()) / leads;
    const preview = await timed("preview", "--expect-no-changes");
    const refresh = await timed("refresh", "--skip-preview");
    const destroy = await timed("destroy", "--skip-preview");
    if (sandbox.leads.length !== 0) throw new Error(`${variant}: ${sandbox.leads.length} leads are left`);
    return { up, preview, refresh, destroy, stateBytesPerLead };
  } finally {
    await project.remove();
    await sandbox.close();
  }
}

function leadsIn(state: string): { type: string }[] {
  const resources = (JSON.parse(state).deployment.resources ?? []) as { type: string }[];
  return resources.filter(({ type }) => /:Lead(Set)?$|dynamic:Resource$/.test(type));
}

function bytesOfLeads(state: string): number {
  return leadsIn(state).reduce((sum, resource) => sum + Buffer.byteLength(JSON.stringify(resource)), 0);
}

/** Seconds of previews without a change, by variant: in each round, one preview of every variant. */
export async function previewsInTurn(
  variants: { variant: Variant; leads: number }[],
  rounds: number,
): Promise<number[][]> {
  const sandbox = await startSandbox();
  const projects = await Promise.all(
    variants.map(({ variant, leads }) => createProject({ program: PROGRAMS[variant](leads), sandbox })),
  );
  try {
    // One after the other, because all their campaigns have the same name.
    for (const [index, project] of projects.entries()) {
      if (index > 0) sandbox.account.editCampaign(index + 1, { name: `Spring ${index}` });
      await project.succeed("up", "--skip-preview");
    }
    sandbox.journal.length = 0;
    const seconds: number[][] = projects.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, project] of projects.entries()) {
        const started = performance.now();
        await project.succeed("preview", "--expect-no-changes");
        seconds[index]?.push((performance.now() - started) / 1000);
      }
    }
    if (sandbox.journal.length > 0) throw new Error(`the previews sent ${sandbox.journal.length} requests`);
    return seconds;
  } finally {
    for (const project of projects) await project.remove();
    await sandbox.close();
  }
}

/**
 * Seconds of `up`, and of a `preview` without a change, of this many FamulorLead and of the engine's own floor: the
 * same resources without our constructors and with hooks that do nothing.
 */
export async function besideFloor(leads: number, rounds: number): Promise<Record<"up" | "preview", Pair[]>> {
  const pairs: Record<"up" | "preview", Pair[]> = { up: [], preview: [] };
  for (let round = 0; round < rounds; round++) {
    const sandbox = await startSandbox();
    const projects = {
      ours: await createProject({ program: PROGRAMS.FamulorLead(leads), sandbox }),
      floor: await createProject({ program: PROGRAMS.idle(leads), sandbox, env: IDLE_HOOKS }),
    };
    const timed = async (...args: string[]): Promise<Pair> => {
      const pair: Pair = { ours: 0, floor: 0 };
      // Each goes first in every other round.
      for (const one of round % 2 === 0 ? (["ours", "floor"] as const) : (["floor", "ours"] as const)) {
        const started = performance.now();
        await projects[one].succeed(...args);
        pair[one] = (performance.now() - started) / 1000;
      }
      return pair;
    };
    try {
      pairs.up.push(await timed("up", "--skip-preview"));
      const bytes = {
        ours: bytesOfLeads(await projects.ours.state()),
        floor: bytesOfLeads(await projects.floor.state()),
      };
      // The bytes of the state are most of what an `up` of many resources costs.
      if (Math.abs(bytes.floor / bytes.ours - 1) > 0.02)
        throw new Error(`not the same state: ${JSON.stringify(bytes)}`);
      for (let preview = 0; preview < 2; preview++) {
        pairs.preview.push(await timed("preview", "--expect-no-changes"));
      }
    } finally {
      await projects.ours.remove();
      await projects.floor.remove();
      await sandbox.close();
    }
  }
  return pairs;
}

/** What is left of one declared lead when the answer to its first create was lost and `up` was run again. */
export async function afterALostAnswer(variant: "naive" | "FamulorLead"): Promise<string> {
  const sandbox = await startSandbox();
  const proxy = await startFaultProxy(sandbox.baseUrl);
  const project = await createProject({ program: PROGRAMS[variant](1), sandbox: { ...sandbox, ...proxy } });
  try {
    proxy.breakNext("POST /user/lead", "reset-after");
    await project.pulumi("up", "--skip-preview");
    const { code } = await project.pulumi("up", "--skip-preview");
    const stored = leadsIn(await project.state()).length;
    return `${sandbox.leads.length} created, ${stored} in state, \`up\` ${code === 0 ? "succeeds" : "fails"}`;
  } finally {
    await project.remove();
    await proxy.close();
    await sandbox.close();
  }
}

/**
 * Creates of leads a second at a latency, 8 at once, as they reach Famulor from the middle of an `up`. The engine's checkpoints,
 * which have nothing to do with the plugin, are off.
 *
 * @param hooks `pool`: a lead's create is the bare Pool.
 */
export function rateInUp(variant: Variant, count: number, latencyMs: number, hooks: "ours" | "pool"): Promise<number> {
  return rateOf(count, latencyMs, async (sandbox, leads) => {
    const env = hooks === "pool" ? poolHooks(sandbox.baseUrl, sandbox.apiKey) : {};
    const project = await createProject({
      program: PROGRAMS[variant](leads),
      sandbox,
      env: { ...env, PULUMI_SKIP_CHECKPOINTS: "true" },
    });
    try {
      await project.succeed("up", "--skip-preview", "--parallel", "8");
    } finally {
      await project.remove();
    }
  });
}

/** The rate of the same creates with the bare Pool, without Pulumi. */
export function rateOfPool(count: number, latencyMs: number): Promise<number> {
  return rateOf(count, latencyMs, ({ baseUrl, apiKey }, leads) => barePool(baseUrl, apiKey, leads, 8));
}

async function rateOf(
  count: number,
  latencyMs: number,
  create: (sandbox: Sandbox, leads: number) => Promise<unknown>,
): Promise<number> {
  const arrivals: number[] = [];
  const onRequest = ({ path }: { path: string }) => {
    if (path === "/user/lead") arrivals.push(performance.now());
  };
  const sandbox = await startSandbox({ onRequest });
  const proxy = await startFaultProxy(sandbox.baseUrl, { latencyMs });
  try {
    await create({ ...sandbox, ...proxy }, count);
    const quarter = count >> 2;
    return (2 * quarter * 1000) / ((arrivals[3 * quarter] ?? 0) - (arrivals[quarter] ?? 0));
  } finally {
    await proxy.close();
    await sandbox.close();
  }
}
