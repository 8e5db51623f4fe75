/**
 * The names of the settings: `famulor:<name>` in a stack's configuration, `<name>` as an argument of a FamulorProvider. A name
 * that is none of them is a mistake, and a misspelt guard would let every number through. Pure.
 */
import { isSlipOf, nearestOf } from "./nearest-name";

export const SETTING_NAMES = [
  "apiKey",
  "baseUrl",
  "allowedPhoneNumbers",
  "requestsPerMinute",
  "requestTimeoutSeconds",
] as const;

export type SettingName = (typeof SETTING_NAMES)[number];

const NAMESPACE = "famulor:";

/**
 * What is wrong with the keys of a stack's configuration, each problem with the nearest key that exists.
 *
 * @param keys All keys of the configuration, also those of other packages.
 * @param isShared The project itself is named `famulor`, and keeps its own settings under the same namespace: only a key that
 *   is nearly one of ours is a mistake then.
 */
export function unknownSettings(keys: readonly string[], isShared: boolean): string[] {
  return keys.flatMap((key) => {
    if (!key.startsWith(NAMESPACE)) return [];
    const name = key.slice(NAMESPACE.length);
    if (isSettingName(name)) return [];
    const nearest = nearestOf(name, SETTING_NAMES);
    if (isShared && !isSlipOf(name, nearest)) return [];
    return [
      `${key} is not a setting of pulumi-famulor. Did you mean ${NAMESPACE}${nearest}? Remove it ` +
        `(pulumi config rm ${key}) and set the right one.`,
    ];
  });
}

export function isSettingName(name: string): name is SettingName {
  return (SETTING_NAMES as readonly string[]).includes(name);
}
