/**
 * What a list of the campaign says about a create whose outcome is unknown. Pure.
 */
import type { Lead } from "../famulor/schema";
import { type CampaignLeads, judgeAdoption } from "./lead-adoption";
import type { LeadArgs } from "./lead-args";

export type Finding =
  /** No lead of its own with this number: so far, Famulor has not made it. */
  | { is: "nothing" }
  /** The one that this create made. */
  | { is: "ours"; lead: Lead }
  /** One that was there before, exactly as declared: perhaps of an interrupted run, perhaps of another stack. */
  | { is: "older"; lead: Lead }
  /** One that this create cannot have made, or several. */
  | { is: "foreign"; lead: Lead; why: string };

export interface Circumstances {
  /** Whether any resource of this process is known to have it. */
  isHeld: (leadId: number) => boolean;
  /** The highest lead ID this process had seen before it sent the create; 0 for none. Famulor counts upwards. */
  highestSeenId: number;
}

/** @param leads Every lead of the campaign, listed after the create. */
export function findMade(args: LeadArgs, leads: CampaignLeads, { isHeld, highestSeenId }: Circumstances): Finding {
  const { existing, identical, obstacle } = judgeAdoption(args, leads, isHeld);
  if (!existing) return { is: "nothing" };
  if (obstacle) return { is: "foreign", lead: existing, why: obstacle };
  if (!identical) return { is: "foreign", lead: existing, why: "its variables are not the ones that were sent" };
  return { is: existing.leadId > highestSeenId ? "ours" : "older", lead: existing };
}
