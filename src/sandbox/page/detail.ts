/** The view of one lead, and the view of one campaign. */
import { type CampaignRecord, DAYS, LEAD_STATUSES, type LeadRecord, OUTCOMES } from "../account/records";
import { type Html, html } from "./html";
import {
  badge,
  button,
  CALL_ENDS,
  campaignChoices,
  count,
  facts,
  hidden,
  href,
  options,
  time,
  type View,
} from "./layout";
import { variableLines } from "./variables";

export function leadView(view: View, record: LeadRecord): Html {
  const { lead } = record;
  return html`<p class="crumb"><a href="${href(view, "/")}">Leads</a></p>
<div class="columns">
<div class="wide">
  <h1 class="number">${lead.phone_number}</h1>
  <div id="lead" data-live>
    <section class="card" aria-label="This lead">${leadFacts(view, record)}</section>
    ${lead.secondary_contacts.length > 0 && contacts(view, record)}
    <section aria-labelledby="history-title"><h2 id="history-title">History</h2>${history(view, record)}</section>
    <section aria-labelledby="sent-title"><h2 id="sent-title">Requests about this lead</h2>${requestsAbout(view, lead.id)}</section>
  </div>
</div>
<aside>
  <div id="call" data-live>${callCard(view, record)}</div>
  ${editCard(view, record)}
</aside>
</div>`;
}

function leadFacts(view: View, { lead, attempts, dueAt, call }: LeadRecord): Html {
  const variables = Object.entries(lead.variables);
  return facts([
    ["Status", badge(lead.status)],
    call !== undefined && ["Call ends", html`${time(call.endsAt, view.now)}, ${OUTCOMES[call.outcome].toLowerCase()}`],
    dueAt !== undefined && ["Next call", html`not before ${time(dueAt, view.now)}`],
    ["Attempts", attempts],
    [
      "Campaign",
      html`<a href="${href(view, `/campaign/${lead.campaign_id}`)}">${lead.campaign.name}</a> <span class="soft">ID ${lead.campaign_id}</span>`,
    ],
    [
      "Variables",
      variables.length === 0
        ? html`<span class="soft">none</span>`
        : facts(
            variables.map(
              ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
            ),
          ),
    ],
    ["Lead ID", lead.id],
    ["Created", time(lead.created_at, view.now)],
    ["Updated", time(lead.updated_at, view.now)],
  ]);
}

function contacts(view: View, { lead }: LeadRecord): Html {
  return html`<section aria-labelledby="contacts-title"><h2 id="contacts-title">Secondary contacts</h2>
  <p class="soft">Called in this order if the lead does not answer.</p>
  <table class="cards" role="table"><caption class="sr">Secondary contacts</caption>
  <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Number</th><th role="columnheader" scope="col">Status</th><th role="columnheader" scope="col">Variables</th><th role="columnheader" scope="col">Updated</th></tr></thead>
  <tbody role="rowgroup">${lead.secondary_contacts.map(
    (contact) => html`<tr role="row">
      <td role="cell" data-label="Number" class="number">${contact.phone_number}</td>
      <td role="cell" data-label="Status">${badge(contact.status)}</td>
      <td role="cell" data-label="Variables">${variableLines(contact.variables) || html`<span class="soft">none</span>`}</td>
      <td role="cell" data-label="Updated">${time(contact.updated_at, view.now)}</td>
    </tr>`,
  )}</tbody></table></section>`;
}

function history(view: View, { history: events }: LeadRecord): Html {
  return html`<ol class="history">${[...events]
    .reverse()
    .map(
      ({ at, by, what }) => html`<li>${time(at, view.now)} <span class="by">${by}</span> <span>${what}</span></li>`,
    )}</ol>`;
}

