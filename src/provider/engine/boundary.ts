/**
 * The one wrapper around every hook that the engine calls. It parses what the engine sends, answers with plain values,
 * and lets only readable errors out, without a key or a phone number.
 */
import type { dynamic } from "@pulumi/pulumi";
import { FamulorInputError } from "../../famulor/errors";
import { maskPhoneNumbers, redact } from "../../masking";
import { isMap, type Stored } from "../../state/stored";
import type { Run } from "../session/run";
import type { Session } from "../session/session";
import { PartialFailure, type ResourceDefinition } from "./hooks";
import { toPlain } from "./plain-values";
import { readableError } from "./readable-error";
import { type Declared, holdsUnknown, isUnknown, markUnknowns } from "./unknown";

/** Nobody reads a longer list: further problems are only counted. */
const MAX_PROBLEMS = 20;

/** The provider object that the state loads. */
export function atBoundary<Args, State>(
  { state, hooks, problems, wanted }: ResourceDefinition<Args, State>,
  run: Run,
): dynamic.ResourceProvider {
  let config: dynamic.Config | undefined;

  /** Runs a hook. Whatever the hook throws leaves as a plain, short Error. */
  async function guarded<T>(work: () => T | Promise<T>, stub?: unknown): Promise<T> {
    try {
      return await run.interruptible(async () => work());
    } catch (error) {
      const apiKey = run.settings(config).settings?.apiKey;
      if (!(error instanceof PartialFailure)) throw readableError(error, apiKey);
      const readable = readableError(error.cause, apiKey);
      // Without one of these fields the engine forgets the resource, never finishes it, or cannot load its provider any
      // more.
      throw Object.assign(readable, {
        id: String(error.resourceId),
        properties: toPlain({ ...state.write(error.state as State), __provider: stub }),
        reasons: [readable.message],
      });
    }
  }

  /** The same for a hook that may talk to Famulor. */
  function act<T>(work: (session: Session) => Promise<T>, stub?: unknown): Promise<T> {
    return guarded(() => {
      const session = run.session(config);
      return session.deadlines.within(session.settings.requestTimeoutMs, () => work(session));
    }, stub);
  }

  /** Some values may have been unknown to `check`, so they are checked again before a phone can ring. */
  function requireArgs(news: Declared<Args>, session: Session): Args {
    const found = holdsUnknown(news) ? ["an argument is not known yet"] : problems(news, session.settings);
    if (found.length > 0) throw new FamulorInputError(inShort(found).join("\n"));
    return news as Args;
  }

  return {
    // Never awaits and never throws: the engine calls other hooks while a `configure` still runs.
    configure: async (request) => {
      config = request.config;
    },
    check: (olds, news) =>
      guarded(() => {
        const { settings, problems: ofSettings } = run.settings(config);
        const args = declared<Args>(news);
        const found = inShort([...ofSettings, ...problems(args, settings)]);
        // Without old inputs the engine is going to create the resource, also as the second half of a replacement.
        if (found.length === 0 && Object.keys(withoutStub(olds)).length === 0) wanted?.(run.session(config), args);
        // With `property` set, the engine would print the value itself: a phone number, perhaps a secret.
        const failures = found.map((reason) => ({
          property: "",
          // A user's own key, such as a variable's name, may look like a number.
          reason: maskPhoneNumbers(redact(reason, settings?.apiKey)),
        }));
        return { inputs: toPlain(news), failures };
      }),
    diff: (id, olds, news) => act((session) => hooks.diff(session, state.read(id, olds), declared(news))),
    create: (inputs) =>
      act(async (session) => {
        const created = await hooks.create(session, requireArgs(declared(inputs), session));
        // The engine reads a numeric ID as no ID.
        return { id: String(created.id), outs: toPlain(state.write(created.state)) };
      }, inputs.__provider),
    read: (id, props) =>
      act(async (session) => {
        const elsewhere = hooks.readElsewhere;
        if (elsewhere?.isFirstRead(props)) {
          const found = await elsewhere.read(session, Number(id), declared(props));
          return { id, props: isUnknown(found) ? withoutStub(props) : toPlain(state.write(found)) };
        }
        const live = await hooks.read(session, state.read(id, props));
        return live === undefined ? {} : toPlain({ id, props: state.write(live), inputs: state.args(live) });
      }),
    update: (id, olds, news) =>
      act(async (session) => {
        const args = requireArgs(declared(news), session);
        return { outs: toPlain(state.write(await hooks.update(session, state.read(id, olds), args))) };
      }, news.__provider),
    delete: (id, props) => act((session) => hooks.delete(session, state.read(id, props))),
  };
}

function declared<Args>(news: unknown): Declared<Args> {
  // If a value has the wrong type, each resource's `problems` says so.
  return markUnknowns(withoutStub(isMap(news) ? news : {})) as Declared<Args>;
}

function withoutStub(props: Stored): Record<string, unknown> {
  const { __provider, ...rest } = props;
  return rest;
}

function inShort(problems: string[]): string[] {
  const more = problems.length - MAX_PROBLEMS;
  return more > 0 ? [...problems.slice(0, MAX_PROBLEMS), `and ${more} more problems like these`] : problems;
}
