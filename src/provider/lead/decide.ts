/**
 * The rules that keep people from being called twice. Pure: observations go in, and a decision with its reason comes out.
 * messages.ts turns the reason of a refusal into its text.
 *
 *   decideCreate        send, take over, look (again), or refuse
 *   decideDiff          nothing, update, replace, or refuse
 *   decideQueueing      what may queue a lead again: go on, with a status, or refuse
 *   decideDelete        send, leave alone, or refuse
 *   mayRenumber         whether a lead may lose its number to a lead that this run creates
 *   mayTakeNumber       whether a lead may get the number of a lead that this run takes away
 *   mayBeRecreated      whether a vanished lead may leave the state
 */
import type { Lead } from "../../famulor/wire/leads";
import { GONE, type LeadArgs, type LeadState, type SettableStatus } from "../../state/lead";
import type { DeletedLead } from "../session/claims";
import type { Home } from "../session/home";
import type { LeadChanges } from "./changes";

/** The statuses of a lead that waits for its first call or for a retry. */
const WAITING = ["created", "scheduled", "rescheduled"];

const isWaiting = (status: string | undefined) => status !== undefined && WAITING.includes(status);

// Create

/** The lead of a campaign that a create would duplicate. */
export interface Match {
  lead: Lead;
  /** The lead's content is as declared. */
  isIdentical: boolean;
  /** Why no resource may take it over. */
  obstacle: Obstacle | undefined;
}

export type Obstacle =
  | { is: "several"; leadIds: number[] }
  /** Another resource of this run has it. */
  | { is: "held" }
  /** It is the lead that this create replaces, and it was not deleted. */
  | { is: "retained" }
  | { is: "other contacts" };

/** What is known at one moment of a create. */
export interface CreateKnowledge {
  /** How the last POST ended. `refused`: in a way that may mean "duplicate". */
  outcome: "not sent" | "refused" | "unknown";
  /** How many POSTs were tried without an answer that names the lead. */
  sent: number;
  /** How many times the campaign was listed since then. */
  looks: number;
  /** The lead that a POST would duplicate; absent: the campaign has none, or was not listed yet. */
  match: Match | undefined;
  /** The listing failed, or there is no time left for one. */
  cannotLook: boolean;
  /** A lead of the account with this number, once the campaign has turned out to have none. */
  elsewhere: Lead | undefined;
  hasLookedElsewhere: boolean;
  /**
   * The highest lead ID that this run knows from before the POST. Famulor counts upwards, so a lead with a higher ID is newer.
   * `undefined`: this run knows no ID.
   */
  baseline: number | undefined;
  /** The lead with this number in this campaign that this run has deleted. */
  deleted: DeletedLead | undefined;
  /** The lead that had this number until this run gave it another one, or another process of this run deleted it. */
  takenAway: DeletedLead | undefined;
  /** The lead that this create is to replace, and that was not deleted. */
  kept: number | undefined;
}

export type CreateStep =
  | { do: "send" }
  | { do: "look"; afterMs: number }
  | { do: "look elsewhere" }
  | { do: "take over"; lead: Lead }
  /** An earlier POST created it, and only its answer was lost. */
  | { do: "keep"; lead: Lead }
  | { do: "refuse"; because: CreateRefusal };

export type CreateRefusal =
  /** Famulor's own error says it all. */
  | { is: "refused" }
  | { is: "duplicate"; match: Match; why: Obstacle | "other content" | undefined }
  | { is: "identical duplicate"; lead: Lead }
  | { is: "duplicate elsewhere"; lead: Lead }
  | { is: "not adoptable"; lead: Lead; obstacle: Obstacle }
  | { is: "unknown outcome"; candidate: Lead | undefined }
  /** The lead that was to be replaced was not deleted. */
  | { is: "kept"; leadId: number }
  /** This run has taken the person's lead away, and they may have been called. */
  | { is: "deleted in this run" | "taken away in this run"; leadId: number };

/** The wait before each listing after an unknown outcome, in milliseconds: the listing or the create itself may be late. */
const LOOKS_AFTER_MS = [0, 5_000];
const LOOK_AFTER_REPETITION_MS = [0];

