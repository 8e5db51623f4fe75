/**
 * How a started campaign works through its leads. Nothing here waits: `settle` plays everything that has become due since
 * the last time, in order and each at its own moment, so the clock may run, jump or stand still.
 *
 * Famulor's pages name the statuses and settings, not every rule between them. What this file assumes:
 * - a lead and its secondary contacts, in order until somebody answers, are one round; `max_retries` more rounds may follow
 * - the first call comes at once (Famulor says: allow 10 to 15 minutes)
 * - a stop hangs up, and whoever was on the phone is called again after the next start
 */
import type { Book } from "./book";
import { Heap } from "./heap";
import { opensAt } from "./hours";
import type { PlannedCall } from "./outcomes";
import {
  type Actor,
  type Call,
  type CampaignRecord,
  isWaiting,
  type LeadRecord,
  leadTime,
  OUTCOMES,
  type SandboxOutcome,
  type SandboxSecondaryContact,
} from "./records";

export interface LifeCycleRules {
  /** Whether started campaigns call. */
  isOn(): boolean;
  retentionMonths(): number;
  timeZoneOf(record: CampaignRecord): string;
  plan(phoneNumber: string, attempt: number): PlannedCall;
}

/** A lead whose `call` is set. */
type Ongoing = LeadRecord & { call: Call };
const isOngoing = (record: LeadRecord): record is Ongoing => record.call !== undefined;
const endOf = ({ call }: Ongoing) => Date.parse(call.endsAt);

/** A lead's place in its campaign's queue. A place whose lead is gone, no longer waits or is due at another moment is skipped. */
interface Place {
  at: number;
  record: LeadRecord;
}
const dueOf = ({ dueAt }: LeadRecord) => (dueAt === undefined ? 0 : Date.parse(dueAt));
/** Of two leads that are due at the same moment, the older one comes first. */
const isBefore = (one: Place, other: Place) =>
  one.at < other.at || (one.at === other.at && one.record.lead.id < other.record.lead.id);

class Queue {
  readonly waiting = new Heap<Place>(isBefore);
  ongoing: Ongoing[] = [];
}

export class LifeCycle {
  /** Up to here everything is played. */
  #settledTo = Number.NEGATIVE_INFINITY;
  /** Before this moment nothing is due, so `settle` has nothing to do. */
  #quietUntil = Number.NEGATIVE_INFINITY;
  /** By campaign. */
  #queues = new Map<number, Queue>();
  /** When the retention of the oldest lead ends. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(
    private readonly book: Book,
    private readonly rules: LifeCycleRules,
  ) {}

  /** Plays only what is due after this moment: what was due before is in the records. */
  startFrom(at: number): void {
    this.#settledTo = at;
    this.rulesChanged();
  }

