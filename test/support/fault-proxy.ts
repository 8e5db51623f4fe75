/**
 * Stands between the plugin and a sandbox and breaks requests on purpose, at the level of sockets. A fault whose name ends
 * in `before`: the sandbox never sees the request. In `after`: the sandbox has carried it out, and only the answer is lost.
 */
import { EventEmitter, once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, systemClock } from "../../src/famulor/http/clock";

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
  when: "before" | "after";
}

/** Carried out, and answered rightly, but only after a while. */
interface Late {
  lateMs: number;
}

const json = { "content-type": "application/json" };
const html = { "content-type": "text/html" };
const page = "<html><h1>Bad Gateway</h1></html>";

/** The request timeout of the runs behind this proxy; `late-after` takes longer. */
export const REQUEST_TIMEOUT_MS = 1_000;

/**
 * What happens to the socket of a request that was, or was not, carried out. `real` is the sandbox's answer, `status` its status:
 * a broken body is no reason to say that a refused request was carried out.
 */
type Break = (outgoing: ServerResponse, socket: Socket, real: Buffer, status: number) => void;

const raw =
  (text: (real: Buffer) => string, then: (socket: Socket) => void): Break =>
  (_outgoing, socket, real) => {
    socket.write(text(real), () => then(socket));
  };
/** Node.js never closes, and at its exit waits for ever for, a socket that is reset while it is shut down (libuv/libuv#3661). */
const reset = (socket: Socket) => (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy());

