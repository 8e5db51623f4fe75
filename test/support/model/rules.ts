/**
 * What must hold after every command, whatever has happened before. Each rule says what is wrong, in one line for each case.
 */
import { maskPhoneNumber } from "../../../src/masking";
import type { CampaignEvent, LeadEvent, LeadRecord } from "./ledger";
import { unitsOf } from "./permissions";
import { ALL_NUMBERS, personsOf, phoneNumberOf } from "./program";
import { KEYS, leadsOf, type Stack, type Step } from "./world";

/** Known gaps of the provider. Each entry excuses what one gap causes; remove the entry with the gap. */
const KNOWN_GAPS: { name: string; excuse(step: Step): void }[] = [
  {
    name: "a run deletes a lead that was called, and ends before its person is declared elsewhere: the next run calls again",
    excuse: ({ ledger, events, stack, outcome, command, text }) => {
      if (outcome?.end === "done" && command.targets.length === 0) return;
      const deleted = events.filter(isLeadEvent).filter(({ did, before }) => did === "delete" && !before?.isQueued);
      for (const { before } of deleted) {
        // Where a create was refused because of the lead, the run knew.
        if (!before || text.includes(`already has lead ${before.id} `)) continue;
        if (isDeclared(stack, before)) ledger.excuse(before.phoneNumber);
      }
    },
  },
  {
    name: "a run gives a lead that was called another number, and ends before its old person is declared elsewhere: the next run calls again",
    excuse: ({ ledger, events, stack, outcome }) => {
      if (outcome?.end === "done") return;
      const leads = events.filter(isLeadEvent);
      for (const { before, body, after } of leads) {
        const hasLeft = body.phone_number !== undefined && before && before.phoneNumber !== after?.phoneNumber;
        if (hasLeft && !before.isQueued && isDeclared(stack, before)) ledger.excuse(before.phoneNumber);
      }
    },
  },
];

/** A key of another account, which preview cannot know, and leads that the user retains in a campaign are good reasons. */
const isUnexpected =
  ({ program }: Stack) =>
  ({ error: { message } }: { error: Error }) => {
    const isRetained = program.declarations.some(({ kind, retain }) => kind !== "campaign" && retain);
    const isAboutRetained = isRetained && message.includes("that this stack does not delete");
    return !isAboutRetained && !message.includes("is not in the account this key belongs to");
  };

interface Rule {
  name: string;
  /** Notes in the ledger what the rule excuses, so that it is excused for good. */
  broken(step: Step): string[];
}

