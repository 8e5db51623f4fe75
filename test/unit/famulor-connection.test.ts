import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import dns from "node:dns";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTlsServer, type Server } from "node:https";
import net, { type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { FamulorClient } from "../../src/famulor/client";
import { FamulorConfigError, FamulorConnectionError } from "../../src/famulor/errors";
import { ConnectFailure, connectionError, type ProxyVariables, proxyFor } from "../../src/famulor/http/connection";
import { Deadlines } from "../../src/famulor/http/deadline";
import { type ForwardProxy, startForwardProxy } from "../support/forward-proxy";
import { json, type ScriptedServer, startScriptedServer } from "../support/scripted-server";
import { TEST_CERTIFICATE, TEST_KEY } from "../support/test-certificate";
import { VirtualClock } from "../support/virtual-clock";

const LEAD = { campaignId: 1, phoneNumber: "+493023125000" };
const API_KEY = "a-key-that-nobody-may-see";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function clientOf(baseUrl: string, proxy?: ProxyVariables): FamulorClient {
  const deadlines = new Deadlines(new VirtualClock());
  const client = new FamulorClient({ baseUrl, apiKey: API_KEY, requestTimeoutMs: 5_000, deadlines, proxy });
  closing.push(() => client.close());
  return client;
}

/** A port of 127.0.0.1 on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Resolves famulor.test to these addresses. */
function resolveTo(...addresses: { address: string; family: number }[]): void {
  const real = dns.lookup as unknown as (...given: unknown[]) => void;
  const fake = (...given: unknown[]) => {
    const [host, options, callback] = given;
    if (host !== "famulor.test" || typeof callback !== "function") return real(...given);
    const isAll = (options as { all?: boolean }).all;
    callback(null, ...(isAll ? [addresses] : [addresses[0]?.address, addresses[0]?.family]));
  };
  dns.lookup = fake as typeof dns.lookup;
  closing.push(() => {
    dns.lookup = real as unknown as typeof dns.lookup;
  });
}

async function startTlsServer(): Promise<{ server: Server; port: number; requests: string[] }> {
  const requests: string[] = [];
  const server = createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (incoming, outgoing) => {
    requests.push(`${incoming.method} ${incoming.url} ${incoming.headers.authorization}`);
    json(outgoing, 200, { email: "anna@example.com" });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port, requests };
}

const delivery = (expected: "not-sent" | "unknown", message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof FamulorConnectionError, String(error));
  assert.match(error.message, message);
  assert.equal(error.delivery, expected);
  return true;
};

describe("whether a request was sent", () => {
  it("not, where the connection is refused", async () => {
    await assert.rejects(
      clientOf(`http://127.0.0.1:${await closedPort()}/api`).createLead(LEAD),
      delivery("not-sent", /^POST \/user\/lead was not sent: Famulor could not be reached \(ECONNREFUSED\)\.$/),
    );
  });

  it("not, where every address of the host fails, for whatever reason", async () => {
    const port = await closedPort();
    resolveTo({ address: "::1", family: 6 }, { address: "127.0.0.1", family: 4 });
    const error = await clientOf(`http://famulor.test:${port}/api`)
      .createLead(LEAD)
      .catch((error: Error) => error);
    delivery("not-sent", /could not be reached/)(error);
    assert.ok((error as Error).cause instanceof AggregateError);
    const timedOut = Object.assign(new AggregateError([]), { code: "ETIMEDOUT" });
    const told = connectionError("POST /user/lead", new ConnectFailure(timedOut, undefined), undefined);
    delivery("not-sent", /could not be reached \(ETIMEDOUT\)/)(told);
  });

  it("not, where the connection breaks during the TLS handshake", async () => {
    const server = net.createServer((socket) => socket.on("error", () => {}).resetAndDestroy()).listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(() => server.close());
    await assert.rejects(
      clientOf(`https://localhost:${(server.address() as AddressInfo).port}/api`).createLead(LEAD),
      delivery("not-sent", /could not be reached \(ECONNRESET\)/),
    );
  });

  it("not, where the certificate is not trusted, and says what Node.js offers", async () => {
    const { port, requests } = await startTlsServer();
    await assert.rejects(
      clientOf(`https://localhost:${port}/api`).createLead(LEAD),
      delivery(
        "not-sent",
        /could not be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)\. .* set NODE_EXTRA_CA_CERTS to the file/,
      ),
    );
    assert.deepEqual(requests, []);
  });

  for (const code of ["EHOSTUNREACH", "ENETUNREACH", "ECONNRESET"]) {
    it(`nobody can tell, where an established connection breaks: read ${code}`, async () => {
      const sockets: Socket[] = [];
      const note = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
      subscribe("undici:client:connected", note);
      closing.push(() => unsubscribe("undici:client:connected", note));
      const server = await startScriptedServer(() => {
        sockets[0]?.destroy(Object.assign(new Error(`read ${code}`), { code, errno: -1, syscall: "read" }));
      });
      closing.push(() => server.close());
      await assert.rejects(
        clientOf(server.baseUrl).createLead(LEAD),
        delivery(
          "unknown",
          new RegExp(`^POST /user/lead has an unknown outcome: the connection broke \\(${code}\\)\\.$`),
        ),
      );
      assert.equal(server.received.length, 1, "not repeated");
    });
  }

  it("gives each address of a host 2.5 s", async () => {
    const real = net.connect;
    const options: net.NetConnectOpts[] = [];
    net.connect = ((given: net.NetConnectOpts) => {
      options.push(given);
      return real(given);
    }) as typeof net.connect;
    closing.push(() => {
      net.connect = real;
    });
    const server = await startScriptedServer((response) => json(response, 200, { data: { id: 7 } }));
    closing.push(() => server.close());
    await clientOf(server.baseUrl).createLead(LEAD);
    const [used] = options as net.TcpNetConnectOpts[];
    assert.equal(used?.autoSelectFamily, true);
    assert.equal(used?.autoSelectFamilyAttemptTimeout, 2_500);
  });
});

