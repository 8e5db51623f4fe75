/**
 * What the engine stores for a set of leads, for ever: its declared arguments (inputs) and its state (outputs).
 *
 * In memory each row is a whole lead. In the state a row holds only what it does not share with the set, because bytes in
 * the state are the main cost of many leads:
 *
 *   leads       key → the row as Famulor last confirmed it
 *   leadIds     key → lead ID
 *   statuses    key → status, where it is not `created`
 *   rowStates   key → what else differs from the set: campaign, day, account, marks
 */
import {
  FIRST_STATUS,
  LEAD_ROW_READERS,
  type LeadArgs,
  type LeadState,
  readLeadState,
  type SettableStatus,
} from "./lead";
import { MADE_AT_INTERNAL, MADE_AT_OUTPUTS, type MadeAt } from "./made-at";
import { flag, isMap, listOf, mark, type Nothing, number, type Readers, readFields, type Stored, text } from "./stored";

/** The arguments that every row of a set shares. */
type SharedArgs = Pick<LeadArgs, "campaignId" | "allowDuplicate" | "adoptExisting">;

/** A row as declared, and as confirmed: what a lead declares beside what its set does. */
export type LeadRow = Omit<LeadArgs, keyof SharedArgs>;

export interface LeadSetArgs extends SharedArgs {
  leads: Record<string, LeadRow>;
}

export interface LeadSetState extends SharedArgs, MadeAt {
  /** By the row's key, in the order of the program. */
  leads: Map<string, LeadState>;
  /** How many rows are not as declared. */
  unfinishedRows?: number | undefined;
  /** Which rows have failed, and why. */
  problems?: string[] | undefined;
  /** When they failed, in milliseconds since 1970. */
  failedAt?: number | undefined;
}

/** What a row stores beside `leads`, `leadIds` and `statuses`. Usual values are left out. */
interface RowState {
  /** The day of the creation. Absent: the set's day; null: not known. */
  createdAt?: string | null | undefined;
  /** Absent: the set's. */
  campaignId?: number | undefined;
  /** Absent: the set's. */
  accountId?: string | undefined;
  takenOver?: number | undefined;
  unfinished?: true | undefined;
}

/** What a set does not store of its leads: nothing reads these of a row. */
type NotStored = "secondaryContactIds" | "campaignName" | "updatedAt";
type StoredByKey = keyof LeadRow | keyof RowState | "leadId" | "status" | "requestedStatus";
type StoredOnce = keyof SharedArgs | "endpoint" | "explicitProvider";
/** Fails to compile, with the name, if {@link LeadState} has a field that a set would forget. */
type _EveryFieldIsStored = Nothing<Exclude<keyof LeadState, StoredByKey | StoredOnce | NotStored>>;

/** The outputs that a program can read. */
export interface LeadSetOutputs extends Omit<LeadSetState, "leads" | "explicitProvider" | "problems" | "failedAt"> {
  /** The rows as last confirmed. */
  leads: Record<string, LeadRow>;
  leadIds: Record<string, number>;
  statuses: Record<string, string>;
  statusCounts: Record<string, number>;
}

const OUTPUTS: Record<keyof LeadSetOutputs, true> = {
  campaignId: true,
  leads: true,
  allowDuplicate: true,
  adoptExisting: true,
  leadIds: true,
  statuses: true,
  statusCounts: true,
  endpoint: true,
  accountId: true,
  unfinishedRows: true,
};

/** The names of the outputs that a program can read. The engine also shows `rowStates`. */
export const LEAD_SET_OUTPUTS = Object.keys(OUTPUTS);

/** The usual values that the state leaves out, and how to restore them. Mocks may answer all of them. */
export const restoredSet = {
  statuses(
    leadIds: Record<string, number> | undefined,
    stored: Record<string, string> | undefined,
  ): Record<string, string> {
    const usual = Object.keys(leadIds ?? {}).map((key) => [key, FIRST_STATUS]);
    return { ...Object.fromEntries(usual), ...stored };
  },
  unfinishedRows: (stored: number | undefined): number => stored ?? 0,
};

const ABOUT: Readers<Omit<LeadSetState, "leads" | "campaignId">> = {
  allowDuplicate: flag,
  adoptExisting: flag,
  ...MADE_AT_OUTPUTS,
  ...MADE_AT_INTERNAL,
  unfinishedRows: number,
  problems: listOf(text),
  failedAt: number,
};

