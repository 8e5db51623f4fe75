/**
 * The error family.
 *
 * FamulorError
 * ├── FamulorConfigError       a setting is missing or unusable; nothing was sent
 * ├── FamulorInputError        an argument is unusable; nothing was sent
 * ├── FamulorConnectionError   no answer: `delivery` says whether the request can have arrived
 * ├── FamulorProtocolError     an answer that is not Famulor's JSON
 * └── FamulorApiError          an answer that refuses the request: `kind` says why
 *     └── Auth, NotFound, Conflict, Validation, RateLimit
 *
 * No field is called `id`, `details`, or `code` as a number: gRPC reads those as its own fields, and a caller may take an
 * error with a truthy `id` for "the resource exists".
 */
import { maskPhoneNumbers } from "../masking";

const BRAND = Symbol.for("pulumi-famulor.error");

export interface FamulorErrorOptions {
  /** What to do about it, as one or more full sentences. */
  hint?: string;
  cause?: unknown;
}

/** Base of every error that this package throws on purpose. */
export class FamulorError extends Error {
  /**
   * A stable name for programs to branch on, such as `"famulor/auth"`. Messages may change, codes do not.
   * docs/recovery.md has an entry for each.
   */
  readonly code: string;
  /** What to do about it. Also the end of `message`. */
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: FamulorErrorOptions = {}) {
    super(options.hint === undefined ? message : `${message} ${options.hint}`, { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** True for errors of this family, also those of another copy of this package in the same process. */
export function isFamulorError(error: unknown): error is FamulorError {
  return typeof error === "object" && error !== null && BRAND in error;
}

export class FamulorConfigError extends FamulorError {
  constructor(message: string, options?: FamulorErrorOptions) {
    super("famulor/config", message, options);
  }
}

export class FamulorInputError extends FamulorError {
  constructor(message: string, options?: FamulorErrorOptions) {
    super("famulor/input", message, options);
  }
}

export class FamulorConnectionError extends FamulorError {
  /** `"not-sent"`: the request never reached Famulor. `"unknown"`: Famulor may have carried the request out. */
  readonly delivery: "not-sent" | "unknown";

  constructor(message: string, delivery: "not-sent" | "unknown", options?: FamulorErrorOptions) {
    super("famulor/connection", message, options);
    this.delivery = delivery;
  }
}

/** Famulor, or a server in between, answered something that is not the API's JSON. Famulor may have acted. */
export class FamulorProtocolError extends FamulorError {
  constructor(message: string, options?: FamulorErrorOptions) {
    super("famulor/protocol", message, options);
  }
}

/** Why Famulor refused a request, in words: callers branch on these instead of status numbers. */
export type ApiErrorKind =
  /** 400 */
  | "bad-request"
  /** 401 and every redirect, because Famulor sends a bad key to its login page. */
  | "auth"
  /** 402: the balance is too low. */
  | "payment"
  /** 403: the key or the plan does not allow it, or the object belongs to another account. */
  | "forbidden"
  /** 404: gone, not yours, or no such route. */
  | "not-found"
  /** 405: this path does not take this method. */
  | "no-route"
  /** 408: a server in between gave up waiting. */
  | "timeout"
  /** 409 */
  | "conflict"
  /** 413 */
  | "too-large"
  /** 422 */
  | "validation"
  /** 423 */
  | "locked"
  /** 429 */
  | "rate-limit"
  /** 5xx */
  | "server"
  /** 2xx, but the body says `success: false`. */
  | "refused"
  | "other";

const KIND_OF: { readonly [status: number]: ApiErrorKind } = {
  400: "bad-request",
  401: "auth",
  402: "payment",
  403: "forbidden",
  404: "not-found",
  405: "no-route",
  408: "timeout",
  409: "conflict",
  413: "too-large",
  422: "validation",
  423: "locked",
  429: "rate-limit",
};

function kindOf(status: number): ApiErrorKind {
  if (status >= 500) return "server";
  if (status >= 300 && status < 400) return "auth";
  if (status >= 200 && status < 300) return "refused";
  return KIND_OF[status] ?? "other";
}

/** What an answer that refuses a request said. */
export interface ApiFailure {
  status: number;
  method: string;
  path: string;
  /** How many times the request was sent. */
  attempts: number;
  /** What the service wrote, in English or German. For people, never to branch on. */
  serviceMessage: string;
  /** What the service wrote about single fields, by our argument's name. */
  fieldErrors?: Record<string, string[]>;
  /** Whole seconds the service asked to wait, 1 or more. */
  retryAfterSeconds?: number | undefined;
}

export class FamulorApiError extends FamulorError {
  readonly kind: ApiErrorKind;
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly attempts: number;
  /** What the service wrote, phone numbers masked. For people, never to branch on. */
  readonly serviceMessage: string;
  /** Whole seconds the service asked to wait, 1 or more. */
  readonly retryAfterSeconds: number | undefined;

  constructor(failure: ApiFailure, options: FamulorErrorOptions & { code?: string } = {}) {
    const { method, path, status, serviceMessage } = failure;
    super(options.code ?? "famulor/api", describe(failure), options);
    this.kind = kindOf(status);
    this.status = status;
    this.method = method;
    this.path = path;
    this.attempts = failure.attempts;
    this.retryAfterSeconds = failure.retryAfterSeconds;
    this.serviceMessage = presentable(serviceMessage, MAX_SAID_LENGTH);
  }
}

/** The longest part of a message that others have written, in characters. */
const MAX_SAID_LENGTH = 500;
const MAX_FIELDS_LENGTH = 1_000;

/**
 * Masks before cutting, because half a phone number would not be recognised any more. A long text is shortened before
 * that, because masking is slow on megabytes.
 */
const presentable = (text: string, maxLength: number) =>
  maskPhoneNumbers(text.slice(0, 4 * maxLength)).slice(0, maxLength);

function describe({ method, path, status, serviceMessage, fieldErrors = {} }: ApiFailure): string {
  const what = `${method} ${path} answered ${status}${kindOf(status) === "refused" ? " with success: false" : ""}`;
  const said = presentable(withoutFullStop(serviceMessage), MAX_SAID_LENGTH);
  const fieldTexts = Object.entries(fieldErrors).map(
    ([argument, texts]) => `${argument}: ${texts.map(withoutFullStop).join(", ")}`,
  );
  const fields = presentable(fieldTexts.join("; "), MAX_FIELDS_LENGTH);
  const why = said && fields ? `${said} (${fields})` : said || fields;
  return `${what}${why ? `: ${why}` : ""}.`;
}

const withoutFullStop = (text: string) => text.trim().replace(/\.$/, "");

/** 401 and every redirect (Famulor sends a bad key to its login page). */
export class FamulorAuthError extends FamulorApiError {
  constructor(failure: ApiFailure) {
    super(failure, { code: "famulor/auth" });
  }
}

export class FamulorNotFoundError extends FamulorApiError {
  constructor(failure: ApiFailure) {
    super(failure, { code: "famulor/not-found" });
  }
}

export class FamulorConflictError extends FamulorApiError {
  constructor(failure: ApiFailure) {
    super(failure, { code: "famulor/conflict" });
  }
}

export class FamulorValidationError extends FamulorApiError {
  /** What the service wrote about single fields, by our argument's name, such as `secondaryContacts[0].phoneNumber`. */
  readonly fieldErrors: Record<string, string[]>;

  constructor(failure: ApiFailure) {
    super(failure, { code: "famulor/validation" });
    this.fieldErrors = failure.fieldErrors ?? {};
  }
}

export class FamulorRateLimitError extends FamulorApiError {
  constructor(failure: ApiFailure) {
    const wait = failure.retryAfterSeconds;
    super(failure, {
      code: "famulor/rate-limit",
      hint: `Famulor refused the request before acting. Try again in ${wait === undefined ? "a minute" : `${wait} s`}.`,
    });
  }
}

/** Turns an error answer into its class. */
export function apiError(failure: ApiFailure): FamulorApiError {
  switch (kindOf(failure.status)) {
    case "auth":
      return new FamulorAuthError(failure);
    case "not-found":
      return new FamulorNotFoundError(failure);
    case "conflict":
      return new FamulorConflictError(failure);
    case "validation":
      return new FamulorValidationError(failure);
    case "rate-limit":
      return new FamulorRateLimitError(failure);
    default:
      return new FamulorApiError(failure);
  }
}
