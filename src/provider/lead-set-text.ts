/**
 * A set's rows travel, and are stored, as JSON text. As objects, each value of each row would be a message of its own for
 * Pulumi's plugin process, several times for each command: with 10,000 rows most of its time and memory.
 */
import type { Hooks } from "./boundary";
import type { Props } from "./plain";

const TEXTS = ["leads", "leadIds", "rowStates"];

/** The same hooks, which then know nothing of the text. */
export function withRowsAsText(hooks: Hooks): Hooks {
  return {
    check: (news, settings) => hooks.check(fromText(news), settings),
    diff: (olds, news, settings) => hooks.diff(fromText(olds), fromText(news), settings),
    async create(inputs, settings) {
      const { id, outs } = await hooks.create(fromText(inputs), settings);
      return { id, outs: toText(outs) };
    },
    async read(id, props, settings) {
      const live = await hooks.read(id, fromText(props), settings);
      return live && { props: toText(live.props), ...(live.inputs && { inputs: toText(live.inputs) }) };
    },
    update: async (id, olds, news, settings) =>
      toText(await hooks.update(id, fromText(olds), fromText(news), settings)),
    delete: (id, props, settings) => hooks.delete(id, fromText(props), settings),
  };
}

function toText(props: Props): Props {
  return mapTexts(props, (value) => (typeof value === "object" ? JSON.stringify(value) : value));
}

/** What is no JSON stays as it is, such as a value that is not known yet; `check` then says what it should be. */
function fromText(props: Props): Props {
  return mapTexts(props, (value) => {
    if (typeof value !== "string" || !value.startsWith("{")) return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  });
}

function mapTexts(props: Props, change: (value: unknown) => unknown): Props {
  const changed = TEXTS.filter((name) => props[name] !== undefined).map((name) => [name, change(props[name])]);
  return { ...props, ...Object.fromEntries(changed) };
}
