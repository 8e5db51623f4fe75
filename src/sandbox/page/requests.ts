/** The journal: every request with its body and its answer. */
import type { SandboxRequest } from "../api/request";
import { type Html, html } from "./html";
import { badge, button, count, facts, href, options, pageNumber, pagers, time, type View } from "./layout";

const PER_PAGE = 100;
/** Characters of a body or answer: a page of 100 listings stays light. The view of one request shows everything. */
const MOST_SHOWN = 2000;

export function requestsView(view: View): Html {
  const q = view.url.searchParams.get("q")?.trim() ?? "";
  const method = view.url.searchParams.get("method") ?? "";
  const outcome = view.url.searchParams.get("outcome") ?? "";
  const all = [...view.service.recent].reverse();
  const found = all.filter(
    (request) =>
      (method === "" || request.method === method) &&
      (outcome === "" || (outcome === "ok") === isOk(request)) &&
      (q === "" || `${request.path} ${JSON.stringify([request.query, request.body, request.answer])}`.includes(q)),
  );
  return html`<section aria-labelledby="requests-title" id="requests">
  <h1 id="requests-title">Requests</h1>
  <form class="filter" role="search" action="/requests" aria-label="Filter the requests">
    <label class="grow">Search <input type="search" name="q" value="${q}" placeholder="Path, body or answer"></label>
    <label>Method <select name="method">${options([["", "All"], ...["GET", "POST", "PUT", "DELETE"].map((each): [string, string] => [each, each])], method)}</select></label>
    <label>Answer <select name="outcome">${options(
      [
        ["", "All"],
        ["ok", "Carried out"],
        ["refused", "Refused or lost"],
      ],
      outcome,
    )}</select></label>
    <button>Filter</button>${(q || method || outcome) && html`<a class="clear" href="/requests">Show all</a>`}
  </form>
  <div id="request-list" data-live>${requestList(view, found, all.length)}</div>
  </section>`;
}

function requestList(view: View, found: SandboxRequest[], total: number): Html {
  if (total === 0) {
    return html`<div class="empty"><p><strong>No requests yet.</strong></p><p>What a program asks of <code>${view.baseUrl}</code> appears here at once, with its body and its answer.</p></div>`;
  }
  if (found.length === 0) return html`<div class="empty"><p><strong>No request matches.</strong></p></div>`;
  const page = Math.min(pageNumber(view), Math.ceil(found.length / PER_PAGE));
  const rows = found.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const [above, below] = pagers(view, found.length, page, PER_PAGE, "requests");
  return html`<div class="line between"><p class="soft">${count(found.length, "request")}, newest first; times are UTC</p>${button(view, "forget-requests", "Clear", {}, { tone: "quiet", name: "Clear the journal" })}</div>
  ${above}
  <div class="journal">${rows.map((request) => requestRow(view, request))}</div>
  ${below}`;
}

const isOk = ({ status }: SandboxRequest) => status >= 200 && status < 300;

const queryText = ({ query }: SandboxRequest) =>
  Object.keys(query).length === 0 ? "" : `?${new URLSearchParams(query).toString()}`;

function statusText(request: SandboxRequest): Html {
  const tone = request.status === 0 ? "lost" : isOk(request) ? "ok" : "refused";
  return html`<span class="status ${tone}">${request.status || "lost"}</span>`;
}

function requestRow(view: View, request: SandboxRequest): Html {
  const number = view.service.numberOf(request);
  return html`<details id="request-${number}"><summary>
    ${time(request.at, view.now)} <b class="method">${request.method}</b> <span class="path">${request.path}<span class="soft">${queryText(request)}</span></span>
    ${request.fault && badge(request.fault)}${statusText(request)}</summary>
    ${requestBody(view, request, MOST_SHOWN)}
    <p><a href="${href(view, `/request/${number}`)}">This request alone</a></p>
  </details>`;
}

function requestBody(view: View, request: SandboxRequest, most: number): Html {
  const part = (title: string, value: unknown) =>
    value === undefined
      ? html`<div><h2 class="small">${title}</h2><p class="soft">none</p></div>`
      : html`<div><h2 class="small">${title}</h2><pre tabindex="0" aria-label="${title} of ${request.method} ${request.path}">${cut(value, most)}</pre></div>`;
  return html`${view.service.owners.length > 1 && html`<p class="soft">Account: ${request.email ?? "none, the key is unknown"}</p>`}
  <div class="pair">${part("Body", request.body)}${part("Answer", request.answer)}</div>`;
}

function cut(value: unknown, most: number): string {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return text.length > most ? `${text.slice(0, most)}\n… ${count(text.length - most, "character")} more` : text;
}

export function requestView(view: View, request: SandboxRequest): Html {
  return html`<p class="crumb"><a href="${href(view, "/requests")}">Requests</a></p>
  <h1><span class="method">${request.method}</span> ${request.path}</h1>
  ${facts([
    ["Answered", statusText(request)],
    request.fault !== undefined && ["Fault", request.fault],
    ["At", time(request.at, view.now)],
    ["Query", queryText(request) || html`<span class="soft">none</span>`],
    ["Account", request.email ?? "none, the key is unknown"],
  ])}
  ${requestBody(view, request, Number.POSITIVE_INFINITY)}`;
}
