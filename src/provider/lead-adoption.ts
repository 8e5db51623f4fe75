/**
 * Whether a lead that exists already may be taken over by a resource. Pure.
 */
import type { Lead } from "../famulor/schema";
import type { LeadArgs } from "./lead-args";
import { sameText } from "./lead-diff";

export interface Adoption {
  /** The lead with this number in this campaign, if there is exactly one that is nobody's secondary contact. */
  existing: Lead | undefined;
  /** Its declared content is already as declared. */
  identical: boolean;
  /** Why it cannot be taken over, however much it is wanted. */
  obstacle: string | undefined;
}

/** Every lead of a campaign, arranged for looking up many numbers. */
export interface CampaignLeads {
  byNumber: ReadonlyMap<string, Lead[]>;
  /** Those that are somebody's secondary contact. */
  contactIds: ReadonlySet<number>;
}

export function arrangeLeads(leads: Iterable<Lead>): CampaignLeads {
  const byNumber = new Map<string, Lead[]>();
  const contactIds = new Set<number>();
  for (const lead of leads) {
    for (const { contactId } of lead.secondaryContacts ?? []) contactIds.add(contactId);
    if (lead.phoneNumber === undefined) continue;
    const same = byNumber.get(lead.phoneNumber);
    if (same) same.push(lead);
    else byNumber.set(lead.phoneNumber, [lead]);
  }
  return { byNumber, contactIds };
}

/** @param isHeld Whether another resource of this process has it. */
export function judgeAdoption(
  args: LeadArgs,
  { byNumber, contactIds }: CampaignLeads,
  isHeld: (leadId: number) => boolean,
): Adoption {
  const matches = byNumber.get(args.phoneNumber) ?? [];
  const [existing, ...others] = matches.filter((lead) => !contactIds.has(lead.leadId));
  if (!existing) return { existing, identical: false, obstacle: "there is no lead of its own with this number" };
  const declared = (args.secondaryContacts ?? []).map((contact) => contact.phoneNumber).sort();
  const there = (existing.secondaryContacts ?? []).map((contact) => contact.phoneNumber).sort();
  const sameContacts = declared.join() === there.join();
  const sameVariables = Object.entries(args.variables ?? {}).every(([name, value]) =>
    sameText(existing.variables[name], value),
  );
  const obstacle =
    others.length > 0
      ? `there are ${matches.length} with this number: ${matches.map((lead) => lead.leadId).join(", ")}`
      : isHeld(existing.leadId)
        ? "another resource of this program has it; if that one is to have another number now, run the command once more"
        : !sameContacts
          ? "its secondary contacts differ from the declared ones, and Famulor cannot change them"
          : undefined;
  return { existing, identical: sameContacts && sameVariables, obstacle };
}
