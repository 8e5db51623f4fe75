/** What releases wrote into state: a file in test/state for each version, and `current.json` for the code as it is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind, Props } from "./hooks";

/** What was stored for one resource. `endpoint` is filled in, since every sandbox has another. */
export interface Stored {
  id: string;
  inputs: Props;
  outputs: Props;
}
export type StateFile = Record<Kind, Stored>;

export const STATE_FOLDER = join(__dirname, "../state");
export const stateFiles = () => readdirSync(STATE_FOLDER);
export const readStateFile = (file: string): StateFile => JSON.parse(readFileSync(join(STATE_FOLDER, file), "utf8"));

/** When the sandbox created what the files hold. */
export const CREATED_AT = new Date("2026-11-01T12:00:00Z");

/** The order in which they are created: leads need their campaign, and its run needs leads. */
export const KINDS = ["campaign", "lead", "leadSet", "campaignRun"] as const;

/** An edit that sends nothing, or one PUT. */
export const EDITS: Record<Kind, Props> = {
  campaign: { forceDestroy: false },
  lead: { phoneNumber: "+493023125009" },
  leadSet: { leads: { ben: { phoneNumber: "+493023125010", variables: { name: "Benno" } } } },
  campaignRun: {},
};
