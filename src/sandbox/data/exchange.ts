/**
 * A sandbox's data as JSON, and its leads as CSV: for export, import and `--seed`.
 *
 *   { "accounts": [{ "email": …, "apiKey": …, "campaigns": [{ "name": "Spring" }], "leads": [{ "phone_number": …, "campaign_id": 1 }] }] }
 *
 * Campaigns and leads have Famulor's field names. Without `accounts`, `campaigns` and `leads` stand at the top.
 */
import type { Account } from "../account/account";
import {
  type CampaignRecord,
  type Fields,
  isOutcome,
  type LeadRecord,
  type SandboxCampaignOptions,
  type SandboxOutcome,
} from "../account/records";
import { campaignProblems, isMap, isPhoneNumber } from "../account/validation";
import type { Service } from "../service";
import { formatCsv, parseCsv } from "./csv";

/** The data of one account. */
export interface SandboxAccountData {
  email?: string;
  apiKey?: string;
  /** Only `name` is required. */
  campaigns?: SandboxCampaignOptions[];
  /** Famulor's fields; `phone_number` and `campaign_id` are required. */
  leads?: Fields[];
}

/** What `export` returns and `import` takes. Without `accounts`, the first account's data stand at the top. */
export interface SandboxData extends SandboxAccountData {
  accounts?: SandboxAccountData[];
  /** By phone number: how its calls end, one after the other. */
  outcomes?: Record<string, SandboxOutcome[]>;
}

/** How much was imported. */
export interface ImportCounts {
  leads: number;
  campaigns: number;
}

/** @throws with every problem of the data; then nothing was imported. */
export function importData(service: Service, data: unknown): ImportCounts {
  if (!isMap(data)) throw new Error("the data must be a JSON object with campaigns and leads, or with accounts");
  const accounts = (Array.isArray(data.accounts) ? data.accounts : [data]) as SandboxAccountData[];
  const problems = accounts.flatMap((each, index) =>
    problemsOf(each, service.owners[index]?.account).map((problem) =>
      accounts.length > 1 ? `account ${index + 1}: ${problem}` : problem,
    ),
  );
  for (const [phoneNumber, script] of Object.entries((data.outcomes ?? {}) as Fields)) {
    const isScript = Array.isArray(script) && script.length > 0 && script.every(isOutcome);
    if (!isScript)
      problems.push(`outcomes of ${phoneNumber}: must be a list of answered, no-answer, voicemail, goal-missed`);
  }
  if (problems.length > 0) throw new Error(problemText(problems));
  const counts = { leads: 0, campaigns: 0 };
  for (const [index, each] of accounts.entries()) {
    const account =
      service.owners[index]?.account ??
      service.addAccount(each.email ?? `account-${index + 1}@sandbox.test`, each.apiKey ?? `sandbox-key-${index + 1}`);
    const more = importInto(account, each);
    counts.leads += more.leads;
    counts.campaigns += more.campaigns;
  }
  Object.assign(service.owners[0]?.account.rules.outcomes ?? {}, data.outcomes);
  return counts;
}

