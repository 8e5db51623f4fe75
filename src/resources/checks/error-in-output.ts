import * as pulumi from "@pulumi/pulumi";

/**
 * For an error that is thrown while an output becomes known. Thrown and not logged, because a logged error leaves the exit code
 * at 0. After the program's last line, Pulumi prints such an error with its stack, which shows this package and no line of the
 * program.
 */
export function errorInOutput(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
