/** Bars as SVG: no library for three dozen rectangles. Pure. */
import type { Life } from "./whole-life";

export interface Figures {
  naive: Life;
  single: Life;
  set: Life;
  /** Seconds with hooks that do nothing. */
  idle: { up: number; preview: number };
  /** Seconds of the same creates with undici's Pool alone. */
  poolSeconds: number;
}

interface Bar {
  label: string;
  value: number;
  color: string;
}

const WIDTH = 760;
const LEFT = 190;
const BAR = 18;
const GAP = 6;
const COLORS = { naive: "#b0b0b0", single: "#5b8def", set: "#1f4fbf", floor: "#dddddd" };

export function plot({ naive, single, set, idle, poolSeconds }: Figures): string {
  const three = (of: (life: Life) => number): Bar[] => [
    { label: "naive dynamic provider", value: of(naive), color: COLORS.naive },
    { label: "FamulorLead", value: of(single), color: COLORS.single },
    { label: "FamulorLeadSet", value: of(set), color: COLORS.set },
  ];
  const floor = (label: string, value: number): Bar => ({ label, value, color: COLORS.floor });
  const doNothing = "hooks that do nothing";
  const charts: [string, string, Bar[]][] = [
    [
      "pulumi up, 1,000 leads",
      "s",
      [...three((life) => life.up.seconds), floor(doNothing, idle.up), floor("undici Pool alone", poolSeconds)],
    ],
    [
      "pulumi preview, without a change",
      "s",
      [...three((life) => life.preview.seconds), floor(doNothing, idle.preview)],
    ],
    ["pulumi destroy, with their campaign", "s", three((life) => life.destroy.seconds)],
    ["pulumi refresh", "requests", three((life) => life.refresh.requests)],
    ["state", "bytes a lead", three((life) => life.stateBytesPerLead)],
  ];
  let y = 10;
  const parts = charts.map(([title, unit, bars]) => {
    const drawn = chart(title, unit, bars, y);
    y += 34 + bars.length * (BAR + GAP);
    return drawn;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12">
<title>1,000 leads: pulumi up, preview, destroy, refresh and state, against a naive dynamic provider</title>
<rect width="${WIDTH}" height="${y}" fill="white"/>
${parts.join("\n")}
</svg>
`;
}

function chart(title: string, unit: string, bars: Bar[], top: number): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map(({ label, value, color }, index) => {
    const y = top + 24 + index * (BAR + GAP);
    const width = Math.max(1, (value / most) * (WIDTH - LEFT - 140));
    const text = value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
    return [
      `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${label}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${color}"/>`,
      `<text x="${(LEFT + width + 6).toFixed(1)}" y="${y + 13}">${text} ${unit}</text>`,
    ].join("\n");
  });
  return [`<text x="10" y="${top + 14}" font-weight="bold">${title}</text>`, ...lines].join("\n");
}
