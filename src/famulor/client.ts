/**
 * The Famulor REST API, one method per endpoint. Every path is here.
 *
 *   createLead     POST   /user/lead
 *   listLeads      GET    /user/leads
 *   updateLead     PUT    /leads/{id}, or PUT /user/leads/{id}
 *   deleteLead     DELETE /user/leads/{id}
 *   createCampaign             POST   /user/campaigns, or POST /user/campaign
 *   listCampaigns              GET    /user/campaigns
 *   startCampaign, stopCampaign  POST   /user/campaigns/update-status
 *   deleteCampaign             DELETE /user/campaign/{id}
 *   listOutboundAssistants     GET    /user/assistants/outbound
 *   listPhoneNumbers           GET    /user/phone-numbers/all
 *   me                         GET    /user/me
 */
import type { z } from "zod";
import { offBudget, pause, remainingMs, requireLeave } from "./budget";
import { type Repetition, waitBeforeRepeat } from "./delivery";
import { FamulorApiError, FamulorNotFoundError, FamulorProtocolError } from "./errors";
import { MAX_PER_PAGE } from "./limits";
import type { RateLimit } from "./rate-limit";
import {
  type Campaign,
  campaignActionToWire,
  campaignToWire,
  type Lead,
  type LeadChange,
  type LeadFilter,
  leadChangeToWire,
  leadListQuery,
  leadToWire,
  type NewCampaign,
  type NewLead,
  wireAssistantList,
  wireCampaignPage,
  wireCampaignStatus,
  wireCreatedCampaign,
  wireCreatedLead,
  wireLeadPage,
  wireMe,
  wirePhoneNumberList,
} from "./schema";
import { type Request, Transport, type TransportOptions } from "./transport";

/** Famulor's own pages disagree on where a campaign is made; the documented route first. */
const CREATE_CAMPAIGN_ROUTES = ["/user/campaigns", "/user/campaign"];

/** The same for where a lead is changed. */
const UPDATE_ROUTES = [(leadId: number) => `/leads/${leadId}`, (leadId: number) => `/user/leads/${leadId}`];

export interface FamulorClientOptions extends Omit<TransportOptions, "onRateSignal"> {
  /** Default: none. */
  rateLimit?: RateLimit | undefined;
}

export class FamulorClient {
  readonly baseUrl: string;
  readonly #rateLimit: RateLimit | undefined;
  readonly #transport: Transport;
  /** Goes up with every write, before and after it: what was listed at another count may be stale. */
  writes = 0;
  /** Which of UPDATE_ROUTES has worked in this process. */
  #updateRoute: number | undefined;
  /** The one of CREATE_CAMPAIGN_ROUTES that has worked in this process. */
  #createCampaignRoute: string | undefined;

  constructor({ rateLimit, ...options }: FamulorClientOptions) {
    this.baseUrl = options.baseUrl;
    this.#rateLimit = rateLimit;
    this.#transport = new Transport({ ...options, onRateSignal: (signal) => rateLimit?.learn(signal) });
  }

  /** Queues a person to be called. Never repeated once it can have arrived. */
  createLead(lead: NewLead): Promise<Lead> {
    return this.#call({ method: "POST", path: "/user/lead", body: leadToWire(lead) }, wireCreatedLead);
  }

