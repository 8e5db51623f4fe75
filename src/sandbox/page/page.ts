/**
 * The page: which view each path shows, and who may use its forms. Every action is a form, so the page works without JavaScript;
 * the script only saves the reloading.
 */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Refusal } from "../account/validation";
import { readBody } from "../api/body";
import { exportCsv, exportData } from "../data/exchange";
import type { Service } from "../service";
import { ACTIONS } from "./actions";
import { SCRIPT } from "./assets/script";
import { STYLE } from "./assets/style";
import { campaignView, leadView } from "./detail";
import { type Html, html } from "./html";
import { href, layout, type Message, type View } from "./layout";
import { leadsView } from "./leads";
import { isOfPage } from "./paths";
import { requestsView, requestView } from "./requests";
import { settingsView } from "./settings";

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  // Not "no-referrer": with it, browsers would send no origin with the page's own forms.
  "referrer-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

const MAX_FORM_BYTES = 64 * 1024 * 1024;
/** How long changes gather before the browser learns of them. */
const GATHER_MS = 150;
/** How often the calls catch up with the clock while a browser shows the page. */
const WATCH_MS = 1000;
const MESSAGES_KEPT = 50;

export class Page {
  readonly #streams = new Set<ServerResponse>();
  /** What actions have answered, by number. The address of a view holds only the number, so no link can put a text on the page. */
  readonly #told = new Map<number, Message>();
  #lastTold = 0;

  constructor(
    private readonly service: Service,
    private readonly flush: () => void,
    private readonly baseUrl: () => string,
  ) {}

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? "/", "http://sandbox");
    try {
      if (url.pathname.startsWith("/do/")) await this.#act(incoming, outgoing, url.pathname.slice("/do/".length));
      else if (incoming.method === "GET" || incoming.method === "HEAD") this.#show(url, incoming, outgoing);
      else send(outgoing, 405, "text/plain", "This address is for reading only.\n", { allow: "GET, HEAD" });
    } catch (error) {
      send(outgoing, 500, "text/plain", `The sandbox itself failed: ${error}\n`);
    }
  }

  close(): void {
    for (const stream of this.#streams) stream.end();
  }

  #show(url: URL, incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (url.pathname === "/events") {
      this.#stream(incoming, outgoing);
      return;
    }
    const file = this.#file(url);
    if (file) {
      const { type, text, name } = file;
      const headers = name === undefined ? {} : { "content-disposition": `attachment; filename="${name}"` };
      send(outgoing, 200, type, text, headers);
      return;
    }
    const message = this.#told.get(Number(url.searchParams.get("told")));
    this.#draw(outgoing, this.#view(url), message);
  }

  /** What the page serves beside its views. `name`: the file's name, for a download. */
  #file(url: URL): { type: string; text: string; name?: string } | undefined {
    const json = (value: unknown) => JSON.stringify(value, null, 2);
    switch (url.pathname) {
      case "/style.css":
        return { type: "text/css", text: STYLE };
      case "/script.js":
        return { type: "text/javascript", text: SCRIPT };
      case "/about.json":
        return { type: "application/json", text: json(this.#about()) };
      case "/export.json":
        return { type: "application/json", text: json(exportData(this.service)), name: "famulor-sandbox.json" };
      case "/leads.csv":
        return { type: "text/csv", text: exportCsv(this.#view(url).account), name: "leads.csv" };
    }
    return undefined;
  }

  /** What a command asks for that finds its port taken. */
  #about() {
    const { owners, startedAt } = this.service;
    const sum = (of: "leads" | "campaigns") => owners.reduce((all, { account }) => all + account.book[of].size, 0);
    return { sandbox: "famulor", process: process.pid, startedAt, leads: sum("leads"), campaigns: sum("campaigns") };
  }

  #view(url: URL): View {
    const { owners, clock } = this.service;
    const wanted = Number(url.searchParams.get("account") ?? 1);
    const accountNumber = owners[wanted - 1] ? wanted : 1;
    const owner = owners[accountNumber - 1];
    if (!owner) throw new Error("there is no account");
    owner.account.settle();
    return {
      service: this.service,
      account: owner.account,
      accountNumber,
      url,
      now: clock.now(),
      baseUrl: this.baseUrl(),
      apiKey: owner.apiKey,
    };
  }

  #draw(outgoing: ServerResponse, view: View, message: Message | undefined, status = 200): void {
    const { title, main, isGone } = this.#main(view);
    send(outgoing, isGone && status === 200 ? 404 : status, "text/html", layout(view, title, message, main).text);
  }

  #main(view: View): { title: string; main: Html; isGone?: boolean } {
    const { pathname } = view.url;
    const id = Number(/\d+$/.exec(pathname)?.[0]);
    if (pathname === "/") return { title: "Leads", main: leadsView(view) };
    if (pathname === "/requests") return { title: "Requests", main: requestsView(view) };
    if (pathname === "/settings") return { title: "Settings", main: settingsView(view) };
    const lead = view.account.book.leads.get(id);
    if (pathname.startsWith("/lead/") && lead) return { title: lead.lead.phone_number, main: leadView(view, lead) };
    const campaign = view.account.book.campaigns.get(id);
    if (pathname.startsWith("/campaign/") && campaign) {
      return { title: campaign.campaign.name, main: campaignView(view, campaign) };
    }
    const request = this.service.recent.find((each) => this.service.numberOf(each) === id);
    if (pathname.startsWith("/request/") && request) return { title: request.path, main: requestView(view, request) };
    const main = html`<div class="empty"><h1>Not here</h1><p>What this address stands for is not in this account, or not any more.</p><p><a href="${href(view, "/")}">All leads</a></p></div>`;
    return { title: "Not here", main, isGone: true };
  }

  async #act(incoming: IncomingMessage, outgoing: ServerResponse, name: string): Promise<void> {
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!action) {
      send(outgoing, 404, "text/plain", "There is no such action.\n");
      return;
    }
    const refusal = refusalOf(incoming);
    if (refusal) {
      send(outgoing, refusal.status, "text/plain", `${refusal.text}\n`);
      return;
    }
    const form = new URLSearchParams((await readBody(incoming, MAX_FORM_BYTES)).replaceAll("%0D%0A", "%0A"));
    const back = new URL(wayBack(form.get("back")), "http://sandbox");
    const view = this.#view(new URL(`/?account=${form.get("account") ?? 1}`, "http://sandbox"));
    try {
      const text = action(form, view.account, this.service);
      this.flush();
      back.searchParams.set("told", String(this.#tell({ text, isProblem: false })));
      outgoing.writeHead(303, { ...HEADERS, location: `${back.pathname}${back.search}` }).end();
    } catch (error) {
      this.#draw(outgoing, this.#view(back), { text: problemOf(error), isProblem: true }, 422);
    }
  }

  #tell(message: Message): number {
    this.#told.set(++this.#lastTold, message);
    this.#told.delete(this.#lastTold - MESSAGES_KEPT);
    return this.#lastTold;
  }

  /** Says that something has changed, not what: the script then loads the view again. */
  #stream(incoming: IncomingMessage, outgoing: ServerResponse): void {
    outgoing.writeHead(200, { ...HEADERS, "content-type": "text/event-stream" });
    const tell = () => outgoing.write(`data: ${this.service.version}\n\n`);
    outgoing.write("retry: 1000\n");
    tell();
    let isDue = false;
    const stop = this.service.onChange(() => {
      if (isDue) return;
      isDue = true;
      setTimeout(() => {
        isDue = false;
        tell();
      }, GATHER_MS).unref();
    });
    const watch = setInterval(() => this.service.settle(), WATCH_MS).unref();
    this.#streams.add(outgoing);
    incoming.on("close", () => {
      stop();
      clearInterval(watch);
      this.#streams.delete(outgoing);
    });
  }
}

