/**
 * Connections to Famulor, direct or through a proxy, and what it means when one fails.
 *
 *   openConnections   the undici dispatcher for one origin
 *   proxyFor          which proxy serves a URL. Pure
 *   connectionError   a failure of undici → FamulorConnectionError: was the request sent?
 */
import { buildConnector, type Dispatcher, Pool, ProxyAgent, errors as undiciErrors } from "undici";
import { FamulorConfigError, FamulorConnectionError } from "../errors";
import { MAX_CONNECTIONS, MAX_RESPONSE_BYTES } from "../limits";

/** The variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case, among any others. */
export type ProxyVariables = { readonly [name: string]: string | undefined };

/** The longest time for connecting, in milliseconds, so that a request has time left to report that connecting failed. */
const MAX_CONNECT_MS = 10_000;

/**
 * How long each address of a host is tried before the next one, in milliseconds. Node.js waits 250 ms, which is too little
 * for a distant server, and gives up if all addresses take longer.
 */
const ADDRESS_ATTEMPT_MS = 2_500;

/** Connecting failed, so nothing of the request was written. */
export class ConnectFailure extends Error {
  constructor(
    override readonly cause: Error,
    /** The proxy's host and port, where there is one. */
    readonly proxy: string | undefined,
  ) {
    super(cause.message);
  }
}

export interface ConnectionOptions {
  requestTimeoutMs: number;
  /** @default no proxy */
  proxy?: ProxyVariables | undefined;
}

export function openConnections(url: URL, { requestTimeoutMs, proxy }: ConnectionOptions): Dispatcher {
  const connectTimeoutMs = Math.min(MAX_CONNECT_MS, requestTimeoutMs / 2);
  const connectOptions = {
    timeout: connectTimeoutMs,
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not send the key to whoever answers.
    rejectUnauthorized: true,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
  };
  const poolOptions = {
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    maxResponseSize: MAX_RESPONSE_BYTES,
    connections: MAX_CONNECTIONS,
  };
  const proxyUrl = proxy && proxyFor(url, proxy);
  if (!proxyUrl) {
    return new Pool(url.origin, { ...poolOptions, connect: markingFailures(buildConnector(connectOptions)) });
  }
  return new ProxyAgent({
    uri: proxyUrl.href,
    requestTls: connectOptions,
    proxyTls: connectOptions,
    // Always a tunnel (CONNECT), so that the proxy of an https address sees neither the key nor a phone number.
    proxyTunnel: true,
    clientFactory: (origin, options: Pool.Options) =>
      new Pool(origin, { ...options, headersTimeout: connectTimeoutMs, bodyTimeout: connectTimeoutMs }),
    factory: (origin: string | URL, options: Pool.Options) =>
      new Pool(origin, { ...poolOptions, connect: markingFailures(options.connect, proxyUrl.host) }),
  });
}

/** A connector fails before the first byte of a request is sent, whatever its code says: also "connection reset". */
function markingFailures(connector: Pool.Options["connect"], proxy?: string): buildConnector.connector {
  if (typeof connector !== "function") throw new TypeError("undici has passed no connector");
  return (options, callback) =>
    connector(options, (...result) => {
      const [error] = result;
      if (error) callback(new ConnectFailure(error, proxy), null);
      else callback(...result);
    });
}

/**
 * The proxy for a URL, by the rules of undici's EnvHttpProxyAgent: lower case before upper case, HTTP_PROXY also for https
 * where HTTPS_PROXY is not set. Loopback addresses never go through a proxy.
 *
 * @throws FamulorConfigError for a variable that is not the address of an HTTP proxy.
 */
export function proxyFor(url: URL, variables: ProxyVariables): URL | undefined {
  if (isLoopback(url.hostname) || isExempt(url, variables.no_proxy ?? variables.NO_PROXY ?? "")) return undefined;
  const names = url.protocol === "https:" ? ["HTTPS_PROXY", "HTTP_PROXY"] : ["HTTP_PROXY"];
  for (const name of names) {
    const value = (variables[name.toLowerCase()] ?? variables[name])?.trim();
    if (value) return parseProxy(name, value);
  }
  return undefined;
}

function parseProxy(name: string, value: string): URL {
  // `proxy.example:3128` is an http proxy, as for curl.
  const href = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const proxy = URL.canParse(href) ? new URL(href) : undefined;
  if (proxy?.hostname && /^https?:$/.test(proxy.protocol)) return proxy;
  // The message leaves out the value, which may hold a password.
  throw new FamulorConfigError(`The environment variable ${name} is not the address of an HTTP proxy.`, {
    hint: "Set it to an address such as http://proxy.example:3128, or unset it.",
  });
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])\.?$/i.test(hostname);
}

/** `*`, or a list of host names with or without a port; a host name stands for its subdomains too. */
function isExempt({ hostname, port, protocol }: URL, noProxy: string): boolean {
  const itsPort = port || (protocol === "https:" ? "443" : "80");
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    const [, host, entryPort] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (!host || (entryPort && entryPort !== itsPort)) return false;
    return hostname === host || hostname.endsWith(`.${host}`);
  });
}

/** A chain of certificates that ends at an authority Node.js does not know. */
const UNTRUSTED: readonly string[] = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_UNTRUSTED",
];

/**
 * @param what The request, for the message.
 * @param overMs The time limit of the request in milliseconds, if the limit ended the request.
 */
export function connectionError(what: string, error: unknown, overMs: number | undefined): FamulorConnectionError {
  if (error instanceof ConnectFailure) return notSent(what, error);
  const code = codeOf(error);
  const why =
    overMs !== undefined || code.endsWith("_TIMEOUT")
      ? `no full answer within ${overMs === undefined ? "the time for a request" : `${overMs / 1000} s`}`
      : error instanceof undiciErrors.ResponseExceededMaxSizeError
        ? "the answer is larger than 10 MB"
        : `the connection broke${code ? ` (${code})` : ""}`;
  return new FamulorConnectionError(`${what} has an unknown outcome: ${why}.`, "unknown", { cause: error });
}

function notSent(what: string, { cause, proxy }: ConnectFailure): FamulorConnectionError {
  const code = codeOf(cause);
  const [, proxyStatus] = /Proxy response \((\d+)\)/.exec(cause.message) ?? [];
  const why = proxyStatus ? `the proxy answered ${proxyStatus}` : code || cause.message;
  const hint = UNTRUSTED.includes(code)
    ? "Node.js does not trust the certificate. If a company's proxy or a private authority has signed it, " +
      "set NODE_EXTRA_CA_CERTS to the file of that authority's certificate."
    : undefined;
  return new FamulorConnectionError(
    `${what} was not sent: Famulor could not be reached${proxy ? ` through the proxy ${proxy}` : ""} (${why}).`,
    "not-sent",
    { cause, ...(hint ? { hint } : {}) },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
