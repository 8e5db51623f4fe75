import type { IncomingMessage } from "node:http";
import { Refusal } from "../account/validation";

/** The body of a request, as text. @throws a refusal if the body is longer than `mostBytes`. */
export async function readBody(incoming: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw new Refusal(413, { message: `The body is larger than ${mostBytes / 1024 / 1024} MB.` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
