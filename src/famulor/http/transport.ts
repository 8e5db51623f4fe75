/**
 * Sends one HTTP request to Famulor through undici: key, time limits, size limit, decoding, errors. It never repeats a
 * request and never follows a redirect (Famulor sends a bad key to its login page).
 */
import { EventEmitter } from "node:events";
import type { Dispatcher } from "undici";
import { redact } from "../../masking";
import { apiError, FamulorProtocolError } from "../errors";
import { saysRefused } from "../wire/error-body";
import { type Answer, decompress, parseJson, rateSignal, readFailure } from "./answer";
import { connectionError, openConnections, type ProxyVariables } from "./connection";
import type { Deadlines } from "./deadline";
import type { RateSignal } from "./rate-limit";

export interface TransportOptions {
  baseUrl: string;
  apiKey: string;
  /** For the whole request, from connecting to the last byte of the answer, in milliseconds. */
  requestTimeoutMs: number;
  /** A request gets no more time than the work that it belongs to. */
  deadlines: Deadlines;
  /** Environment variables, of which HTTPS_PROXY, HTTP_PROXY and NO_PROXY count. @default no proxy */
  proxy?: ProxyVariables | undefined;
  /** Called with what each answer says about the rate limit. */
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
  readonly #connections: Dispatcher;
  readonly #origin: string;
  readonly #prefix: string;
  /** Created once, because V8 gives headers that are put together for each request a new hidden class each time. */
  readonly #headers: Record<string, string>;
  readonly #headersWithBody: Record<string, string>;
  readonly #apiKey: string;
  readonly #timeoutMs: number;
  readonly #deadlines: Deadlines;
  readonly #onRateSignal: TransportOptions["onRateSignal"];

  constructor({ baseUrl, apiKey, requestTimeoutMs, deadlines, proxy, onRateSignal }: TransportOptions) {
    this.#deadlines = deadlines;
    this.#onRateSignal = onRateSignal;
    this.#apiKey = apiKey;
    const url = new URL(baseUrl);
    this.#prefix = url.pathname.replace(/\/$/, "");
    this.#timeoutMs = requestTimeoutMs;
    this.#headers = {
      authorization: `Bearer ${apiKey}`,
      // Without it Laravel answers errors as HTML pages.
      accept: "application/json",
      "accept-encoding": "identity",
    };
    this.#headersWithBody = { ...this.#headers, "content-type": "application/json" };
    this.#origin = url.origin;
    this.#connections = openConnections(url, { requestTimeoutMs, proxy });
  }

  /**
   * Sends a request once and returns the decoded JSON of a 2xx answer. Throws one of the FamulorError family.
   *
   * @param attempt The number of this attempt, for the error.
   */
  async send(request: Request, attempt: number): Promise<unknown> {
    const { method, path } = request;
    const answer = await this.#exchange(request);
    const { status, text } = answer;
    const json = parseJson(answer);
    const nowMs = this.#deadlines.clock.now();
    this.#onRateSignal?.(rateSignal(answer, json, nowMs));
    if (status >= 200 && status < 300 && !saysRefused(json)) {
      if (json !== undefined) return json;
      // Not documented, but one of Famulor's own clients expects 204 after a delete. After a create it would not say
      // what exists.
      if (status === 204) return undefined;
      throw new FamulorProtocolError(`${method} ${path} answered ${status} with something that is not JSON.`);
    }
    // The key is removed before anything is cut or masked, because half a key would not be recognised any more.
    const said = redact(text, this.#apiKey);
    const cleaned = { ...answer, text: said };
    const failure = readFailure(cleaned, said === text ? json : parseJson(cleaned), nowMs);
    throw apiError({ ...failure, method, path, attempts: attempt });
  }

  close(): Promise<void> {
    return this.#connections.destroy();
  }

  async #exchange({ method, path, query, body }: Request): Promise<Answer> {
    // undici's own limits restart with every byte. This limit ends a server that sends a byte now and then.
    const timeoutMs = Math.ceil(Math.min(this.#timeoutMs, Math.max(1, this.#deadlines.remainingMs())));
    // An emitter, because an AbortSignal costs several times as much.
    const deadline = new EventEmitter();
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      deadline.emit("abort");
    }, timeoutMs);
    try {
      const response = await this.#connections.request({
        origin: this.#origin,
        method,
        path: this.#prefix + path + (query ? `?${new URLSearchParams(query)}` : ""),
        headers: body === undefined ? this.#headers : this.#headersWithBody,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: deadline,
      });
      const { statusCode: status, headers } = response;
      const encoding = headers["content-encoding"];
      const text =
        encoding === undefined
          ? await response.body.text()
          : await decompress(Buffer.from(await response.body.arrayBuffer()), encoding);
      return { status, headers, text };
    } catch (cause) {
      throw connectionError(`${method} ${path}`, cause, isOver ? timeoutMs : undefined);
    } finally {
      clearTimeout(timer);
    }
  }
}
