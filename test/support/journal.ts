/** What a sandbox was asked. */
import type { Sandbox, SandboxRequest } from "../../src/sandbox";

/** `METHOD /path`, for the start or stop of a campaign followed by the action. */
function lineOf({ method, path, body }: SandboxRequest): string {
  const { action } = (body ?? {}) as { action?: string };
  return [method, path, ...(action ? [action] : [])].join(" ");
}

/** Every request so far. */
export function requestsTo(sandbox: Sandbox): string[] {
  return sandbox.journal.map(lineOf);
}

/** The requests since the last call: the journal is emptied. */
export function takeRequests(sandbox: Sandbox): string[] {
  const lines = requestsTo(sandbox);
  sandbox.journal.length = 0;
  return lines;
}

/** How often each request was sent since the last call, without IDs: the journal is emptied. */
export function tallyRequests(sandbox: Sandbox): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of takeRequests(sandbox)) {
    const request = line.replace(/\d{4,}/, "…");
    counts[request] = (counts[request] ?? 0) + 1;
  }
  return counts;
}

export function countStarting(lines: string[], start: string): number {
  return lines.filter((line) => line.startsWith(start)).length;
}
