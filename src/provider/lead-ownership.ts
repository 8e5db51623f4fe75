/**
 * Which leads the resources of this process have, so that no two resources get hold of one lead, and the old resource of
 * a lead that was taken over does not delete it.
 */

/** Leads that this process made, took over, or saw in state. */
const owned = new Set<number>();
/** Leads that a create of this process took over: whoever else has them in state has lost them. */
const takenOverNow = new Set<number>();
/** Leads that an earlier process took over and whose new resource was seen in state. */
const takenOverBefore = new Set<number>();

/** Leads of resources that `diff` has seen. */
const seen = new Set<number>();

/** True where this process made the lead or took it over. */
export const isOwned = (leadId: number): boolean => owned.has(leadId);

/** True where any resource of this process is known to have the lead. */
export const isHeld = (leadId: number): boolean => owned.has(leadId) || seen.has(leadId);

export function noteMade(leadId: number): void {
  owned.add(leadId);
}

export function noteTakenOver(leadId: number): void {
  owned.add(leadId);
  takenOverNow.add(leadId);
}

/** To be told of every resource that `diff` sees, by its outputs. */
export function noteSeen(leadId: number, takenOver: boolean): void {
  seen.add(leadId);
  if (takenOver) takenOverBefore.add(leadId);
}

/** True where another resource has this lead now, so that deleting it for its old one would lose it. */
export function isHandedOver(leadId: number, takenOver: boolean): boolean {
  return takenOverNow.has(leadId) || (takenOverBefore.has(leadId) && !takenOver);
}