/** Why a request may not act at all. */
function refusalOf(incoming: IncomingMessage): { status: number; text: string } | undefined {
  const type = incoming.headers["content-type"] ?? "";
  if (incoming.method !== "POST") return { status: 405, text: "Actions are sent by POST." };
  if (!isFromThisPage(incoming)) {
    return { status: 403, text: "Only the sandbox's own page may do this. Programs use the API." };
  }
  if (!/^application\/x-www-form-urlencoded\b/.test(type)) return { status: 415, text: "Actions are sent as a form." };
  return undefined;
}

/** Browsers send the origin with every POST, and a page cannot forge it. */
function isFromThisPage({ headers }: IncomingMessage): boolean {
  const site = headers["sec-fetch-site"];
  return headers.origin === `http://${headers.host}` && (site === undefined || site === "same-origin");
}

/** Where to go after an action: only ever a path of this page. */
function wayBack(back: string | null): string {
  const path = back ?? "/";
  return isOfPage(path) && !path.startsWith("/do/") ? path : "/";
}

function problemOf(error: unknown): string {
  if (!(error instanceof Refusal)) return (error as Error).message;
  const fields = Object.entries((error.body.errors ?? {}) as Record<string, string[]>);
  return [error.message, ...fields.map(([name, texts]) => `${name}: ${texts.join(" ")}`)].join("\n");
}

function send(
  outgoing: ServerResponse,
  status: number,
  type: string,
  text: string,
  more: OutgoingHttpHeaders = {},
): void {
  outgoing.writeHead(status, { ...HEADERS, "content-type": `${type}; charset=utf-8`, ...more }).end(text);
}
