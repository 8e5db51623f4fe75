import { FamulorInputError } from "../famulor/errors";
import { maskPhoneNumbers } from "../masking";

/** A file or an option from which no leads can be read. Masks phone numbers, because even names in a file may be phone numbers. */
export class SeedsError extends FamulorInputError {
  /** Pulumi prints only the message of an error with this mark, without the source text and the stack. */
  readonly __pulumiRunError = true;

  constructor(message: string, { hint, cause }: { hint?: string; cause?: unknown } = {}) {
    super(maskPhoneNumbers(message), { cause, ...(hint !== undefined && { hint: maskPhoneNumbers(hint) }) });
  }
}