const MOST_PROBLEMS = 20;
function problemText(problems: string[]): string {
  const rest = problems.length - MOST_PROBLEMS;
  return [...problems.slice(0, MOST_PROBLEMS), ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n");
}

function problemsOf({ campaigns = [], leads = [] }: SandboxAccountData, account: Account | undefined): string[] {
  if (!Array.isArray(campaigns) || !Array.isArray(leads)) return ["campaigns and leads must be lists"];
  const known = new Set([...campaigns.map(({ id }) => id), ...(account?.book.campaigns.keys() ?? [])]);
  return [
    ...campaigns.flatMap((campaign, index) => {
      if (!isMap(campaign) || !campaign.name) return [`campaign ${index + 1}: must be an object with a name`];
      return campaignProblems(campaign).map((problem) => `campaign ${index + 1}: ${problem}`);
    }),
    ...leads.flatMap((lead, index) => {
      const row = `lead ${index + 1}`;
      if (!isMap(lead)) return [`${row}: must be an object`];
      const contacts = lead.secondary_contacts ?? [];
      return [
        !isPhoneNumber(lead.phone_number) && `${row}: phone_number must be in E.164, such as +493023125000`,
        !known.has(lead.campaign_id as number) && `${row}: there is no campaign ${lead.campaign_id}`,
        lead.variables !== undefined && !isMap(lead.variables) && `${row}: variables must be an object`,
        !(Array.isArray(contacts) && contacts.every((each) => isMap(each) && isPhoneNumber(each.phone_number))) &&
          `${row}: secondary_contacts must be a list, each with a phone_number in E.164`,
      ].filter((problem) => problem !== false);
    }),
  ];
}

/** An ID that is taken already, or missing, becomes a new one. */
function importInto(account: Account, { campaigns = [], leads = [] }: SandboxAccountData): ImportCounts {
  const people = leads.flatMap((lead) => [lead, ...((lead.secondary_contacts ?? []) as Fields[])]);
  account.reserveIds(
    people.reduce((most, { id }) => (Number.isSafeInteger(id) ? Math.max(most, Number(id)) : most), 0),
  );
  const idOf = new Map<unknown, number>();
  for (const { id, ...campaign } of campaigns) {
    const isFree = id !== undefined && !account.book.campaigns.has(id);
    const made = account.addCampaign(isFree ? { ...campaign, id } : campaign);
    if (id !== undefined) idOf.set(id, made.id);
  }
  // An export lists the newest lead first, and the lead that is added last becomes the newest.
  for (const { sandbox, ...lead } of [...leads].reverse()) {
    account.putLead(
      { ...lead, campaign_id: idOf.get(lead.campaign_id) ?? lead.campaign_id },
      isMap(sandbox) ? sandbox : {},
    );
  }
  return { leads: leads.length, campaigns: campaigns.length };
}

export function exportData(service: Service): SandboxData {
  return {
    accounts: service.owners.map(({ apiKey, account }) => {
      const { leads, campaigns } = account.records();
      return { email: account.email, apiKey, campaigns: campaigns.map(campaignData), leads: leads.map(leadData) };
    }),
    ...(service.owners[0] && { outcomes: service.owners[0].account.rules.outcomes }),
  };
}

const campaignData = ({ campaign, hidden }: CampaignRecord): SandboxCampaignOptions => ({ ...campaign, ...hidden });

/** Without a call that is under way: after an import it comes again. */
function leadData({ lead, attempts, dueAt, history }: LeadRecord): Fields {
  const { campaign, ...rest } = lead;
  return { ...rest, sandbox: { attempts, ...(dueAt !== undefined && { dueAt }), history } };
}

// Leads as CSV

const COLUMNS = ["id", "campaign_id", "campaign", "phone_number", "status", "created_at", "updated_at"];

/** Each variable has a column. */
export function exportCsv(account: Account): string {
  const leads = [...account.book.leads.values()].map(({ lead }) => lead).reverse();
  const names = [...new Set(leads.flatMap(({ variables }) => Object.keys(variables)))];
  const text = (value: unknown) =>
    value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  return formatCsv([
    [...COLUMNS, ...names],
    ...leads.map((lead) => [
      ...[lead.id, lead.campaign_id, lead.campaign.name, lead.phone_number, lead.status].map(text),
      lead.created_at,
      lead.updated_at,
      ...names.map((name) => text(lead.variables[name])),
    ]),
  ]);
}

/** `phone_number` is required. Columns that are no field of a lead become variables. @param campaignId For rows without one. */
export function readCsv(text: string, campaignId: number | undefined): SandboxData {
  const [header = [], ...rows] = parseCsv(text);
  const names = header.map((name) => name.trim());
  if (!names.includes("phone_number")) throw new Error("the first line must name the columns, phone_number among them");
  const leads = rows.map((row) => {
    const cell = Object.fromEntries(names.map((name, index) => [name, row[index] ?? ""]));
    const variables = Object.fromEntries(
      Object.entries(cell).filter(([name, value]) => !COLUMNS.includes(name) && name !== "" && value !== ""),
    );
    return {
      phone_number: cell.phone_number?.trim(),
      campaign_id: cell.campaign_id ? Number(cell.campaign_id) : campaignId,
      ...(cell.status && { status: cell.status }),
      variables,
    };
  });
  return { accounts: [{ leads }] };
}

/** @param campaignId For rows of CSV without one. @throws with the reason. */
export function readData(text: string, isCsv: boolean, campaignId: number | undefined): unknown {
  if (isCsv) return readCsv(text, campaignId);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`this is no JSON: ${(error as Error).message}`);
  }
}
