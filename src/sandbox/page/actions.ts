/** What the page's buttons do. Each action returns what it has done, in words, or throws the reason why not. */
import type { Account } from "../account/account";
import { DAYS, isOutcome } from "../account/records";
import { campaignProblems, isPhoneNumber, Refusal } from "../account/validation";
import { readFault } from "../api/faults";
import { importData, readData } from "../data/exchange";
import { type OptionName, optionOf } from "../options";
import type { Service } from "../service";
import { count } from "./layout";
import { OPTIONS_OF_FORM } from "./settings";
import { readVariables } from "./variables";

export type Form = URLSearchParams;
export type Action = (form: Form, account: Account, service: Service) => string;

const text = (form: Form, name: string) => form.get(name)?.trim() ?? "";
const id = (form: Form, name: string) => Number(form.get(name) ?? Number.NaN);

function phoneNumber(form: Form): string {
  const given = text(form, "phone_number").replace(/[\s()/-]/g, "");
  if (!isPhoneNumber(given)) throw new Error("Phone number: must be in E.164, such as +493023125000");
  return given;
}

function outcome(form: Form) {
  const given = form.get("outcome");
  return isOutcome(given) ? given : undefined;
}

const numberOf = (account: Account, leadId: number) => account.book.leads.get(leadId)?.lead.phone_number ?? "the lead";
const nameOf = (account: Account, campaignId: number) =>
  account.book.campaigns.get(campaignId)?.campaign.name ?? "the campaign";

