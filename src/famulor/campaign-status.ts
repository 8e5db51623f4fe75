/** What Famulor's word for a campaign's status means. It is an open string: a word that is in neither list may be either. */

/** Source: the API's list of campaigns shows both words. */
const RUNNING = ["in-progress", "active"];

/** A paused campaign is not at rest: it goes on by itself. */
const AT_REST = ["draft", "stopped", "completed"];

export function isRunning(status: string | undefined): boolean {
  return status !== undefined && RUNNING.includes(status);
}

export function isAtRest(status: string | undefined): boolean {
  return status !== undefined && AT_REST.includes(status);
}
