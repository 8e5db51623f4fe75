/**
 * What the engine stores for the run of a campaign, for ever: its declared arguments (inputs) and its state (outputs).
 */
import { MADE_AT_INTERNAL, MADE_AT_OUTPUTS, type MadeAt } from "./made-at";
import { mark, number, type Readers, readFields, type Stored, text } from "./stored";

export interface CampaignRunArgs {
  campaignId: number;
}

export interface CampaignRunState extends CampaignRunArgs, MadeAt {
  /**
   * What Famulor last said of the campaign, an open string. `unknown` while nobody can tell whether the campaign was
   * started.
   */
  status: string;
  /** Nobody can tell whether the campaign was started. */
  unfinished?: true | undefined;
}

/** Stored for ourselves; no program reads it. */
const INTERNAL = { ...MADE_AT_INTERNAL, unfinished: mark };

/** The outputs that a program can read. */
export type CampaignRunOutputs = Omit<CampaignRunState, keyof typeof INTERNAL>;

const OUTPUTS: Readers<CampaignRunOutputs> = {
  campaignId: number,
  status: text,
  ...MADE_AT_OUTPUTS,
};

const READERS: Readers<CampaignRunState> = { ...OUTPUTS, ...INTERNAL };

/** The names of the outputs that a program can read. */
export const CAMPAIGN_RUN_OUTPUTS = Object.keys(OUTPUTS);

/** @param id The resource's ID, which is the campaign's. */
export function readCampaignRunState(id: string, stored: Stored): CampaignRunState {
  const state = readFields(READERS, stored);
  return Object.assign(state, { campaignId: state.campaignId ?? Number(id), status: state.status ?? "unknown" });
}

export function writeCampaignRunState(state: CampaignRunState): Stored {
  return { ...state };
}
