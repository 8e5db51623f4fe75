/**
 * The Famulor REST API, one method per endpoint. Every path is here.
 *
 *   createLead     POST   /user/lead
 *   listLeads      GET    /user/leads
 *   updateLead     PUT    /leads/{id}, or PUT /user/leads/{id}
 *   deleteLead     DELETE /user/leads/{id}
 *   listCampaigns  GET    /user/campaigns
 *   me             GET    /user/me
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { FamulorApiError, FamulorNotFoundError, FamulorProtocolError } from "./errors";
import { MAX_PER_PAGE } from "./limits";
import { waitBeforeRepeat } from "./retry";
import {
  type Lead,
  type LeadChange,
  type LeadFilter,
  leadChangeToWire,
  leadListQuery,
  leadToWire,
  type NewLead,
  wireCampaignList,
  wireCreatedLead,
  wireLeadPage,
  wireMe,
} from "./schema";
import { type Request, Transport, type TransportOptions } from "./transport";

/** Famulor's own pages disagree on where a lead is changed; the documented route first. */
const UPDATE_ROUTES = [(leadId: number) => `/leads/${leadId}`, (leadId: number) => `/user/leads/${leadId}`];

export class FamulorClient {
  readonly baseUrl: string;
  readonly #transport: Transport;
  /** Goes up with every write, before and after it: what was listed at another count may be stale. */
  writes = 0;
  /** Which of UPDATE_ROUTES has worked in this process. */
  #updateRoute: number | undefined;

  constructor(options: TransportOptions) {
    this.baseUrl = options.baseUrl;
    this.#transport = new Transport(options);
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
        await this.#send({ method: "PUT", path, body, dials: change.status === "created" });
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

  listCampaigns(): Promise<z.output<typeof wireCampaignList>> {
    return this.#call({ method: "GET", path: "/user/campaigns" }, wireCampaignList);
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

  async #send({ dials = false, ...request }: Sending): Promise<unknown> {
    const isWrite = request.method !== "GET";
    if (isWrite) this.writes++;
    try {
      return await this.#sendUntilAnswered(request, dials);
    } finally {
      if (isWrite) this.writes++;
    }
  }

  async #sendUntilAnswered(request: Omit<Request, "attempt">, dials: boolean): Promise<unknown> {
    const startedAt = Date.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#transport.send({ ...request, attempt });
      } catch (error) {
        const waitMs = waitBeforeRepeat({
          repeatable: request.method !== "POST" && !dials,
          error,
          attempts: attempt,
          elapsedMs: Date.now() - startedAt,
          random: Math.random(),
        });
        if (waitMs === undefined) throw error;
        await sleep(waitMs);
      }
    }
  }
}

interface Sending extends Omit<Request, "attempt"> {
  /** Whether carrying it out twice would call somebody twice. Default: false; a POST is never repeated anyway. */
  dials?: boolean;
}

/** A missing route looks like a missing lead (404), a wrong method (405) or a page for people. */
function isOtherRouteWorthATry(error: unknown, change: LeadChange): boolean {
  if (error instanceof FamulorNotFoundError || isNoSuchRoute(error)) return true;
  // After an answer that is no JSON the change may have been made; made twice, `created` would dial twice.
  return error instanceof FamulorProtocolError && change.status !== "created";
}

const isNoSuchRoute = (error: unknown) => error instanceof FamulorApiError && error.status === 405;
