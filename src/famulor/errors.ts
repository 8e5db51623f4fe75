/**
 * The error family.
 *
 * FamulorError
 * ├── FamulorConfigError       a setting is missing or unusable; nothing was sent
 * ├── FamulorInputError        an argument is unusable; nothing was sent
 * ├── FamulorConnectionError   no answer: `delivery` says whether the request can have arrived
 * ├── FamulorProtocolError     an answer that is not Famulor's JSON
 * └── FamulorApiError          an answer with an error status
 *     └── Auth, NotFound, Conflict, Validation, RateLimit
 *
 * No field is called `id`, `details`, or `code` as a number: Pulumi's dynamic provider reads those as gRPC fields, and an
 * error with a truthy `id` even as "the resource was made".
 */
import { maskPhoneNumbers } from "./masking";

const BRAND = Symbol.for("pulumi-famulor.error");

export interface FamulorErrorOptions {
  /** What to do about it, as one or more full sentences. */
  hint?: string;
  cause?: unknown;
}

/** Base of every error this package throws on purpose. */
export class FamulorError extends Error {
  /** A stable name for programs to branch on, such as `"famulor/auth"`. Messages may change, codes do not. */
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

/** `"not-sent"`: the request surely never reached Famulor. `"unknown"`: it may have been carried out. */
export type Delivery = "not-sent" | "unknown";

export class FamulorConnectionError extends FamulorError {
  readonly delivery: Delivery;
  constructor(message: string, delivery: Delivery, options?: FamulorErrorOptions) {
    super("famulor/connection", message, options);
    this.delivery = delivery;
  }
}

/** Famulor, or whoever answered in its place, sent something that is not the API's JSON. It may have acted. */
export class FamulorProtocolError extends FamulorError {
  constructor(message: string, options?: FamulorErrorOptions) {
    super("famulor/protocol", message, options);
  }
}

/** What an error answer was about. */
export interface ApiFailure {
  status: number;
  method: string;
  path: string;
  /** How often the request was sent. */
  attempts: number;
  /** What the service wrote, in English or German. For people, never to branch on. */
  serviceMessage: string;
  fieldErrors?: Record<string, string[]>;
  /** Whole seconds the service asked to wait. */
  retryAfterSeconds?: number;
}

export class FamulorApiError extends FamulorError {
  readonly status: number;
  readonly method: string;
  readonly path: string;
  readonly attempts: number;
  /** What the service wrote, phone numbers masked. For people, never to branch on. */
  readonly serviceMessage: string;

  constructor(failure: ApiFailure, options: FamulorErrorOptions & { code?: string } = {}) {
    const { method, path, status, serviceMessage } = failure;
    const said = maskPhoneNumbers(serviceMessage);
    super(
      options.code ?? "famulor/api",
      `${method} ${path} answered ${status}${said ? `: ${said.replace(/\.$/, "")}` : ""}.`,
      options,
    );
    this.status = status;
    this.method = method;
    this.path = path;
    this.attempts = failure.attempts;
    this.serviceMessage = said;
  }
}

/** 401 and every redirect (Famulor sends a bad key to its login page). */
export class FamulorAuthError extends FamulorApiError {
  constructor(failure: ApiFailure) {
    super(failure, {
      code: "famulor/auth",
      hint:
        "Check the API key: `pulumi config set --secret famulor:apiKey <key>` or FAMULOR_API_KEY. " +
        "After a key was rotated, `pulumi refresh` and `pulumi destroy` go on using the old one " +
        "until one `pulumi up` (or with --run-program).",
    });
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
  /** The service's complaints by wire field name. */
  readonly fieldErrors: Record<string, string[]>;
  constructor(failure: ApiFailure) {
    super(failure, { code: "famulor/validation" });
    this.fieldErrors = failure.fieldErrors ?? {};
  }
}

export class FamulorRateLimitError extends FamulorApiError {
  readonly retryAfterSeconds: number | undefined;
  constructor(failure: ApiFailure) {
    const wait = failure.retryAfterSeconds;
    super(failure, {
      code: "famulor/rate-limit",
      hint: `Famulor refused it before acting. Try again${wait === undefined ? " in a minute" : ` in ${wait} s`}.`,
    });
    this.retryAfterSeconds = wait;
  }
}

/** Turns an error answer into its class. Statuses nobody documented stay a plain `FamulorApiError`. */
export function apiError(failure: ApiFailure): FamulorApiError {
  const { status } = failure;
  if (status === 401 || (status >= 300 && status < 400)) return new FamulorAuthError(failure);
  switch (status) {
    case 404:
      return new FamulorNotFoundError(failure);
    case 409:
      return new FamulorConflictError(failure);
    case 422:
      return new FamulorValidationError(failure);
    case 429:
      return new FamulorRateLimitError(failure);
    default:
      return new FamulorApiError(failure);
  }
}