/** The requests that name the lead's ID in their path, or in the answer to its create. */
function requestsAbout(view: View, leadId: number): Html {
  const about = view.service.recent
    .filter(({ path, method, answer }) => {
      const made = method === "POST" && path === "/user/lead" && JSON.stringify(answer ?? "").includes(String(leadId));
      return made || path.endsWith(`/${leadId}`);
    })
    .slice(-20)
    .reverse();
  if (about.length === 0) return html`<p class="soft">None among the latest requests.</p>`;
  return html`<ul class="plain">${about.map(
    (request) =>
      html`<li>${time(request.at, view.now)} <a href="${href(view, `/request/${view.service.numberOf(request)}`)}">${request.method} ${request.path}</a> <span class="soft">${request.status || "no answer"}</span></li>`,
  )}</ul>`;
}

function callCard(view: View, { lead, call }: LeadRecord): Html {
  if (call) {
    return html`<section class="card" aria-labelledby="call-title"><h2 id="call-title">On the phone</h2>
    <p class="soft">A simulated call. How does it end?</p>
    <div class="row">${CALL_ENDS.map(([outcome, label]) => button(view, "end-call", label, { lead: lead.id, outcome }))}</div></section>`;
  }
  return html`<section class="card" aria-labelledby="call-title"><h2 id="call-title">Call</h2>
    <form method="post" action="/do/dial" class="stacked">${hidden(view, { lead: lead.id })}
      <label>How the call will end <select name="outcome">${options([["", "By chance"], ...Object.entries(OUTCOMES)], "")}</select></label>
      <button class="primary">Dial</button>
    </form>
    <p class="soft">Walks the lead through a call at once, whatever its campaign’s hours. Nobody’s phone rings.</p></section>`;
}

function editCard(view: View, { lead }: LeadRecord): Html {
  const statuses = LEAD_STATUSES.map((each): [string, string] => [each, each]);
  return html`<section class="card" aria-labelledby="status-title"><h2 id="status-title">Status</h2>
    <form method="post" action="/do/set-status" class="line">${hidden(view, { lead: lead.id })}
      <label class="grow">New status <select name="status">${options(statuses, lead.status)}</select></label><button>Set</button>
    </form>
    <p class="soft"><code>created</code> queues the lead again: a running campaign calls it once more.</p></section>
  <section class="card" aria-labelledby="edit-title"><h2 id="edit-title">Edit</h2>
    <form method="post" action="/do/edit-lead" class="stacked" data-reload>${hidden(view, { lead: lead.id })}
      <label>Phone number <input name="phone_number" type="tel" required value="${lead.phone_number}" autocomplete="off"></label>
      <label>Campaign <select name="campaign_id">${options(campaignChoices(view), String(lead.campaign_id))}</select></label>
      <label>Variables, one in each line <textarea name="variables" rows="${Math.min(8, Math.max(2, Object.keys(lead.variables).length))}">${variableLines(lead.variables)}</textarea></label>
      <button class="primary">Save</button>
    </form>
    <div class="line end">${button(view, "delete-lead", "Delete this lead", { lead: lead.id }, { tone: "danger", confirm: "Delete this lead?", back: href(view, "/") })}</div></section>`;
}

export function campaignView(view: View, record: CampaignRecord): Html {
  const { campaign } = record;
  const leads = [...view.account.book.leads.values()].filter(({ lead }) => lead.campaign_id === campaign.id);
  const isRunning = campaign.status === "in-progress";
  const back = href(view, "/");
  return html`<p class="crumb"><a href="${back}">Campaigns</a></p>
<div class="columns">
<div class="wide">
  <h1>${campaign.name}</h1>
  <div id="campaign" data-live><section class="card" aria-label="This campaign">${campaignFacts(view, record, leads.length)}</section></div>
</div>
<aside>
  <section class="card" aria-labelledby="run-title" id="run" data-live><h2 id="run-title">Run</h2>
    <div class="row">${isRunning ? button(view, "stop", "Stop", { campaign: campaign.id }) : button(view, "start", "Start", { campaign: campaign.id }, { tone: "primary" })}</div>
    <p class="soft">As the API does: a campaign without leads, or without balance, does not start.</p>
  </section>
  ${editCampaignCard(view, record)}
  <section class="card" aria-labelledby="gone-title"><h2 id="gone-title">Delete</h2>
    <p class="soft">Its ${count(leads.length, "lead")} ${leads.length === 1 ? "goes" : "go"} with it.</p>
    ${button(view, "delete-campaign", "Delete this campaign", { campaign: campaign.id }, { tone: "danger", confirm: `Delete ${campaign.name} and its ${count(leads.length, "lead")}?`, back })}
  </section>
</aside>
</div>`;
}

