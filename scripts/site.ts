/**
 * The documentation as a site: the pages of docs/ beside a reference from the comments. `npm run docs` writes it into site/. A link
 * that leads nowhere is an error.
 */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const repository = resolve(__dirname, "..");
const site = join(repository, "site");

async function main(): Promise<void> {
  const { Application, TSConfigReader, TypeDocReader } = await import("typedoc");
  const app = await Application.bootstrap({ options: join(repository, "typedoc.jsonc") }, [
    new TypeDocReader(),
    new TSConfigReader(),
  ]);
  const project = await app.convert();
  if (!project) throw new Error("The sources do not compile.");
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("The comments have the problems above.");

  const broken = pages().flatMap(checkedLinks);
  if (broken.length > 0) throw new Error(`Links that lead nowhere:\n${broken.join("\n")}`);
  console.log(`${pages().length} pages, from ${relative(process.cwd(), join(site, "index.html"))} on`);
}

const pages = () =>
  readdirSync(site, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".html"))
    .map((file) => join(site, file));

/** The page's broken links. Replaces a link to a folder of the repository, which has no page, by its text. */
function checkedLinks(page: string): string[] {
  const broken: string[] = [];
  const before = readFileSync(page, "utf8");
  const after = before.replace(
    /<a [^>]*?href="([^"]*)"[^>]*>(.*?)<\/a>/gs,
    (link: string, href: string, text: string) => {
      if (/^[a-z]+:/.test(href)) return link;
      const [path = "", anchor = ""] = href.split("#");
      const place = path === "" ? page : resolve(dirname(page), decodeURI(path));
      const target = place === site ? join(site, "index.html") : place;
      if (existsSync(target) && statSync(target).isFile() && hasAnchor(target, decodeURI(anchor))) return link;
      if (isFolderOfRepository(path)) return text;
      broken.push(`${relative(site, page)}: ${href}`);
      return link;
    },
  );
  if (after !== before) writeFileSync(page, after);
  return broken;
}

const idsByPage = new Map<string, Set<string>>();

function hasAnchor(page: string, anchor: string): boolean {
  if (anchor === "" || !page.endsWith(".html")) return true;
  const ids =
    idsByPage.get(page) ??
    new Set([...readFileSync(page, "utf8").matchAll(/ id="([^"]*)"/g)].map(([, id]) => id as string));
  idsByPage.set(page, ids);
  return ids.has(anchor);
}

/** TypeDoc calls every file that a page links to `media/<its name>`. */
function isFolderOfRepository(path: string): boolean {
  const name = /media\/([^/]+)\/?$/.exec(path)?.[1];
  const places = ["", "examples"].map((folder) => join(repository, folder, String(name)));
  return name !== undefined && places.some((place) => existsSync(place) && statSync(place).isDirectory());
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
