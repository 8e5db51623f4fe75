/**
 * One HTTP request to Famulor, on an undici Pool: key, time limits, size limit, decoding, errors. It never repeats and
 * never follows a redirect (Famulor sends a bad key to its login page).
 */
import { EventEmitter } from "node:events";
import { Pool, errors as undiciErrors } from "undici";
import { remainingMs } from "./budget";
import { type ApiFailure, apiError, FamulorConnectionError, FamulorProtocolError } from "./errors";
import { MAX_CONNECTIONS, MAX_RESPONSE_BYTES } from "./limits";
import { redact } from "./masking";
import type { RateSignal } from "./rate-limit";
import { wireErrorBody } from "./schema";

type Headers = Record<string, string | string[] | undefined>;

export interface TransportOptions {
  baseUrl: string;
  apiKey: string;
  /** For the whole request, from connecting to the last byte of the answer, in milliseconds. */
  requestTimeoutMs: number;
  /** Told of every answer that says something of the rate limit. */
  onRateSignal?: (signal: RateSignal) => void;
}

export interface Request {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the base URL, beginning with a slash. */
  path: string;
  query?: Record<string, string>;
  body?: unknown;
}

export class Transport {
  readonly #pool: Pool;
  readonly #prefix: string;
  /** Made once: V8 gives headers that are put together for each request a hidden class of their own each time. */
  readonly #headers: Record<string, string>;
  readonly #headersWithBody: Record<string, string>;
  readonly #apiKey: string;
  readonly #timeoutMs: number;
  readonly #onRateSignal: TransportOptions["onRateSignal"];

  constructor({ baseUrl, apiKey, requestTimeoutMs, onRateSignal }: TransportOptions) {
    this.#onRateSignal = onRateSignal;
    this.#apiKey = apiKey;
    const url = new URL(baseUrl);
    this.#prefix = url.pathname.replace(/\/$/, "");
    this.#timeoutMs = requestTimeoutMs;
    this.#headers = {
      authorization: `Bearer ${apiKey}`,
      // Without it Laravel answers errors as HTML pages.
      accept: "application/json",
    };
    this.#headersWithBody = { ...this.#headers, "content-type": "application/json" };
    this.#pool = new Pool(url.origin, {
      // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not send the key to whoever answers.
      connect: { timeout: requestTimeoutMs, rejectUnauthorized: true },
      headersTimeout: requestTimeoutMs,
      bodyTimeout: requestTimeoutMs,
      maxResponseSize: MAX_RESPONSE_BYTES,
      connections: MAX_CONNECTIONS,
    });
  }

  /**
   * Sends it once and returns the decoded JSON of a 2xx answer. Throws one of the FamulorError family.
   *
   * @param attempt Which sending of this request it is, for the error.
   */
  async send({ method, path, query, body }: Request, attempt: number): Promise<unknown> {
    const what = `${method} ${path}`;
    // undici's own limits restart with every byte; this one ends a server that drips.
    const timeoutMs = Math.ceil(Math.min(this.#timeoutMs, Math.max(1, remainingMs())));
    // An emitter where others take an AbortSignal, which costs several times as much.
    const deadline = new EventEmitter();
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      deadline.emit("abort");
    }, timeoutMs);
    let status: number;
    let headers: Headers;
    let text: string;
    try {
      const response = await this.#pool.request({
        method,
        path: this.#prefix + path + (query ? `?${new URLSearchParams(query)}` : ""),
        headers: body === undefined ? this.#headers : this.#headersWithBody,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: deadline,
      });
      status = response.statusCode;
      headers = response.headers;
      text = await response.body.text();
    } catch (cause) {
      throw connectionError(what, cause, isOver ? timeoutMs : undefined);
    } finally {
      clearTimeout(timer);
    }

    const json = parseJson(headers, text);
    this.#onRateSignal?.(rateSignal(status, headers, json));
    if (status >= 200 && status < 300) {
      if (json !== undefined) return json;
      // Not documented, but one of Famulor's own clients expects it of a delete. It tells nothing of what was created.
      if (status === 204) return undefined;
      throw new FamulorProtocolError(`${what} answered ${status} with something that is not JSON.`, {
        hint: "Check famulor:baseUrl: it must be the API's address, such as https://app.famulor.de/api.",
      });
    }
    // Before anything is cut off or masked in it: half a key would not be recognised any more.
    const said = redact(text, this.#apiKey);
    const cleaned = said === text ? json : parseJson(headers, said);
    throw apiError(describeFailure({ method, path, status, headers, text: said, json: cleaned, attempts: attempt }));
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}

