/**
 * What compiles in a user's program, and what must not: checked by `npm run typecheck` against the built types, never run. A line
 * after `@ts-expect-error` that compiles is an error.
 */
import * as pulumi from "@pulumi/pulumi";
import {
  FamulorCampaign,
  FamulorCampaignRun,
  FamulorLead,
  type FamulorLeadArgs,
  FamulorLeadSet,
  FamulorProvider,
  type getAccountOutput,
  getCampaign,
  getOutboundAssistantOutput,
  getPhoneNumberOutput,
} from "pulumi-famulor";
import { type Sandbox, startSandbox } from "pulumi-famulor/sandbox";
import { fictionalLeads, leadsFromCsv } from "pulumi-famulor/seeds";

/** Fails to compile if the two types differ in any way that a program could notice. */
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
const same = <One, Other>(_isSame: Same<One, Other>) => {};

const phoneNumber = "+493023125000";
const spring = new FamulorCampaign("spring", { name: "Spring", assistantId: 1 });
const lead = new FamulorLead("anna", { campaignId: spring, phoneNumber });

// References to a campaign: the resource, its ID, an output of an ID.
new FamulorLead("a", { campaignId: 1, phoneNumber });
new FamulorLead("b", { campaignId: spring.campaignId, phoneNumber });
new FamulorCampaignRun("go", { campaignId: spring }, { dependsOn: [lead] });
// @ts-expect-error: the ID is a number
new FamulorLead("c", { campaignId: "1", phoneNumber });
// @ts-expect-error: required
new FamulorLead("e", { phoneNumber });
// @ts-expect-error: required
new FamulorLead("f", { campaignId: 1 });
// @ts-expect-error: no such argument
new FamulorLead("g", { campaignId: 1, phoneNumber, phone: "1" });

// Inputs at every depth.
new FamulorLead("h", {
  campaignId: pulumi.output(1),
  phoneNumber: pulumi.secret(phoneNumber),
  variables: { name: pulumi.output("Anna"), visits: 2, isNew: true, title: undefined },
  secondaryContacts: [pulumi.output({ phoneNumber }), { phoneNumber: pulumi.secret(phoneNumber), variables: {} }],
  status: pulumi.output("completed" as const),
});
// @ts-expect-error: variables are flat
new FamulorLead("i", { campaignId: 1, phoneNumber, variables: { address: { city: "Berlin" } } });
// @ts-expect-error: Famulor sets this status
new FamulorLead("j", { campaignId: 1, phoneNumber, status: "processing" });
// @ts-expect-error: decides about resource options in the constructor, so it is no input
new FamulorLead("k", { campaignId: 1, phoneNumber, allowDuplicate: pulumi.output(true) });

// Outputs.
same<typeof lead.leadId, pulumi.Output<number>>(true);
same<typeof lead.status, pulumi.Output<string>>(true);
same<typeof lead.requestedStatus, pulumi.Output<string | undefined>>(true);
same<typeof lead.secondaryContactIds, pulumi.Output<number[]>>(true);
same<typeof spring.campaignId, pulumi.Output<number>>(true);
// @ts-expect-error: outputs are read-only
lead.leadId = pulumi.output(2);

// Sets.
const set = new FamulorLeadSet("guests", { campaignId: spring, leads: { anna: { phoneNumber } } });
same<typeof set.leadIds, pulumi.Output<Record<string, number>>>(true);
new FamulorLeadSet("l", { campaignId: 1, leads: pulumi.output({ anna: { phoneNumber } }) });
// @ts-expect-error: rows have keys
new FamulorLeadSet("m", { campaignId: 1, leads: [{ phoneNumber }] });
// @ts-expect-error: one campaign for all rows
new FamulorLeadSet("n", { campaignId: 1, leads: { anna: { phoneNumber, campaignId: 2 } } });

// Campaigns.
new FamulorCampaign("o", { name: "Spring", assistantId: 1, allowedDays: ["monday"], phoneNumberIds: [1] });
// @ts-expect-error: no day
new FamulorCampaign("p", { name: "Spring", assistantId: 1, allowedDays: ["mon"] });
// @ts-expect-error: decides about resource options in the constructor, so it is no input
new FamulorCampaign("q", { name: "Spring", assistantId: 1, forceDestroy: pulumi.output(true) });

// Accounts.
const eu = new FamulorProvider("eu", { apiKey: pulumi.secret("key"), allowedPhoneNumbers: ["+4930", "+12125550"] });
new FamulorLead("r", { campaignId: 1, phoneNumber }, { provider: eu });
// @ts-expect-error: the key is required
new FamulorProvider("s", {});
same<typeof eu extends pulumi.ProviderResource ? true : false, true>(true);

// `get`.
same<ReturnType<typeof FamulorLead.get>, FamulorLead>(true);
FamulorLead.get("t", "1", { campaignId: spring });
// @ts-expect-error: Famulor has no request for one lead, so its campaign is needed
FamulorLead.get("u", "1");
same<ReturnType<typeof FamulorCampaign.get>, FamulorCampaign>(true);

// Look-ups.
const assistant = getOutboundAssistantOutput({ name: pulumi.output("Eva") }, { provider: eu });
new FamulorCampaign("v", {
  name: "Spring",
  assistantId: assistant.assistantId,
  phoneNumberIds: [getPhoneNumberOutput({ phoneNumber }).phoneNumberId],
});
same<Awaited<ReturnType<typeof getCampaign>>["campaignId"], number>(true);
same<ReturnType<typeof getAccountOutput>["accountId"], pulumi.Output<string>>(true);
// @ts-expect-error: by name
getCampaign({ id: 1 });

// The arguments are types that a program can build on.
export const withName = (args: FamulorLeadArgs, name: string): FamulorLeadArgs => ({ ...args, variables: { name } });

// Seeds are rows of a set, or leads.
const rows = fictionalLeads({ count: 3, country: "DE" });
new FamulorLeadSet("w", { campaignId: 1, leads: { ...rows, ...leadsFromCsv("number\n") } });
for (const [key, row] of Object.entries(rows)) new FamulorLead(key, { campaignId: 1, ...row });
// @ts-expect-error: no numbers are reserved for fiction there
fictionalLeads({ count: 3, country: "CH" });

// The sandbox.
export async function test(): Promise<number> {
  const sandbox: Sandbox = await startSandbox({ apiKey: "key" });
  same<typeof sandbox.baseUrl, string>(true);
  await sandbox.close();
  return sandbox.leads.length;
}
