/**
 * Who is called: what became of every lead, by everybody, and how often each person may be called.
 *
 * A lead in the queue is one call to come; a call that was made stays made. So a person's calls are those made and those to
 * come, and the rule is that they never exceed what the user has asked for. A lead that is deleted while it waits was never
 * called: whoever replaces it needs no new permission.
 */
import type { SandboxRequest } from "../../../src/sandbox";
import type { StackIndex } from "./history";
import type { AccountName } from "./program";

export interface LeadRecord {
  id: number;
  account: AccountName;
  campaign: number;
  phoneNumber: string;
  status: string;
  /** It will be called. */
  isQueued: boolean;
  isLive: boolean;
  createdAt: number;
  /** The stack that created it; `undefined`: the dashboard. */
  maker: StackIndex | undefined;
  /** The stacks that may change it: its maker, and those that were asked to take it over. */
  owners: Set<StackIndex>;
  /** Somebody has changed its number in the dashboard: to change it back is no new call. */
  isRenumbered?: boolean;
  /** Somebody has moved it in the dashboard. */
  isMoved?: true;
  /** An `up` has said that its set could not move it. */
  isLeftBehind?: true;
  /** The numbers for which nobody can find it any more, since the dashboard has changed it. */
  lostFor?: ReadonlySet<string>;
  /** Why a stack need not have it any more. */
  excuse?: string;
}

/** Something that a stack's run did to a lead. */
export interface LeadEvent {
  did: "create" | "change" | "delete";
  stack: StackIndex;
  before: LeadRecord | undefined;
  after: LeadRecord | undefined;
  body: Record<string, unknown>;
}

export interface CampaignEvent {
  did: "create" | "delete";
  stack: StackIndex;
  campaignId: number;
  /** The leads that went with it. */
  leads: LeadRecord[];
}

const WAITING = ["created", "scheduled", "rescheduled"];
const ENDED = ["completed", "reached-max-retries", "blacklisted"];
export const isWaiting = (status: string) => WAITING.includes(status);

/** A lead as the sandbox has it. */
interface SandboxLead {
  id: number;
  campaign_id: number;
  phone_number: string;
  status: string;
}

export class Ledger {
  readonly leads = new Map<number, LeadRecord>();
  /** The stack that created a campaign. */
  readonly campaigns = new Map<number, StackIndex>();
  readonly #made = new Map<string, number>();
  readonly #allowed = new Map<string, number>();
  /** More, during this command only. */
  #allowedOnce = new Map<string, number>();

  /** Calls made, and calls to come. */
  calls(phoneNumber: string): number {
    let calls = this.#made.get(phoneNumber) ?? 0;
    for (const lead of this.leads.values())
      if (lead.isLive && lead.isQueued && lead.phoneNumber === phoneNumber) calls++;
    return calls;
  }

