import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../src/sandbox";
import { createProject, type Project, useEngine } from "../support/engine";
import { type ForwardProxy, startForwardProxy } from "../support/forward-proxy";
import { ANNA, leadProgram } from "../support/programs";
import { COMPANY_CA, COMPANY_CERTIFICATE, COMPANY_KEY, TEST_CERTIFICATE, TEST_KEY } from "../support/test-certificate";

/** Resolves nowhere: only the proxy leads there. */
const BASE_URL = "https://famulor.test:8443/api";

interface Identity {
  key: string;
  cert: string;
}
const SERVICE: Identity = { key: TEST_KEY, cert: TEST_CERTIFICATE };
const COMPANY: Identity = { key: COMPANY_KEY, cert: COMPANY_CERTIFICATE };

describe("a stack behind a proxy, with the real engine", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let tls: Server;
  let proxy: ForwardProxy;
  let project: Project | undefined;
  /** What the end of the tunnel has read of each request: its authorization. */
  let keysRead: (string | undefined)[];

  before(async function () {
    await useEngine(this);
  });
  afterEach(async () => {
    await project?.remove();
    project = undefined;
    await proxy.close();
    tls.closeAllConnections();
    tls.close();
    await sandbox.close();
  });

  /** A sandbox, in front of it the end of the tunnel, and a stack that knows the proxy. */
  async function start(identity: Identity, authority: string | undefined, env: NodeJS.ProcessEnv = {}) {
    sandbox = await startSandbox();
    keysRead = [];
    tls = createServer(identity, (incoming, outgoing) => {
      keysRead.push(incoming.headers.authorization);
      const { method, headers, url: path } = incoming;
      // The sandbox answers only requests that name localhost as the host.
      const { hostname, host, port } = new URL(sandbox.baseUrl);
      const forwarded = request({ hostname, port, method, headers: { ...headers, host }, path }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(forwarded);
    });
    tls.listen(0, "127.0.0.1");
    await once(tls, "listening");
    proxy = await startForwardProxy((tls.address() as AddressInfo).port);
    project = await createProject({
      program: leadProgram(ANNA),
      sandbox: { baseUrl: BASE_URL, apiKey: sandbox.apiKey },
      env: {
        https_proxy: undefined,
        http_proxy: undefined,
        no_proxy: undefined,
        NO_PROXY: undefined,
        NODE_EXTRA_CA_CERTS: undefined,
      },
    });
    const more: NodeJS.ProcessEnv = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, ...env };
    if (authority) {
      more.NODE_EXTRA_CA_CERTS = join(project.folder, "ca.pem");
      await writeFile(more.NODE_EXTRA_CA_CERTS, authority);
    }
    return project.withEnv(more);
  }
  const targets = () => [...new Set(proxy.tunnels.map(({ target }) => target))];

  it("goes up and down through the proxy, which sees neither the key nor a number", async () => {
    const stack = await start(SERVICE, TEST_CERTIFICATE);
    await stack.succeed("up", "--skip-preview");
    assert.equal(sandbox.leads.length, 1);
    await stack.succeed("refresh", "--skip-preview");
    await stack.succeed("destroy", "--skip-preview");
    assert.deepEqual(sandbox.leads, []);
    assert.deepEqual(targets(), ["famulor.test:8443"]);
    assert.deepEqual(proxy.readable, []);
    assert.ok(proxy.passed().length > 0);
    for (const secret of [sandbox.apiKey, "493023125000", "authorization"]) assert.ok(!proxy.passed().includes(secret));
  });

  it("asks the proxy for nothing where NO_PROXY names the host", async () => {
    const stack = await start(SERVICE, TEST_CERTIFICATE, { NO_PROXY: "example.test,famulor.test" });
    const { code, output } = await stack.pulumi("up", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /was not sent: Famulor could not be reached \((ENOTFOUND|EAI_AGAIN)\)/);
    assert.deepEqual(proxy.tunnels, []);
  });

  it("goes up through a company's proxy that reads TLS, once Node.js knows its authority", async () => {
    const stack = await start(COMPANY, COMPANY_CA);
    await stack.succeed("up", "--skip-preview");
    assert.equal(sandbox.leads.length, 1);
    assert.ok(keysRead.includes(`Bearer ${sandbox.apiKey}`), "such a proxy reads the key");
  });

  it("sends nothing through such a proxy otherwise, and says what to set", async () => {
    const stack = await start(COMPANY, undefined, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    const { code, output } = await stack.pulumi("up", "--skip-preview");
    assert.notEqual(code, 0);
    assert.match(output, /was not sent: Famulor could not be reached through the proxy 127\.0\.0\.1:\d+ \([A-Z_]+\)/);
    assert.match(output.replace(/\s+/g, " "), /set NODE_EXTRA_CA_CERTS to the file of that authority's certificate/);
    assert.deepEqual(keysRead, []);
    assert.ok(targets().includes("famulor.test:8443"));
  });
});
