/** The HTTP server: listens on localhost only, and answers only requests that name localhost as the host. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./account/validation";
import { readBody } from "./api/body";
import { type SandboxFault, takeFault } from "./api/faults";
import type { Answer, SandboxRequest } from "./api/request";
import { respond } from "./api/routes";
import type { Page } from "./page/page";
import { isOfPage } from "./page/paths";
import type { Service } from "./service";

const PREFIX = "/api";
const MAX_BODY_BYTES = 1024 * 1024;
const SLOW_MS = 5000;

export interface Listening {
  port: number;
  close(): Promise<void>;
}

/** @param flush Writes to the disk what a request has changed, before the request is answered. */
export async function listen(
  service: Service,
  flush: () => void,
  onRequest: (request: SandboxRequest) => void = () => {},
): Promise<Listening> {
  let baseUrl = "";
  let page: Page | undefined;
  const loadPage = () => {
    page ??= new (pageModule().Page)(service, flush, () => baseUrl);
    return page;
  };
  const server = createServer((incoming, outgoing) => {
    // DNS rebinding gives localhost another name, under which a browser would let a foreign web page read the sandbox.
    if (!isLocalhost(incoming.headers.host)) {
      outgoing.writeHead(403, { "content-type": "text/plain" }).end("The sandbox answers to localhost only.\n");
    } else if (isOfPage(incoming.url ?? "/")) void loadPage().handle(incoming, outgoing);
    else void answerApi(service, flush, incoming, outgoing, `${baseUrl}/user/leads`, onRequest);
  });
  // Longer than clients keep idle connections, so that no request meets a connection that the server is closing.
  server.keepAliveTimeout = 30_000;
  server.listen(service.values.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  baseUrl = `http://127.0.0.1:${port}${PREFIX}`;
  return {
    port,
    async close() {
      page?.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Loaded when somebody first opens the page: most tests never do, and loading takes some milliseconds. */
const pageModule = () => require("./page/page") as typeof import("./page/page");

/** Ignores the port, which a tunnel may change. */
function isLocalhost(host = ""): boolean {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(name);
}

async function answerApi(
  service: Service,
  flush: () => void,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  leadsUrl: string,
  onRequest: (request: SandboxRequest) => void,
): Promise<void> {
  const url = new URL(incoming.url ?? "/", "http://sandbox");
  const owner = service.ownerOf(/^Bearer (.*)$/.exec(incoming.headers.authorization ?? "")?.[1] ?? "");
  const request: SandboxRequest = {
    method: incoming.method ?? "",
    path: url.pathname.startsWith(`${PREFIX}/`) ? url.pathname.slice(PREFIX.length) : url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers,
    body: undefined,
    authorized: owner !== undefined,
    status: 0,
    at: service.clock.now().toISOString(),
    ...(owner && { email: owner.account.email }),
  };
  let fault: SandboxFault | undefined;
  let answer: Answer;
  try {
    const text = await readBody(incoming, MAX_BODY_BYTES);
    service.record(request);
    request.body = parseBody(text);
    fault = owner && takeFault(service.values.faults, request);
    if (fault) request.fault = fault;
    answer =
      answerInPlace(fault) ?? service.refuseTooMany() ?? respond(request, service.dialect, owner?.account, leadsUrl);
    flush();
  } catch (error) {
    answer =
      error instanceof Refusal
        ? { status: error.status, body: error.body }
        : { status: 500, body: { message: `The sandbox itself failed: ${error}` } };
  }
  if (fault === "late-server-error") answer = SERVER_ERROR;
  else if (service.owners[0]) answer = service.dialect.rephrase(request, answer, (owner ?? service.owners[0]).account);
  if (fault === "slow") await sleep(SLOW_MS, undefined, { ref: false });
  request.status = fault && LOST.includes(fault) ? 0 : answer.status;
  request.answer = answer.text ?? answer.body;
  onRequest(request);
  service.changed();
  send(outgoing, answer, fault);
}

/** Faults under which the client never sees a status. */
const LOST: SandboxFault[] = ["lose-answer", "lose-request", "half-answer", "no-answer"];

const SERVER_ERROR: Answer = { status: 500, body: { message: "Server Error" } };

/** The answer to a request that is not carried out. `undefined`: the request is carried out. */
function answerInPlace(fault: SandboxFault | undefined): Answer | undefined {
  switch (fault) {
    case "server-error":
      return SERVER_ERROR;
    case "lose-request":
      return { status: 0, body: undefined };
    case "bad-gateway":
      return {
        status: 502,
        body: undefined,
        text: "<html><h1>502 Bad Gateway</h1></html>",
        headers: { "content-type": "text/html" },
      };
    case "too-many":
      return {
        status: 429,
        body: { error: "Too Many Requests", message: "Too Many Attempts.", retry_after: 1 },
        headers: { "retry-after": "1" },
      };
    default:
      return undefined;
  }
}

function send(outgoing: ServerResponse, answer: Answer, fault: SandboxFault | undefined): void {
  if (fault === "lose-answer" || fault === "lose-request") {
    outgoing.socket?.resetAndDestroy();
    return;
  }
  if (fault === "no-answer") return;
  const headers = { "content-type": "application/json", ...answer.headers };
  const content = answer.bytes ?? answer.text ?? JSON.stringify(answer.body);
  if (fault === "half-answer") {
    const bytes = Buffer.from(content);
    outgoing.writeHead(answer.status, { ...headers, "content-length": bytes.length });
    outgoing.write(bytes.subarray(0, bytes.length >> 1), () => outgoing.socket?.resetAndDestroy());
    return;
  }
  outgoing.writeHead(answer.status, headers).end(content);
}

function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  } catch {
    // answered below, like any other body that is no object
  }
  throw new Refusal(422, { message: "The body must be a JSON object." });
}
