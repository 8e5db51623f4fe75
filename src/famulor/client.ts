/**
 * The Famulor REST API, one method per endpoint. Every path is here.
 *
 *   createLead                   POST   /user/lead
 *   listLeads                    GET    /user/leads
 *   updateLead                   PUT    /leads/{id}, or PUT /user/leads/{id}
 *   deleteLead                   DELETE /user/leads/{id}
 *   createCampaign               POST   /user/campaigns, or POST /user/campaign
 *   listCampaigns                GET    /user/campaigns
 *   startCampaign, stopCampaign  POST   /user/campaigns/update-status
 *   deleteCampaign               DELETE /user/campaign/{id}
 *   listOutboundAssistants       GET    /user/assistants/outbound
 *   listPhoneNumbers             GET    /user/phone-numbers/all
 *   me                           GET    /user/me
 */
import type { z } from "zod";
import { FamulorApiError, FamulorNotFoundError, FamulorProtocolError } from "./errors";
import { Sender, type SenderOptions, type Sending } from "./http/sender";
import { MAX_PER_PAGE } from "./limits";
import {
  type Assistant,
  type Me,
  type PhoneNumber,
  wireAssistantList,
  wireMe,
  wirePhoneNumberList,
} from "./wire/account";
import {
  type Campaign,
  type CampaignPage,
  campaignActionToWire,
  campaignToWire,
  type NewCampaign,
  wireCampaignPage,
  wireCampaignStatus,
  wireCreatedCampaign,
} from "./wire/campaigns";
import {
  type Lead,
  type LeadChange,
  type LeadFilter,
  type LeadPage,
  leadChangeToWire,
  leadListQuery,
  leadToWire,
  type NewLead,
  wireCreatedLead,
  wireLeadPage,
} from "./wire/leads";

export type FamulorClientOptions = SenderOptions;

/** Famulor's own pages disagree on where a campaign is created; the documented route comes first. */
const CREATE_CAMPAIGN_ROUTES = ["/user/campaigns", "/user/campaign"] as const;

/** The pages also disagree on where a lead is updated. */
const UPDATE_LEAD_ROUTES = ["/leads", "/user/leads"] as const;

export class FamulorClient {
  readonly baseUrl: string;
  readonly #sender: Sender;
  /** The one of UPDATE_LEAD_ROUTES that has worked. */
  #updateLeadRoute: string | undefined;
  /** The one of CREATE_CAMPAIGN_ROUTES that has worked. */
  #createCampaignRoute: string | undefined;

  constructor(options: FamulorClientOptions) {
    this.baseUrl = options.baseUrl;
    this.#sender = new Sender(options);
  }

  /** Goes up before and after every write: a listing that was read at another count may be stale. */
  get writes(): number {
    return this.#sender.writes;
  }

  /** Queues a person to be called. The POST is not repeated if it may have arrived. */
  createLead(lead: NewLead): Promise<Lead> {
    return this.#call({ method: "POST", path: "/user/lead", body: leadToWire(lead) }, wireCreatedLead);
  }

  /** One page of leads, 100 at most. */
  listLeads(filter: LeadFilter, page: number): Promise<LeadPage> {
    const query = leadListQuery(filter, page, MAX_PER_PAGE);
    return this.#call({ method: "GET", path: "/user/leads", query }, wireLeadPage);
  }

  /** Changes a lead. Throws FamulorNotFoundError only if neither route has the lead. */
  async updateLead(leadId: number, change: LeadChange): Promise<void> {
    const body = leadChangeToWire(change);
    const repetition = change.status === "created" ? "look-first" : "harmless";
    const [first, second] = UPDATE_LEAD_ROUTES;
    const routes = this.#updateLeadRoute === second ? [second, first] : [first, second];
    let notFound: FamulorNotFoundError | undefined;
    for (const [index, route] of routes.entries()) {
      const isLast = index === routes.length - 1;
      try {
        await this.#sender.send({ method: "PUT", path: `${route}/${leadId}`, body, repetition });
        this.#updateLeadRoute = route;
        return;
      } catch (error) {
        if (isLast && isNoSuchRoute(error) && notFound) break;
        if (isLast || !isOtherRouteWorthATry(error, change)) throw error;
        if (error instanceof FamulorNotFoundError) notFound = error;
      }
    }
    throw notFound;
  }

