/** Refuses too many requests as Famulor's API pages say: 429, with the wait in a header and in the body. */
import type { Answer } from "./request";

/** At most this many requests in any stretch of this many milliseconds. */
export interface SandboxRateLimit {
  requests: number;
  /** Milliseconds. */
  ms: number;
}

/** @returns a function to call for each request: it returns the answer to a request that is refused, else undefined. */
export function enforce(limits: SandboxRateLimit[], clock: () => Date): () => Answer | undefined {
  let accepted: number[] = [];
  const longest = Math.max(0, ...limits.map(({ ms }) => ms));
  return () => {
    const now = clock().getTime();
    accepted = accepted.filter((at) => at > now - longest);
    for (const { requests, ms } of limits) {
      const within = accepted.filter((at) => at > now - ms);
      if (within.length < requests) continue;
      const seconds = Math.max(1, Math.ceil(((within[within.length - requests] ?? now) + ms - now) / 1000));
      return {
        status: 429,
        body: { error: "Too Many Requests", message: "Too Many Attempts.", retry_after: seconds },
        headers: {
          "retry-after": String(seconds),
          "x-ratelimit-limit": String(requests),
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": String(Math.ceil(now / 1000) + seconds),
        },
      };
    }
    accepted.push(now);
    return undefined;
  };
}
