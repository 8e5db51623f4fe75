/**
 * Errors as people may see them: with what to do in Pulumi's terms, short, and without a key or a phone number.
 *
 *   readableError   what leaves for the engine
 *   messageOf       the message of anything that was thrown, with its hint
 *   withHint        an error of the API client with what the caller knows about its consequences
 */
import { FamulorConnectionError, FamulorError, isFamulorError } from "../../famulor/errors";
import { maskPhoneNumbers, redact } from "../../masking";

/**
 * The longest message, in bytes, without the code behind it. A message goes through a gRPC header: far above this size
 * the engine waits for ever.
 */
const MAX_MESSAGE_BYTES = 2048;

export function readableError(error: unknown, apiKey: string | undefined): Error {
  const isExpected = isFamulorError(error);
  const said = error instanceof Error ? messageOf(error) : describeThrown(error);
  const prefix = isExpected ? "" : "pulumi-famulor failed unexpectedly, please report it: ";
  // The code comes last and is never cut. docs/recovery.md has an entry for it.
  const code = isExpected ? ` [${error.code}]` : "";
  const readable = new Error(presentable(prefix + said, apiKey, code) + code);
  // The engine prints the stack as a second message. It helps us, and not a user whose key is wrong.
  readable.stack = isExpected || !(error instanceof Error) ? "" : presentable(error.stack ?? "", apiKey);
  return readable;
}

/** Removes the key first, while it is whole. Cuts before masking, because masking is slow on megabytes. */
function presentable(text: string, apiKey: string | undefined, ending = ""): string {
  const cut = redact(text, apiKey).slice(0, 4 * MAX_MESSAGE_BYTES);
  return shorten(maskPhoneNumbers(cut), MAX_MESSAGE_BYTES - ending.length);
}

function describeThrown(thrown: unknown): string {
  try {
    return typeof thrown === "string" ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return "a value that cannot be shown was thrown";
  }
}

function shorten(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  return `${bytes
    .subarray(0, maxBytes - 4)
    .toString()
    .replace(/\uFFFD+$/, "")}…`;
}

/** The API client knows neither Pulumi nor our settings, so these hints are added here. */
const HINT_BY_CODE: Record<string, string> = {
  "famulor/auth":
    "Check the API key: `pulumi config set --secret famulor:apiKey <key>` or FAMULOR_API_KEY. After a key was rotated, " +
    "`pulumi refresh` and `pulumi destroy` use the old key until one `pulumi up` (or with --run-program).",
  "famulor/protocol":
    "Check famulor:baseUrl: it must be the API's address, such as https://app.famulor.de/api. If it is right, report this.",
  "famulor/interrupted": "Run the command again.",
  "famulor/out-of-time": "Run the command again.",
  "famulor/rate-limit": "Run the command again after that time.",
};

/** The message of an error with everything that the reader can do. The error's own hint comes first. */
function explained(error: FamulorError): string {
  if (error.hint !== undefined) return error.message;
  const isNotSent = error instanceof FamulorConnectionError && error.delivery === "not-sent";
  const hint = isNotSent ? "Check famulor:baseUrl and the network." : HINT_BY_CODE[error.code];
  return hint === undefined ? error.message : `${error.message} ${hint}`;
}

/**
 * An error of the client, with what the caller knows about its consequences. Keeps the code unless another is given.
 */
export function withHint(cause: unknown, hint: string, code?: string): FamulorError {
  const own = isFamulorError(cause) ? cause : undefined;
  return new FamulorError(code ?? own?.code ?? "famulor/api", messageOf(cause), { hint, cause });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (isFamulorError(error)) return explained(error);
  return error instanceof Error ? error.message : String(error);
}
