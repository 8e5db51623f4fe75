import * as pulumi from "@pulumi/pulumi";

/** At once for a plain value; for an output or a promise when it is known, and never for what stays unknown. */
export function whenKnown(value: unknown, use: (known: unknown) => void): void {
  if (pulumi.Output.isInstance(value)) value.apply(use);
  else if (value instanceof Promise) pulumi.output(value).apply(use);
  else use(value);
}
