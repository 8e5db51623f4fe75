/**
 * From a zod schema to the problems of declared arguments, each by its path. Pure.
 */
import type { z } from "zod";
import { isUnknown, type Props } from "./plain";

/** For a schema's `error`: the same words for what is missing and for what is of the wrong kind. */
export const required = (what: string) => (issue: { input: unknown }) =>
  issue.input === undefined ? `is required: ${what}` : `must be ${what}`;

/**
 * Every problem of these arguments, each beginning with the argument's path. Never holds a value. What is not known yet, in
 * preview, is no problem.
 */
export function argumentProblems(schema: z.ZodType, news: Props, resource: string): string[] {
  const issues = (schema.safeParse(news).error?.issues ?? []).filter(
    ({ path }) => !path.some((_, depth) => isUnknownAt(news, path, depth)),
  );
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => `${pathText([...issue.path, key])}: is not an argument of ${resource}`)
      : `${pathText(issue.path)}: ${issue.message}`,
  );
}

function isUnknownAt(root: unknown, path: PropertyKey[], depth: number): boolean {
  let value = root;
  for (const key of path.slice(0, depth + 1)) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return isUnknown(value);
}

function pathText(path: PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? String(key) : `.${String(key)}`))
    .join("");
}
