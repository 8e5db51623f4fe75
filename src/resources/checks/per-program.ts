import * as pulumi from "@pulumi/pulumi";

const withoutEngine = {};

/**
 * One value for each program. One process can run several programs, such as those of the Automation API: each has a separate
 * connection to an engine.
 *
 * @returns a function that returns the value of the program that runs.
 */
export function perProgram<Value>(create: () => Value): () => Value {
  const values = new WeakMap<object, Value>();
  return () => {
    const program = pulumi.runtime.getMonitor() ?? withoutEngine;
    const value = values.get(program) ?? create();
    values.set(program, value);
    return value;
  };
}