export function decideCreate(
  { allowDuplicate, adoptExisting }: Pick<LeadArgs, "allowDuplicate" | "adoptExisting">,
  { adoptIdentical, allowRedial }: { adoptIdentical: boolean; allowRedial: boolean },
  known: CreateKnowledge,
): CreateStep {
  const { match, looks, cannotLook, deleted, takenAway } = known;
  switch (known.outcome) {
    case "not sent":
      if (known.kept !== undefined && !allowRedial) return refuse({ is: "kept", leadId: known.kept });
      if (deleted && !allowRedial && !isWaiting(deleted.status)) {
        return refuse({ is: "deleted in this run", leadId: deleted.leadId });
      }
      if (takenAway && !allowRedial && !isWaiting(takenAway.status)) {
        return refuse({ is: "taken away in this run", leadId: takenAway.leadId });
      }
      // Under allowDuplicate Famulor refuses nothing. So this run itself must find what a killed run left.
      if (looks === 0 && (allowDuplicate || adoptExisting)) return { do: "look", afterMs: 0 };
      if (!match) return { do: "send" };
      if (adoptExisting || (adoptIdentical && match.isIdentical)) return takeOver(match);
      if (allowDuplicate) return refuse({ is: "identical duplicate", lead: match.lead });
      return refuse({ is: "duplicate", match, why: match.obstacle });
    case "refused":
      if (cannotLook) return refuse({ is: "refused" });
      if (looks === 0) return { do: "look", afterMs: 0 };
      if (!match) return decideWithoutMatch(known);
      if (adoptIdentical && match.isIdentical) return takeOver(match);
      return refuse({ is: "duplicate", match, why: match.obstacle });
    case "unknown":
      return decideAfterUnknown(allowDuplicate === true, adoptIdentical, known);
  }
}

function decideWithoutMatch({ hasLookedElsewhere, elsewhere }: CreateKnowledge): CreateStep {
  if (!hasLookedElsewhere) return { do: "look elsewhere" };
  return refuse(elsewhere ? { is: "duplicate elsewhere", lead: elsewhere } : { is: "refused" });
}

/**
 * Two listings, a second POST only if both show nothing, then one more listing. The second POST is safe: if the first one still
 * arrives, Famulor refuses the second of two equal leads. Under `allowDuplicate` Famulor refuses nothing, so there is no second
 * POST.
 */
function decideAfterUnknown(allowDuplicate: boolean, adoptIdentical: boolean, known: CreateKnowledge): CreateStep {
  const { match, looks, cannotLook, sent, baseline } = known;
  if (cannotLook) return refuse({ is: "unknown outcome", candidate: undefined });
  if (match) {
    if (allowDuplicate) return refuse({ is: "unknown outcome", candidate: match.lead });
    if (match.obstacle || !match.isIdentical) {
      return refuse({ is: "duplicate", match, why: match.obstacle ?? "other content" });
    }
    if (baseline !== undefined && match.lead.leadId > baseline) return { do: "keep", lead: match.lead };
    // The lead was there before, or nobody can tell: an interrupted run or another stack may have created it.
    return adoptIdentical ? takeOver(match) : refuse({ is: "duplicate", match, why: undefined });
  }
  const isRepeated = sent > 1;
  const afterMs = (isRepeated ? LOOK_AFTER_REPETITION_MS : LOOKS_AFTER_MS)[looks];
  if (afterMs !== undefined) return { do: "look", afterMs };
  if (isRepeated || allowDuplicate) return refuse({ is: "unknown outcome", candidate: undefined });
  return { do: "send" };
}

function takeOver({ lead, obstacle }: Match): CreateStep {
  return obstacle ? refuse({ is: "not adoptable", lead, obstacle }) : { do: "take over", lead };
}

const refuse = (because: CreateRefusal): CreateStep => ({ do: "refuse", because });

// Diff

export interface DiffObservation {
  /** Another resource of this run has taken the lead over. */
  isHandedOver: boolean;
  home: Home;
  /** What Famulor says now, where the state's status may be stale and matters; otherwise the state's. */
  status: string;
}

export type LeadPlan =
  | { step: "nothing" }
  | { step: "gone" }
  /** `isUnfinished`: its create was cut short, so there is work although the arguments are as before. */
  | { step: "update"; isUnfinished: boolean }
  | { step: "replace"; because: ReplaceReason; status: string }
  | { step: "refuse"; because: ReplaceReason; status: string };

export type ReplaceReason = "taken over by another resource" | Exclude<Home, "here"> | "secondaryContacts";

