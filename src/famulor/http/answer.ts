/**
 * Reads an answer: its text, its JSON, what it says about the rate limit, and why it refuses the request, if it does.
 * Pure, except that decoding takes a moment.
 */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, inflateRaw } from "node:zlib";
import { errors as undiciErrors } from "undici";
import type { ApiFailure } from "../errors";
import { MAX_RESPONSE_BYTES } from "../limits";
import { wireErrorBody } from "../wire/error-body";
import type { RateSignal } from "./rate-limit";
import { askedWaitMs } from "./retry-timing";

type Headers = { [name: string]: string | string[] | undefined };

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

const LIMIT = { maxOutputLength: MAX_RESPONSE_BYTES };
const DECODERS: { readonly [encoding: string]: (body: Buffer) => Promise<Buffer> } = {
  gzip: (body) => promisify(gunzip)(body, LIMIT),
  br: (body) => promisify(brotliDecompress)(body, LIMIT),
  // Some servers leave out the header of zlib that the standard asks for. The header's first byte ends in 8.
  deflate: (body) => promisify((body[0] ?? 0) % 16 === 8 ? inflate : inflateRaw)(body, LIMIT),
};

/**
 * The text of a body that is compressed although we ask for plain text. If it cannot be decoded, the result is not
 * JSON, and the status still says what became of the request.
 */
export async function decompress(body: Buffer, contentEncoding: string | string[]): Promise<string> {
  if (body.length === 0) return "";
  try {
    for (const encoding of String(contentEncoding).toLowerCase().split(",").reverse()) {
      const name = encoding.trim().replace(/^x-/, "");
      if (name === "identity") continue;
      const decode = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
      if (!decode) throw new Error(`unknown encoding ${name}`);
      body = await decode(body);
    }
    return body.toString();
  } catch (error) {
    if (error instanceof RangeError) throw new undiciErrors.ResponseExceededMaxSizeError();
    return `(an answer in ${contentEncoding} that cannot be decoded)`;
  }
}

/** The decoded JSON, whatever the content type. `undefined` if the answer is not JSON, such as an HTML page. */
export function parseJson({ headers, text }: Answer): unknown {
  const isObjectOrList = /^[\s\uFEFF]*[{[]/.test(text);
  if (!isObjectOrList && !String(headers["content-type"] ?? "").includes("json")) return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
  } catch {
    return undefined;
  }
}

/** What an answer says about the rate limit. */
export function rateSignal({ status, headers }: Answer, json: unknown, nowMs: number): RateSignal {
  const number = (name: string) => {
    const value = String(headers[name]);
    return /^\d+$/.test(value) ? Number(value) : undefined;
  };
  const isRefusal = status === 429;
  const remaining = number("x-ratelimit-remaining");
  const inBody = isRefusal ? wireErrorBody.safeParse(json).data?.retryAfter : undefined;
  const waitMs = isRefusal || remaining === 0 ? askedWaitMs({ headers, inBody, isRateLimit: true, nowMs }) : undefined;
  return {
    isRefusal,
    limit: number("x-ratelimit-limit"),
    remaining,
    ...(waitMs === undefined ? {} : { waitMs }),
  };
}

/** What a refusal says. The caller adds the request that it belongs to. */
export function readFailure(
  { status, headers, text }: Answer,
  json: unknown,
  nowMs: number,
): Omit<ApiFailure, "method" | "path" | "attempts"> {
  const { message, fieldErrors = {}, retryAfter } = wireErrorBody.safeParse(json).data ?? {};
  const isExplained = message !== undefined || Object.keys(fieldErrors).length > 0;
  const said = isExplained ? (message ?? "") : json === undefined ? plainText(text) : JSON.stringify(json);
  const waitMs = askedWaitMs({ headers, inBody: retryAfter, isRateLimit: status === 429, nowMs }) ?? 0;
  return {
    status,
    serviceMessage: said,
    fieldErrors,
    retryAfterSeconds: waitMs > 0 ? Math.ceil(waitMs / 1000) : undefined,
  };
}

/** The words of an HTML error page. */
function plainText(text: string): string {
  return text
    .slice(0, 4_000)
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
