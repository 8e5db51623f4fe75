/** A forward proxy on loopback that records what it is asked, and leads every tunnel to one local port. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface ForwardProxy {
  port: number;
  /** Each CONNECT: the target and the headers. */
  tunnels: { target: string; headers: IncomingMessage["headers"] }[];
  /** Requests that were not tunnelled: the proxy could read these. */
  readable: string[];
  /** Everything that passed through the tunnels from the client, as Latin-1. */
  passed(): string;
  close(): Promise<void>;
}

/** @param refuseWith Answers each CONNECT with this status instead. */
export async function startForwardProxy(targetPort: number, refuseWith?: number): Promise<ForwardProxy> {
  const tunnels: ForwardProxy["tunnels"] = [];
  const readable: string[] = [];
  const sockets = new Set<Socket>();
  let passed = "";
  const server = createServer((incoming, outgoing) => {
    readable.push(`${incoming.method} ${incoming.url}`);
    outgoing.writeHead(502).end();
  });
  server.on("connection", (socket) => sockets.add(socket));
  server.on("connect", (incoming: IncomingMessage, client: Socket) => {
    tunnels.push({ target: incoming.url ?? "", headers: incoming.headers });
    client.on("error", () => {});
    if (refuseWith) return client.end(`HTTP/1.1 ${refuseWith} No\r\n\r\n`);
    const target = connect(targetPort, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.on("data", (chunk) => {
        passed += chunk.toString("latin1");
      });
      client.pipe(target).pipe(client);
    });
    sockets.add(target);
    target.on("error", () => client.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    readable,
    passed: () => passed,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