function campaignFacts(view: View, { campaign, hidden: settings }: CampaignRecord, leads: number): Html {
  const yesNo = (value: boolean | undefined) => (value ? "yes" : "no");
  const assistant = view.service.values.assistants.find(({ id }) => id === settings.assistant_id);
  return facts([
    ["Status", badge(campaign.status)],
    ["Leads", html`<a href="${href(view, "/", { campaign: campaign.id })}">${count(leads, "lead")}</a>`],
    ["Assistant", assistant ? `${assistant.name} (ID ${assistant.id})` : `ID ${settings.assistant_id}`],
    [
      "Calls",
      `${campaign.allowed_hours_start_time.slice(0, 5)} to ${campaign.allowed_hours_end_time.slice(0, 5)}, ${settings.timezone ?? assistant?.timezone ?? "UTC"}`,
    ],
    ["Days", campaign.allowed_days.length === DAYS.length ? "every day" : campaign.allowed_days.join(", ") || "none"],
    ["At once", count(campaign.max_calls_in_parallel, "call")],
    ["Retries", `${campaign.max_retries}, every ${campaign.retry_interval} minutes`],
    ["Retry on voicemail", yesNo(settings.retry_on_voicemail)],
    ["Retry if the goal is missed", yesNo(settings.retry_on_goal_incomplete)],
    ["Completes when no leads are left", yesNo(campaign.mark_complete_when_no_leads)],
    ["Campaign ID", campaign.id],
    ["Created", time(campaign.created_at, view.now)],
    ["Updated", time(campaign.updated_at, view.now)],
  ]);
}

function editCampaignCard(view: View, { campaign, hidden: settings }: CampaignRecord): Html {
  const check = (name: string, label: string, isOn: boolean | undefined) =>
    html`<label class="check"><input type="checkbox" name="${name}"${isOn && html` checked`}> ${label}</label>`;
  return html`<section class="card" aria-labelledby="edit-title"><h2 id="edit-title">Edit</h2>
    <p class="soft">The dashboard can; the API cannot.</p>
    <form method="post" action="/do/edit-campaign" class="stacked" data-reload>${hidden(view, { campaign: campaign.id })}
      <label>Name <input name="name" required maxlength="255" value="${campaign.name}" autocomplete="off"></label>
      <div class="pair"><label>From <input type="time" name="allowed_hours_start_time" required value="${campaign.allowed_hours_start_time.slice(0, 5)}"></label>
      <label>To <input type="time" name="allowed_hours_end_time" required value="${campaign.allowed_hours_end_time.slice(0, 5)}"></label></div>
      <label>Time zone <input name="timezone" value="${settings.timezone ?? ""}" placeholder="the assistant’s" autocomplete="off"></label>
      <fieldset><legend>Days</legend><div class="days">${DAYS.map((day) => html`<label class="check"><input type="checkbox" name="allowed_days" value="${day}"${campaign.allowed_days.includes(day) && html` checked`} aria-label="${day}"> ${day.slice(0, 3)}</label>`)}</div></fieldset>
      <div class="pair"><label>Retries <input type="number" name="max_retries" min="1" max="5" required value="${campaign.max_retries}"></label>
      <label>Every … minutes <input type="number" name="retry_interval" min="10" max="4320" required value="${campaign.retry_interval}"></label></div>
      <label>Calls at once <input type="number" name="max_calls_in_parallel" min="1" max="10" required value="${campaign.max_calls_in_parallel}"></label>
      ${check("retry_on_voicemail", "Retry on voicemail", settings.retry_on_voicemail)}
      ${check("retry_on_goal_incomplete", "Retry if the goal is missed", settings.retry_on_goal_incomplete)}
      ${check("mark_complete_when_no_leads", "Completes when no leads are left", campaign.mark_complete_when_no_leads)}
      <button class="primary">Save</button>
    </form></section>`;
}