  async deleteLead(leadId: number): Promise<void> {
    await this.#sender.send({ method: "DELETE", path: `/user/leads/${leadId}` });
  }

  /** The POST is not repeated if it may have arrived: Famulor has no rule against two campaigns with one name. */
  async createCampaign(campaign: NewCampaign): Promise<Campaign> {
    const body = campaignToWire(campaign);
    const refusals: FamulorApiError[] = [];
    for (const path of this.#createCampaignRoute ? [this.#createCampaignRoute] : CREATE_CAMPAIGN_ROUTES) {
      try {
        const created = await this.#call({ method: "POST", path, body }, wireCreatedCampaign);
        this.#createCampaignRoute = path;
        return created;
      } catch (error) {
        // Famulor also answers "not found" if the assistant is missing. Then neither route has acted.
        if (!(error instanceof FamulorNotFoundError || isNoSuchRoute(error))) throw error;
        refusals.push(error);
      }
    }
    // Nobody can tell which "not found" was about the route, so the error says both.
    const [refusal, other] = refusals.filter((each) => each instanceof FamulorNotFoundError);
    if (!refusal) throw refusals[0];
    const said = [refusal, other].flatMap((each) => each?.serviceMessage ?? []);
    throw new FamulorNotFoundError({ ...refusal, serviceMessage: [...new Set(said)].join(" / ") });
  }

  /** All campaigns of the account, unless `lastPage` says that there are more pages. */
  listCampaigns(page = 1): Promise<CampaignPage> {
    const query = page > 1 ? { query: { page: String(page) } } : {};
    return this.#call({ method: "GET", path: "/user/campaigns", ...query }, wireCampaignPage);
  }

  /** Lets the campaign call its leads. Returns the campaign's status if the answer has one. */
  startCampaign(campaignId: number): Promise<string | undefined> {
    const body = campaignActionToWire(campaignId, "start");
    return this.#call({ method: "POST", path: "/user/campaigns/update-status", body }, wireCampaignStatus);
  }

  /** Ends the campaign's calls, also those that are running. */
  stopCampaign(campaignId: number): Promise<string | undefined> {
    const body = campaignActionToWire(campaignId, "stop");
    // A second stop changes nothing.
    return this.#call(
      { method: "POST", path: "/user/campaigns/update-status", body, repetition: "harmless" },
      wireCampaignStatus,
    );
  }

  /** Deletes the campaign and all of its leads. The DELETE is not repeated if it may have arrived. */
  async deleteCampaign(campaignId: number): Promise<void> {
    await this.#sender.send({ method: "DELETE", path: `/user/campaign/${campaignId}`, repetition: "look-first" });
  }

  listOutboundAssistants(): Promise<Assistant[]> {
    return this.#call({ method: "GET", path: "/user/assistants/outbound" }, wireAssistantList);
  }

  listPhoneNumbers(): Promise<PhoneNumber[]> {
    return this.#call({ method: "GET", path: "/user/phone-numbers/all" }, wirePhoneNumberList);
  }

  me(): Promise<Me> {
    return this.#call({ method: "GET", path: "/user/me" }, wireMe);
  }

  close(): Promise<void> {
    return this.#sender.close();
  }

  async #call<T extends z.ZodType>(request: Sending, schema: T): Promise<z.output<T>> {
    const body = schema.safeParse(await this.#sender.send(request));
    if (body.success) return body.data;
    const [issue] = body.error.issues;
    throw new FamulorProtocolError(
      `${request.method} ${request.path} succeeded, but its answer cannot be read ` +
        `(${issue?.path.join(".") || "body"}: ${issue?.message}).`,
    );
  }
}

/** A missing route looks like a missing lead (404), a wrong method (405) or a page for people. */
function isOtherRouteWorthATry(error: unknown, change: LeadChange): boolean {
  if (error instanceof FamulorNotFoundError || isNoSuchRoute(error)) return true;
  // After an answer that is not JSON the change may have been carried out, and a second `created` would dial twice.
  return error instanceof FamulorProtocolError && change.status !== "created";
}

const isNoSuchRoute = (error: unknown): error is FamulorApiError =>
  error instanceof FamulorApiError && error.kind === "no-route";