describe("which proxy serves an address", () => {
  const API = "https://app.famulor.de/api";
  const P = "http://proxy.test:3128";
  const cases: [what: string, url: string, variables: ProxyVariables, proxy: string | undefined][] = [
    ["none is set", API, {}, undefined],
    ["HTTPS_PROXY", API, { HTTPS_PROXY: P }, P],
    ["https_proxy", API, { https_proxy: P }, P],
    ["lower case first", API, { https_proxy: P, HTTPS_PROXY: "http://other.test" }, P],
    ["lower case set to nothing", API, { https_proxy: "", HTTPS_PROXY: P }, undefined],
    ["HTTP_PROXY also for https", API, { HTTP_PROXY: P }, P],
    ["HTTPS_PROXY not for http", "http://famulor.test/api", { HTTPS_PROXY: P }, undefined],
    ["HTTP_PROXY for http", "http://famulor.test/api", { http_proxy: P }, P],
    ["without a scheme", API, { HTTPS_PROXY: "proxy.test:3128" }, P],
    ["blanks around it", API, { HTTPS_PROXY: ` ${P} ` }, P],
    ["an https proxy", API, { HTTPS_PROXY: "https://proxy.test" }, "https://proxy.test"],
    ["NO_PROXY: this host", API, { HTTPS_PROXY: P, NO_PROXY: "app.famulor.de" }, undefined],
    ["no_proxy: in a list", API, { HTTPS_PROXY: P, no_proxy: "a.test, APP.famulor.de b.test" }, undefined],
    ["no_proxy before NO_PROXY", API, { HTTPS_PROXY: P, no_proxy: "a.test", NO_PROXY: "*" }, P],
    ["NO_PROXY: everything", API, { HTTPS_PROXY: P, NO_PROXY: "*" }, undefined],
    ["NO_PROXY: everything, in a list", API, { HTTPS_PROXY: P, NO_PROXY: "a.test,*" }, undefined],
    ["NO_PROXY: the domain", API, { HTTPS_PROXY: P, NO_PROXY: "famulor.de" }, undefined],
    ["NO_PROXY: the domain with a dot", API, { HTTPS_PROXY: P, NO_PROXY: ".famulor.de" }, undefined],
    ["NO_PROXY: the domain with an asterisk", API, { HTTPS_PROXY: P, NO_PROXY: "*.famulor.de" }, undefined],
    ["NO_PROXY: the end of a name only", API, { HTTPS_PROXY: P, NO_PROXY: "amulor.de" }, P],
    ["NO_PROXY: with the port", API, { HTTPS_PROXY: P, NO_PROXY: "app.famulor.de:443" }, undefined],
    ["NO_PROXY: with another port", API, { HTTPS_PROXY: P, NO_PROXY: "app.famulor.de:8443" }, P],
    ["NO_PROXY: empty entries", API, { HTTPS_PROXY: P, NO_PROXY: " ,, " }, P],
    ...[
      "http://localhost:8080",
      "http://127.0.0.1:8080",
      "http://127.3.2.1",
      "http://[::1]:8080",
      "https://api.localhost",
    ].map((url): (typeof cases)[number] => ["loopback never", url, { HTTP_PROXY: P, HTTPS_PROXY: P }, undefined]),
  ];
  for (const [what, url, variables, proxy] of cases) {
    it(`${what}: ${url} ${JSON.stringify(variables)}`, () => {
      assert.equal(proxyFor(new URL(url), variables)?.origin, proxy);
    });
  }

  for (const value of ["socks5://user:secret@proxy.test", "http://", "not a host", "http://proxy.test:port"]) {
    it(`an error that does not show the value: ${value}`, () => {
      assert.throws(
        () => clientOf(API, { HTTPS_PROXY: value }),
        (error) =>
          error instanceof FamulorConfigError &&
          /HTTPS_PROXY is not/.test(error.message) &&
          !/secret/.test(error.message),
      );
    });
  }
});

