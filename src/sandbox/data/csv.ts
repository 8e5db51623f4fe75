/** Comma-separated values (RFC 4180). */

/** @throws if a quote is never closed. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let field = "";
  let isQuoted = false;
  const source = text.replace(/^\uFEFF/, "");
  // In several countries, spreadsheets separate by semicolon.
  const separator = /^[^\n,]*;/.test(source) ? ";" : ",";
  for (let index = 0; index < source.length; index++) {
    const char = source[index];
    if (isQuoted) {
      if (char !== '"') field += char;
      else if (source[index + 1] === '"') field += source[++index];
      else isQuoted = false;
    } else if (char === '"' && field === "") isQuoted = true;
    else if (char === separator) {
      rows.at(-1)?.push(field);
      field = "";
    } else if (char === "\n") {
      rows.at(-1)?.push(field.replace(/\r$/, ""));
      field = "";
      rows.push([]);
    } else field += char;
  }
  if (isQuoted) throw new Error("a quoted field is never closed");
  rows.at(-1)?.push(field.replace(/\r$/, ""));
  return rows.filter((row) => row.some((each) => each !== ""));
}

export function formatCsv(rows: string[][]): string {
  const quote = (field: string) => (/[",;\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
  return rows.map((row) => `${row.map(quote).join(",")}\r\n`).join("");
}
