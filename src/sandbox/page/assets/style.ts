/** The page's look: light and dark, wide and narrow. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f6f3; --surface: #fff; --sunken: #f0f0ec; --line: #deded8; --line-strong: #86867c;
  --text: #1d1f20; --soft: #5b5f63; --accent: #0f6b64; --accent-text: #fff; --accent-soft: #e2f0ee;
  --danger: #a3281d; --danger-soft: #fbe9e7;
  --blue: #1f5a96; --blue-soft: #e4eef8; --amber: #7d5200; --amber-soft: #faefd6;
  --green: #1d6a3a; --green-soft: #e2f2e6; --grey: #54585c; --grey-soft: #ebebe7; --violet: #5b4694; --violet-soft: #ece8f7;
  --bar-waiting: #9db8d3; --bar-calling: #d99a1c; --bar-completed: #3d9a63; --bar-ended: #a8a8a0;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131516; --surface: #1b1e1f; --sunken: #232728; --line: #31363a; --line-strong: #7a8288;
    --text: #e7e9ea; --soft: #a3aab0; --accent: #63c5bb; --accent-text: #08201e; --accent-soft: #17322f;
    --danger: #f2958b; --danger-soft: #3a1d1a;
    --blue: #96c2ee; --blue-soft: #1a2c3e; --amber: #ebc06a; --amber-soft: #35290f;
    --green: #85d3a0; --green-soft: #17301f; --grey: #b6bcc1; --grey-soft: #2b2f32; --violet: #c0b0f0; --violet-soft: #2a2440;
    --bar-waiting: #4a6b8c; --bar-calling: #d99a1c; --bar-completed: #3d9a63; --bar-ended: #62666a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
}
h1, h2 { line-height: 1.25; margin: 0; font-weight: 650; text-wrap: balance; }
h1 { font-size: 1.35rem; letter-spacing: -.01em; }
h2 { font-size: 1.05rem; }
h1.number { font-size: 1.3rem; }
.small { font-size: .85rem; color: var(--soft); }
p { margin: .5rem 0; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
code, pre, .number { font-family: var(--mono); font-variant-ligatures: none; }
code, pre, td .number, td.number { font-size: .9em; }
code { overflow-wrap: anywhere; }
pre {
  margin: .5rem 0; padding: .7rem .8rem; background: var(--sunken); border: 1px solid var(--line); border-radius: 6px;
  overflow: auto; max-height: 26rem; font-size: .82rem; line-height: 1.55; white-space: pre-wrap; overflow-wrap: anywhere;
}
time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.soft { color: var(--soft); font-size: .9rem; }
.block { display: block; }
.strong { font-weight: 600; }
.sr, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { position: absolute; z-index: 1; left: 1rem; top: .5rem; padding: .4rem .8rem; background: var(--surface); border-radius: 6px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
[hidden] { display: none !important; }

.top { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1.6rem; padding: .7rem 1.6rem; background: var(--surface); border-bottom: 1px solid var(--line); }
.brand { display: inline-flex; align-items: center; gap: .5rem; font-weight: 650; color: var(--text); text-decoration: none; }
.brand .soft { font-size: 1em; font-weight: 400; margin-left: -.2rem; }
.mark { display: inline-grid; place-items: center; width: 1.7rem; height: 1.7rem; border-radius: 7px; background: #0f766e; color: #fff; font-size: .95rem; }
.top nav { display: flex; gap: .2rem; }
.top nav a, .accounts a { padding: .35rem .75rem; border-radius: 6px; color: var(--soft); text-decoration: none; }
.top nav a:hover, .accounts a:hover { background: var(--sunken); color: var(--text); }
.top nav a[aria-current], .accounts a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.clock { margin: 0 0 0 auto; display: flex; flex-wrap: wrap; gap: 0 .6rem; align-items: baseline; font-size: .9rem; }
.notice { margin: 0; padding: .5rem 1.6rem; background: var(--accent-soft); border-bottom: 1px solid var(--line); font-size: .92rem; }
.accounts { display: flex; flex-wrap: wrap; gap: .2rem; max-width: 84rem; margin: 0 auto; padding: .6rem .85rem 0; font-size: .92rem; }
main { max-width: 84rem; margin: 0 auto; padding: 1.4rem 1.6rem 4rem; }
.message { margin: 0 0 1.2rem; padding: .6rem .9rem; border-radius: 8px; background: var(--green-soft); color: var(--green); }
.message span { display: block; }
.message.problem { background: var(--danger-soft); color: var(--danger); }
.crumb { margin: 0 0 .3rem; font-size: .9rem; }
.crumb::before { content: "‹ "; color: var(--soft); }

.columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 1.6rem 2rem; align-items: start; }
.columns.even { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); margin-top: 1rem; }
.wide { display: grid; gap: 2rem; min-width: 0; }
.even .wide, aside { display: grid; gap: 1rem; min-width: 0; }
.card > :last-child, .card form:last-child > :last-child { margin-bottom: 0; }
.card { padding: 1rem 1.1rem 1.1rem; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
aside > div { display: grid; gap: 1rem; }
section > h1, section > h2 { margin-bottom: .7rem; }
#lead { display: grid; gap: 1.8rem; }

table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
th { padding: .5rem .8rem; text-align: left; font-size: .82rem; font-weight: 600; color: var(--soft); background: var(--sunken); border-bottom: 1px solid var(--line); }
td { padding: .5rem .8rem; border-bottom: 1px solid var(--line); vertical-align: middle; }
tr:last-child > td { border-bottom: 0; }
tbody tr:hover { background: color-mix(in srgb, var(--accent) 4%, transparent); }
.leads td { padding-top: .38rem; padding-bottom: .38rem; }
td.actions { text-align: right; width: 1%; white-space: nowrap; }
td .number, td.number { white-space: nowrap; }
.leads .variables, .leads .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.leads .variables { max-width: 19rem; } .leads .name { max-width: 10rem; }
.variable { margin-right: .7rem; }
.bar { display: block; width: 100%; max-width: 15rem; height: 6px; border-radius: 3px; margin-bottom: .15rem; }
.bar .waiting { fill: var(--bar-waiting); } .bar .calling { fill: var(--bar-calling); }
.bar .completed { fill: var(--bar-completed); } .bar .not-reached { fill: var(--bar-ended); }

.badge { display: inline-flex; align-items: center; gap: .4rem; padding: .06rem .55rem; border-radius: 999px; font-size: .82rem; font-weight: 550; white-space: nowrap; background: var(--grey-soft); color: var(--grey); }
.badge::before { content: ""; width: .45rem; height: .45rem; border-radius: 50%; background: currentColor; }
.badge.created { background: var(--blue-soft); color: var(--blue); }
.badge.scheduled, .badge.rescheduled { background: var(--violet-soft); color: var(--violet); }
.badge.processing, .badge.in-progress { background: var(--amber-soft); color: var(--amber); }
.badge.completed { background: var(--green-soft); color: var(--green); }
.badge.reached-max-retries, .badge.blacklisted { background: var(--danger-soft); color: var(--danger); }
.badge.draft::before, .badge.stopped::before { background: none; border: 2px solid currentColor; }

.empty { padding: 2.2rem 1.4rem; text-align: center; border: 1px dashed var(--line-strong); border-radius: 10px; color: var(--soft); }
.empty strong { color: var(--text); font-size: 1.05rem; }
.empty p { max-width: 34rem; margin: .4rem auto; }

.facts { margin: 0; }
.facts > div { display: grid; grid-template-columns: minmax(7rem, 13rem) minmax(0, 1fr); gap: .2rem 1rem; padding: .42rem 0; border-bottom: 1px solid var(--line); }
.facts > div:last-child { border-bottom: 0; }
.facts dt { color: var(--soft); overflow-wrap: anywhere; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.facts .facts > div { grid-template-columns: minmax(4rem, 9rem) minmax(0, 1fr); padding: .1rem 0; border: 0; }
.facts .facts > div:first-child { padding-top: 0; }

label, legend { font-size: .9rem; font-weight: 550; }
legend { padding: 0; margin-bottom: .3rem; }
fieldset { border: 0; padding: 0; margin: 0; min-width: 0; }
input:not([type="checkbox"]):not([type="file"]), select, textarea {
  display: block; width: 100%; margin-top: .25rem; padding: .42rem .6rem; min-height: 2.35rem;
  font: inherit; font-weight: 400; color: var(--text); background: var(--surface); border: 1px solid var(--line-strong); border-radius: 6px;
}
textarea { font-family: var(--mono); font-size: .85rem; line-height: 1.5; resize: vertical; }
input[type="file"] { display: block; margin-top: .25rem; font: inherit; font-size: .85rem; font-weight: 400; max-width: 100%; }
::placeholder { color: var(--soft); opacity: 1; }
label .soft { font-weight: 400; font-size: .85rem; margin-top: .2rem; }
.check { display: flex; gap: .55rem; align-items: baseline; font-weight: 400; }
.check input { accent-color: var(--accent); width: 1rem; height: 1rem; flex: none; transform: translateY(.12rem); }
.days { display: flex; flex-wrap: wrap; gap: .3rem .9rem; text-transform: capitalize; }
.dialects { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(21rem, 100%), 1fr)); gap: .7rem 1.6rem; }
.below { margin-top: 1rem; }
.flag { font-weight: 400; margin-left: .3rem; }
form { margin: 0; }
.stacked { display: grid; gap: .75rem; justify-items: stretch; }
.stacked > button { justify-self: start; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: .75rem; align-items: start; }
.line { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; }
.line.between { justify-content: space-between; align-items: center; margin-bottom: .5rem; min-height: 2.2rem; }
.line.between p, .line.between .pager { margin: 0; }
.line.end { justify-content: end; margin-top: .9rem; }
.row { display: flex; flex-wrap: wrap; gap: .45rem; }
.turn { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: .45rem; }
.turn button { width: 100%; padding-left: .3rem; padding-right: .3rem; }
.grow { flex: 1 1 12rem; }
.filter { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin-bottom: .8rem; }
.filter button, .line label + button { min-height: 2.35rem; }
.filter .clear { padding: .45rem .2rem; }

button, .button {
  display: inline-block; padding: .38rem .85rem; min-height: 2.1rem; font: inherit; font-size: .9rem; font-weight: 550; line-height: 1.4; text-decoration: none;
  color: var(--text); background: var(--surface); border: 1px solid var(--line-strong); border-radius: 6px; cursor: pointer;
}
button:hover, .button:hover { background: var(--sunken); }
button:disabled { opacity: .55; cursor: default; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-text); }
.primary:hover { background: color-mix(in srgb, var(--accent) 88%, var(--text)); }
.danger { color: var(--danger); border-color: currentColor; }
.quiet { border-color: transparent; background: none; color: var(--accent); padding-left: .4rem; padding-right: .4rem; }
td.actions button { min-height: 1.9rem; padding: .2rem .7rem; }

details.add { margin-top: .7rem; }
details.add > summary { width: fit-content; cursor: pointer; color: var(--accent); font-size: .92rem; font-weight: 550; }
details.add form { margin-top: .6rem; max-width: 30rem; }
details.add label { flex: 1; }
.pager { display: flex; flex-wrap: wrap; gap: .3rem 1rem; align-items: center; justify-content: center; margin: .7rem 0; font-size: .92rem; font-variant-numeric: tabular-nums; }
.pager .off { color: var(--soft); }
.pager a { padding: .25rem .4rem; }

.journal { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.journal details + details { border-top: 1px solid var(--line); }
.journal summary { display: flex; flex-wrap: wrap; gap: .1rem .9rem; align-items: baseline; padding: .5rem .9rem; cursor: pointer; list-style: none; }
.journal summary::-webkit-details-marker { display: none; }
.journal summary::before { content: "›"; color: var(--soft); width: .6rem; transition: transform .12s; }
.journal [open] > summary::before { transform: rotate(90deg); }
.journal summary:hover { background: var(--sunken); }
.journal summary:focus-visible { outline-offset: -2px; }
.journal details > :not(summary) { margin: .7rem .9rem; }
.path { font-family: var(--mono); font-size: .86rem; overflow-wrap: anywhere; flex: 1 1 12rem; }
.method { font-family: var(--mono); font-size: .86rem; min-width: 3.6rem; font-weight: 650; }
h1 .method { font-size: 1em; color: var(--soft); }
.status { font-family: var(--mono); font-size: .86rem; font-weight: 650; }
.status.ok { color: var(--green); } .status.refused { color: var(--danger); } .status.lost { color: var(--amber); }
.history, .plain { list-style: none; margin: 0; padding: 0; }
.history li, .plain li { padding: .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.history li:last-child, .plain li:last-child { border: 0; }
.history li { display: grid; grid-template-columns: 7.5rem 5.5rem minmax(0, 1fr); gap: 0 .8rem; }
.by { color: var(--soft); }

@media (max-width: 62rem) {
  .columns, .columns.even { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 44rem) {
  .top, .notice { padding-left: 1rem; padding-right: 1rem; }
  .top nav { order: 3; width: 100%; margin: 0 -.6rem; }
  .top nav a { padding: .5rem .75rem; }
  .clock { font-size: .8rem; gap: 0 .4rem; justify-content: end; }
  main { padding-left: 1rem; padding-right: 1rem; }
  .filter label { flex: 1 1 40%; }
  .filter .turn { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); gap: .45rem; }
.turn button { width: 100%; padding-left: .3rem; padding-right: .3rem; }
.grow { flex-basis: 100%; }
  input:not([type="checkbox"]):not([type="file"]), select { font-size: 16px; }
  .facts > div { grid-template-columns: 7rem minmax(0, 1fr); }
  .history li { grid-template-columns: 7.5rem minmax(0, 1fr); }
  .history li > :last-child { grid-column: 1 / -1; }
  .journal .pair { grid-template-columns: minmax(0, 1fr); }
  .journal summary .path { order: 1; flex-basis: 100%; padding-left: 1.5rem; }
  .journal summary .method { flex: 1; }
  table.cards { background: none; border: 0; border-radius: 0; overflow: visible; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tbody, .cards tr, .cards td { display: block; }
  .cards tr { position: relative; margin-bottom: .6rem; padding: .6rem .9rem; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; }
  .cards td, .leads td { display: grid; grid-template-columns: 6rem minmax(0, 1fr); align-items: baseline; padding: .12rem 0; border: 0; max-width: none; }
  .cards td::before { content: attr(data-label); color: var(--soft); font-size: .85rem; }
  .cards td > * { justify-self: start; }
  .cards td:first-child { display: block; padding-bottom: .2rem; padding-right: 5rem; }
  .cards td:first-child::before { content: none; }
  .cards td.actions { display: block; position: absolute; top: .55rem; right: .8rem; width: auto; }
  .cards td.actions::before { content: none; }
  .cards td > .soft { grid-column: 2; }
  .leads .variables, .leads .name { white-space: normal; max-width: none; }
  .facts .facts > div { grid-template-columns: minmax(3rem, 5rem) minmax(0, 1fr); }
  .accounts { padding: .5rem .25rem 0; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media print { .top nav, aside, .filter, .actions, .pager { display: none; } }
`;
