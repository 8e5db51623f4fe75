/** Where a resource was created, and by which account. Every state holds this. */
import { mark, type Readers, text } from "./stored";

export interface MadeAt {
  /** The API base URL that holds it; absent for Famulor's own. */
  endpoint?: string | undefined;
  /** The first 12 hex digits of the SHA-256 of the account's e-mail address; absent where Famulor refuses to say. */
  accountId?: string | undefined;
  /** It belongs to a FamulorProvider and not to the stack's own account. */
  explicitProvider?: true | undefined;
}

/** What a program can read of it. */
export const MADE_AT_OUTPUTS: Readers<Omit<MadeAt, "explicitProvider">> = { endpoint: text, accountId: text };

/** What only we read of it. */
export const MADE_AT_INTERNAL = { explicitProvider: mark };
