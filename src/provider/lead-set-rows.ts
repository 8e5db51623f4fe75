/**
 * The rows of a set, each as the lead that it is: a set stores them together, in as few bytes as it can. Pure.
 */
import type { Props } from "./plain";

/** What is stored of a row beside what it declares; whatever is usual is left out. */
interface RowState {
  /** Absent: `created`. */
  status?: string;
  /** The day, which is all that is asked of it. Absent: the set's, on which most of them were made; null: not known. */
  createdAt?: string | null;
  /** Absent: the set's. */
  campaignId?: number;
  takenOver?: number;
  unfinished?: true;
}

const rowsOf = (set: Props) => (set.leads ?? {}) as Record<string, Props>;
const idsOf = (set: Props) => (set.leadIds ?? {}) as Record<string, number>;
const statesOf = (set: Props) => (set.rowStates ?? {}) as Record<string, RowState>;

/** A row of the program as the arguments of a lead. */
export function declaredLead(news: Props, key: string): Props {
  return { ...rowsOf(news)[key], ...shared(news) };
}

function shared({ campaignId, allowDuplicate, adoptExisting }: Props): Props {
  return {
    campaignId,
    ...(allowDuplicate === undefined ? {} : { allowDuplicate }),
    ...(adoptExisting === undefined ? {} : { adoptExisting }),
  };
}

/** A row of the state as the outputs of a lead. */
export function storedLead(olds: Props, key: string): Props {
  const { status: requestedStatus, ...row } = rowsOf(olds)[key] as Props;
  const state = statesOf(olds)[key] ?? {};
  const { campaignId = olds.campaignId, status = "created", createdAt = olds.createdAt, ...others } = state;
  const { endpoint, accountId } = olds;
  return {
    ...row,
    ...shared(olds),
    ...others,
    campaignId,
    createdAt: createdAt ?? undefined,
    status,
    requestedStatus,
    leadId: idsOf(olds)[key],
    endpoint,
    accountId,
  };
}

/** A lead of a set, as the outputs of a lead; absent: there is none. */
export interface KeyedLead {
  key: string;
  lead: Props | undefined;
}

/**
 * The outputs of a set with these leads, in the program's order. Of two with one key, the later one could not be deleted: it
 * stays in state, under a key that no other row has.
 */
export function setOutputs(about: Props, leads: KeyedLead[]): Props {
  const usual: Props = { campaignId: about.campaignId, createdAt: mostFrequentDay(leads) };
  const rows: Record<string, Props> = {};
  const leadIds: Props = {};
  const rowStates: Record<string, RowState> = {};
  const statusCounts: Record<string, number> = {};
  for (const { key: itsKey, lead } of leads) {
    if (!lead) continue;
    let key = itsKey;
    while (Object.hasOwn(rows, key)) key += "~";
    rows[key] = rowOf(lead);
    leadIds[key] = lead.leadId;
    const state = stateOf(lead, usual);
    if (state) rowStates[key] = state;
    const status = String(lead.status);
    statusCounts[status] = (statusCounts[status] ?? 0) + 1;
  }
  return { ...about, createdAt: usual.createdAt, leads: rows, leadIds, rowStates, statusCounts };
}

function mostFrequentDay(leads: KeyedLead[]): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { lead } of leads) {
    if (lead) counts.set(dayOf(lead), (counts.get(dayOf(lead)) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

const dayOf = ({ createdAt }: Props) => (createdAt === undefined ? undefined : String(createdAt).slice(0, 10));

/** What a row declares, as it was last confirmed; what is absent is left out of the text. */
export function rowOf({ phoneNumber, variables, secondaryContacts, requestedStatus: status }: Props): Props {
  return { phoneNumber, variables, secondaryContacts, status };
}

/** `undefined` where there is nothing but what is usual. */
function stateOf(lead: Props, usual: Props): RowState | undefined {
  const { status, campaignId, takenOver, unfinished } = lead;
  const day = dayOf(lead);
  const isUsual = status === "created" && campaignId === usual.campaignId && day === usual.createdAt;
  if (isUsual && takenOver === undefined && unfinished !== true) return undefined;
  return {
    ...(status === "created" ? {} : { status: String(status) }),
    ...(day === usual.createdAt ? {} : { createdAt: day ?? null }),
    ...(campaignId === usual.campaignId ? {} : { campaignId: campaignId as number }),
    ...(takenOver === undefined ? {} : { takenOver: takenOver as number }),
    ...(unfinished === true ? { unfinished } : {}),
  };
}

/** A declared row, and the stored one that it is about. */
export interface Pair {
  /** In the program; absent: the lead is to be deleted. */
  key?: string;
  /** In the state; absent: the lead is to be made. */
  oldKey?: string;
}

/**
 * Which stored row each declared one is about. The same key and number first, then the same number: a row whose key was
 * changed is the same person, who must not be called again. Then the same key: its number was changed.
 */
export function pairRows(olds: Props, news: Props): Pair[] {
  const before = rowsOf(olds);
  const after = rowsOf(news);
  const oldKeyOf = new Map<string, string>();
  const taken = new Set<string>();
  const pair = (key: string, oldKey: string | undefined) => {
    if (oldKey === undefined || oldKeyOf.has(key) || taken.has(oldKey)) return;
    oldKeyOf.set(key, oldKey);
    taken.add(oldKey);
  };
  const keys = Object.keys(after);
  const has = (key: string) => Object.hasOwn(before, key);
  for (const key of keys) if (has(key) && before[key]?.phoneNumber === after[key]?.phoneNumber) pair(key, key);
  const byNumber = new Map(
    Object.keys(before).flatMap((key) => (taken.has(key) ? [] : [[before[key]?.phoneNumber, key]])),
  );
  for (const key of keys) pair(key, byNumber.get(after[key]?.phoneNumber));
  for (const key of keys) if (has(key)) pair(key, key);
  return [
    ...keys.map((key) => ({ key, ...(oldKeyOf.has(key) ? { oldKey: oldKeyOf.get(key) as string } : {}) })),
    ...Object.keys(before)
      .filter((oldKey) => !taken.has(oldKey))
      .map((oldKey) => ({ oldKey })),
  ];
}
