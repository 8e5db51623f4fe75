/**
 * The Famulor REST API, one method per endpoint. Every path is here.
 *
 *   createLead     POST   /user/lead
 *   listLeads      GET    /user/leads
 *   deleteLead     DELETE /user/leads/{id}
 *   listCampaigns  GET    /user/campaigns
 *   me             GET    /user/me
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { FamulorProtocolError } from "./errors";
import { MAX_PER_PAGE } from "./limits";
import { waitBeforeRepeat } from "./retry";
import {
  type Lead,
  type LeadFilter,
  leadListQuery,
  leadToWire,
  type NewLead,
  wireCampaignList,
  wireCreatedLead,
  wireLeadPage,
  wireMe,
} from "./schema";
import { type Request, Transport, type TransportOptions } from "./transport";

export class FamulorClient {
  readonly baseUrl: string;
  readonly #transport: Transport;

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

  async #call<T extends z.ZodType>(request: Omit<Request, "attempt">, schema: T): Promise<z.output<T>> {
    const body = schema.safeParse(await this.#send(request));
    if (body.success) return body.data;
    const [issue] = body.error.issues;
    throw new FamulorProtocolError(
      `${request.method} ${request.path} succeeded, but its answer cannot be read ` +
        `(${issue?.path.join(".") || "body"}: ${issue?.message}).`,
      { hint: "Check famulor:baseUrl; if it is right, Famulor's answers have changed: please report it." },
    );
  }

  async #send(request: Omit<Request, "attempt">): Promise<unknown> {
    const startedAt = Date.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#transport.send({ ...request, attempt });
      } catch (error) {
        const waitMs = waitBeforeRepeat({
          method: request.method,
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