export const RULES: Rule[] = [
  {
    name: "nobody is called more often than the user has asked for",
    broken: (step) =>
      [...touchedNumbers(step)].flatMap((number) => {
        const { ledger } = step;
        const [calls, allowed] = [ledger.calls(number), ledger.allowed(number)];
        return calls > allowed + leavingLeads(step, number) ? [`${number}: ${calls} calls, ${allowed} allowed`] : [];
      }),
  },
  {
    name: "a run makes no two leads of one number in one campaign, unless that is allowed",
    broken: ({ events, ledger, stack }) =>
      events.filter(isLeadEvent).flatMap(({ did, after, body }) => {
        const lead = after && ledger.leads.get(after.id);
        const arrives = did === "create" || body.campaign_id !== undefined || body.phone_number !== undefined;
        // docs/recovery.md: where the dashboard has moved it, nobody looks before a refresh.
        if (!lead?.isLive || !arrives || lead.isMoved || body.allow_dupplicate === true || mayBeDuplicate(stack, lead))
          return [];
        const others = ledger.live().filter((other) => other !== lead && isSamePlace(other, lead));
        const allowed = (other: LeadRecord) => events.some((event) => isAllowedDuplicate(event, other));
        return others.filter((other) => !allowed(other)).map((other) => `lead ${lead.id} beside lead ${other.id}`);
      }),
  },
  {
    name: "a blacklisted lead is not queued",
    broken: ({ events }) =>
      events.filter(isLeadEvent).flatMap(({ before, after }) => {
        const isQueued = before?.status === "blacklisted" && !before.isQueued && after?.isQueued && after.isLive;
        return isQueued ? [`lead ${after?.id}`] : [];
      }),
  },
  {
    name: "every live lead that a stack has made is in its state, or is named where it was lost",
    broken: (step) => {
      const { stack, ledger, outcome, command, text } = step;
      const held = new Set(leadsOf(stack).map(({ leadId }) => leadId));
      const dropped = new Set(outcome?.dropped.filter(({ retainOnDelete }) => retainOnDelete).flatMap(idsOf));
      const wentAlong = new Set(outcome?.dropped.filter((each) => each.deletedWith !== undefined).flatMap(idsOf));
      for (const lead of ledger.live()) {
        if (text.includes("Still in another campaign") && text.includes(`(lead ${lead.id}, campaign`))
          lead.isLeftBehind = true;
      }
      const lost = ledger.live().filter((lead) => lead.owners.has(stack.index) && !held.has(lead.id) && !lead.excuse);
      return lost.flatMap((lead) => {
        if (outcome?.end === "killed") lead.excuse = "killed";
        else if (dropped.has(lead.id)) lead.excuse = "retainOnDelete";
        else if (lead.isMoved && wentAlong.has(lead.id))
          lead.excuse = "moved in the dashboard, out of the campaign that took it along";
        else if (lead.isLeftBehind && wentAlong.has(lead.id)) lead.excuse = "named when it could not be moved";
        else if (isNamed(lead, text)) lead.excuse = `named by ${command.do}`;
        else if (text.includes(`Campaign ${lead.campaign} and its leads are still in Famulor`)) {
          lead.excuse = "to be deleted with its campaign, which is in the state";
        }
        return lead.excuse ? [] : [`lead ${lead.id} (${maskPhoneNumber(lead.phoneNumber)}, campaign ${lead.campaign})`];
      });
    },
  },
  {
    name: "nobody else's lead or campaign is changed, deleted or taken over",
    broken: (step) => {
      const { events, ledger, stack } = step;
      const strangers: string[] = [];
      const isOurs = (lead: LeadRecord) => {
        const known = ledger.leads.get(lead.id);
        if (!known || known.owners.has(stack.index)) return true;
        if (mayAdopt(step, lead)) known.owners.add(stack.index);
        return known.owners.has(stack.index);
      };
      for (const event of events) {
        if (isLeadEvent(event)) {
          if (event.before && !isOurs(event.before)) strangers.push(`${event.did} of lead ${event.before.id}`);
        } else if (ledger.campaigns.get(event.campaignId) !== stack.index && !stack.hasAdopted) {
          strangers.push(`${event.did} of campaign ${event.campaignId}`);
        }
      }
      for (const { leadId } of leadsOf(stack)) {
        const lead = ledger.leads.get(leadId);
        if (lead?.isLive && !isOurs(lead)) strangers.push(`lead ${leadId} is stored as if it were ours`);
      }
      return strangers;
    },
  },
  {
    name: "a preview writes nothing",
    broken: ({ requests }) => requests.preview.filter((request) => !request.startsWith("GET ")),
  },
  {
    name: "what up refuses without having asked anybody, preview refuses",
    broken: ({ preview, outcome, isDisturbed, command }) => {
      if (preview?.end !== "done" || !outcome || isDisturbed || command.do !== "up") return [];
      return (
        outcome.failures
          .filter((failure) => failure.requests === 0 && failure.in !== "engine")
          // On a busy computer a time is up that preview had.
          .filter((failure) => !failure.error.message.includes("[famulor/out-of-time]"))
          .map(({ name, in: hook, error }) => `${name}, ${hook}: ${error.message}`)
      );
    },
  },
  {
    name: "up does what preview has shown",
    broken: ({ preview, outcome, isDisturbed, command, text }) => {
      if (preview?.end !== "done" || outcome?.end !== "done" || isDisturbed || command.do !== "up") return [];
      // Only Famulor knows who can be taken over, and whom it is taken from gets a new lead.
      if (text.includes("existed already: this resource takes it over")) return [];
      return [...preview.ops].flatMap(([name, op]) => {
        const done = outcome.ops.get(name);
        // What a campaign's new ID will be, preview does not know.
        const isUnknown = op === "update" && done === "same";
        const isDropped = op === "delete" && (done === "retain" || done === "deleted with");
        return done === op || isUnknown || isDropped ? [] : [`${name}: preview ${op}, up ${done}`];
      });
    },
  },
  {
    name: "an unchanged program asks for nothing, or whose key it is",
    broken: ({ again, outcome, requests, goals, stack, text }) => {
      if (!again || outcome?.end !== "done") return [];
      // Two providers of one account do not know what the other one has: whoever loses a lead that way gets another one.
      const hasTwoProviders = new Set(goals.map(({ provider }) => provider)).size > 1;
      if (hasTwoProviders && text.includes("existed already: this resource takes it over")) return [];
      // A resource that is, or was, that of an explicit provider may be another account's.
      const asking = goals.filter(
        ({ name, provider }) => provider !== "default" || stack.engine.find(name)?.outs.explicitProvider,
      );
      const asked = requests.again.filter((request) => request !== "GET /user/me");
      const questions = requests.again.length - asked.length;
      const failures = again.failures.map(({ name, in: hook, error }) => `${name}, ${hook}: ${error.message}`);
      const isQuiet = asked.length === 0 && questions <= new Set(asking.map(({ provider }) => provider)).size;
      return [...failures, ...(isQuiet ? [] : requests.again)];
    },
  },
  {
    name: "what a settled stack has made, destroy deletes",
    broken: ({ wasSettled, command, outcome, isDisturbed, stack }) =>
      wasSettled && command.do === "destroy" && !isDisturbed && command.targets.length === 0
        ? (outcome?.failures ?? []).filter(isUnexpected(stack)).map(({ name, error }) => `${name}: ${error.message}`)
        : [],
  },
  {
    name: "no key and no phone number is printed",
    broken: ({ text }) => [...Object.values(KEYS), ...ALL_NUMBERS].filter((secret) => text.includes(secret)),
  },
];

