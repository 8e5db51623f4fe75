/** Requests to a sandbox's API, as any client sends them. */
import type { Sandbox } from "../../src/sandbox";

export interface ApiAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by asserting it
  body: any;
}

export async function callApi(
  { baseUrl, apiKey }: Pick<Sandbox, "baseUrl" | "apiKey">,
  method: string,
  path: string,
  body?: unknown,
  key = apiKey,
): Promise<ApiAnswer> {
  const response = await fetch(baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${key}`, accept: "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}
