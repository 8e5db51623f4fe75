/** The first view: the campaigns, their leads, and how to point a stack here. */
import { type CampaignRecord, isWaiting, LEAD_STATUSES, type LeadRecord } from "../account/records";
import { type Html, html } from "./html";
import {
  badge,
  button,
  campaignChoices,
  count,
  hidden,
  href,
  idOf,
  options,
  pageNumber,
  pagers,
  time,
  type View,
} from "./layout";
import { variableLines } from "./variables";

const PER_PAGE = 100;

interface Filter {
  q: string;
  status: string;
  campaign: string;
}

const filterOf = ({ url }: View): Filter => ({
  q: url.searchParams.get("q")?.trim() ?? "",
  status: url.searchParams.get("status") ?? "",
  campaign: url.searchParams.get("campaign") ?? "",
});

export function leadsView(view: View): Html {
  const { campaigns, leads } = view.account.book;
  const all = [...leads.values()].reverse();
  return html`<div class="columns">
<div class="wide">
<section aria-labelledby="campaigns-title">
  <h1 id="campaigns-title">Campaigns</h1>
  <div id="campaigns" data-live>${campaignTable(view, [...campaigns.values()], all)}</div>
  <details class="add" id="add-campaign"><summary>Add a campaign</summary>
    <form method="post" action="/do/add-campaign" class="line" data-reload>${hidden(view)}
      <label>Name <input name="name" required maxlength="255" autocomplete="off"></label>
      <button class="primary">Add campaign</button>
    </form>
  </details>
</section>
<section aria-labelledby="leads-title" id="leads">
  <h2 id="leads-title">Leads</h2>
  ${leadSection(view, all)}
</section>
</div>
<aside>
  ${stackCard(view)}
  ${campaigns.size > 0 && addLeadCard(view)}
  ${clockCard(view)}
</aside>
</div>`;
}

function campaignTable(view: View, campaigns: CampaignRecord[], leads: LeadRecord[]): Html {
  if (campaigns.length === 0) {
    return html`<div class="empty"><p><strong>No campaigns.</strong></p><p>Declare a <code>FamulorCampaign</code> and run <code>pulumi up</code>, or add one below.</p></div>`;
  }
  const counts = new Map<number, number[]>(campaigns.map(({ campaign }) => [campaign.id, [0, 0, 0, 0]]));
  for (const { lead } of leads) {
    const row = counts.get(lead.campaign_id);
    const index = isWaiting(lead.status) ? 0 : lead.status === "processing" ? 1 : lead.status === "completed" ? 2 : 3;
    if (row) row[index] = (row[index] ?? 0) + 1;
  }
  return html`<table class="cards" role="table">
  <caption class="sr">Campaigns</caption>
  <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Campaign</th><th role="columnheader" scope="col">Status</th><th role="columnheader" scope="col">Leads</th><th role="columnheader" scope="col"><span class="sr">Actions</span></th></tr></thead>
  <tbody role="rowgroup">${campaigns.map(({ campaign }) => {
    const isRunning = campaign.status === "in-progress";
    const action = isRunning ? "stop" : "start";
    const label = isRunning ? "Stop" : "Start";
    return html`<tr role="row">
    <td role="cell" data-label="Campaign"><a class="strong" href="${href(view, `/campaign/${campaign.id}`)}">${campaign.name}</a> <span class="soft">ID ${campaign.id}</span></td>
    <td role="cell" data-label="Status">${badge(campaign.status)}</td>
    <td role="cell" data-label="Leads">${progress(counts.get(campaign.id) ?? [])}</td>
    <td role="cell" class="actions">${button(view, action, label, { campaign: campaign.id }, { name: `${label} ${campaign.name}` })}</td>
  </tr>`;
  })}</tbody></table>`;
}