/**
 * A person whom the program moves to another campaign, under another name, waits in both until the run has deleted the old
 * lead. A run that ends before that, or that does only a part, leaves both; the next one goes on.
 */
function leavingLeads({ ledger, stack, outcome, command }: Step, number: string): number {
  if (outcome?.end === "done" && command.targets.length === 0) return 0;
  const waiting = ledger
    .live()
    .filter((lead) => lead.isQueued && lead.phoneNumber === number && lead.owners.has(stack.index));
  return Math.max(0, new Set(waiting.map(({ account, campaign }) => `${account} ${campaign}`)).size - 1);
}

/** What another stack has left is not this command's doing. */
function touchedNumbers({ events }: Step): Set<string> {
  return new Set(events.filter(isLeadEvent).flatMap(({ after }) => after?.phoneNumber ?? []));
}

/** Every case in which a rule is broken. */
export function brokenRules(step: Step): string[] {
  for (const { excuse } of KNOWN_GAPS) excuse(step);
  return RULES.flatMap(({ name, broken }) => broken(step).map((problem) => `${name}: ${problem}`));
}

const isLeadEvent = (event: LeadEvent | CampaignEvent): event is LeadEvent => "before" in event;

const idsOf = ({ kind, id, outs }: { kind: string; id: string; outs: Record<string, unknown> }): number[] =>
  kind === "lead" ? [Number(id)] : Object.values((outs.leadIds ?? {}) as Record<string, number>);

function isNamed({ id, phoneNumber, campaign }: LeadRecord, text: string): boolean {
  if (new RegExp(`\\b${id}\\b`).test(text)) return true;
  return text.includes(maskPhoneNumber(phoneNumber)) && new RegExp(`campaign ${campaign}\\b`, "i").test(text);
}

const isSamePlace = (one: LeadRecord, other: LeadRecord) =>
  one.account === other.account && one.campaign === other.campaign && one.phoneNumber === other.phoneNumber;

/** The program allows a lead of this number to be a duplicate. */
const mayBeDuplicate = (stack: Stack, { phoneNumber }: LeadRecord) =>
  unitsOf(stack).some((unit) => unit.permission === "allowDuplicate" && unit.phoneNumber === phoneNumber);

const isDeclared = ({ program }: Stack, { phoneNumber }: LeadRecord) =>
  program.declarations.some((each) => declares(each, phoneNumber));

const declares = (declaration: Stack["program"]["declarations"][number], phoneNumber: string) =>
  personsOf(declaration).some(({ person }) => phoneNumberOf(person) === phoneNumber);

const isAllowedDuplicate = (event: LeadEvent | CampaignEvent, lead: LeadRecord) =>
  isLeadEvent(event) && event.after?.id === lead.id && event.body.allow_dupplicate === true;

/** The user has asked for whatever lead there is with this number. */
function mayAdopt({ stack, command }: Step, { phoneNumber }: LeadRecord): boolean {
  const adopts = stack.program.declarations.filter(
    (each) => each.kind !== "campaign" && (command.env === "FAMULOR_ADOPT" || each.permission === "adoptExisting"),
  );
  return adopts.some((each) => declares(each, phoneNumber));
}
