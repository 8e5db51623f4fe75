/**
 * What Famulor's word for a campaign's status means. The status is an open string: a word in neither list may mean
 * either.
 */

/** Source: the API's list of campaigns shows both words. */
const RUNNING = ["in-progress", "active"];

/** A paused campaign goes on by itself, so it is not at rest. */
const AT_REST = ["draft", "stopped", "completed"];

export function isRunning(status: string | undefined): boolean {
  return status !== undefined && RUNNING.includes(status);
}

export function isAtRest(status: string | undefined): boolean {
  return status !== undefined && AT_REST.includes(status);
}
