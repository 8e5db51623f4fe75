/**
 * The HTTP side: routes, bearer key, journal. Listens on localhost only.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import {
  Account,
  outboundAssistants,
  phoneNumbers,
  type SandboxCampaign,
  type SandboxCampaignOptions,
  type SandboxLead,
} from "./account";
import { applyDialects, type Dialect, type SandboxDialect } from "./dialects";
import { enforce, type SandboxRateLimit } from "./rate-limits";
import type { Answer, Routes, SandboxRequest } from "./routes";
import { type Fields, Refusal } from "./validation";

export interface SandboxOptions {
  /** Default: 0, any free port. */
  port?: number;
  /** The key it accepts. Default: `"sandbox-key"`. */
  apiKey?: string;
  /** Whose account it is. Default: `"owner@sandbox.test"`. */
  email?: string;
  /** Default: one, with ID 1 and the name `"Sandbox campaign"`. */
  campaigns?: SandboxCampaignOptions[];
  /** How many campaigns the plan allows. Default: as many as you like. */
  campaignLimit?: number;
  /** Refuses what is more with 429. Default: none, although Famulor has 100 a minute and 20 in 10 seconds. */
  rateLimits?: SandboxRateLimit[];
  /** Which disputed behaviour it shows. Default: that of Famulor's English API pages. */
  dialects?: SandboxDialect[];
  /** Its clock. Default: the real one. */
  now?: () => Date;
  /** Called with each request once it is answered. */
  onRequest?: (request: SandboxRequest) => void;
}

export interface Sandbox {
  /** What goes into `famulor:baseUrl`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Every request since the start, in order. A test may empty it. */
  readonly journal: SandboxRequest[];
  /** The leads there are now, newest first. */
  readonly leads: SandboxLead[];
  readonly campaigns: SandboxCampaign[];
  /** To act as somebody in the dashboard would. */
  readonly account: Account;
  /** From now on only this key is accepted for the first account. */
  setKey(apiKey: string): void;
  /** A second account at the same address, without campaigns. IDs are never given out twice. */
  addAccount(options: { apiKey: string; email: string }): Account;
  close(): Promise<void>;
}

const PREFIX = "/api";
const MAX_BODY_BYTES = 1024 * 1024;

