/**
 * The page's script: renews what has changed, sends forms without reloading, copies the settings of a stack, and fills in a file.
 * Without the script, the page is the same after a reload.
 */
export const SCRIPT = `"use strict";

// What the server last sent for each part. A part is renewed only if the server sends something else.
const served = new Map();
for (const part of document.querySelectorAll("[data-live]")) served.set(part.id, part.outerHTML);

function renew(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const other = fresh.getElementById(part.id);
    if (!other || served.get(part.id) === other.outerHTML) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.id : undefined;
    const open = [...part.querySelectorAll("details[open]")].map((each) => each.id);
    served.set(part.id, other.outerHTML);
    part.replaceWith(other);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused !== undefined) (document.getElementById(focused) ?? document.getElementById("main")).focus({ preventScroll: true });
  }
  document.body.dataset.version = fresh.body.dataset.version;
  tick();
}

const parse = (text) => new DOMParser().parseFromString(text, "text/html");

let isRenewing = false;
let isStale = false;
async function refresh() {
  if (document.hidden || isRenewing) {
    isStale = true;
    return;
  }
  isRenewing = true;
  isStale = false;
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    if (response.ok) renew(parse(await response.text()));
  } catch {
    // The sandbox has ended or restarts: the stream of events shows when it is back.
  } finally {
    isRenewing = false;
  }
  if (isStale) refresh();
}

const events = new EventSource("/events");
// The first message comes at once, because something may have changed since the page was drawn.
events.onmessage = ({ data }) => {
  if (data !== document.body.dataset.version) refresh();
};
let wasLost = false;
events.onerror = () => {
  wasLost = true;
  say("The sandbox does not answer. Has it ended?", true);
};
events.onopen = () => {
  if (wasLost) say("The sandbox is back.", false);
  wasLost = false;
};
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && isStale) refresh();
});

function say(text, isProblem) {
  const line = document.createElement("p");
  line.className = isProblem ? "message problem" : "message";
  for (const each of text.split("\\n")) {
    const span = document.createElement("span");
    span.textContent = each;
    line.append(span);
  }
  document.getElementById("message").replaceChildren(line);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.method !== "post") return;
  event.preventDefault();
  const question = button?.dataset.confirm;
  if (question && !confirm(question)) return;
  const fields = new FormData(form);
  if (button?.name) fields.append(button.name, button.value);
  let response;
  try {
    response = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields) });
  } catch {
    say("The sandbox does not answer. Has it ended?", true);
    return;
  }
  const text = await response.text();
  const fresh = parse(text);
  if (!response.redirected) {
    const lines = [...fresh.querySelectorAll("#message span")].map((each) => each.textContent);
    say(lines.join("\\n") || text.trim(), true);
    document.getElementById("message").scrollIntoView({ block: "nearest" });
    return;
  }
  const to = new URL(response.url);
  if (to.pathname !== location.pathname || form.dataset.reload !== undefined) {
    location.assign(to);
    return;
  }
  renew(fresh);
  const told = fresh.querySelector("#message p");
  if (told) document.getElementById("message").replaceChildren(told);
  if (form.classList.contains("clears")) form.reset();
});

document.addEventListener("click", async (event) => {
  const source = event.target.closest?.("[data-copy]")?.dataset.copy;
  if (!source) return;
  await navigator.clipboard.writeText(document.getElementById(source).innerText);
  say("Copied.", false);
});
for (const each of document.querySelectorAll("[data-copy]")) each.hidden = !navigator.clipboard;

for (const label of document.querySelectorAll("[data-file-for]")) {
  label.hidden = false;
  label.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) document.getElementById(label.dataset.fileFor).value = await file.text();
  });
}

// The clock goes on between two renewals.
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const shown = new WeakMap();
function tick() {
  const time = document.querySelector("#clock time");
  if (!time) return;
  if (!shown.has(time)) shown.set(time, performance.now());
  const at = new Date(Date.parse(time.dateTime) + (performance.now() - shown.get(time)) * Number(time.dataset.speed));
  time.textContent = DAYS[at.getUTCDay()] + " " + at.getUTCDate() + " " + MONTHS[at.getUTCMonth()] + " " + at.getUTCFullYear() + ", " + at.toISOString().slice(11, 19) + " UTC";
}
setInterval(tick, 1000);
tick();
`;
