/**
 * Stands between the plugin and a sandbox and breaks answers on purpose. `before`: the sandbox never sees the request.
 * `after`: the sandbox has carried it out, and only the answer is lost.
 */
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Fault =
  | "reset-before"
  | "reset-after"
  | "half-body-after"
  | "stall-after"
  | "drip-after"
  | "html-after"
  | "garbage-after"
  | "endless-body-after"
  | { status: number; headers?: Record<string, string>; body: string; when: "before" | "after" };

export interface FaultProxy {
  readonly baseUrl: string;
  /** Breaks the next request that fits, as often as it is given. */
  breakNext(request: string, ...faults: Fault[]): void;
  /** Forgets what is planned but was not needed. */
  mend(): void;
  close(): Promise<void>;
}

/** @param target The sandbox's base URL. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const planned = new Map<string, Fault[]>();
  const upstream = new URL(target);

  const server = createServer(async (incoming, outgoing) => {
    const path = (incoming.url ?? "").replace(upstream.pathname, "").split("?")[0];
    const fault = planned.get(`${incoming.method} ${path}`)?.shift();
    const body = Buffer.concat(await incoming.toArray());
    if (fault === "reset-before") return incoming.socket.resetAndDestroy();
    if (typeof fault === "object" && fault.when === "before") return answer(outgoing, fault);
    const real = await forward(incoming, body);
    const text = Buffer.concat(await real.toArray());
    const json = { "content-type": "application/json" };
    if (fault === undefined) return outgoing.writeHead(real.statusCode ?? 0, real.headers).end(text);
    if (typeof fault === "object") return answer(outgoing, fault);
    switch (fault) {
      case "reset-after":
        return incoming.socket.resetAndDestroy();
      case "half-body-after":
        outgoing.writeHead(200, { ...json, "content-length": text.length });
        outgoing.write(text.subarray(0, text.length / 2), () => incoming.socket.destroy());
        return;
      case "stall-after":
        return;
      case "drip-after": {
        outgoing.writeHead(200, json);
        const drip = setInterval(() => outgoing.write(" "), 100);
        outgoing.on("close", () => clearInterval(drip));
        return;
      }
      case "html-after":
        return outgoing.writeHead(200, { "content-type": "text/html" }).end("<html><h1>Log in</h1></html>");
      case "garbage-after":
        return outgoing.writeHead(200, json).end('{"data":{"id":"nonsense"}}');
      case "endless-body-after": {
        outgoing.writeHead(200, json);
        const chunk = Buffer.alloc(1024 * 1024, " ");
        const pour = () => {
          while (!outgoing.destroyed && outgoing.write(chunk));
        };
        outgoing.on("drain", pour);
        pour();
      }
    }
  });

  function forward(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = upstream;
      const { method, headers, url: path } = incoming;
      httpRequest({ hostname, port, method, headers, path }, resolve).on("error", reject).end(body);
    });
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${upstream.pathname}`,
    breakNext(request, ...faults) {
      planned.set(request, [...(planned.get(request) ?? []), ...faults]);
    },
    mend: () => planned.clear(),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(outgoing: ServerResponse, { status, headers, body }: Exclude<Fault, string>): void {
  outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
}
