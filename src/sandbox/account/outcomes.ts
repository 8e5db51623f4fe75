/** How each call ends: as a script says, else by chance, which is the same each time. */
import type { SandboxOutcome } from "./records";

/** By phone number in E.164: how its calls end, one after the other. The last outcome counts for all calls that follow. */
export type OutcomeScript = Record<string, SandboxOutcome[]>;

export interface PlannedCall {
  outcome: SandboxOutcome;
  seconds: number;
}

/** How many of 100 calls end so. */
const SHARES: [SandboxOutcome, number][] = [
  ["answered", 60],
  ["no-answer", 25],
  ["voicemail", 10],
  ["goal-missed", 5],
];

/** @param attempt From 0. */
export function planCall(script: OutcomeScript, seed: number, phoneNumber: string, attempt: number): PlannedCall {
  const call = `${seed} ${phoneNumber} ${attempt}`;
  const scripted = script[phoneNumber];
  const outcome = scripted?.[attempt] ?? scripted?.at(-1) ?? byChance(hash(call) % 100);
  return { outcome, seconds: callSeconds(outcome, hash(`${call} seconds`)) };
}

function byChance(percent: number): SandboxOutcome {
  let sum = 0;
  for (const [outcome, share] of SHARES) {
    sum += share;
    if (percent < sum) return outcome;
  }
  return "answered";
}

/** A conversation takes 30 to 150 seconds, ringing and a voicemail 25. */
const callSeconds = (outcome: SandboxOutcome, chance: number) =>
  outcome === "answered" || outcome === "goal-missed" ? 30 + (chance % 121) : 25;

/** FNV-1a with the last step of MurmurHash3: loading node:crypto would cost every test's start more than all calls together. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
  return (sum ^ (sum >>> 16)) >>> 0;
}
