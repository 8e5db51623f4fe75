/** Every route of the API, and how a request finds its route. */
import type { Account } from "../account/account";
import { outboundAssistants, phoneNumbers } from "../account/assistants-and-numbers";
import type { Fields } from "../account/records";
import { Refusal } from "../account/validation";
import type { Dialect } from "./dialects";
import type { Answer, Routes, SandboxRequest } from "./request";

export const ROUTES: Routes = {
  "/user/me": { GET: (_, { email, rules }) => ({ name: "Sandbox", email, total_balance: rules.balance }) },
  "/user/lead": { POST: ({ body }, account) => ({ message: "Lead created", data: account.createLead(body) }) },
  "/user/leads": { GET: ({ query }, account, leadsUrl) => account.listLeads(query, leadsUrl) },
  "/user/leads/{id}": {
    DELETE: ({ id }, account) => {
      account.deleteLead(id);
      return { message: "Lead deleted" };
    },
  },
  "/leads/{id}": {
    PUT: ({ id, body }, account) => {
      account.changeLead(id, body);
      return { message: "Lead updated" };
    },
  },
  "/user/campaigns": {
    GET: (_, account) => account.campaigns,
    POST: ({ body }, account) => ({ message: "Campaign created", data: account.createCampaign(body) }),
  },
  "/user/campaigns/update-status": { POST: ({ body }, account) => account.setCampaignRunning(body) },
  "/user/campaign/{id}": {
    DELETE: ({ id }, account) => {
      account.deleteCampaign(id);
      return { message: "Campaign deleted" };
    },
  },
  "/user/assistants/outbound": {
    GET: (_, account) => outboundAssistants(account.rules.assistants, account.now().toISOString()),
  },
  "/user/phone-numbers/all": {
    GET: (_, account) => ({ data: phoneNumbers(account.rules.phoneNumbers, account.now().toISOString()) }),
  },
};

/** @param account Whose key the request has. @throws a refusal. */
export function respond(
  request: SandboxRequest,
  { routes, receive }: Pick<Dialect, "routes" | "receive">,
  account: Account | undefined,
  leadsUrl: string,
): Answer {
  if (!account) throw new Refusal(401, { error: "Unauthorized", message: "Unauthenticated." });
  const id = /\/(\d+)$/.exec(request.path)?.[1];
  const methods = routes[request.path] ?? routes[request.path.replace(/\d+$/, "{id}")];
  if (!methods) throw new Refusal(404, { message: "The route could not be found." });
  const handler = methods[request.method];
  if (!handler) {
    throw new Refusal(405, { message: `The ${request.method} method is not supported for this route.` });
  }
  const body = (receive(request.body) ?? {}) as Fields;
  const answer = handler({ id: Number(id), body, query: request.query }, account, leadsUrl);
  const isNewCampaign = request.method === "POST" && /^\/user\/campaigns?$/.test(request.path);
  return { status: isNewCampaign ? 201 : 200, body: answer };
}
