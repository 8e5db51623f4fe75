/**
 * The one wrapper around every hook the engine calls: plain values in, plain values out, readable errors, no key in any
 * of them.
 */
import type { dynamic } from "@pulumi/pulumi";
import { withinBudget } from "../famulor/budget";
import { isFamulorError } from "../famulor/errors";
import { maskPhoneNumbers, redact } from "../famulor/masking";
import { watched } from "./interruption";
import { type Props, toPlain } from "./plain";
import { requireSettings, resolveSettings, type Settings } from "./settings";

/** One kind of resource, as the rest of this folder writes it: settings resolved, `__provider` taken off. */
export interface Hooks {
  /** Every problem, each beginning with the argument's path; `settings` is absent where they have problems of their own. */
  check(news: Props, settings: Settings | undefined): string[];
  diff(olds: Props, news: Props, settings: Settings): Promise<dynamic.DiffResult>;
  /** The ID is Famulor's, but for a set, which Famulor does not know: the other hooks of a set are told none. */
  create(inputs: Props, settings: Settings): Promise<{ id: number | string; outs: Props }>;
  /** `undefined`: proven gone. */
  read(id: number, props: Props, settings: Settings): Promise<{ props: Props; inputs?: Props } | undefined>;
  update(id: number, olds: Props, news: Props, settings: Settings): Promise<Props>;
  delete(id: number, props: Props, settings: Settings): Promise<void>;
}

/**
 * Thrown by `create` and `update` for what exists but is not finished: the engine stores it all the same, and asks
 * for an `update` at the next `up`.
 */
export class PartialFailure extends Error {
  constructor(
    readonly itsId: number,
    readonly outs: Props,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A failure message goes through a gRPC header: far above this size the engine waits for ever. */
const MAX_MESSAGE_BYTES = 2048;

/** The provider object that state loads. */
export function atBoundary(hooks: Hooks): dynamic.ResourceProvider {
  let config: dynamic.Config | undefined;
  const source = () => ({ config, env: process.env });

  /** Runs a hook; whatever it throws leaves as a plain, short Error without a key or a phone number in it. */
  async function run<T>(work: () => T | Promise<T>, stub?: unknown): Promise<T> {
    try {
      return await watched(async () => work());
    } catch (error) {
      const apiKey = resolveSettings(source()).settings?.apiKey;
      if (!(error instanceof PartialFailure)) throw readableError(error, apiKey);
      const readable = readableError(error.cause, apiKey);
      // All of these, or the engine forgets it, never finishes it, or cannot load its provider any more.
      throw Object.assign(readable, {
        id: String(error.itsId),
        properties: toPlain({ ...error.outs, __provider: stub }),
        reasons: [readable.message],
      });
    }
  }

  /** The same for a hook that may talk to Famulor. */
  function act<T>(work: (settings: Settings) => Promise<T>, stub?: unknown): Promise<T> {
    return run(() => {
      const settings = requireSettings(source());
      return withinBudget(settings.requestTimeoutMs, () => work(settings));
    }, stub);
  }

  return {
    // Never awaits and never throws: see settings.ts.
    configure: async (request) => {
      config = request.config;
    },
    check: (_olds, news) =>
      run(() => {
        const { settings, problems } = resolveSettings(source());
        const inputs = withoutStub(news);
        // With `property` set, the engine would print the value itself: a phone number, perhaps a secret.
        const failures = [...problems, ...hooks.check(inputs, settings)].map((reason) => ({
          property: "",
          // A key of the user's own, such as a variable's name, may look like one.
          reason: maskPhoneNumbers(redact(reason, settings?.apiKey)),
        }));
        return { inputs: toPlain(news), failures };
      }),
    diff: (_id, olds, news) => act((settings) => hooks.diff(withoutStub(olds), withoutStub(news), settings)),
    create: (inputs) =>
      act(async (settings) => {
        const { id, outs } = await hooks.create(withoutStub(inputs), settings);
        // The engine takes a numeric id for none at all.
        return { id: String(id), outs: toPlain(outs) };
      }, inputs.__provider),
    read: (id, props) =>
      act(async (settings) => {
        const live = await hooks.read(Number(id), withoutStub(props), settings);
        return live === undefined ? {} : toPlain({ id, ...live });
      }),
    update: (id, olds, news) =>
      act(
        async (settings) => ({
          outs: toPlain(await hooks.update(Number(id), withoutStub(olds), withoutStub(news), settings)),
        }),
        news.__provider,
      ),
    delete: (id, props) => act((settings) => hooks.delete(Number(id), withoutStub(props), settings)),
  };
}

function withoutStub(props: Props | undefined): Props {
  const { __provider, ...rest } = props ?? {};
  return rest;
}

/** As it may be shown: short, and without a key or a phone number in it. */
export function readableError(error: unknown, apiKey: string | undefined): Error {
  const expected = isFamulorError(error);
  const said = error instanceof Error ? error.message : describeThrown(error);
  const prefix = expected ? "" : "pulumi-famulor failed unexpectedly, please report it: ";
  const clean = new Error(presentable(prefix + said, apiKey));
  // The engine prints the stack as a second message: of use to us, not to somebody whose key is wrong.
  clean.stack = expected || !(error instanceof Error) ? "" : presentable(error.stack ?? "", apiKey);
  return clean;
}

/** The key goes first, while it is whole; masking is slow on a text of megabytes, of which little will be left. */
function presentable(text: string, apiKey: string | undefined): string {
  return shorten(maskPhoneNumbers(redact(text, apiKey).slice(0, 4 * MAX_MESSAGE_BYTES)));
}

function describeThrown(thrown: unknown): string {
  try {
    return typeof thrown === "string" ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return "a value that cannot be shown was thrown";
  }
}

function shorten(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= MAX_MESSAGE_BYTES) return text;
  return `${bytes
    .subarray(0, MAX_MESSAGE_BYTES - 4)
    .toString()
    .replace(/\uFFFD+$/, "")}…`;
}
