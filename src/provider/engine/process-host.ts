/** The process in which Pulumi runs this package: its environment, its clock, its output, its end. */
import { systemClock } from "../../famulor/http/clock";
import type { Host } from "../session/run";
import { Interruption } from "./interruption";
import { sayThatRequestsWait } from "./progress";
import { sharedNotes } from "./shared-notes";

export function processHost(): Host {
  // `node …/dynamic-provider/index.js 127.0.0.1:<port>`
  const engineAddress = process.argv[2];
  const say = (line: string) => console.log(line);
  let interruption: Interruption | undefined;
  return {
    env: process.env,
    clock: systemClock,
    say,
    onQueue: (requestsPerMinute) => sayThatRequestsWait(requestsPerMinute, systemClock, say),
    ...(engineAddress === undefined ? {} : { notes: sharedNotes(engineAddress) }),
    interruptible(deadlines, work) {
      interruption ??= new Interruption(deadlines, engineAddress);
      return interruption.watch(work);
    },
  };
}
