/**
 * The rows of a set, each as the lead that it is: a set stores them together, in as few bytes as it can. Pure.
 */
import type { Props } from "./plain";

/** What is stored of a row beside what it declares; whatever is usual is left out. */
interface RowState {
  /** Absent: `created`. */
  status?: string;
  /** The day, which is all that is asked of it. */
  createdAt?: string;
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
  const { campaignId = olds.campaignId, status = "created", ...state } = statesOf(olds)[key] ?? {};
  const { endpoint, accountId } = olds;
  return {
    ...row,
    ...shared(olds),
    ...state,
    campaignId,
    status,
    requestedStatus,
    leadId: idsOf(olds)[key],
    endpoint,
    accountId,
  };
}

/** The outputs of a set with these leads, by key. */
export function setOutputs(about: Props, leads: Map<string, Props>): Props {
  const statusCounts: Record<string, number> = {};
  for (const { status } of leads.values()) {
    statusCounts[String(status)] = (statusCounts[String(status)] ?? 0) + 1;
  }
  const of = (value: (lead: Props) => unknown) =>
    Object.fromEntries([...leads].map(([key, lead]) => [key, value(lead)] as const));
  const rowStates = Object.entries(of((lead) => stateOf(lead, about.campaignId))).filter(
    ([, state]) => Object.keys(state as RowState).length > 0,
  );
  return {
    ...about,
    leads: of(rowOf),
    leadIds: of(({ leadId }) => leadId),
    rowStates: Object.fromEntries(rowStates),
    statusCounts,
  };
}

/** What a row declares, as it was last confirmed. */
export function rowOf({ phoneNumber, variables, secondaryContacts, requestedStatus }: Props): Props {
  return {
    phoneNumber,
    ...(variables === undefined ? {} : { variables }),
    ...(secondaryContacts === undefined ? {} : { secondaryContacts }),
    ...(requestedStatus === undefined ? {} : { status: requestedStatus }),
  };
}

function stateOf({ status, createdAt, campaignId, takenOver, unfinished }: Props, usualCampaignId: unknown): RowState {
  return {
    ...(status === "created" ? {} : { status: String(status) }),
    ...(createdAt === undefined ? {} : { createdAt: String(createdAt).slice(0, 10) }),
    ...(campaignId === usualCampaignId ? {} : { campaignId: campaignId as number }),
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
