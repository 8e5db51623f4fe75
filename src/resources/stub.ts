/**
 * The only code of ours that enters a stack's state: a text that loads the installed package.
 *
 * Pulumi's dynamic provider evaluates `__provider` for every operation, for ever, also for leads that an old release
 * made. So it holds no behaviour and no path: it is the same on every machine and in every package layout, and a later
 * release mends `delete` for leads that exist already. `import type` keeps the provider itself out of the program process.
 */
import type * as provider from "../provider";

/** The text for one kind of resource. Never changes: `test/unit/stub.test.ts` pins it. */
export function stub(kind: keyof typeof provider): string {
  return `exports.handler = () => require("pulumi-famulor/provider").${kind}`;
}
