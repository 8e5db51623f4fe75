/**
 * The rules of a campaign's create and delete. Pure: observations go in, and a decision with its reason comes out. messages.ts
 * turns the reason of a refusal into its text.
 *
 *   decideCreate               send, look, take over, keep, or refuse
 *   decideDelete               look, leave, delete, or refuse
 *   decideAfterFailedDelete    done, repeat, or report
 */
import type { Campaign } from "../../famulor/wire/campaigns";
import type { CampaignArgs, CampaignState } from "../../state/campaign";
import { type Setting, settingsUnlike } from "./changes";

// Create

/**
 * What is known at one moment of a create. Famulor has no rule against two campaigns with one name, so every rule is
 * here.
 */
export interface CreateKnowledge {
  /** How the one POST ended. */
  outcome: "not sent" | "unknown";
  /**
   * The listed campaigns with the declared name. Before the POST: those that no resource of this run has. After the
   * POST: those that were not listed before it.
   */
  namesakes: Campaign[];
  /** How many times the list was read after the POST. */
  looks: number;
  /** There is no time left for another listing. */
  cannotLook: boolean;
}

export type CreateStep =
  | { do: "send" }
  | { do: "look"; afterMs: number }
  | { do: "take over"; campaign: Campaign }
  /** The POST created it, and only the answer was lost. */
  | { do: "keep"; campaign: Campaign }
  | { do: "refuse"; because: CreateRefusal };

export type CreateRefusal =
  | { is: "name in use"; campaign: Campaign; obstacle: Obstacle | undefined }
  | { is: "unknown outcome"; candidates: Campaign[] };

/** Why no resource may take the campaign over. */
export type Obstacle = { is: "several"; campaignIds: number[] } | { is: "other settings"; settings: Setting[] };

/** The wait before each listing after an unknown outcome, in milliseconds: the list may lag behind. */
const LOOKS_AFTER_MS = [0, 2_000, 5_000];

export function decideCreate(
  args: CampaignArgs,
  { adoptIdentical }: { adoptIdentical: boolean },
  { outcome, namesakes, looks, cannotLook }: CreateKnowledge,
): CreateStep {
  if (outcome === "not sent") {
    const [campaign] = namesakes;
    if (!campaign) return { do: "send" };
    const obstacle = obstacleTo(args, namesakes, campaign);
    if ((args.adoptExisting === true || adoptIdentical) && !obstacle) return { do: "take over", campaign };
    return { do: "refuse", because: { is: "name in use", campaign, obstacle } };
  }
  const candidates = namesakes.filter((each) => settingsUnlike(each, args).length === 0);
  const [campaign] = candidates;
  if (campaign && candidates.length === 1) return { do: "keep", campaign };
  const afterMs = LOOKS_AFTER_MS[looks];
  // A second POST could create a second campaign, so there is none.
  if (campaign || cannotLook || afterMs === undefined) {
    return { do: "refuse", because: { is: "unknown outcome", candidates } };
  }
  return { do: "look", afterMs };
}

function obstacleTo(args: CampaignArgs, namesakes: Campaign[], campaign: Campaign): Obstacle | undefined {
  if (namesakes.length > 1) return { is: "several", campaignIds: namesakes.map(({ campaignId }) => campaignId) };
  const settings = settingsUnlike(campaign, args);
  return settings.length > 0 ? { is: "other settings", settings } : undefined;
}

// Delete

export interface LeadsLeft {
  count: number;
  leadIds: number[];
}

/** What is known before a campaign is deleted, and with it every lead in it. */
export interface DeleteKnowledge {
  /** Another resource of this run has taken the campaign over. */
  isHandedOver: boolean;
  /** `FAMULOR_FORCE_DESTROY` names this campaign. */
  isForced: boolean;
  /** This run, or an earlier one, replaces the campaign. */
  isReplaced: boolean;
  /** The leads that this program still declares, and that are in the campaign. */
  declaredLeadIds: number[];
  /** How many leads are in it, and the IDs of the first. Absent: not asked yet. */
  leads?: LeadsLeft;
  /** The leads in the campaign that no resource of this program has. Absent: not asked yet. */
  strangerIds?: number[];
}

export type DeleteStep =
  | { do: "count leads" }
  | { do: "list strangers" }
  /** Sends nothing. */
  | { do: "leave" }
  | { do: "delete" }
  | { do: "refuse"; because: DeleteRefusal };

export type DeleteRefusal =
  | { is: "declared leads"; leadIds: number[] }
  | { is: "leads left"; leads: LeadsLeft }
  | { is: "strangers"; leadIds: number[] };

export function decideDelete(
  { forceDestroy }: Pick<CampaignState, "forceDestroy">,
  known: DeleteKnowledge,
): DeleteStep {
  const { isHandedOver, isForced, isReplaced, declaredLeadIds, leads, strangerIds } = known;
  if (isHandedOver) {
    // Under forceDestroy the engine has dropped the leads that left the program from the state, as deleted with this
    // campaign.
    if (forceDestroy !== true) return { do: "leave" };
    if (strangerIds === undefined) return { do: "list strangers" };
    return strangerIds.length === 0 ? { do: "leave" } : refuse({ is: "strangers", leadIds: strangerIds });
  }
  if (isForced) return { do: "delete" };
  // Such as a lead whose move has failed, or that names the campaign by its ID. Famulor would delete the lead, and its resource
  // would stay.
  if (declaredLeadIds.length > 0) return refuse({ is: "declared leads", leadIds: declaredLeadIds });
  // The leads of a replaced campaign should have moved. Under --target no lead has, so forceDestroy does not count.
  if (forceDestroy === true && !isReplaced) return { do: "delete" };
  if (leads === undefined) return { do: "count leads" };
  return leads.count === 0 ? { do: "delete" } : refuse({ is: "leads left", leads });
}

const refuse = (because: DeleteRefusal): DeleteStep => ({ do: "refuse", because });

/** What is known after a DELETE that has failed. */
export interface FailedDelete {
  /**
   * `refused`: perhaps because the campaign is still running. `unclear`: Famulor may have acted, or was not reached.
   * `final`: refused for a reason that no repetition changes.
   */
  failure: "refused" | "unclear" | "final";
  /**
   * What the list of campaigns shows since then. `not known`: the list cannot be read, or belongs to another account.
   */
  live: "running" | "not running" | "gone" | "not known";
  /** How many DELETEs were refused since this delete stopped the campaign. Absent: it has not stopped it. */
  refusalsSinceStop: number | undefined;
}

export type AfterFailedDelete = "done" | "stop and repeat" | "repeat" | "report";

/** Famulor aborts the calls of a campaign that is stopped, which may take a few seconds. */
const MAX_REFUSALS_AFTER_STOP = 4;

export function decideAfterFailedDelete({ failure, live, refusalsSinceStop }: FailedDelete): AfterFailedDelete {
  if (failure === "final") return "report";
  if (live === "gone") return "done";
  if (failure === "unclear") return "repeat";
  // Famulor says that it stops a running campaign itself. If it does not, it waits for a stop.
  if (live === "running") return "stop and repeat";
  return refusalsSinceStop !== undefined && refusalsSinceStop <= MAX_REFUSALS_AFTER_STOP ? "repeat" : "report";
}