/** A bar, and the same in words. The bar is SVG, because the page's policy allows no style attributes. */
function progress([waiting = 0, calling = 0, completed = 0, ended = 0]: number[]): Html {
  const parts = [
    { name: "waiting", number: waiting },
    { name: "calling", number: calling },
    { name: "completed", number: completed },
    { name: "not reached", number: ended },
  ].filter(({ number }) => number > 0);
  const total = waiting + calling + completed + ended;
  if (total === 0) return html`<span class="soft">no leads</span>`;
  let x = 0;
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${parts.map(
    ({ name, number }) => {
      const width = (number / total) * 100;
      const part = html`<rect class="${name.replace(" ", "-")}" x="${x.toFixed(2)}" y="0" width="${width.toFixed(2)}" height="6"/>`;
      x += width;
      return part;
    },
  )}</svg><span class="soft">${parts.map(({ name, number }) => `${number.toLocaleString("en-US")} ${name}`).join(" · ")}</span>`;
}

function leadSection(view: View, all: LeadRecord[]): Html {
  const filter = filterOf(view);
  const isFiltered = Object.values(filter).some((value) => value !== "");
  const found = all.filter((record) => matches(record, filter));
  return html`<form class="filter" role="search" action="/" aria-label="Filter the leads">
    ${view.accountNumber > 1 && html`<input type="hidden" name="account" value="${view.accountNumber}">`}
    <label class="grow">Search <input type="search" name="q" value="${filter.q}" placeholder="Number, variable or ID"></label>
    <label>Campaign <select name="campaign">${options([["", "All"], ...campaignChoices(view)], filter.campaign)}</select></label>
    <label>Status <select name="status">${options([["", "All"], ...LEAD_STATUSES.map((each): [string, string] => [each, each])], filter.status)}</select></label>
    <button>Filter</button>${isFiltered && html`<a class="clear" href="${href(view, "/")}">Show all</a>`}
  </form>
  <div id="lead-list" data-live>${leadList(view, found, all.length, isFiltered)}</div>`;
}

function matches({ lead }: LeadRecord, { q, status, campaign }: Filter): boolean {
  return (
    (status === "" || lead.status === status) &&
    (campaign === "" || String(lead.campaign_id) === campaign) &&
    (q === "" ||
      lead.phone_number.includes(q.replace(/[\s()/-]/g, "")) ||
      String(lead.id) === q ||
      JSON.stringify(lead.variables).toLowerCase().includes(q.toLowerCase()) ||
      lead.secondary_contacts.some((contact) => contact.phone_number.includes(q)))
  );
}

function leadList(view: View, found: LeadRecord[], all: number, isFiltered: boolean): Html {
  if (all === 0) {
    return html`<div class="empty"><p><strong>No leads yet.</strong></p>
    <p><a href="#stack-title">Point a stack here</a> and run <code>pulumi up</code>, or <a href="#add-lead-title">add a lead</a> by hand.</p></div>`;
  }
  if (found.length === 0) {
    return html`<div class="empty"><p><strong>No lead matches.</strong></p><p><a href="${href(view, "/")}">Show all ${count(all, "lead")}</a></p></div>`;
  }
  const last = Math.ceil(found.length / PER_PAGE);
  const page = Math.min(pageNumber(view), last);
  const rows = found.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const [above, below] = pagers(view, found.length, page, PER_PAGE, "leads");
  const total = isFiltered ? `${count(found.length, "lead")} of ${all.toLocaleString("en-US")}` : count(all, "lead");
  return html`<div class="line between"><p class="soft">${total}, newest first; times are UTC</p>
  ${above}</div>
  <form method="post" action="/do/dial">${hidden(view)}
  <table class="cards leads" role="table">
  <caption class="sr">Leads</caption>
  <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Number</th><th role="columnheader" scope="col">Status</th><th role="columnheader" scope="col">Variables</th><th role="columnheader" scope="col">Campaign</th><th role="columnheader" scope="col">Updated</th><th role="columnheader" scope="col"><span class="sr">Actions</span></th></tr></thead>
  <tbody role="rowgroup">${rows.map((record) => leadRow(view, record))}</tbody>
  </table></form>
  ${below}`;
}

function leadRow(view: View, { lead, call }: LeadRecord): Html {
  const contacts = lead.secondary_contacts.length;
  return html`<tr role="row">
    <td role="cell" data-label="Number"><a class="number" href="${href(view, `/lead/${lead.id}`)}">${lead.phone_number}</a>${contacts > 0 && html` <span class="soft" title="${lead.secondary_contacts.map(({ phone_number, status }) => `${phone_number} (${status})`).join(", ")}">+${count(contacts, "contact")}</span>`}</td>
    <td role="cell" data-label="Status">${badge(lead.status)}</td>
    <td role="cell" data-label="Variables"><div class="variables" title="${variableLines(lead.variables)}">${variablesText(lead.variables)}</div></td>
    <td role="cell" data-label="Campaign"><div class="name" title="${lead.campaign.name}">${lead.campaign.name}</div></td>
    <td role="cell" data-label="Updated">${time(lead.updated_at, view.now)}</td>
    <td role="cell" class="actions"><button name="lead" value="${lead.id}" id="${idOf("dial", lead.id)}" aria-label="Dial ${lead.phone_number}"${call && html` disabled`}>Dial</button></td>
  </tr>`;
}

const MOST_SHOWN = 3;
function variablesText(variables: Record<string, unknown>): Html {
  const entries = Object.entries(variables);
  if (entries.length === 0) return html`<span class="soft">none</span>`;
  const rest = entries.length - MOST_SHOWN;
  return html`${entries.slice(0, MOST_SHOWN).map(([name, value]) => html`<span class="variable"><span class="soft">${name}</span> ${short(value)}</span>`)}${rest > 0 && html`<span class="soft">+${rest}</span>`}`;
}

function short(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function stackCard({ baseUrl, apiKey }: View): Html {
  const lines = [`pulumi config set famulor:baseUrl ${baseUrl}`, `pulumi config set --secret famulor:apiKey ${apiKey}`];
  return html`<section class="card" aria-labelledby="stack-title">
    <h2 id="stack-title">Point a stack here</h2>
    <pre id="stack-lines" tabindex="0">${lines.join("\n")}</pre>
    <p class="soft">Then run <code>pulumi up</code>. <button class="quiet" data-copy="stack-lines" hidden>Copy both lines</button></p>
  </section>`;
}

function addLeadCard(view: View): Html {
  return html`<section class="card" aria-labelledby="add-lead-title">
    <h2 id="add-lead-title">Add a lead</h2>
    <form method="post" action="/do/add-lead" class="stacked clears">${hidden(view)}
      <label>Phone number <input name="phone_number" type="tel" required placeholder="+493023125000" autocomplete="off"></label>
      <label>Campaign <select name="campaign_id">${options(campaignChoices(view), filterOf(view).campaign)}</select></label>
      <label>Variables, one in each line <textarea name="variables" rows="2" placeholder="name: Anna"></textarea></label>
      <button class="primary">Add lead</button>
    </form>
  </section>`;
}

function clockCard(view: View): Html {
  const { lifeCycle } = view.service.values;
  return html`<section class="card" aria-labelledby="turn-title">
    <h2 id="turn-title">Turn the clock</h2>
    <div class="turn">${turnButtons(view)}</div>
    <p class="soft">${
      lifeCycle
        ? "Campaigns that are started work through their leads as time passes."
        : "The life cycle is off: started campaigns do not even simulate calls."
    } <a href="${href(view, "/settings")}">Settings</a></p>
  </section>`;
}

export function turnButtons(view: View): Html[] {
  const turns: [string, Record<string, number>][] = [
    ["+15 min", { minutes: 15 }],
    ["+1 hour", { hours: 1 }],
    ["+1 day", { days: 1 }],
    ["+30 days", { days: 30 }],
  ];
  return turns.map(([label, by]) =>
    button(view, "advance", label, by, { name: `Turn the clock by ${label.slice(1)}` }),
  );
}
