/** The settings: clock, options, faults, dialects, accounts and data. */
import { FAULT_TARGETS, type PlannedFault, SANDBOX_FAULTS } from "../api/faults";
import { OPTION_NAMES, type OptionName, optionOf } from "../options";
import { type Html, html } from "./html";
import { button, campaignChoices, count, facts, hidden, href, options, type View } from "./layout";
import { turnButtons } from "./leads";

/** Options with a separate form. */
const SPECIAL: OptionName[] = ["dialects", "faults"];
/** The options that the form "How it behaves" sets. */
export const OPTIONS_OF_FORM = OPTION_NAMES.filter((name) => optionOf(name).isLive && !SPECIAL.includes(name));
/** The options that only a start can set. */
const FIXED = OPTION_NAMES.filter((name) => !optionOf(name).isLive);

export function settingsView(view: View): Html {
  return html`<h1>Settings</h1>
<div class="columns even">
<div class="wide">
  <section class="card" aria-labelledby="clock-title"><h2 id="clock-title">Clock</h2>
    <p class="soft">Turning the clock lets everything happen that becomes due on the way.</p>
    <div class="row">${turnButtons(view)}</div></section>
  <section class="card" aria-labelledby="rules-title"><h2 id="rules-title">How it behaves</h2>
    <form method="post" action="/do/settings" class="stacked">${hidden(view)}${OPTIONS_OF_FORM.map((name) => field(view, name))}<button class="primary">Save</button></form></section>
</div>
<div class="wide">
  ${faultCard(view)}
  ${accountCard(view)}
  ${dataCard(view)}
  <section class="card" aria-labelledby="fixed-title"><h2 id="fixed-title">Chosen at the start</h2>
    ${facts(FIXED.map((name) => [html`<code>--${optionOf(name).flag}</code>`, html`${fixedValue(view, name)}<span class="soft block">${optionOf(name).help}</span>`] as const))}
  </section>
</div>
</div>
${dialectCard(view)}`;
}

/** An option as a checkbox, lines or a line, whichever it is. */
function field({ service }: View, name: OptionName): Html {
  const option = optionOf(name);
  const value = option.write(service.values[name]);
  const help = html`<span class="soft block">${option.help}</span>`;
  const words = option.flag.replaceAll("-", " ");
  const label = html`${words.slice(0, 1).toUpperCase()}${words.slice(1)} <code class="soft flag">--${option.flag}</code>`;
  if (option.placeholder === undefined) {
    return html`<label class="check"><input type="checkbox" name="${name}" value="true"${value[0] === "true" && html` checked`}> <span class="strong">${label}${help}</span></label>`;
  }
  if (option.isMany) {
    return html`<label>${label} <textarea name="${name}" rows="${Math.max(1, value.length)}" placeholder="one in each line">${value.join("\n")}</textarea>${help}</label>`;
  }
  return html`<label>${label} <input name="${name}" value="${value[0]}" inputmode="decimal" autocomplete="off">${help}</label>`;
}

function fixedValue(view: View, name: OptionName): string {
  if (name === "port") return new URL(view.baseUrl).port;
  if (name === "apiKey") return view.service.owners[0]?.apiKey ?? "";
  return optionOf(name).write(view.service.values[name]).join(", ") || "none";
}

function faultCard(view: View): Html {
  const { faults } = view.service.values;
  const choices = (from: Record<string, string>) =>
    Object.entries(from).map(([name, what]): [string, string] => [name, `${name}: ${what}`]);
  const targets = Object.fromEntries(Object.entries(FAULT_TARGETS).map(([name, { what }]) => [name, what]));
  return html`<section class="card" aria-labelledby="faults-title"><h2 id="faults-title">Faults</h2>
    <div id="faults" data-live>${
      faults.length === 0
        ? html`<p class="soft">Nothing goes wrong.</p>`
        : html`<ul class="plain">${faults.map((fault, index) => html`<li class="line between"><span>${faultText(fault)}</span>${button(view, "remove-fault", "Remove", { index }, { tone: "quiet", name: `Remove ${fault.fault}` })}</li>`)}</ul>`
    }</div>
    <form method="post" action="/do/add-fault" class="stacked">${hidden(view)}
      <label>What goes wrong <select name="fault">${options(choices(SANDBOX_FAULTS), undefined)}</select></label>
      <div class="pair"><label>With <select name="on">${options(choices(targets), "create")}</select></label>
      <label>How often <select name="times">${options(
        [
          ["1", "once"],
          ["3", "3 times"],
          ["always", "always"],
        ],
        "1",
      )}</select></label></div>
      <button>Add fault</button>
    </form></section>`;
}

function faultText({ fault, on, times }: PlannedFault): Html {
  return html`<strong>${fault}</strong> with ${FAULT_TARGETS[on].what}, ${times === Number.POSITIVE_INFINITY ? "always" : times === 1 ? "once" : `${times} times`}`;
}

function accountCard(view: View): Html {
  const { owners } = view.service;
  return html`<section class="card" aria-labelledby="accounts-title"><h2 id="accounts-title">Accounts</h2>
    ${facts(owners.map(({ account, apiKey }, index) => [html`<a href="/?account=${index + 1}">${account.email}</a>`, html`key <code>${apiKey}</code>, ${count(account.book.leads.size, "lead")}`] as const))}
    <form method="post" action="/do/add-account" class="stacked" data-reload>${hidden(view)}
      <div class="pair"><label>E-mail <input name="email" type="email" required placeholder="second@sandbox.test" autocomplete="off"></label>
      <label>API key <input name="apiKey" required placeholder="second-key" autocomplete="off"></label></div>
      <button>Add account</button>
    </form></section>`;
}

function dataCard(view: View): Html {
  return html`<section class="card" aria-labelledby="data-title"><h2 id="data-title">Data</h2>
    <p class="soft">${view.service.values.store ? html`Everything is kept in <code>${view.service.values.store}</code>.` : html`Everything is forgotten when the sandbox ends. <code>--store FILE</code> keeps it.`}</p>
    <p class="row"><a class="button" href="${href(view, "/export.json")}" download>Export JSON</a> <a class="button" href="${href(view, "/leads.csv")}" download>Export leads as CSV</a></p>
    <form method="post" action="/do/import" class="stacked" data-reload>${hidden(view)}
      <label>Import JSON or CSV <textarea name="data" rows="3" id="import-data" required placeholder="phone_number,name&#10;+493023125000,Anna"></textarea></label>
      <label data-file-for="import-data" hidden>From a file <input type="file" accept=".json,.csv"></label>
      <label>Campaign for rows without one <select name="campaign_id">${options(campaignChoices(view), undefined)}</select></label>
      <button>Import</button>
    </form></section>`;
}

function dialectCard(view: View): Html {
  const { choices = {} } = optionOf("dialects");
  const spoken = view.service.values.dialects as string[];
  return html`<section class="card below" aria-labelledby="dialects-title"><h2 id="dialects-title">Dialects</h2>
    <p class="soft">Where Famulor’s own sources disagree, or a server in between interferes. Without any, the sandbox follows the English API pages.</p>
    <form method="post" action="/do/dialects" class="stacked">${hidden(view)}
      <fieldset class="dialects"><legend class="sr">Dialects</legend>${Object.entries(choices).map(
        ([name, what]) =>
          html`<label class="check"><input type="checkbox" name="dialects" value="${name}"${spoken.includes(name) && html` checked`}> <span><code>${name}</code><span class="soft block">${what}</span></span></label>`,
      )}</fieldset><button class="primary">Save</button>
    </form></section>`;
}
