/** From a zod schema to the problems of declared arguments, each by its path. Pure. */
import type { z } from "zod";
import { namesOfInvisible, showInvisible, withoutInvisible } from "../../invisible";
import { maskPhoneNumbers } from "../../masking";
import { isUnknown } from "./unknown";

/** For a schema's `error`: the same words for a missing value and for a value of the wrong kind. */
export const required = (what: string) => (issue: { input: unknown }) =>
  issue.input === undefined ? `is required: ${what}` : `must be ${what}`;

type Issue = z.core.$ZodIssue;

/**
 * Every problem, each beginning with the argument's path. A problem never holds the value. Unknown values are no
 * problem.
 */
export function argumentProblems(schema: z.ZodType, news: unknown, resource: string): string[] {
  const issues = (schema.safeParse(news).error?.issues ?? []).filter(
    ({ path }) => !path.some((_, depth) => isUnknownAt(news, path, depth)),
  );
  const misnamed = new Set(issues.flatMap(namesMeant));
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => `${pathText([...issue.path, key])}: ${whyNoArgument(key, resource)}`);
    }
    const path = pathText(issue.path);
    // The value is there, under a name that looks the same.
    return misnamed.has(path) && valueAt(news, issue.path) === undefined ? [] : `${path}: ${issue.message}`;
  });
}

/** The names that unknown names look like, if they differ only in characters that nobody sees. */
function namesMeant(issue: Issue): string[] {
  if (issue.code !== "unrecognized_keys") return [];
  return issue.keys
    .filter((key) => namesOfInvisible(key) !== undefined)
    .map((key) => pathText([...issue.path, withoutInvisible(key).trim()]));
}

function whyNoArgument(key: string, resource: string): string {
  const invisible = namesOfInvisible(key);
  return invisible
    ? `the name holds the character ${invisible}. Remove it where the name comes from, such as the first line of a file`
    : `is not an argument of ${resource}`;
}

function isUnknownAt(root: unknown, path: PropertyKey[], depth: number): boolean {
  return isUnknown(valueAt(root, path.slice(0, depth + 1)));
}

function valueAt(root: unknown, path: PropertyKey[]): unknown {
  let value = root;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value;
}

/** A name may be the user's own, so it may hold anything. */
function pathText(path: PropertyKey[]): string {
  const text = path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`))
    .join("");
  return maskPhoneNumbers(showInvisible(text));
}
