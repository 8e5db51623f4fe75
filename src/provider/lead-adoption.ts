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

/** @param leads Every lead of the campaign. @param isOwned Whether another resource of this process has it. */
export function judgeAdoption(args: LeadArgs, leads: Lead[], isOwned: (leadId: number) => boolean): Adoption {
  const contactIds = new Set(leads.flatMap((lead) => lead.secondaryContacts ?? []).map(({ contactId }) => contactId));
  const matches = leads.filter((lead) => lead.phoneNumber === args.phoneNumber);
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
      : isOwned(existing.leadId)
        ? "another resource of this program has it: the lead is declared twice"
        : !sameContacts
          ? "its secondary contacts differ from the declared ones, and Famulor cannot change them"
          : undefined;
  return { existing, identical: sameContacts && sameVariables, obstacle };
}
