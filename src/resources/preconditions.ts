/** What every resource of this package refuses before it is registered, each with what to do instead. */
import * as pulumi from "@pulumi/pulumi";

/** The engine would fail in the middle of a stack trace: it asks a dynamic provider to read without telling it which one. */
export function refuseImport(what: string, opts: pulumi.CustomResourceOptions, instead: string): void {
  if (opts.import === undefined) return;
  throw new pulumi.RunError(
    `${what}: the option \`import\` does not work with Pulumi's dynamic providers. Remove it. ${instead}`,
  );
}

/** A key in plain text would stand in the stack's file and in every state of it. */
export function refusePlainTextKey(): void {
  const key = "famulor:apiKey";
  // Not in the SDK's public types; where a later SDK lacks it, the check is left out.
  const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  if (new pulumi.Config("famulor").get("apiKey") === undefined || isConfigSecret?.(key) !== false) return;
  throw new pulumi.RunError(
    `${key} stands in plain text in the stack's configuration. ` +
      `Set it again as a secret: pulumi config set --secret ${key}. Then rotate the key if the file was shared.`,
  );
}
