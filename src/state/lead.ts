/**
 * What the engine stores for a lead: its declared arguments (inputs) and its state (outputs), for ever.
 *
 *   LeadArgs                            as declared, once every value is known
 *   LeadState                           as last confirmed by Famulor
 *   readLeadState, writeLeadState       the codec: leaves out usual values and restores them
 *   LEAD_OUTPUTS                        the outputs that a program can read
 */
import { MADE_AT_INTERNAL, MADE_AT_OUTPUTS, type MadeAt } from "./made-at";
import { flag, isMap, listOf, mark, number, type Readers, readFields, type Stored, text } from "./stored";

export type VariableValue = string | number | boolean;
export type Variables = Record<string, VariableValue>;

/** The statuses that a program may set; Famulor assigns all others itself. */
export type SettableStatus = "created" | "completed" | "reached-max-retries";

export interface SecondaryContactArgs {
  phoneNumber: string;
  variables?: Variables | undefined;
}

export interface LeadArgs {
  campaignId: number;
  phoneNumber: string;
  variables?: Variables | undefined;
  secondaryContacts?: SecondaryContactArgs[] | undefined;
  allowDuplicate?: boolean | undefined;
  adoptExisting?: boolean | undefined;
  status?: SettableStatus | undefined;
}

/** The arguments that are outputs under the same name. `status` is not among them: its output is what Famulor says now. */
export type ConfirmedLeadArgs = Omit<LeadArgs, "status">;

export interface LeadState extends ConfirmedLeadArgs, MadeAt {
  leadId: number;
  /** What Famulor said last, or {@link GONE}. An open string. */
  status: string;
  /** The declared `status` as last carried out. */
  requestedStatus?: string | undefined;
  /** In the order of `secondaryContacts`. */
  secondaryContactIds: number[];
  campaignName?: string | undefined;
  createdAt?: string | undefined;
  updatedAt?: string | undefined;
  /** When a resource took the lead over, in milliseconds since 1970; absent for a lead that was created. */
  takenOver?: number | undefined;
  /** The lead exists, but is not yet as declared. */
  unfinished?: true | undefined;
}

/** A state in which no field is left out by mistake: `undefined` is written where there is nothing. */
export type WholeLeadState = { [Name in keyof Required<LeadState>]: LeadState[Name] };

/** The status of a lead that Famulor has removed and that must not be re-created by itself. */
export const GONE = "gone";

/** Famulor's documented first status. */
export const FIRST_STATUS = "created";

/** The usual values that the state leaves out to stay small, and how to restore them. */
export const restored = {
  secondaryContactIds: (stored: number[] | undefined): number[] => stored ?? [],
  updatedAt: (stored: string | undefined, createdAt: string | undefined): string | undefined => stored ?? createdAt,
};

function variables(value: unknown): Variables | undefined {
  // Variables are whatever the program declared; only their container is checked.
  return isMap(value) ? (value as Variables) : undefined;
}

function secondaryContact(value: unknown): SecondaryContactArgs | undefined {
  const phoneNumber = isMap(value) ? text(value.phoneNumber) : undefined;
  if (!isMap(value) || phoneNumber === undefined) return undefined;
  const own = variables(value.variables);
  return own === undefined ? { phoneNumber } : { phoneNumber, variables: own };
}

/** What each row of a set declares for itself. */
export const LEAD_ROW_READERS = {
  phoneNumber: text,
  variables,
  secondaryContacts: listOf(secondaryContact),
};

const ARGUMENTS: Readers<ConfirmedLeadArgs> = {
  campaignId: number,
  ...LEAD_ROW_READERS,
  allowDuplicate: flag,
  adoptExisting: flag,
};

const OUTPUTS_ONLY: Readers<Omit<LeadState, keyof ConfirmedLeadArgs | keyof typeof INTERNAL>> = {
  leadId: number,
  status: text,
  requestedStatus: text,
  secondaryContactIds: listOf(number),
  campaignName: text,
  createdAt: text,
  updatedAt: text,
  ...MADE_AT_OUTPUTS,
};

/** Stored for ourselves; no program reads it. */
const INTERNAL = { ...MADE_AT_INTERNAL, takenOver: number, unfinished: mark };

const READERS: Readers<LeadState> = { ...ARGUMENTS, ...OUTPUTS_ONLY, ...INTERNAL };

/** The outputs that a program can read. */
export type LeadOutputs = Omit<LeadState, keyof typeof INTERNAL>;
/** The names of the outputs that a program can read. */
export const LEAD_OUTPUTS = [...Object.keys(ARGUMENTS), ...Object.keys(OUTPUTS_ONLY)];

/** @param id The resource's ID, which is the lead's. */
export function readLeadState(id: string, stored: Stored): LeadState {
  const state = readFields(READERS, stored);
  return Object.assign(state, {
    campaignId: state.campaignId ?? 0,
    phoneNumber: state.phoneNumber ?? "",
    leadId: state.leadId ?? Number(id),
    status: state.status ?? FIRST_STATUS,
    secondaryContactIds: restored.secondaryContactIds(state.secondaryContactIds),
    updatedAt: restored.updatedAt(state.updatedAt, state.createdAt),
  });
}

export function writeLeadState(state: LeadState): Stored {
  // `Object.assign` and not a spread with names after it: V8 gives the result of such a spread a separate hidden class.
  return Object.assign({} as Record<string, unknown>, state, {
    updatedAt: state.updatedAt === state.createdAt ? undefined : state.updatedAt,
    secondaryContactIds: state.secondaryContactIds.length === 0 ? undefined : state.secondaryContactIds,
  });
}
