/** The text of a file, whichever program has saved it. */
import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { SeedsError } from "./seeds-error";

export interface SourceText {
  /** The function and the file, for errors. */
  what: string;
  text: string;
}

/**
 * @param asked The function that reads, for errors.
 * @param isText Whether a string is the text itself and no path.
 */
export function readSource(
  asked: string,
  source: string | Uint8Array,
  isText: (source: string) => boolean,
  encoding?: string | undefined,
): SourceText {
  if (typeof source === "string" && isText(source)) return { what: `${asked}: the text`, text: withoutBom(source) };
  const what = typeof source === "string" ? `${asked}: ${source}` : `${asked}: the buffer`;
  const bytes = typeof source === "string" ? readFile(what, source) : source;
  return { what, text: decode(what, bytes, encoding) };
}

function readFile(what: string, path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new SeedsError(`${what} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      hint: `A relative path begins at the program's working folder, ${process.cwd()}.`,
      cause: error,
    });
  }
}

const withoutBom = (text: string) => text.replace(/^\ufeff/, "");

const beginsWith = (bytes: Uint8Array, ...first: number[]) => first.every((byte, index) => bytes[index] === byte);

function decode(what: string, bytes: Uint8Array, encoding: string | undefined): string {
  if (beginsWith(bytes, 0x50, 0x4b, 3, 4) || beginsWith(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    throw new SeedsError(`${what} is a workbook.`, { hint: 'Save it as "CSV UTF-8" in the spreadsheet.' });
  }
  const label = encoding ?? encodingOf(what, bytes);
  const text = decoder(what, label).decode(bytes);
  // Windows-1252 has almost no letters here, so the file has another encoding.
  if (encoding === undefined && label === "windows-1252" && /[\u0080-\u009f]/.test(text)) throw unknownEncoding(what);
  return text;
}

function encodingOf(what: string, bytes: Uint8Array): string {
  if (beginsWith(bytes, 0xff, 0xfe)) return "utf-16le";
  if (beginsWith(bytes, 0xfe, 0xff)) return "utf-16be";
  if (bytes.includes(0)) throw unknownEncoding(what);
  if (isUtf8(bytes)) return "utf-8";
  // Excel for Mac ends the lines of its oldest format with CR alone.
  return bytes.includes(0x0a) ? "windows-1252" : "macintosh";
}

function unknownEncoding(what: string): SeedsError {
  return new SeedsError(`${what} is neither UTF-8 nor Windows-1252.`, {
    hint: 'Save it as "CSV UTF-8", or name its encoding, such as { encoding: "windows-1250" }.',
  });
}

function decoder(what: string, label: string) {
  try {
    return new TextDecoder(label);
  } catch (error) {
    throw new SeedsError(`${what}: there is no encoding ${JSON.stringify(label)}.`, { cause: error });
  }
}