  /** After a change of the rules, or of many records at once. */
  rulesChanged(): void {
    this.#queues = new Map();
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const record of this.book.leads.values()) this.noticed(record);
    this.#quietUntil = Number.NEGATIVE_INFINITY;
  }

  /** After a change. @param record The lead that has changed. Absent: something else has. */
  noticed(record?: LeadRecord): void {
    this.#quietUntil = Number.NEGATIVE_INFINITY;
    if (!record) return;
    if (isOngoing(record)) {
      const queue = this.#queueOf(record.lead.campaign_id);
      const others = queue.ongoing.filter((each) => each !== record && isOngoing(each));
      queue.ongoing = [...others, record].sort((one, other) => endOf(one) - endOf(other));
    }
    if (!this.rules.isOn()) return;
    this.#nextExpiry = Math.min(this.#nextExpiry, this.#expiryOf(record));
    if (isWaiting(record.lead.status) && !record.call) {
      this.#queueOf(record.lead.campaign_id).waiting.push({ at: dueOf(record), record });
    }
  }

  #queueOf(campaignId: number): Queue {
    const queue = this.#queues.get(campaignId) ?? new Queue();
    this.#queues.set(campaignId, queue);
    return queue;
  }

  /** Plays everything that is due up to this moment. */
  settle(until: number): void {
    if (until >= this.#quietUntil) {
      let next = Number.POSITIVE_INFINITY;
      for (const campaign of this.book.campaigns.values()) next = Math.min(next, this.#settleCampaign(campaign, until));
      this.#forgetOldLeads(until);
      // Last, because each change above has reset it.
      this.#quietUntil = Math.min(next, this.#nextExpiry);
    }
    this.#settledTo = Math.max(this.#settledTo, until);
  }

  /** @returns the moment at which something is due next. */
  #settleCampaign(record: CampaignRecord, until: number): number {
    const { campaign } = record;
    const queue = this.#queueOf(campaign.id);
    const isHere = (each: LeadRecord) =>
      this.book.leads.get(each.lead.id) === each && each.lead.campaign_id === campaign.id;
    queue.ongoing = queue.ongoing.filter((each) => isOngoing(each) && isHere(each));
    const isRunning = this.rules.isOn() && campaign.status === "in-progress";
    const firstWaiting = (): Place | undefined => {
      for (let first = queue.waiting.first; first; first = queue.waiting.first) {
        const { lead, call } = first.record;
        if (isHere(first.record) && !call && isWaiting(lead.status) && dueOf(first.record) === first.at) return first;
        queue.waiting.shift();
      }
      return undefined;
    };
    for (let at = Math.max(0, this.#settledTo); ; ) {
      const [calling] = queue.ongoing;
      const waiting = isRunning ? firstWaiting() : undefined;
      const nextEnd = calling ? endOf(calling) : Number.POSITIVE_INFINITY;
      const nextCall =
        waiting && queue.ongoing.length < campaign.max_calls_in_parallel
          ? opensAt(campaign, this.rules.timeZoneOf(record), Math.max(at, waiting.at))
          : Number.POSITIVE_INFINITY;
      const next = Math.min(nextEnd, nextCall);
      if (next > until) {
        if (isRunning && !waiting && !calling) this.#complete(record, new Date(at));
        return next;
      }
      at = Math.max(at, next);
      if (calling && nextEnd <= nextCall) {
        queue.ongoing.shift();
        this.#end(record, calling, new Date(at));
      } else if (waiting) {
        queue.waiting.shift();
        this.dial(waiting.record, new Date(at));
      }
    }
  }

  #complete(record: CampaignRecord, at: Date): void {
    if (!record.campaign.mark_complete_when_no_leads) return;
    Object.assign(record.campaign, { status: "completed", updated_at: at.toISOString() });
    this.book.keepCampaign(record);
  }

  /** @param outcome Absent: as planned. */
  dial(record: LeadRecord, at: Date, outcome?: SandboxOutcome): void {
    this.#call(record, at, undefined, outcome);
    this.#note(record, at, `calls ${record.lead.phone_number}, attempt ${record.attempts + 1}`);
  }

  #call(record: LeadRecord, at: Date, contact?: SandboxSecondaryContact, outcome?: SandboxOutcome): void {
    const who = contact ?? record.lead;
    const planned = this.rules.plan(who.phone_number, record.attempts);
    record.call = {
      endsAt: new Date(at.getTime() + planned.seconds * 1000).toISOString(),
      outcome: outcome ?? planned.outcome,
      ...(contact && { contactId: contact.id }),
    };
    delete record.dueAt;
    for (const each of new Set([who, record.lead])) setStatus(each, "processing", at);
  }

  /** Ends the call of this lead. @param outcome Absent: as planned. */
  hangUp(campaign: CampaignRecord, record: LeadRecord, at: Date, outcome?: SandboxOutcome): void {
    if (!isOngoing(record)) return;
    if (outcome) record.call.outcome = outcome;
    this.#end(campaign, record, at);
  }

  #end({ campaign, hidden }: CampaignRecord, record: Ongoing, at: Date): void {
    const { outcome, contactId } = record.call;
    const { lead } = record;
    const contacts = lead.secondary_contacts;
    const index = contacts.findIndex(({ id }) => id === contactId);
    const who = contacts[index] ?? lead;
    delete (record as LeadRecord).call;
    this.#note(record, at, `${OUTCOMES[outcome].toLowerCase()} (${who.phone_number})`);
    const isReached =
      outcome === "answered" ||
      (outcome === "voicemail" && hidden.retry_on_voicemail !== true) ||
      (outcome === "goal-missed" && hidden.retry_on_goal_incomplete !== true);
    if (isReached) {
      for (const each of new Set([who, lead])) setStatus(each, "completed", at);
      return;
    }
    const next = contacts[index + 1];
    if (next && outcome !== "goal-missed") {
      if (who !== lead) setStatus(who, "rescheduled", at);
      this.#call(record, at, next);
      this.#note(record, at, `calls secondary contact ${next.phone_number}`);
      return;
    }
    record.attempts++;
    const isOver = record.attempts > campaign.max_retries;
    const status = isOver ? "reached-max-retries" : "rescheduled";
    for (const each of [lead, ...contacts]) if (each === lead || isUndecided(each)) setStatus(each, status, at);
    const again = new Date(at.getTime() + campaign.retry_interval * 60_000);
    if (!isOver) record.dueAt = again.toISOString();
    this.#note(
      record,
      at,
      isOver ? `gives up after ${record.attempts} attempts` : `calls again from ${leadTime(again)}`,
    );
  }

  /** Hangs up without an outcome: the attempt does not count. */
  abort(record: LeadRecord, at: Date, by: Actor): void {
    if (!record.call) return;
    delete record.call;
    for (const each of [record.lead, ...record.lead.secondary_contacts]) {
      if (each.status === "processing") setStatus(each, "rescheduled", at);
    }
    this.#note(record, at, "the call is aborted", by);
  }

  #forgetOldLeads(until: number): void {
    if (!this.rules.isOn() || until < this.#nextExpiry) return;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const record of this.book.leads.values()) {
      const expiry = this.#expiryOf(record);
      if (expiry <= until) this.book.dropLead(record.lead.id);
      else this.#nextExpiry = Math.min(this.#nextExpiry, expiry);
    }
  }

  #expiryOf({ lead }: LeadRecord): number {
    const end = new Date(`${lead.created_at.replace(" ", "T")}Z`);
    return end.setUTCMonth(end.getUTCMonth() + this.rules.retentionMonths());
  }

  #note(record: LeadRecord, at: Date, what: string, by: Actor = "call"): void {
    record.history.push({ at: at.toISOString(), by, what });
    record.lead.updated_at = leadTime(at);
    this.book.keepLead(record);
  }
}

const isUndecided = ({ status }: SandboxSecondaryContact) => isWaiting(status) || status === "processing";

function setStatus(who: SandboxSecondaryContact, status: string, at: Date): void {
  who.status = status;
  who.updated_at = leadTime(at);
}