  /** One page of leads, 100 at most. */
  listLeads(filter: LeadFilter, page: number): Promise<z.output<typeof wireLeadPage>> {
    return this.#call(
      { method: "GET", path: "/user/leads", query: leadListQuery(filter, page, MAX_PER_PAGE) },
      wireLeadPage,
    );
  }

  /** Changes a lead. Throws FamulorNotFoundError only when no route has it. */
  async updateLead(leadId: number, change: LeadChange): Promise<void> {
    const body = leadChangeToWire(change);
    const known = this.#updateRoute;
    const routes = known === undefined ? [0, 1] : [known, 1 - known];
    let notFound: FamulorNotFoundError | undefined;
    for (const route of routes) {
      const path = UPDATE_ROUTES[route]?.(leadId) ?? "";
      try {
        await this.#send({
          method: "PUT",
          path,
          body,
          repetition: change.status === "created" ? "look-first" : "harmless",
        });
        this.#updateRoute = route;
        return;
      } catch (error) {
        const isLast = route === routes.at(-1);
        if (isLast && isNoSuchRoute(error) && notFound) break;
        if (isLast || !isOtherRouteWorthATry(error, change)) throw error;
        if (error instanceof FamulorNotFoundError) notFound = error;
      }
    }
    throw notFound;
  }

  async deleteLead(leadId: number): Promise<void> {
    await this.#send({ method: "DELETE", path: `/user/leads/${leadId}` });
  }

  /** Never repeated once it can have arrived: Famulor has no rule against two campaigns of one name. */
  async createCampaign(campaign: NewCampaign): Promise<Campaign> {
    const body = campaignToWire(campaign);
    const refusals: FamulorApiError[] = [];
    for (const path of this.#createCampaignRoute ? [this.#createCampaignRoute] : CREATE_CAMPAIGN_ROUTES) {
      try {
        const created = await this.#call({ method: "POST", path, body }, wireCreatedCampaign);
        this.#createCampaignRoute = path;
        return created;
      } catch (error) {
        // A missing assistant is a 404 too, but neither route has acted.
        if (!(error instanceof FamulorNotFoundError || isNoSuchRoute(error))) throw error;
        refusals.push(error);
      }
    }
    // Which of two 404 was about the route cannot be told: say both.
    const [refusal, other] = refusals.filter((each) => each instanceof FamulorNotFoundError);
    if (!refusal) throw refusals[0];
    const said = [refusal, other].flatMap((each) => each?.serviceMessage ?? []);
    throw new FamulorNotFoundError({ ...refusal, serviceMessage: [...new Set(said)].join(" / ") });
  }

  /** All of them, unless `lastPage` says that there are more. */
  listCampaigns(page = 1): Promise<z.output<typeof wireCampaignPage>> {
    const query = page > 1 ? { query: { page: String(page) } } : {};
    return this.#call({ method: "GET", path: "/user/campaigns", ...query }, wireCampaignPage);
  }

  /** Lets the campaign call its leads. Returns its status, where the answer tells it. */
  startCampaign(campaignId: number): Promise<string | undefined> {
    const body = campaignActionToWire(campaignId, "start");
    return this.#call({ method: "POST", path: "/user/campaigns/update-status", body }, wireCampaignStatus);
  }

  /** Ends the campaign's calls, running ones too. */
  stopCampaign(campaignId: number): Promise<string | undefined> {
    const body = campaignActionToWire(campaignId, "stop");
    // Stopping twice is stopping once.
    return this.#call(
      { method: "POST", path: "/user/campaigns/update-status", body, repetition: "harmless" },
      wireCampaignStatus,
    );
  }

  /** Takes all of its leads with it. Not repeated once it can have arrived. */
  async deleteCampaign(campaignId: number): Promise<void> {
    await this.#send({ method: "DELETE", path: `/user/campaign/${campaignId}`, repetition: "look-first" });
  }

  listOutboundAssistants(): Promise<z.output<typeof wireAssistantList>> {
    return this.#call({ method: "GET", path: "/user/assistants/outbound" }, wireAssistantList);
  }

  listPhoneNumbers(): Promise<z.output<typeof wirePhoneNumberList>> {
    return this.#call({ method: "GET", path: "/user/phone-numbers/all" }, wirePhoneNumberList);
  }

  me(): Promise<z.output<typeof wireMe>> {
    return this.#call({ method: "GET", path: "/user/me" }, wireMe);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #call<T extends z.ZodType>(request: Sending, schema: T): Promise<z.output<T>> {
    const body = schema.safeParse(await this.#send(request));
    if (body.success) return body.data;
    const [issue] = body.error.issues;
    throw new FamulorProtocolError(
      `${request.method} ${request.path} succeeded, but its answer cannot be read ` +
        `(${issue?.path.join(".") || "body"}: ${issue?.message}).`,
      { hint: "Check famulor:baseUrl; if it is right, Famulor's answers have changed: please report it." },
    );
  }

  async #send({ repetition, ...request }: Sending): Promise<unknown> {
    const isWrite = request.method !== "GET";
    if (isWrite) this.writes++;
    try {
      return await this.#sendUntilAnswered(
        request,
        repetition ?? (request.method === "POST" ? "look-first" : "harmless"),
      );
    } finally {
      if (isWrite) this.writes++;
    }
  }

  async #sendUntilAnswered(request: Request, repetition: Repetition): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const { method, path } = request;
      requireLeave(method, path);
      const rateLimit = this.#rateLimit;
      if (rateLimit) {
        const patienceMs = remainingMs();
        await offBudget(() => rateLimit.turn(patienceMs));
        requireLeave(method, path);
      }
      try {
        return await this.#transport.send(request, attempt);
      } catch (error) {
        const waitMs = waitBeforeRepeat({
          repetition,
          error,
          attempts: attempt,
          remainingMs: remainingMs(),
          random: Math.random(),
        });
        if (waitMs === undefined || !(await pause(waitMs))) throw error;
      }
    }
  }
}

interface Sending extends Request {
  /** What sending it a second time does. Default: `look-first` for a POST, otherwise `harmless`. */
  repetition?: Repetition;
}

/** A missing route looks like a missing lead (404), a wrong method (405) or a page for people. */
function isOtherRouteWorthATry(error: unknown, change: LeadChange): boolean {
  if (error instanceof FamulorNotFoundError || isNoSuchRoute(error)) return true;
  // After an answer that is no JSON the change may have been made; made twice, `created` would dial twice.
  return error instanceof FamulorProtocolError && change.status !== "created";
}

const isNoSuchRoute = (error: unknown): error is FamulorApiError =>
  error instanceof FamulorApiError && error.status === 405;
