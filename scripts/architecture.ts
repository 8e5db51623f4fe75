/** Draws the rooms of src, and what they import, into docs/architecture.md. `npm run docs` */
import { readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { filesBelow, importsOf, ROOMS, roomOf, SRC } from "./rooms";

export const PAGE = resolve(__dirname, "../docs/architecture.md");

/** Where the code of a room runs: the first entry that fits. */
const PROCESSES: { title: string; rooms: RegExp }[] = [
  { title: "program process", rooms: /^(index\.ts|resources|look-ups)/ },
  { title: "plugin process", rooms: /^provider/ },
  { title: "your tests and programs, without Pulumi", rooms: /^(sandbox|seeds)/ },
  { title: "both processes, without Pulumi", rooms: /^/ },
];

/** The page with a picture of the imports as they are now. */
export function pageWithPicture(): string {
  const page = readFileSync(PAGE, "utf8");
  const between = /(<!-- picture: .*? -->\n)[\s\S]*?(<!-- picture end -->)/;
  if (!between.test(page)) throw new Error("docs/architecture.md has lost its marks for the picture");
  return page.replace(between, (_, start: string, end: string) => `${start}\n${picture()}\n${end}`);
}

function picture(): string {
  const imports = importsOfRooms();
  const used = ROOMS.filter((room) => imports.has(room));
  const processes = PROCESSES.map(({ title, rooms }) => {
    const own = used
      .filter((room) => PROCESSES.find((each) => each.rooms.test(room))?.rooms === rooms)
      .map((room) => `    ${nodeOf(room)}["${labelOf(room)}"]`);
    return own.length === 0 ? [] : [`  subgraph ${nodeOf(title)}["${title}"]`, ...own, "  end"];
  });
  const arrows = used.flatMap((room) =>
    withoutDetours(room, imports).map((other) => `  ${nodeOf(room)} --> ${nodeOf(other)}`),
  );
  const [from, to] = ON_DEMAND.map(nodeOf);
  const dotted = [
    `  ${from} -. when one is called .-> ${to}`,
    // No import shows this: the constructors store the text, and the engine hands it to the plugin.
    "  resources -. by the text in the state .-> provider",
  ];
  return ["```mermaid", "flowchart TD", ...processes.flat(), ...arrows, ...dotted, "```"].join("\n");
}

/** Loaded only when a look-up is called, so what it imports says nothing about the program process. */
const ON_DEMAND = ["resources", "look-ups"];

/** The label of a room with other rooms in it says that it stands for its own files only. */
const labelOf = (room: string) => (ROOMS.some((other) => other.startsWith(`${room}/`)) ? `${room}/*.ts` : room);

/** Mermaid takes no slashes, dots or blanks in a name. */
const nodeOf = (room: string) => room.replace(/\W+/g, "_");

function importsOfRooms(): Map<string, Set<string>> {
  const imports = new Map<string, Set<string>>();
  for (const file of filesBelow(SRC)) {
    const room = roomOf(relative(SRC, file));
    if (room === undefined) continue;
    const others = imports.get(room) ?? new Set<string>();
    imports.set(room, others);
    for (const each of importsOf(file)) {
      const other = roomOf(each);
      const isOnDemand = room === ON_DEMAND[0] && other === ON_DEMAND[1];
      if (other !== undefined && other !== room && !isOnDemand) others.add(other);
    }
  }
  return imports;
}

/** The rooms that a room imports, without those that it also reaches through another room. */
function withoutDetours(room: string, imports: Map<string, Set<string>>): string[] {
  const direct = [...(imports.get(room) ?? [])];
  const reaches = (from: string, to: string): boolean =>
    [...(imports.get(from) ?? [])].some((next) => next === to || reaches(next, to));
  return direct.filter((other) => !direct.some((each) => each !== other && reaches(each, other)));
}

if (require.main === module) writeFileSync(PAGE, pageWithPicture());
