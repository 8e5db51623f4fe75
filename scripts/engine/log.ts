/** Takes a line about the progress of the engine set-up. */
export type Log = (line: string) => void;