function parseJson(headers: Headers, text: string): unknown {
  if (!String(headers["content-type"] ?? "").includes("json")) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function describeFailure(answer: {
  method: string;
  path: string;
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
  attempts: number;
}): ApiFailure {
  const { method, path, status, headers, text, json, attempts } = answer;
  const body = wireErrorBody.safeParse(json).data;
  const firstFieldError = Object.values(body?.fieldErrors ?? {})[0]?.[0];
  const said = body?.message ?? firstFieldError ?? (json === undefined ? plainText(text) : JSON.stringify(json));
  const retryAfterSeconds = secondsToWait(headers, body?.retryAfterSeconds);
  return {
    method,
    path,
    status,
    attempts,
    serviceMessage: said.slice(0, 500),
    ...(body?.fieldErrors ? { fieldErrors: body.fieldErrors } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterSeconds) }),
  };
}

function rateSignal(status: number, headers: Headers, json: unknown): RateSignal {
  const number = (name: string) => {
    const value = Number(headers[name] ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const isRefusal = status === 429;
  const remaining = number("x-ratelimit-remaining");
  const inBody = isRefusal ? wireErrorBody.safeParse(json).data?.retryAfterSeconds : undefined;
  const seconds = isRefusal || remaining === 0 ? secondsToWait(headers, inBody) : undefined;
  return {
    isRefusal,
    limit: number("x-ratelimit-limit"),
    remaining,
    ...(seconds === undefined ? {} : { waitMs: seconds * 1000 }),
  };
}

const LONGEST_RESET_SECONDS = 120;

/** Famulor's sources name three places: the header, then the body, then the time at which the limit starts anew. */
function secondsToWait(headers: Headers, inBody: number | undefined): number | undefined {
  const header = Number(headers["retry-after"]);
  if (Number.isFinite(header)) return header;
  if (inBody !== undefined) return inBody;
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  // By the server's own clock, where it tells.
  const now = Date.parse(String(headers.date)) || Date.now();
  const seconds = reset - now / 1000;
  // More than any of Famulor's limits lasts: another unit, or another clock.
  return seconds <= LONGEST_RESET_SECONDS ? Math.max(0, seconds) : undefined;
}

/** The words of an HTML error page. */
function plainText(text: string): string {
  return text
    .slice(0, 4000)
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Failures that happen before the first byte is written: the request cannot have arrived. */
const NOT_SENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** @param overMs How long it was waited for, where that is why. */
function connectionError(what: string, cause: unknown, overMs: number | undefined): FamulorConnectionError {
  const nodeCode = String((cause as { code?: unknown } | null)?.code ?? "");
  if (NOT_SENT.has(nodeCode)) {
    return new FamulorConnectionError(`${what} was not sent: Famulor could not be reached (${nodeCode}).`, "not-sent", {
      hint: "Check famulor:baseUrl and the network.",
      cause,
    });
  }
  const why =
    overMs !== undefined || nodeCode.endsWith("_TIMEOUT")
      ? `no full answer within ${overMs === undefined ? "the time for a request" : `${overMs / 1000} s`}`
      : cause instanceof undiciErrors.ResponseExceededMaxSizeError
        ? "the answer is larger than 10 MB"
        : `the connection broke${nodeCode ? ` (${nodeCode})` : ""}`;
  return new FamulorConnectionError(`${what} has an unknown outcome: ${why}.`, "unknown", { cause });
}
