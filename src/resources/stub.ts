/**
 * The only code of this package that a stack's state holds: a text that loads the installed package.
 *
 * Pulumi's dynamic provider evaluates `__provider` for every operation, for ever, also for leads that an old release
 * created. So the text holds no behaviour and no path. It is the same on every computer and in every package layout,
 * and a later release fixes `delete` for leads that exist already.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ResourceKind } from "../state/kinds";

/** The text for one kind of resource. Never changes: `test/unit/stub.test.ts` pins it. */
export function stub(kind: ResourceKind): string {
  return `exports.handler = () => require("pulumi-famulor/provider").${kind}`;
}

/**
 * Why the plugin would not load this version of the package for a stub. Node.js looks for the package from the project's folder
 * upwards. It may find nothing, if the package is only a dependency of a dependency, or another version than a component has
 * brought along.
 *
 * @param folder The project's folder, in which program and plugin start.
 * @param own The folder of this copy.
 * @returns the problem; `undefined`: there is none.
 */
export function installationProblem(folder: string, own = join(__dirname, "../..")): string | undefined {
  let loaded: string;
  try {
    loaded = dirname(createRequire(join(folder, "index.js")).resolve("pulumi-famulor/package.json"));
  } catch {
    return (
      `pulumi-famulor is not a direct dependency of this project: Pulumi's plugin looks for it in ${folder} and finds nothing. ` +
      "Run `npm install pulumi-famulor` there (or `pnpm add`, `yarn add`, `bun add`)."
    );
  }
  const [here, there] = [versionIn(own), versionIn(loaded)];
  if (here === undefined || here === there) return undefined;
  return (
    `Two versions of pulumi-famulor are installed: the program declares with ${here} in ${own}, and Pulumi's plugin would run ` +
    `${there} in ${loaded}. Install one version for both (\`npm ls pulumi-famulor\` shows who asks for which).`
  );
}

/** `undefined` where a bundler has put this file elsewhere. */
function versionIn(folder: string): string | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return name === "pulumi-famulor" ? version : undefined;
  } catch {
    return undefined;
  }
}