export function decideDiff(
  olds: LeadState,
  changes: LeadChanges,
  { isHandedOver, home, status }: DiffObservation,
  allowRedial: boolean,
): LeadPlan {
  // The delete of a lead that was handed over sends nothing, and this resource creates a new lead.
  if (isHandedOver) return { step: "replace", because: "taken over by another resource", status };
  if (olds.status === GONE) return { step: "gone" };
  const replaceUnlessCalled = (because: ReplaceReason): LeadPlan =>
    status === "created" || allowRedial ? { step: "replace", because, status } : { step: "refuse", because, status };
  if (home === "another account") return replaceUnlessCalled(home);
  if (home === "another sandbox") return { step: "replace", because: home, status };
  if (changes.isReplacement) return replaceUnlessCalled("secondaryContacts");
  if (olds.unfinished) return { step: "update", isUnfinished: true };
  return changes.isUpdate ? { step: "update", isUnfinished: false } : { step: "nothing" };
}

// Gone

/** The shortest retention is a month; what the state says of an older lead may be stale. */
const YOUNG_MS = 28 * 24 * 60 * 60 * 1000;

/**
 * Whether a vanished lead may leave the state, so that the next `up` re-creates it, without a second call. Famulor removes old
 * leads by itself, after 1 to 24 months: a young lead that was still waiting when it was last read was removed by somebody. A
 * lead that was called **and** removed since then looks the same; docs/recovery.md says so.
 */
export function mayBeRecreated({ status, createdAt }: Pick<LeadState, "status" | "createdAt">, now: number): boolean {
  // Famulor's time has no zone, and a set stores only the day: a few hours do not matter here.
  return isWaiting(status) && now - Date.parse(String(createdAt).slice(0, 10)) < YOUNG_MS;
}

// Changes that may queue a lead again

export type QueueingDecision =
  /** `status`: to be sent with the change. */
  { do: "go on"; status: SettableStatus | undefined } | { do: "refuse"; because: "blacklisted" };

/** Famulor must not call the person at all. Famulor assigns this status, and nobody can set it. */
const BLACKLISTED = "blacklisted";

/**
 * For a move, and for `status: "created"`.
 *
 * @param status What Famulor says of the lead now. Whether a move queues the lead again is undocumented, so the move also sends a
 *   status that means "not called any more". Nobody can set "blacklisted", so a blacklisted lead stays where it is.
 */
export function decideQueueing(status: string | undefined): QueueingDecision {
  if (status === BLACKLISTED) return { do: "refuse", because: "blacklisted" };
  return { do: "go on", status: status === "completed" || status === "reached-max-retries" ? status : undefined };
}

// Delete

export interface DeleteObservation {
  isHandedOver: boolean;
  isInTheWay: boolean;
  /** A create of this run follows for the same person. */
  makesWay: boolean;
  /** What Famulor says now where the delete makes way and the state's status may be stale; otherwise the state's. */
  status: string;
}

export type DeleteDecision =
  | { do: "send" }
  | { do: "leave alone" }
  | { do: "refuse"; because: "in the way" | "would call again"; status: string };

export function decideDelete(
  { isHandedOver, isInTheWay, makesWay, status }: DeleteObservation,
  allowRedial: boolean,
): DeleteDecision {
  if (isHandedOver) return { do: "leave alone" };
  if (isInTheWay) return { do: "refuse", because: "in the way", status };
  // Stricter than `isWaiting`: Famulor has tried a `rescheduled` lead already, and a new lead would start from the beginning.
  if (makesWay && status !== "created" && !allowRedial) return { do: "refuse", because: "would call again", status };
  return { do: "send" };
}

/**
 * Whether a lead may get another number, which takes the lead away from its person as a delete does. A lead that waits may:
 * Famulor has not reached the person yet.
 *
 * @param isWanted A create of this run follows for that person, or was refused because of this lead.
 * @param status What Famulor says now.
 */
export function mayRenumber(isWanted: boolean, status: string, allowRedial: boolean): boolean {
  return !isWanted || isWaiting(status) || allowRedial;
}

/**
 * Whether a lead may get the number of a person whose own lead this run takes away. A lead that waits may not, because it would
 * call the person again.
 *
 * @param from The person's own lead; absent: this run takes none away.
 * @param own The status of the lead that gets the number.
 */
export function mayTakeNumber(from: DeletedLead | undefined, own: string, allowRedial: boolean): boolean {
  return from === undefined || isWaiting(from.status) || !isWaiting(own) || allowRedial;
}