const BREAKS = {
  "reset-before": (_outgoing, socket) => reset(socket),
  "reset-after": (_outgoing, socket) => reset(socket),
  "reset-in-headers-after": raw(() => "HTTP/1.1 200 OK\r\ncontent-ty", reset),
  "half-body-after": raw(
    (real) =>
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${real.length}\r\n\r\n${half(real)}`,
    (socket) => socket.destroy(),
  ),
  "stall-before": () => {},
  "stall-after": () => {},
  "drip-after": (outgoing, socket) => {
    outgoing.writeHead(200, json);
    const drip = setInterval(() => {
      if (socket.destroyed) clearInterval(drip);
      else outgoing.write(" ");
    }, 100);
  },
  "endless-body-after": (outgoing) => {
    outgoing.writeHead(200, json);
    const chunk = Buffer.alloc(1024 * 1024, " ");
    const pour = () => {
      while (!outgoing.destroyed && outgoing.write(chunk));
    };
    outgoing.on("drain", pour);
    pour();
  },
  "late-after": (outgoing, _socket, real) => {
    setTimeout(() => outgoing.writeHead(200, json).end(real), 1.4 * REQUEST_TIMEOUT_MS);
  },
  "length-too-long-after": raw(
    (real) => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${real.length + 9}\r\n\r\n${real}`,
    (socket) => socket.end(),
  ),
  "length-too-short-after": raw(
    (real) => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5\r\n\r\n${real}`,
    (socket) => socket.end(),
  ),
  "not-http-after": raw(
    () => "\u0000\u0001\u0002 what is this \r\n\r\n",
    (socket) => socket.end(),
  ),
  "html-before": (outgoing) => outgoing.writeHead(200, html).end(page),
  "html-after": (outgoing, _socket, _real, status) => outgoing.writeHead(status, html).end(page),
  "nonsense-after": (outgoing, _socket, _real, status) =>
    outgoing.writeHead(status, json).end('{"data":{"id":"nonsense"}}'),
  "empty-after": (outgoing, _socket, _real, status) => outgoing.writeHead(status, json).end(),
  "500-before": (outgoing) => outgoing.writeHead(500, json).end('{"message":"Server Error"}'),
  "500-after": (outgoing) => outgoing.writeHead(500, json).end('{"message":"Server Error"}'),
  "502-before": (outgoing) => outgoing.writeHead(502, html).end(page),
  "504-after": (outgoing) => outgoing.writeHead(504, html).end(page),
  "408-after": (outgoing) => outgoing.writeHead(408, html).end(page),
  "429-before": (outgoing) => outgoing.writeHead(429, { ...json, "retry-after": "1" }).end('{"message":"Too Many"}'),
  "401-before": (outgoing) => outgoing.writeHead(401, json).end('{"message":"Unauthenticated."}'),
  "403-before": (outgoing) => outgoing.writeHead(403, json).end('{"message":"Forbidden"}'),
  "422-before": (outgoing) => outgoing.writeHead(422, json).end('{"message":"Unprocessable"}'),
  "redirect-before": (outgoing) => outgoing.writeHead(302, { ...html, location: "/login" }).end(page),
} satisfies Record<string, Break>;

/** `refuse`: nobody listens for a moment, so that the next connection is refused. */
export type NamedFault = keyof typeof BREAKS | "refuse";
export type Fault = NamedFault | Answer | Late;
export const FAULTS: readonly NamedFault[] = ["refuse", ...(Object.keys(BREAKS) as (keyof typeof BREAKS)[])];

/** One in `step` of the faults, others at the next place, so that together a few places meet every fault. */
export function faultsAt(place: number, step: number): NamedFault[] {
  return FAULTS.filter((_fault, index) => (index + place) % step === 0);
}

export interface FaultProxy {
  readonly baseUrl: string;
  /** Every request that has arrived, `METHOD /path`, broken ones too. */
  readonly requests: string[];
  /** How many of them are neither answered nor broken off. */
  readonly inFlight: number;
  /** Breaks the next requests that fit, each by the next fault; `undefined` lets one through. */
  breakNext(request: string, ...faults: (Fault | undefined)[]): void;
  /** Breaks the requests from now on in the order in which they arrive; `undefined` lets one through. */
  script(faults: (NamedFault | undefined)[]): void;
  /** Asks for each request from now on whether it is broken, where neither of the above breaks it. `undefined`: never. */
  decide(choose: ((request: string) => NamedFault | undefined) | undefined): void;
  /** Resolves when this number of requests has arrived in all. */
  arrived(count: number): Promise<void>;
  /** Forgets every fault that is planned and has not happened yet. */
  clearFaults(): void;
  close(): Promise<void>;
}

/** How long `refuse` refuses, in milliseconds: shorter than a client waits before it tries again. */
const REFUSAL_MS = 100;

export interface FaultProxyOptions {
  /** How long every request is held up, by the real clock. @default 0 */
  latencyMs?: number;
  /** The clock of the runs behind this proxy, by which `refuse` refuses. @default the system's */
  clock?: Clock;
}

/** @param target The sandbox's base URL. */
export async function startFaultProxy(
  target: string,
  { latencyMs = 0, clock = systemClock }: FaultProxyOptions = {},
): Promise<FaultProxy> {
  const planned = new Map<string, (Fault | undefined)[]>();
  const requests: string[] = [];
  const arrivals = new EventEmitter();
  let inFlight = 0;
  let script: (NamedFault | undefined)[] = [];
  let choose: ((request: string) => NamedFault | undefined) | undefined;
  const upstream = new URL(target);

  const http = createServer(async (incoming, outgoing) => {
    const request = `${incoming.method} ${(incoming.url ?? "").replace(upstream.pathname, "").split("?")[0]}`;
    requests.push(request);
    inFlight++;
    outgoing.once("close", () => inFlight--);
    arrivals.emit("request");
    const fault = planned.get(request)?.shift() ?? script.shift() ?? choose?.(request);
    const body = Buffer.concat(await incoming.toArray());
    if (latencyMs > 0) await sleep(latencyMs);
    if (fault === undefined || fault === "refuse") {
      const real = await forward(incoming, body);
      const text = Buffer.concat(await real.toArray());
      if (script[0] === "refuse") outgoing.setHeader("connection", "close");
      outgoing.writeHead(real.statusCode ?? 0, real.headers).end(text, () => refuseIfPlanned());
      return;
    }
    const isBefore = typeof fault === "string" ? fault.endsWith("-before") : "when" in fault && fault.when === "before";
    const answer = isBefore ? undefined : await forward(incoming, body);
    const real = Buffer.concat((await answer?.toArray()) ?? []);
    if (typeof fault === "object" && "lateMs" in fault)
      setTimeout(() => outgoing.writeHead(200, json).end(real), fault.lateMs);
    else if (typeof fault === "object") outgoing.writeHead(fault.status, { ...json, ...fault.headers }).end(fault.body);
    else BREAKS[fault](outgoing, incoming.socket, real, answer?.statusCode ?? 0);
    refuseIfPlanned();
  });
  http.keepAliveTimeout = 30_000;

  function forward(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = upstream;
      const { method, headers, url: path } = incoming;
      httpRequest({ hostname, port, method, headers, path }, resolve).on("error", reject).end(body);
    });
  }

  // The listener comes and goes; the sockets it has accepted stay.
  const sockets = new Set<Socket>();
  let listener: Server;
  let port = 0;
  async function listen(): Promise<void> {
    listener = createSocketServer((socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => {});
      http.emit("connection", socket);
    });
    listener.listen(port, "127.0.0.1");
    await once(listener, "listening");
    port = (listener.address() as AddressInfo).port;
  }
  const closing = new AbortController();
  function refuseIfPlanned(): void {
    if (script[0] !== "refuse") return;
    script.shift();
    if (!listener.listening) return;
    listener.close();
    for (const socket of sockets) if (!socket.writableEnded) socket.destroySoon();
    clock.sleep(REFUSAL_MS, closing.signal).then(listen, () => {});
  }

  await listen();
  return {
    baseUrl: `http://127.0.0.1:${port}${upstream.pathname}`,
    requests,
    get inFlight() {
      return inFlight;
    },
    breakNext(request, ...faults) {
      planned.set(request, [...(planned.get(request) ?? []), ...faults]);
    },
    script(faults) {
      script = [...faults];
      refuseIfPlanned();
    },
    decide(how) {
      choose = how;
    },
    async arrived(count) {
      while (requests.length < count) await once(arrivals, "request");
    },
    clearFaults() {
      planned.clear();
      script = [];
      choose = undefined;
    },
    async close() {
      closing.abort();
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function half(real: Buffer): Buffer {
  return real.subarray(0, real.length / 2);
}
