/**
 * One run of the provider in this process. A second one knows nothing of the first, as a second `pulumi` command would. Every
 * value is converted as on its way over gRPC, and each hook answers what Pulumi's plugin process makes of it
 * (`@pulumi/pulumi/cmd/dynamic-provider`); `hooks/process.test.ts` compares the two.
 */
import { Config } from "@pulumi/pulumi/cmd/dynamic-provider/config";
import { type Clock, systemClock } from "../../src/famulor/http/clock";
import type { Deadlines } from "../../src/famulor/http/deadline";
import { createProvider } from "../../src/provider/create-provider";
import { sayThatRequestsWait } from "../../src/provider/engine/progress";
import type { Notes } from "../../src/provider/session/shared-claims";
import {
  HookError,
  type Hooks,
  type Kind,
  overTheWire,
  type PartialFailure,
  type Props,
  type RunningProvider,
  withoutStub,
  withStub,
} from "./hooks";

export interface ProviderOptions {
  env?: NodeJS.ProcessEnv;
  /** @default the system's */
  clock?: Clock;
  /** Shared with the other providers of one `pulumi` command. */
  notes?: Notes;
}

/** What the plugin process answers for each value of `changes`. */
const CHANGES = { unknown: 0, none: 1, some: 2 };

/** A run in this process. */
export interface InProcessProvider extends RunningProvider {
  /** What Ctrl-C does to the run: no write starts any more; what is in flight ends. */
  interrupt(): void;
}

/** Starts a run with a stack configuration. */
export async function startProvider(
  config: Record<string, string>,
  { env = {}, clock = systemClock, notes = new Set() }: ProviderOptions = {},
): Promise<InProcessProvider> {
  let output = "";
  let isInterrupted = false;
  let deadlines: Deadlines | undefined;
  const say = (line: string) => {
    output += `${line}\n`;
  };
  const provider = createProvider({
    env,
    clock,
    say,
    notes,
    onQueue: (requestsPerMinute) => sayThatRequestsWait(requestsPerMinute, clock, say),
    interruptible(ofRun, work) {
      deadlines = ofRun;
      if (isInterrupted) deadlines.stop("writes");
      return work();
    },
  });
  const settings = new Config(overTheWire(config), "project");
  const configured = new Set<Kind>();

  /** The plugin process loads and configures a kind at its first hook. Later hooks do not wait for a `configure` that still runs. */
  async function load(kind: Kind) {
    const loaded = provider[kind];
    if (!configured.has(kind)) {
      configured.add(kind);
      await loaded.configure?.({ config: settings });
    }
    return loaded;
  }

  const hooksOf = (kind: Kind): Hooks => {
    const sent = (props: Props) => overTheWire(withStub(kind, props));
    /** The plugin process puts the stub back, whatever a hook answers. */
    const answered = (props: Props | undefined) => withoutStub(overTheWire(withStub(kind, props ?? {})));

    /** The plugin process prints what these hooks throw. */
    async function printed<T>(work: () => Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (error) {
        say(`${error}: ${(error as Error).stack}`);
        throw new HookError((error as Error).message, undefined);
      }
    }

    return {
      check: (news, olds = {}) =>
        printed(async () => {
          const [before, declared] = [overTheWire(olds), sent(news)];
          const { inputs, failures = [] } = (await (await load(kind)).check?.(before, declared)) ?? {};
          return {
            inputs: answered(inputs ?? declared),
            failures: failures.map(({ property, reason }) => {
              if (property) throw new Error(`the engine would print the value of ${property}`);
              return reason;
            }),
          };
        }),
      diff: (id, olds, news) =>
        printed(async () => {
          const result = (await (await load(kind)).diff?.(id, sent(olds), sent(news))) ?? {};
          const { changes, replaces = [], deleteBeforeReplace = false } = result;
          return {
            changes: changes === undefined ? CHANGES.unknown : changes ? CHANGES.some : CHANGES.none,
            replaces: [...replaces],
            deleteBeforeReplace,
          };
        }),
      async create(inputs) {
        try {
          const { id, outs } = await (await load(kind)).create(sent(inputs));
          return { id: idAsText(id), outs: answered(outs) };
        } catch (error) {
          throw initFailure(error);
        }
      },
      read: (id, props) =>
        printed(async () => {
          const result = (await (await load(kind)).read?.(id, sent(props))) ?? {};
          return {
            id: idAsText(result.id),
            props: answered(result.props),
            inputs: result.inputs && answered(result.inputs),
          };
        }),
      async update(id, olds, news) {
        try {
          const result = await (await load(kind)).update?.(id, sent(olds), sent(news));
          return answered(result?.outs);
        } catch (error) {
          throw initFailure(error);
        }
      },
      delete: (id, props) => printed(async () => (await load(kind)).delete?.(id, sent(props))),
    };
  };

  return {
    ...hooksOf("lead"),
    of: hooksOf,
    get output() {
      return output;
    },
    interrupt() {
      isInterrupted = true;
      deadlines?.stop("writes");
    },
    close: () => provider.close(),
  };
}

/** gRPC carries nothing but a string, and the engine takes an empty one for no ID at all. */
function idAsText(id: unknown): string {
  return typeof id === "string" ? id : "";
}

/** With an error that names an ID, the engine stores what exists but is not finished. */
function initFailure(error: unknown): HookError {
  const { message, id, properties = {}, reasons = [] } = error as Error & Partial<PartialFailure>;
  return new HookError(
    message,
    id ? { id: idAsText(id), properties: overTheWire(properties), reasons: [...reasons] } : undefined,
  );
}