const ROW: Readers<LeadRow> = { ...LEAD_ROW_READERS, status: (value) => text(value) as SettableStatus | undefined };

const ROW_STATE: Readers<RowState> = {
  createdAt: (value) => (value === null ? null : text(value)),
  campaignId: number,
  accountId: text,
  takenOver: number,
  unfinished: mark,
};

const mapAt = (stored: Stored, name: string): Stored => {
  const value = stored[name];
  return isMap(value) ? value : {};
};

const own = (map: Stored, key: string): unknown => (Object.hasOwn(map, key) ? map[key] : undefined);

export function readLeadSetState(stored: Stored): LeadSetState {
  const about = readFields(ABOUT, stored);
  const campaignId = number(stored.campaignId) ?? 0;
  const setDay = text(stored.createdAt);
  const leadIds = mapAt(stored, "leadIds");
  const statuses = mapAt(stored, "statuses");
  const rowStates = mapAt(stored, "rowStates");
  const leads = new Map<string, LeadState>();
  const { allowDuplicate, adoptExisting, endpoint, accountId, explicitProvider } = about;
  for (const [key, row] of Object.entries(mapAt(stored, "leads"))) {
    if (!isMap(row)) continue;
    const { status: requestedStatus, ...declared } = readFields(ROW, row);
    const state = own(rowStates, key);
    // A row without an ID cannot be used. If its lead exists, Famulor refuses a second one.
    const leadId = own(leadIds, key);
    if (leadId === undefined) continue;
    const { createdAt = setDay, ...others } = isMap(state) ? readFields(ROW_STATE, state) : ({} as Partial<RowState>);
    const shared = { campaignId, allowDuplicate, adoptExisting, endpoint, accountId, explicitProvider };
    const lead = Object.assign(shared, declared, others, {
      leadId,
      status: own(statuses, key),
      requestedStatus,
      createdAt: createdAt ?? undefined,
    });
    leads.set(key, readLeadState("0", lead));
  }
  return { campaignId, ...about, leads };
}

export function writeLeadSetState({ leads, ...about }: LeadSetState): Stored {
  const setDay = mostFrequentDay(leads.values());
  const rows: Record<string, LeadRow> = {};
  const leadIds: Record<string, number> = {};
  const statuses: Record<string, string> = {};
  const rowStates: Record<string, RowState> = {};
  const statusCounts: Record<string, number> = {};
  for (const [key, lead] of leads) {
    rows[key] = rowOf(lead);
    leadIds[key] = lead.leadId;
    if (lead.status !== FIRST_STATUS) statuses[key] = lead.status;
    const state = rowStateOf(lead, about, setDay);
    if (state) rowStates[key] = state;
    statusCounts[lead.status] = (statusCounts[lead.status] ?? 0) + 1;
  }
  return { ...about, createdAt: setDay, leads: rows, leadIds, statuses, rowStates, statusCounts };
}

/** What a row declares, as last confirmed. */
export function rowOf(lead: LeadState): LeadRow {
  const row: { [Name in keyof Required<LeadRow>]: LeadRow[Name] | undefined } = {
    phoneNumber: lead.phoneNumber,
    variables: lead.variables,
    secondaryContacts: lead.secondaryContacts,
    status: lead.requestedStatus as SettableStatus | undefined,
  };
  return row as LeadRow;
}

/** `undefined` if nothing of the row differs from the set. */
function rowStateOf(
  lead: LeadState,
  set: Omit<LeadSetState, "leads">,
  setDay: string | undefined,
): RowState | undefined {
  const day = dayOf(lead);
  const state: { [Name in keyof Required<RowState>]: RowState[Name] } = {
    createdAt: day === setDay ? undefined : (day ?? null),
    campaignId: lead.campaignId === set.campaignId ? undefined : lead.campaignId,
    accountId: lead.accountId === set.accountId ? undefined : lead.accountId,
    takenOver: lead.takenOver,
    unfinished: lead.unfinished,
  };
  return Object.values(state).some((value) => value !== undefined) ? state : undefined;
}

/** Only the day of the creation is needed (see `mayBeRecreated`), and most rows share it. */
function mostFrequentDay(leads: Iterable<LeadState>): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const lead of leads) counts.set(dayOf(lead), (counts.get(dayOf(lead)) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

const dayOf = ({ createdAt }: LeadState) => createdAt?.slice(0, 10);
