/** What all views share: the frame, and the small parts of which they consist. */
import type { Account } from "../account/account";
import type { SandboxOutcome } from "../account/records";
import type { Service } from "../service";
import { type Html, html } from "./html";

/** What a view shows: an account at a moment. */
export interface View {
  service: Service;
  account: Account;
  /** The first account is 1. */
  accountNumber: number;
  url: URL;
  now: Date;
  baseUrl: string;
  apiKey: string;
}

export interface Message {
  text: string;
  isProblem: boolean;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230f766e'/%3E%3Cpath d='M9 23V9h13v3.4H13v2.7h7.4v3.3H13V23z' fill='white'/%3E%3C/svg%3E";

const VIEWS = [
  { path: "/", name: "Leads", holds: /^\/(lead|campaign)\// },
  { path: "/requests", name: "Requests", holds: /^\/request\// },
  { path: "/settings", name: "Settings", holds: /^$/ },
];

export function layout(view: View, title: string, message: Message | undefined, main: Html): Html {
  const { service, url, now } = view;
  const { speed, lifeCycle } = service.values;
  const current = VIEWS.find(({ path, holds }) => path === url.pathname || holds.test(url.pathname))?.path;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Famulor sandbox</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="/style.css">
<script defer src="/script.js"></script>
</head>
<body data-version="${service.version}">
<a class="skip" href="#main">Skip to the content</a>
<header>
<div class="top">
  <a class="brand" href="${href(view, "/")}"><span class="mark" aria-hidden="true">F</span>Famulor <span class="soft">sandbox</span></a>
  <nav aria-label="Views">${VIEWS.map(
    ({ path, name }) =>
      html`<a href="${href(view, path)}"${path === current && html` aria-current="${path === url.pathname ? "page" : "true"}"`}>${name}</a>`,
  )}</nav>
  <p class="clock" id="clock" data-live>
    <time datetime="${now.toISOString()}" data-speed="${speed}">${longTime(now)}</time>
    <span class="soft">${speedText(speed)}${!lifeCycle && " · life cycle off"}</span>
  </p>
</div>
<p class="notice"><strong>Nobody is called.</strong> This is a simulator of Famulor on your own machine: every call is only simulated.</p>
</header>
${accountSwitch(view)}
<main id="main" tabindex="-1">
<div id="message" role="status" aria-live="polite">${
    message &&
    html`<p class="${message.isProblem ? "message problem" : "message"}">${message.text.split("\n").map((line) => html`<span>${line}</span>`)}</p>`
  }</div>
${main}
</main>
</body>
</html>
`;
}

const speedText = (speed: number) =>
  speed === 0 ? "time stands still" : speed === 1 ? "real time" : `${speed} times as fast`;

function accountSwitch(view: View): Html | false {
  const { owners } = view.service;
  if (owners.length < 2) return false;
  return html`<nav class="accounts" aria-label="Accounts">${owners.map(
    ({ account }, index) =>
      html`<a href="/?account=${index + 1}"${index + 1 === view.accountNumber && html` aria-current="true"`}>${account.email}</a>`,
  )}</nav>`;
}

/** A link within the page that stays with the account. */
export function href(view: View, path: string, query: Record<string, string | number | undefined> = {}): string {
  const all: typeof query = { account: view.accountNumber === 1 ? undefined : view.accountNumber, ...query };
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) {
    if (value !== undefined && value !== "") given.set(name, String(value));
  }
  return given.size > 0 ? `${path}?${given}` : path;
}

/** The hidden fields of each form: whose data it changes, and where to go afterwards. */
export function hidden(view: View, more: Record<string, string | number> = {}, back?: string): Html[] {
  const { pathname, searchParams } = view.url;
  const query = Object.fromEntries([...searchParams].filter(([name]) => name !== "told" && name !== "account"));
  const fields = { account: view.accountNumber, back: back ?? href(view, pathname, query), ...more };
  return Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

/** A form that is only a button. */
export function button(
  view: View,
  action: string,
  label: string,
  fields: Record<string, string | number>,
  { tone = "", name = label, confirm, back }: { tone?: string; name?: string; confirm?: string; back?: string } = {},
): Html {
  return html`<form method="post" action="/do/${action}">${hidden(view, fields, back)}<button class="${tone}" id="${idOf(action, ...Object.values(fields))}"${
    name !== label && html` aria-label="${name}"`
  }${confirm && html` data-confirm="${confirm}"`}>${label}</button></form>`;
}

/** An ID that stays the same, so that the focus stays where it is when the script renews a part of the page. */
export const idOf = (...parts: (string | number)[]) => parts.join("-").replace(/[^\w-]/g, "_");

export function badge(status: string): Html {
  return html`<span class="badge ${status.replace(/[^a-z-]/g, "")}">${status}</span>`;
}

/** The account's campaigns as choices of a `<select>`. */
export function campaignChoices({ account }: View): [value: string, label: string][] {
  return [...account.book.campaigns.values()].map(({ campaign }) => [String(campaign.id), campaign.name]);
}

export function options(choices: [value: string, label: string][], chosen: string | undefined): Html[] {
  return choices.map(
    ([value, label]) => html`<option value="${value}"${value === chosen && html` selected`}>${label}</option>`,
  );
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAY_NAMES = "Sun Mon Tue Wed Thu Fri Sat".split(" ");

export const longTime = (at: Date) =>
  `${DAY_NAMES[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${at.toISOString().slice(11, 19)} UTC`;

/** A time in UTC; today's without the day. @param text ISO 8601, or the form of leads (`2025-06-30 11:53:20`). */
export function time(text: string, now: Date): Html {
  const at = new Date(/Z$/.test(text) ? text : `${text.replace(" ", "T")}Z`);
  if (Number.isNaN(at.getTime())) return html`${text}`;
  const iso = at.toISOString();
  const clock = iso.slice(11, 19);
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  const year = at.getUTCFullYear() === now.getUTCFullYear() ? "" : ` ${at.getUTCFullYear()}`;
  const isToday = iso.slice(0, 10) === now.toISOString().slice(0, 10);
  return html`<time datetime="${iso}" title="${longTime(at)}">${isToday ? clock : `${day}${year}, ${clock.slice(0, 5)}`}</time>`;
}

export const count = (number: number, one: string, many = `${one}s`) =>
  `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;

/** The links to other pages of a list: above it, and below it. @param fragment The part of the page to show. */
export function pagers(view: View, total: number, page: number, perPage: number, fragment: string): (Html | false)[] {
  return ["above", "below"].map((where) => pager(view, total, page, perPage, fragment, `Pages, ${where} the list`));
}

function pager(
  view: View,
  total: number,
  page: number,
  perPage: number,
  fragment: string,
  label: string,
): Html | false {
  const last = Math.max(1, Math.ceil(total / perPage));
  if (last === 1) return false;
  const query = Object.fromEntries([...view.url.searchParams].filter(([name]) => name !== "told"));
  const link = (to: number, text: string, name: string) =>
    to < 1 || to > last || to === page
      ? html`<span class="off" aria-hidden="true">${text}</span>`
      : html`<a href="${href(view, view.url.pathname, { ...query, page: to })}#${fragment}" aria-label="${name}">${text}</a>`;
  const from = (page - 1) * perPage + 1;
  return html`<nav class="pager" aria-label="${label}">
    ${link(1, "«", "First page")}${link(page - 1, "‹ Previous", "Previous page")}
    <span>${from.toLocaleString("en-US")} to ${Math.min(total, page * perPage).toLocaleString("en-US")} of ${total.toLocaleString("en-US")}</span>
    ${link(page + 1, "Next ›", "Next page")}${link(last, "»", "Last page")}
  </nav>`;
}

export function pageNumber({ url }: View): number {
  const page = Number(url.searchParams.get("page") ?? 1);
  return Number.isInteger(page) && page > 0 ? page : 1;
}

/** Names and values, each in its row. */
export function facts(rows: (readonly [name: unknown, value: unknown] | false)[]): Html {
  return html`<dl class="facts">${rows.map((row) => row && html`<div><dt>${row[0]}</dt><dd>${row[1]}</dd></div>`)}</dl>`;
}

/** The buttons that end a call. */
export const CALL_ENDS: [SandboxOutcome, string][] = [
  ["answered", "Answered"],
  ["no-answer", "No answer"],
  ["voicemail", "Voicemail"],
];