  allowed(phoneNumber: string): number {
    return (this.#allowed.get(phoneNumber) ?? 0) + (this.#allowedOnce.get(phoneNumber) ?? 0);
  }

  /** This many calls more than there are now. */
  allow(phoneNumber: string, more: number): void {
    this.#allowed.set(phoneNumber, Math.max(this.#allowed.get(phoneNumber) ?? 0, this.calls(phoneNumber) + more));
  }

  /** One call more than was allowed. */
  excuse(phoneNumber: string): void {
    this.#allowed.set(phoneNumber, (this.#allowed.get(phoneNumber) ?? 0) + 1);
  }

  /** Whatever somebody in the dashboard does is allowed. */
  inDashboard(act: () => void): void {
    const numbers = () => new Set(this.live().map((lead) => lead.phoneNumber));
    const before = new Map([...numbers()].map((phoneNumber) => [phoneNumber, this.calls(phoneNumber)]));
    const made = new Map(this.#made);
    act();
    for (const phoneNumber of numbers()) {
      const more = this.calls(phoneNumber) - (before.get(phoneNumber) ?? made.get(phoneNumber) ?? 0);
      if (more > 0) this.#allowed.set(phoneNumber, (this.#allowed.get(phoneNumber) ?? 0) + more);
    }
  }

  allowOnce(phoneNumber: string): void {
    this.#allowedOnce.set(phoneNumber, (this.#allowedOnce.get(phoneNumber) ?? 0) + 1);
  }

  /** What was allowed for one command and not used is allowed no more. */
  endCommand(): void {
    const once = this.#allowedOnce;
    this.#allowedOnce = new Map();
    for (const [phoneNumber, more] of once) {
      const before = this.allowed(phoneNumber);
      this.#allowed.set(phoneNumber, Math.max(before, Math.min(this.calls(phoneNumber), before + more)));
    }
  }

  /** What was allowed and has not been used, because nothing asks for it any more. */
  forget(phoneNumber: string): void {
    this.#allowed.set(phoneNumber, Math.min(this.#allowed.get(phoneNumber) ?? 0, this.calls(phoneNumber)));
  }

  live(): LeadRecord[] {
    return [...this.leads.values()].filter(({ isLive }) => isLive);
  }

  /** @param stack Absent: the dashboard. */
  created(lead: SandboxLead, account: AccountName, now: number, stack?: StackIndex): LeadRecord {
    const record: LeadRecord = {
      id: lead.id,
      account,
      campaign: lead.campaign_id,
      phoneNumber: lead.phone_number,
      status: lead.status,
      isQueued: true,
      isLive: true,
      createdAt: now,
      maker: stack,
      owners: new Set(stack === undefined ? [] : [stack]),
    };
    this.leads.set(lead.id, record);
    return record;
  }

  /** By a PUT, or in the dashboard. */
  changed(lead: LeadRecord, change: Record<string, unknown>): void {
    const { campaign_id: campaign, phone_number: phoneNumber, status } = change;
    const moves = campaign !== undefined && campaign !== lead.campaign;
    // Whether a move queues a lead again is undocumented: the worst is assumed.
    if (moves && status === undefined && ENDED.includes(lead.status)) lead.isQueued = true;
    if (campaign !== undefined) lead.campaign = Number(campaign);
    if (phoneNumber !== undefined) lead.phoneNumber = String(phoneNumber);
    if (status !== undefined) {
      lead.status = String(status);
      lead.isQueued = isWaiting(lead.status);
    }
  }

  removed(lead: LeadRecord): void {
    lead.isLive = false;
  }

  dialled(lead: LeadRecord): void {
    this.#made.set(lead.phoneNumber, (this.#made.get(lead.phoneNumber) ?? 0) + 1);
    lead.status = "completed";
    lead.isQueued = false;
  }

  /** A request of a stack's run that Famulor has carried out. `newest`: the account's newest lead. */
  carriedOut(
    { method, path, body: sent }: SandboxRequest,
    account: AccountName,
    newest: () => SandboxLead | undefined,
    now: number,
    stack: StackIndex,
  ): LeadEvent | CampaignEvent | undefined {
    const body = (sent ?? {}) as Record<string, unknown>;
    if (method === "POST" && path === "/user/lead") {
      const lead = newest();
      const after = lead && this.created(lead, account, now, stack);
      return { did: "create", stack, before: undefined, after: after && { ...after }, body };
    }
    const id = Number(/\/(\d+)$/.exec(path)?.[1]);
    if (method === "DELETE" && path.startsWith("/user/campaign/")) {
      const leads = this.live().filter(({ campaign }) => campaign === id);
      for (const lead of leads) this.removed(lead);
      return { did: "delete", stack, campaignId: id, leads };
    }
    const lead = this.leads.get(id);
    if (!lead || (method !== "PUT" && method !== "DELETE")) return undefined;
    const before = { ...lead };
    if (method === "DELETE") {
      this.removed(lead);
    } else if (lead.isRenumbered && body.phone_number !== undefined) {
      this.inDashboard(() => this.changed(lead, body));
      lead.isRenumbered = false;
    } else {
      this.changed(lead, body);
    }
    return { did: method === "PUT" ? "change" : "delete", stack, before, after: { ...lead }, body };
  }
}