/** Starts a local Famulor. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const rules = {
    doubleAnywhere: options.dialects?.includes("double-anywhere") ?? false,
    doubleByChangeIsRefused: options.dialects?.includes("double-by-change-is-refused") ?? false,
    busyIsRefused: options.dialects?.includes("busy-is-409") ?? false,
    runningIsRefused: options.dialects?.includes("running-is-409") ?? false,
    campaignLimit: options.campaignLimit ?? Number.POSITIVE_INFINITY,
  };
  const ids = { lastLead: 1_000_000, lastCampaign: 0 };
  const now = options.now ?? (() => new Date());
  const newAccount = (email: string) => new Account(email, now, rules, ids);
  const account = newAccount(options.email ?? "owner@sandbox.test");
  const byKey = new Map([[options.apiKey ?? "sandbox-key", account]]);
  for (const campaign of options.campaigns ?? [{ id: 1, name: "Sandbox campaign" }]) account.addCampaign(campaign);
  const journal: SandboxRequest[] = [];
  const dialect = applyDialects(options.dialects ?? [], ROUTES);
  const refuseTooMany = enforce(options.rateLimits ?? [], now);
  let baseUrl = "";

  const server = createServer(async (incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", "http://sandbox");
    const whose = byKey.get(/^Bearer (.*)$/.exec(incoming.headers.authorization ?? "")?.[1] ?? "");
    const request: SandboxRequest = {
      method: incoming.method ?? "",
      path: url.pathname.startsWith(`${PREFIX}/`) ? url.pathname.slice(PREFIX.length) : url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: incoming.headers,
      body: undefined,
      authorized: whose !== undefined,
      status: 0,
    };
    let answer: Answer;
    try {
      const text = await readBody(incoming);
      journal.push(request);
      request.body = parseBody(text);
      answer = refuseTooMany() ?? respond(request, dialect, whose, `${baseUrl}/user/leads`);
    } catch (error) {
      answer =
        error instanceof Refusal
          ? { status: error.status, body: error.body }
          : { status: 500, body: { message: `The sandbox itself failed: ${error}` } };
    }
    answer = dialect.rephrase(request, answer, whose ?? account);
    request.status = answer.status;
    options.onRequest?.(request);
    const headers = { "content-type": "application/json", ...answer.headers };
    outgoing.writeHead(answer.status, headers).end(answer.bytes ?? answer.text ?? JSON.stringify(answer.body));
  });
  // Longer than a client keeps its own, so that no request meets a connection that is just being closed.
  server.keepAliveTimeout = 30_000;
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PREFIX}`;

  return {
    baseUrl,
    get apiKey() {
      return [...byKey].find(([, each]) => each === account)?.[0] ?? "";
    },
    journal,
    get leads() {
      return account.leads;
    },
    get campaigns() {
      return account.campaigns;
    },
    account,
    setKey(apiKey) {
      for (const [key, each] of byKey) if (each === account) byKey.delete(key);
      byKey.set(apiKey, account);
    },
    addAccount({ apiKey, email }) {
      const another = newAccount(email);
      byKey.set(apiKey, another);
      return another;
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const ROUTES: Routes = {
  "/user/me": { GET: (_, { email }) => ({ name: "Sandbox", email, total_balance: 100 }) },
  "/user/lead": { POST: ({ body }, account) => ({ message: "Lead created", data: account.createLead(body) }) },
  "/user/leads": { GET: ({ query }, account, leadsUrl) => account.listLeads(query, leadsUrl) },
  "/user/leads/{id}": {
    DELETE: ({ id }, account) => {
      account.deleteLead(id);
      return { message: "Lead deleted" };
    },
  },
  "/leads/{id}": {
    PUT: ({ id, body }, account) => {
      account.changeLead(id, body);
      return { message: "Lead updated" };
    },
  },
  "/user/campaigns": {
    GET: (_, account) => account.campaigns,
    POST: ({ body }, account) => ({ message: "Campaign created", data: account.createCampaign(body) }),
  },
  "/user/campaigns/update-status": { POST: ({ body }, account) => account.setCampaignRunning(body) },
  "/user/campaign/{id}": {
    DELETE: ({ id }, account) => {
      account.deleteCampaign(id);
      return { message: "Campaign deleted" };
    },
  },
  "/user/assistants/outbound": { GET: (_, account) => outboundAssistants(account.now().toISOString()) },
  "/user/phone-numbers/all": { GET: (_, account) => ({ data: phoneNumbers(account.now().toISOString()) }) },
};

function respond(
  request: SandboxRequest,
  { routes, receive }: Pick<Dialect, "routes" | "receive">,
  account: Account | undefined,
  leadsUrl: string,
): Answer {
  if (!account) throw new Refusal(401, { error: "Unauthorized", message: "Unauthenticated." });
  const id = /\/(\d+)$/.exec(request.path)?.[1];
  const methods = routes[request.path] ?? routes[request.path.replace(/\d+$/, "{id}")];
  if (!methods) throw new Refusal(404, { message: "The route could not be found." });
  const handler = methods[request.method];
  if (!handler) {
    throw new Refusal(405, { message: `The ${request.method} method is not supported for this route.` });
  }
  const body = (receive(request.body) ?? {}) as Fields;
  const answer = handler({ id: Number(id), body, query: request.query }, account, leadsUrl);
  const isNewCampaign = request.method === "POST" && /^\/user\/campaigns?$/.test(request.path);
  return { status: isNewCampaign ? 201 : 200, body: answer };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Refusal(413, { message: "The body is larger than 1 MB." });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
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
