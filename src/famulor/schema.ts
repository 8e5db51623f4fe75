/**
 * The wire: the only file in which Famulor's own field names occur.
 *
 *   leadToWire, leadListQuery            what we send
 *   wireCreatedLead, wireLeadPage …      what we accept, each a zod schema that yields our names
 *
 * Accepts more than the API page promises where its sources disagree (numeric strings as IDs, `[]` for an empty map):
 * an answer we cannot read after a create is a lead nobody knows the ID of.
 */
import { z } from "zod";

/** The value of a variable, as Famulor's assistants can use it. */
export type VariableValue = string | number | boolean;
export type Variables = Record<string, VariableValue>;

export interface NewSecondaryContact {
  phoneNumber: string;
  variables?: Variables;
}

/** What `POST /user/lead` takes, under our names. */
export interface NewLead {
  campaignId: number;
  phoneNumber: string;
  variables?: Variables;
  secondaryContacts?: NewSecondaryContact[];
  allowDuplicate?: boolean;
}

/** Our lead → the request body. */
export function leadToWire(lead: NewLead): Record<string, unknown> {
  return {
    phone_number: lead.phoneNumber,
    campaign_id: lead.campaignId,
    variables: lead.variables ?? {},
    // Famulor's own spelling, with a double p, in every one of its sources.
    allow_dupplicate: lead.allowDuplicate ?? false,
    secondary_contacts: (lead.secondaryContacts ?? []).map((contact) => ({
      phone_number: contact.phoneNumber,
      variables: contact.variables ?? {},
    })),
  };
}

/** What `PUT` takes, under our names. Only what is named is changed; variables are merged into the stored ones. */
export interface LeadChange {
  campaignId?: number;
  phoneNumber?: string;
  variables?: Variables;
  /** `created` queues the lead again: Famulor calls the person once more. */
  status?: string;
}

/** Our change → the request body. */
export function leadChangeToWire({ campaignId, phoneNumber, variables, status }: LeadChange): Record<string, unknown> {
  return {
    ...(campaignId === undefined ? {} : { campaign_id: campaignId }),
    ...(phoneNumber === undefined ? {} : { phone_number: phoneNumber }),
    ...(variables === undefined ? {} : { variables }),
    ...(status === undefined ? {} : { status }),
  };
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

const wireId = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number),
  ])
  .refine((value) => Number.isSafeInteger(value) && value > 0, "not a positive whole number");

// PHP writes an empty map as `[]`; one dialect wraps the map in a list.
const wireVariables = z
  .union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown())), z.null()])
  .transform((value): Record<string, unknown> => (Array.isArray(value) ? Object.assign({}, ...value) : (value ?? {})));

const wireSecondaryContact = z
  .object({ id: wireId, phone_number: z.string() })
  .transform((wire) => ({ contactId: wire.id, phoneNumber: wire.phone_number }));

const wireLead = z
  .object({
    id: wireId,
    campaign_id: wireId.nullish(),
    phone_number: z.string().nullish(),
    variables: wireVariables.nullish(),
    status: z.string().nullish(),
    created_at: z.string().nullish(),
    updated_at: z.string().nullish(),
    campaign: z.object({ id: wireId.nullish(), name: z.string().nullish() }).nullish(),
    secondary_contacts: z.array(wireSecondaryContact).nullish(),
  })
  .transform((wire) => ({
    leadId: wire.id,
    campaignId: wire.campaign_id ?? wire.campaign?.id ?? undefined,
    phoneNumber: wire.phone_number ?? undefined,
    variables: wire.variables ?? {},
    status: wire.status ?? undefined,
    createdAt: wire.created_at ?? undefined,
    updatedAt: wire.updated_at ?? undefined,
    campaignName: wire.campaign?.name ?? undefined,
    /** Absent when the answer did not say. */
    secondaryContacts: wire.secondary_contacts ?? undefined,
  }));

/** A lead as Famulor tells it. Only the ID is certain to be there. */
export type Lead = z.output<typeof wireLead>;

/** The answer to `POST /user/lead`. */
export const wireCreatedLead = z
  .preprocess((body) => (Array.isArray(body) && body.length === 1 ? body[0] : body), z.object({ data: wireLead }))
  .transform((body) => body.data);

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

/** `GET /user/campaigns`, as far as a lead needs it. */
export const wireCampaignList = z.array(
  z.object({ id: wireId, name: z.string().nullish() }).transform((wire) => ({ campaignId: wire.id })),
);

/** `GET /user/me`, as far as telling accounts apart needs it. */
export const wireMe = z.object({ email: z.string().min(1) });

/** An error body: every form the API pages show. */
export const wireErrorBody = z
  .object({
    message: z.string().nullish(),
    error: z.string().nullish(),
    errors: z.record(z.string(), z.array(z.string())).nullish(),
    retry_after: z.coerce.number().nonnegative().nullish(),
  })
  .partial()
  .transform((wire) => ({
    message: wire.message ?? wire.error ?? undefined,
    fieldErrors: wire.errors ?? undefined,
    retryAfterSeconds: wire.retry_after ?? undefined,
  }));
