/** Single values on the wire, in every form that a source shows. */
import { z } from "zod";

/** An ID: a number, or the same as text. */
export const wireId = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,16}$/)
      .transform(Number),
  ])
  .refine((value) => Number.isSafeInteger(value) && value > 0, "not a positive whole number");

/** A map of variables. PHP writes an empty map as `[]`; one dialect wraps the map in a list. */
export const wireVariables = z
  .union([z.record(z.string(), z.unknown()), z.array(z.record(z.string(), z.unknown())), z.null()])
  .transform((value): Record<string, unknown> => (Array.isArray(value) ? Object.assign({}, ...value) : (value ?? {})));

/**
 * Leaves out a value in an unknown form: one odd value must not make a whole list unreadable, because the list proves
 * what exists. One function instead of zod's nullish, catch and transform, which cost 15 µs for each lead.
 */
export const readable = <T extends z.ZodType>(schema: T) =>
  z
    .transform((value: unknown): z.output<T> | undefined =>
      value === undefined || value === null ? undefined : schema.safeParse(value).data,
    )
    .optional();

export const wireText = z.transform((value: unknown) => (typeof value === "string" ? value : undefined)).optional();
export const wireNumber = readable(z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]));
export const wireFlag = readable(
  z.union([z.boolean(), z.literal([0, 1, "0", "1"]).transform((value) => Number(value) === 1)]),
);

/** `09:00:00` or `09:00` → `09:00`. */
export const wireHour = readable(
  z
    .string()
    .regex(/^\d\d:\d\d/)
    .transform((hour) => hour.slice(0, 5)),
);

/** An answer that some page shows inside a list of one element. */
export const unwrapped = (body: unknown): unknown => (Array.isArray(body) && body.length === 1 ? body[0] : body);

/** Some lists stand under `data`, some pages show them bare. */
export const listOf = <T extends z.ZodType>(row: T) =>
  z.union([z.array(row), z.object({ data: z.array(row) }).transform(({ data }) => data)]);
