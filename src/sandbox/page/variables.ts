/** Variables as text that somebody can edit: one in each line. */

/** `name: Anna`. Numbers and booleans are as in JSON; a text that looks like a number or a boolean is in quotes. */
export function variableLines(variables: Record<string, unknown>): string {
  return Object.entries(variables)
    .map(
      ([name, value]) =>
        `${name}: ${typeof value === "string" && readValue(value) === value ? value : JSON.stringify(value)}`,
    )
    .join("\n");
}

/** @throws if a line is no variable, with that line. */
export function readVariables(text: string): Record<string, unknown> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value = ""] = /^\s*([^:]+?)\s*:\s?(.*?)\s*$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`Variables: “${line.trim()}” must be a name, a colon and a value`);
      return [name, readValue(value)];
    }),
  );
}

function readValue(text: string): unknown {
  if (!/^(".*"|[[{].*|-?\d+(\.\d+)?|true|false|null)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
