/** The arguments of a campaign's run: their schema, and every problem they can have, by the argument's path. Pure. */
import { z } from "zod";
import type { CampaignRunArgs } from "../../state/campaign-run";
import { argumentProblems, required } from "../engine/argument-problems";
import type { Declared } from "../engine/unknown";

const campaignRule = "a campaign or its ID, a whole number above 0";

const campaignRunArgs = z.strictObject({
  campaignId: z.int({ error: required(campaignRule) }).min(1, `must be ${campaignRule}`),
} satisfies { [Argument in keyof Required<CampaignRunArgs>]: z.ZodType<CampaignRunArgs[Argument]> });

export function campaignRunProblems(news: Declared<CampaignRunArgs>): string[] {
  return argumentProblems(campaignRunArgs, news, "FamulorCampaignRun");
}
