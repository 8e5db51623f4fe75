/** Where a resource was created, and by which account. Every state holds this. */
import { mark, type Readers, text } from "./stored";

export interface MadeAt {
  /** The API base URL that holds the resource; absent for Famulor's own. */
  endpoint?: string | undefined;
  /** The first 12 hex digits of the SHA-256 of the account's e-mail address; absent where Famulor refuses to say. */
  accountId?: string | undefined;
  /** The resource belongs to a FamulorProvider and not to the stack's own account. */
  explicitProvider?: true | undefined;
}

/** The fields that a program can read. */
export const MADE_AT_OUTPUTS: Readers<Omit<MadeAt, "explicitProvider">> = { endpoint: text, accountId: text };

/** Stored for ourselves; no program reads it. */
export const MADE_AT_INTERNAL = { explicitProvider: mark };
