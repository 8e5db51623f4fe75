import { FamulorInputError } from "../famulor/errors";

/** A file or an option that gives no leads. */
export class SeedsError extends FamulorInputError {
  /** Pulumi prints only the message of an error with this mark, without the source text and the stack. */
  readonly __pulumiRunError = true;
}
