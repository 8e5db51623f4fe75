/**
 * The only code of this package that a stack's state holds: a text that loads the installed package.
 *
 * Pulumi's dynamic provider evaluates `__provider` for every operation, for ever, also for leads that an old release
 * created. So the text holds no behaviour and no path. It is the same on every computer and in every package layout,
 * and a later release fixes `delete` for leads that exist already.
 */
import type { ResourceKind } from "../state/kinds";

/** The text for one kind of resource. Never changes: `test/unit/stub.test.ts` pins it. */
export function stub(kind: ResourceKind): string {
  return `exports.handler = () => require("pulumi-famulor/provider").${kind}`;
}