describe("a request through a proxy", () => {
  let server: ScriptedServer;
  let proxy: ForwardProxy;
  beforeEach(async () => {
    server = await startScriptedServer((response) => json(response, 200, { data: { id: 7 } }));
    closing.push(() => server.close());
    proxy = await startForwardProxy(server.port);
    closing.push(() => proxy.close());
    resolveTo({ address: "127.0.0.1", family: 4 });
  });

  it("goes through a tunnel, with the user's name and password for the proxy alone", async () => {
    const client = clientOf("http://famulor.test/api", { HTTP_PROXY: `http://anna:pass%21@127.0.0.1:${proxy.port}` });
    assert.equal((await client.createLead(LEAD)).leadId, 7);
    await client.deleteLead(7);
    assert.deepEqual([...new Set(proxy.tunnels.map(({ target }) => target))], ["famulor.test:80"]);
    assert.equal(
      proxy.tunnels[0]?.headers["proxy-authorization"],
      `Basic ${Buffer.from("anna:pass!").toString("base64")}`,
    );
    assert.deepEqual(proxy.readable, []);
    for (const { headers } of server.received) {
      assert.equal(headers.host, "famulor.test");
      assert.equal(headers.authorization, `Bearer ${API_KEY}`);
      assert.equal(headers["proxy-authorization"], undefined);
    }
  });

  it("does not, where NO_PROXY names the host", async () => {
    const variables = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: "famulor.test" };
    const client = clientOf(`http://famulor.test:${server.port}/api`, variables);
    assert.equal((await client.createLead(LEAD)).leadId, 7);
    assert.deepEqual(proxy.tunnels, []);
    assert.equal(server.received.length, 1);
  });

  it("was not sent, where the proxy refuses it or cannot be reached", async () => {
    const refusing = await startForwardProxy(server.port, 407);
    closing.push(() => refusing.close());
    const through = (port: number) =>
      clientOf("http://famulor.test/api", { HTTP_PROXY: `http://anna:secret@127.0.0.1:${port}` }).createLead(LEAD);
    await assert.rejects(
      through(refusing.port),
      delivery("not-sent", /could not be reached through the proxy 127\.0\.0\.1:\d+ \(the proxy answered 407\)\.$/),
    );
    await assert.rejects(
      through(await closedPort()),
      delivery("not-sent", /could not be reached through the proxy 127\.0\.0\.1:\d+ \(ECONNREFUSED\)\.$/),
    );
    assert.equal(server.received.length, 0);
  });

  it("shows the proxy neither the key nor anything else of an https request", async function () {
    this.timeout(20_000);
    const api = await startTlsServer();
    const tunnel = await startForwardProxy(api.port);
    closing.push(() => tunnel.close());
    const directory = mkdtempSync(join(tmpdir(), "famulor-ca-"));
    closing.push(() => rmSync(directory, { recursive: true }));
    writeFileSync(join(directory, "ca.pem"), TEST_CERTIFICATE);
    // In a separate process, because Node.js reads NODE_EXTRA_CA_CERTS only when it starts.
    const source = resolve(__dirname, "../../src/famulor");
    const code = `
      const { FamulorClient } = require(${JSON.stringify(join(source, "client"))});
      const { Deadlines } = require(${JSON.stringify(join(source, "http/deadline"))});
      const { systemClock } = require(${JSON.stringify(join(source, "http/clock"))});
      const client = new FamulorClient({
        baseUrl: "https://famulor.test/api", apiKey: ${JSON.stringify(API_KEY)}, requestTimeoutMs: 5000,
        deadlines: new Deadlines(systemClock), proxy: process.env,
      });
      client.me().then((me) => { console.log(me.email); return client.close(); });`;
    const { stdout } = await promisify(execFile)(process.execPath, ["-r", "ts-node/register", "-e", code], {
      cwd: resolve(__dirname, "../.."),
      env: {
        ...process.env,
        HTTPS_PROXY: `http://127.0.0.1:${tunnel.port}`,
        https_proxy: undefined,
        no_proxy: "",
        NODE_EXTRA_CA_CERTS: join(directory, "ca.pem"),
      },
    });
    assert.equal(stdout, "anna@example.com\n");
    assert.deepEqual(api.requests, [`GET /api/user/me Bearer ${API_KEY}`]);
    assert.equal(tunnel.tunnels[0]?.target, "famulor.test:443");
    assert.deepEqual(tunnel.readable, []);
    assert.ok(tunnel.passed().length > 100);
    assert.ok(!/a-key|user\/me|Bearer/.test(tunnel.passed() + JSON.stringify(tunnel.tunnels)));
  });
});
