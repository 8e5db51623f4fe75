/** The types of a request, an answer and a route. */
import type { IncomingHttpHeaders } from "node:http";
import type { Account } from "../account/account";
import type { Fields } from "../account/records";

/** A request of the journal, with its answer. */
export interface SandboxRequest {
  method: string;
  /** Without `/api` and query. */
  path: string;
  query: Record<string, string>;
  headers: IncomingHttpHeaders;
  /** The JSON of the body. */
  body: unknown;
  /** Whether the key is an account's. */
  authorized: boolean;
  /** The status of the answer. 0: not answered yet, or the client never sees the answer. */
  status: number;
  /** ISO 8601, by the sandbox's clock. */
  at: string;
  /** The e-mail address of the account whose key it has. */
  email?: string;
  /** The body of the answer. The sandbox keeps the answers of at least the latest 300 requests. */
  answer?: unknown;
  /** The fault that it met. */
  fault?: string;
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** In place of `body`, for an answer that is no JSON. */
  text?: string;
  /** In place of `body` and `text`: the bytes that are sent. */
  bytes?: Buffer;
}

/** Carries out a request. @returns the body of the answer. @throws a refusal. */
export type Handler = (
  request: { id: number; body: Fields; query: Record<string, string> },
  account: Account,
  leadsUrl: string,
) => unknown;

/** Path → method → handler. */
export type Routes = Record<string, Record<string, Handler>>;
