/** Which stored row belongs to each declared row. Pure. */
import type { LeadState } from "../../state/lead";

/** A declared row and the stored row that belongs to it. */
export type Pair<News> =
  | { key: string; news: News; lead: undefined }
  | { key: string; news: News; oldKey: string; lead: LeadState }
  /** Not declared any more. */
  | { key: undefined; oldKey: string; lead: LeadState };

/**
 * First pairs rows with the same key and number, then rows with the same number: a row with another key is the same
 * person, who must not be called again. Then rows with the same key: their number was changed. Each stored row is
 * paired once, whatever number of rows share a number.
 */
export function pairRows<News>(
  olds: ReadonlyMap<string, LeadState>,
  rows: ReadonlyMap<string, News>,
  numberOf: (news: News) => unknown,
): Pair<News>[] {
  const oldKeyOf = new Map<string, string>();
  const isTaken = new Set<string>();
  const pair = (key: string, oldKey: string | undefined) => {
    if (oldKey === undefined || oldKeyOf.has(key) || isTaken.has(oldKey)) return;
    oldKeyOf.set(key, oldKey);
    isTaken.add(oldKey);
  };
  for (const [key, news] of rows) if (olds.get(key)?.phoneNumber === numberOf(news)) pair(key, key);
  const oldKeysByNumber = new Map<unknown, string[]>();
  for (const [oldKey, { phoneNumber }] of olds) {
    if (isTaken.has(oldKey)) continue;
    const same = oldKeysByNumber.get(phoneNumber);
    if (same) same.push(oldKey);
    else oldKeysByNumber.set(phoneNumber, [oldKey]);
  }
  for (const [key, news] of rows) {
    if (!oldKeyOf.has(key)) pair(key, oldKeysByNumber.get(numberOf(news))?.shift());
  }
  for (const key of rows.keys()) if (olds.has(key)) pair(key, key);
  const declared = [...rows].map(([key, news]): Pair<News> => {
    const oldKey = oldKeyOf.get(key);
    const lead = oldKey === undefined ? undefined : olds.get(oldKey);
    return oldKey === undefined || lead === undefined ? { key, news, lead: undefined } : { key, news, oldKey, lead };
  });
  const dropped = [...olds].filter(([oldKey]) => !isTaken.has(oldKey));
  return [...declared, ...dropped.map(([oldKey, lead]): Pair<News> => ({ key: undefined, oldKey, lead }))];
}
