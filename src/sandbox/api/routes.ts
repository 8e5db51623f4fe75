/** What a request, an answer and a route are. */
import type { IncomingHttpHeaders } from "node:http";
import type { Account } from "../account/account";
import type { Fields } from "../account/records";

/** A line of the journal. */
export interface SandboxRequest {
  method: string;
  /** Without `/api` and query. */
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  body: unknown;
  authorized: boolean;
  /** What it was answered; 0 until then. */
  status: number;
  /** By the sandbox's clock, ISO 8601. */
  at: string;
  /** Whose key it had. */
  email?: string;
  /** The answer's body. Kept for the latest 300 requests at least. */
  answer?: unknown;
  /** Which fault it met. */
  fault?: string;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** Instead of the body, for an answer that is no JSON. */
  text?: string;
  /** Instead of both, as they go over the network. */
  bytes?: Buffer;
}

export type Handler = (
  request: { id: number; body: Fields; query: Record<string, string> },
  account: Account,
  leadsUrl: string,
) => unknown;

export type Routes = Record<string, Record<string, Handler>>;
