/**
 * Leads on the wire: what we send and what we accept, with Famulor's own field names.
 *
 * Accepts more than the API page promises where its sources disagree: if the answer to a create cannot be read, nobody knows
 * the lead's ID.
 */
import { z } from "zod";
import { readable, unwrapped, wireId, wireText, wireVariables } from "./scalars";

/** The value of a variable, as Famulor's assistants can use it. */
export type VariableValue = string | number | boolean;
export type Variables = Record<string, VariableValue>;

export interface NewSecondaryContact {
  phoneNumber: string;
  variables?: Variables | undefined;
}

/** What `POST /user/lead` takes, under our names. */
export interface NewLead {
  campaignId: number;
  phoneNumber: string;
  variables?: Variables | undefined;
  secondaryContacts?: NewSecondaryContact[] | undefined;
  allowDuplicate?: boolean | undefined;
}

/** What `PUT` takes, under our names. Only what is named is changed; variables are merged into the stored ones. */
export interface LeadChange {
  campaignId?: number;
  phoneNumber?: string;
  variables?: Variables;
  /** `created` queues the lead again: Famulor calls the person once more. */
  status?: string;
}

type LeadField = keyof NewLead | keyof LeadChange | keyof NewSecondaryContact;

/** Every field of a lead, ours → Famulor's. A field that is missing here, or below in what is sent and read, does not compile. */
export const LEAD_WIRE_NAMES = {
  campaignId: "campaign_id",
  phoneNumber: "phone_number",
  variables: "variables",
  secondaryContacts: "secondary_contacts",
  // Famulor's own spelling, with two p, in every one of its sources.
  allowDuplicate: "allow_dupplicate",
  status: "status",
} as const satisfies Record<LeadField, string>;

/** A body that has the wire name of every field of `Ours`. */
type BodyFor<Ours> = Record<(typeof LEAD_WIRE_NAMES)[keyof Ours & LeadField], unknown>;

/** Our lead → the request body. */
export function leadToWire(lead: NewLead) {
  return {
    phone_number: lead.phoneNumber,
    campaign_id: lead.campaignId,
    variables: lead.variables ?? {},
    allow_dupplicate: lead.allowDuplicate ?? false,
    secondary_contacts: (lead.secondaryContacts ?? []).map(
      (contact) =>
        ({
          phone_number: contact.phoneNumber,
          variables: contact.variables ?? {},
        }) satisfies BodyFor<NewSecondaryContact>,
    ),
  } satisfies BodyFor<NewLead>;
}

/** Our change → the request body; JSON leaves out what is undefined. */
export function leadChangeToWire(change: LeadChange) {
  return {
    campaign_id: change.campaignId,
    phone_number: change.phoneNumber,
    variables: change.variables,
    status: change.status,
  } satisfies BodyFor<LeadChange>;
}

export interface LeadFilter {
  campaignId?: number;
  phoneNumber?: string;
  /** `YYYY-MM-DD`, both days included. */
  createdFrom?: string;
  createdTo?: string;
}

/** A page of the lead list → its query. `phone_number` is a partial match on Famulor's side: compare again. */
export function leadListQuery(filter: LeadFilter, page: number, perPage: number): Record<string, string> {
  const query: Record<string, string> = { per_page: String(perPage), page: String(page) };
  if (filter.campaignId !== undefined) query.campaign_id = String(filter.campaignId);
  if (filter.phoneNumber !== undefined) query.phone_number = filter.phoneNumber;
  if (filter.createdFrom !== undefined) query.date_from = filter.createdFrom;
  if (filter.createdTo !== undefined) query.date_to = filter.createdTo;
  return query;
}

const wireSecondaryContact = z
  .object({ id: wireId, phone_number: z.string() })
  .transform((wire) => ({ contactId: wire.id, phoneNumber: wire.phone_number }));

/** Leaves out a contact that cannot be read, but counts it: Famulor may call that person too. */
const wireSecondaryContacts = z
  .transform(
    (value: unknown): { contacts?: z.output<typeof wireSecondaryContact>[]; unreadable: number } | undefined => {
      if (value === undefined || value === null) return undefined;
      if (!Array.isArray(value)) return { unreadable: typeof value === "object" ? Object.keys(value).length : 1 };
      const contacts = value.flatMap((each) => wireSecondaryContact.safeParse(each).data ?? []);
      return { contacts, unreadable: value.length - contacts.length };
    },
  )
  .optional();

/** What Famulor returns of the fields that we send: all except `allowDuplicate`. */
type Returned = Record<Exclude<LeadField, "allowDuplicate">, unknown>;

/** Only the ID must be readable, so that no lead is lost. Any other field in an unknown form is left out. */
const wireLead = z
  .object({
    id: wireId,
    campaign_id: readable(wireId),
    phone_number: wireText,
    variables: readable(wireVariables),
    status: wireText,
    created_at: wireText,
    updated_at: wireText,
    campaign: readable(z.object({ id: readable(wireId), name: wireText })),
    secondary_contacts: wireSecondaryContacts,
  })
  .transform(
    (wire) =>
      ({
        leadId: wire.id,
        campaignId: wire.campaign_id ?? wire.campaign?.id,
        phoneNumber: wire.phone_number,
        variables: wire.variables ?? {},
        status: wire.status,
        createdAt: wire.created_at,
        updatedAt: wire.updated_at,
        campaignName: wire.campaign?.name,
        /** Absent when the answer did not say. */
        secondaryContacts: wire.secondary_contacts?.contacts,
        /** How many secondary contacts stand in the answer in a form that cannot be read. */
        unreadableContacts: wire.secondary_contacts?.unreadable ?? 0,
      }) satisfies Returned & Record<string, unknown>,
  );

/** A lead as Famulor returns it. Only the ID is always there. */
export type Lead = z.output<typeof wireLead>;

/** The answer to `POST /user/lead`. */
export const wireCreatedLead = z.preprocess(unwrapped, z.object({ data: wireLead })).transform((body) => body.data);

const wirePaginator = z
  .object({
    data: z.array(wireLead),
    current_page: z.coerce.number().int().positive(),
    last_page: z.coerce.number().int().nonnegative(),
    total: z.coerce.number().int().nonnegative(),
  })
  .transform((wire) => ({
    leads: wire.data,
    page: wire.current_page,
    lastPage: wire.last_page,
    total: wire.total,
  }));

// Older pages show the whole list at once, bare or under `leads`.
const wireWholeList = z
  .union([z.array(wireLead), z.object({ leads: z.array(wireLead) }).transform((wire) => wire.leads)])
  .transform((leads) => ({ leads, page: 1, lastPage: 1, total: leads.length }));

/** One page of `GET /user/leads`. */
export const wireLeadPage = z.union([wirePaginator, wireWholeList]);
export type LeadPage = z.output<typeof wireLeadPage>;
