/** How each call ends: as a script says, else by chance that repeats itself. */
import { createHash } from "node:crypto";
import type { SandboxOutcome } from "./records";

/** By phone number: how its calls end, one after the other. The last one counts for all that follow. */
export type OutcomeScript = Record<string, SandboxOutcome[]>;

export interface PlannedCall {
  outcome: SandboxOutcome;
  seconds: number;
}

/** Of 100 calls. */
const SHARES: [SandboxOutcome, number][] = [
  ["answered", 60],
  ["no-answer", 25],
  ["voicemail", 10],
  ["goal-missed", 5],
];

/** @param attempt From 0. */
export function planCall(script: OutcomeScript, seed: number, phoneNumber: string, attempt: number): PlannedCall {
  const hash = createHash("sha256").update(`${seed} ${phoneNumber} ${attempt}`).digest();
  const scripted = script[phoneNumber];
  const outcome = scripted?.[attempt] ?? scripted?.at(-1) ?? byChance(hash.readUInt16BE(0) % 100);
  return { outcome, seconds: callSeconds(outcome, hash.readUInt16BE(2)) };
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