export const ACTIONS: Record<string, Action> = {
  "add-lead": (form, account) => {
    const lead = account.createLead(
      {
        phone_number: phoneNumber(form),
        campaign_id: id(form, "campaign_id"),
        variables: readVariables(text(form, "variables")),
      },
      "dashboard",
    );
    return `Added ${lead.phone_number} as lead ${lead.id}.`;
  },
  "edit-lead": (form, account) => {
    const leadId = id(form, "lead");
    const before = account.book.leads.get(leadId)?.lead;
    if (!before) throw new Refusal(404, { message: "This lead is gone." });
    const change = {
      phone_number: phoneNumber(form),
      campaign_id: id(form, "campaign_id"),
      variables: readVariables(text(form, "variables")),
    };
    const isSame = JSON.stringify(before.variables) === JSON.stringify(change.variables);
    const removed = Object.keys(before.variables).filter((name) => !Object.hasOwn(change.variables, name));
    account.changeLead(
      leadId,
      {
        ...(change.phone_number !== before.phone_number && { phone_number: change.phone_number }),
        ...(change.campaign_id !== before.campaign_id && { campaign_id: change.campaign_id }),
        ...(!isSame && { variables: change.variables }),
      },
      "dashboard",
    );
    account.removeVariables(leadId, removed);
    return `Saved ${change.phone_number}.`;
  },
  "set-status": (form, account) => {
    account.editLead(id(form, "lead"), { status: text(form, "status") });
    return `${numberOf(account, id(form, "lead"))} is ${text(form, "status")} now.`;
  },
  "delete-lead": (form, account) => {
    const number = numberOf(account, id(form, "lead"));
    account.deleteLead(id(form, "lead"));
    return `Deleted ${number}.`;
  },
  dial: (form, account) => {
    account.dial(id(form, "lead"), outcome(form));
    return `${numberOf(account, id(form, "lead"))} is in a simulated call.`;
  },
  "end-call": (form, account) => {
    const leadId = id(form, "lead");
    account.endCall(leadId, outcome(form));
    return `${numberOf(account, leadId)} is ${account.book.leads.get(leadId)?.lead.status} now.`;
  },
  "add-campaign": (form, account) => {
    const [assistant] = account.rules.assistants;
    const campaign = account.createCampaign({ name: text(form, "name"), assistant_id: assistant?.id ?? 0 });
    return `Added ${campaign.name} as campaign ${campaign.id}.`;
  },
  "edit-campaign": (form, account) => {
    const isOn = (name: string) => form.get(name) === "on";
    const settings = {
      name: text(form, "name"),
      allowed_hours_start_time: text(form, "allowed_hours_start_time"),
      allowed_hours_end_time: text(form, "allowed_hours_end_time"),
      allowed_days: DAYS.filter((day) => form.getAll("allowed_days").includes(day)),
      max_retries: id(form, "max_retries"),
      retry_interval: id(form, "retry_interval"),
      max_calls_in_parallel: id(form, "max_calls_in_parallel"),
      retry_on_voicemail: isOn("retry_on_voicemail"),
      retry_on_goal_incomplete: isOn("retry_on_goal_incomplete"),
      mark_complete_when_no_leads: isOn("mark_complete_when_no_leads"),
      ...(text(form, "timezone") !== "" && { timezone: text(form, "timezone") }),
    };
    const problems = campaignProblems(settings);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    account.editCampaign(id(form, "campaign"), {
      ...settings,
      allowed_hours_start_time: `${settings.allowed_hours_start_time}:00`,
      allowed_hours_end_time: `${settings.allowed_hours_end_time}:00`,
    });
    return `Saved ${settings.name}.`;
  },
  start: (form, account) => setRunning(form, account, "start"),
  stop: (form, account) => setRunning(form, account, "stop"),
  "delete-campaign": (form, account) => {
    const name = nameOf(account, id(form, "campaign"));
    account.deleteCampaign(id(form, "campaign"));
    return `Deleted ${name} and its leads.`;
  },
  advance: (form, _account, service) => {
    const by = Object.fromEntries(["days", "hours", "minutes"].map((name) => [name, Number(form.get(name) ?? 0)]));
    service.advance(by);
    return `It is ${service.clock.now().toISOString().slice(0, 16).replace("T", " ")} UTC now.`;
  },
  settings: (form, _account, service) => {
    const read = OPTIONS_OF_FORM.map((name) => [name, given(form, name)] as const);
    // Checks all of them before it sets the first one: a typing error must not leave half of them changed.
    for (const [name, texts] of read) {
      try {
        optionOf(name).read(texts);
      } catch (error) {
        throw new Error(`--${optionOf(name).flag}: ${(error as Error).message}`);
      }
    }
    for (const [name, texts] of read) {
      const before = optionOf(name).write(service.values[name]);
      // An option that nobody touched keeps details that its text does not show.
      if (before.join("\n") !== texts.join("\n")) service.set(name, texts);
    }
    return "Saved the settings.";
  },
  dialects: (form, _account, service) => {
    service.set("dialects", form.getAll("dialects"));
    return service.values.dialects.length === 0
      ? "It speaks no dialect now."
      : `It speaks ${service.values.dialects.join(", ")} now.`;
  },
  "add-fault": (form, _account, service) => {
    const fault = readFault(`${text(form, "fault")}:${text(form, "on")}:${text(form, "times")}`);
    service.values.faults.push(fault);
    service.changed();
    return `Added the fault ${fault.fault}.`;
  },
  "remove-fault": (form, _account, service) => {
    service.values.faults.splice(id(form, "index"), 1);
    service.changed();
    return "Removed the fault.";
  },
  "add-account": (form, _account, service) => {
    const [email, apiKey] = [text(form, "email"), text(form, "apiKey")];
    if (email === "" || apiKey === "") throw new Error("An account needs an e-mail and a key.");
    service.addAccount(email, apiKey);
    return `Added the account ${email}.`;
  },
  import: (form, _account, service) => {
    const data = form.get("data") ?? "";
    const isCsv = !/^\s*[{[]/.test(data);
    const { leads, campaigns } = importData(service, readData(data, isCsv, Number(form.get("campaign_id") ?? 0)));
    return `Imported ${count(leads, "lead")} and ${count(campaigns, "campaign")}.`;
  },
  "forget-requests": (_form, _account, service) => {
    service.recent.length = 0;
    service.changed();
    return "Cleared the journal of this page.";
  },
};

function setRunning(form: Form, account: Account, action: "start" | "stop"): string {
  const campaignId = id(form, "campaign");
  account.setCampaignRunning({ campaign_id: campaignId, action }, "dashboard");
  return `${action === "start" ? "Started" : "Stopped"} ${nameOf(account, campaignId)}.`;
}

/** The texts of an option in the form, as the command would get them. */
function given(form: Form, name: OptionName): string[] {
  const option = optionOf(name);
  if (option.placeholder === undefined) return [form.get(name) === "true" ? "true" : "false"];
  const lines = (form.get(name) ?? "").split("\n").map((line) => line.trim());
  return option.isMany ? lines.filter((line) => line !== "") : lines.slice(0, 1);
}
