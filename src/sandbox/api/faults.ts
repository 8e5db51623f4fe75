/** What goes wrong on request: with the next create, with every listing, and so on. */
import type { SandboxRequest } from "./request";

/** Every fault, with what it does. */
export const SANDBOX_FAULTS = {
  "lose-answer": "the request is carried out, and the connection breaks before the answer",
  "lose-request": "the connection breaks before the request is carried out",
  "half-answer": "the request is carried out, and the connection breaks in the middle of the answer",
  "no-answer": "the request is carried out, and no answer ever comes: the client must give up by itself",
  slow: "the answer comes after 5 seconds",
  "server-error": "the answer is 500, and nothing is carried out",
  "late-server-error": "the request is carried out, and the answer is 500 all the same",
  "bad-gateway": "the answer is 502 with a page of HTML, and nothing is carried out",
  "too-many": "the answer is 429: wait a second",
} as const;
/** What goes wrong with a request. */
export type SandboxFault = keyof typeof SANDBOX_FAULTS;

const startsWith =
  (method: string, path: RegExp) =>
  (request: Pick<SandboxRequest, "method" | "path">): boolean =>
    request.method === method && path.test(request.path);

/** The kinds of requests that a fault can be for. */
export const FAULT_TARGETS = {
  create: { what: "creating a lead", matches: startsWith("POST", /^\/user\/lead$/) },
  change: { what: "changing a lead", matches: startsWith("PUT", /^\/(user\/)?leads\//) },
  delete: { what: "deleting a lead", matches: startsWith("DELETE", /^\/user\/leads\//) },
  list: { what: "listing leads", matches: startsWith("GET", /^\/user\/leads$/) },
  campaign: {
    what: "creating, starting, stopping or deleting a campaign",
    matches: ({ method, path }: Pick<SandboxRequest, "method" | "path">) =>
      method !== "GET" && /^\/user\/campaign/.test(path),
  },
  any: { what: "any request", matches: () => true },
} as const;
/** Which requests a fault is for. */
export type FaultTarget = keyof typeof FAULT_TARGETS;

/** A fault for the next requests of a kind. */
export interface PlannedFault {
  fault: SandboxFault;
  on: FaultTarget;
  /** How many of these requests meet the fault. Infinity: all. */
  times: number;
}

export const isFault = (name: unknown): name is SandboxFault => Object.hasOwn(SANDBOX_FAULTS, String(name));
export const isTarget = (name: unknown): name is FaultTarget => Object.hasOwn(FAULT_TARGETS, String(name));

/** `lose-answer`, `lose-answer:create` or `lose-answer:create:3`; `always` for every such request. @throws with the reason. */
export function readFault(text: string): PlannedFault {
  const [fault, on = "any", count = "1", ...rest] = text.split(":");
  if (!isFault(fault)) throw new Error(`there is no such fault; use one of ${Object.keys(SANDBOX_FAULTS).join(", ")}`);
  if (!isTarget(on)) throw new Error(`"${on}" must be one of ${Object.keys(FAULT_TARGETS).join(", ")}`);
  const times = count === "always" ? Number.POSITIVE_INFINITY : Number(count);
  if (!(times >= 1) || rest.length > 0) throw new Error(`"${count}" must be a number of requests, or always`);
  return { fault, on, times };
}

export const writeFault = ({ fault, on, times }: PlannedFault) =>
  `${fault}:${on}:${times === Number.POSITIVE_INFINITY ? "always" : times}`;

/** Takes the first planned fault that is for this request. A fault that is used up leaves the list. */
export function takeFault(planned: PlannedFault[], request: SandboxRequest): SandboxFault | undefined {
  const index = planned.findIndex(({ on }) => FAULT_TARGETS[on].matches(request));
  const found = planned[index];
  if (!found) return undefined;
  found.times--;
  if (found.times <= 0) planned.splice(index, 1);
  return found.fault;
}
