/**
 * Where Famulor's own sources disagree about the API, each version as a switch. Without a dialect, the sandbox follows the
 * English API pages.
 */
import { gzipSync } from "node:zlib";
import type { Account } from "../account/account";
import type { Fields } from "../account/records";
import type { Answer, Routes, SandboxRequest } from "./request";

/** Every dialect, with what it does. */
export const SANDBOX_DIALECTS = {
  "update-below-user": "a lead is changed by PUT /user/leads/{id}; PUT /leads/{id} is no route",
  "create-tells-id-only": 'the answer to a create is { data: { id: "1000001" } }',
  "create-in-a-list": "the answer to a create stands in a list of one, and its ID is a string",
  "create-without-contacts": "the answer to a create has neither secondary contacts nor a campaign",
  "create-answers-201": "a create answers 201",
  "variables-in-a-list": "variables come as a list that holds one map, or nothing",
  "variables-as-text": "numbers and booleans among the variables come back as strings",
  "trims-strings": "blanks around a text are removed, and an empty text is stored as null",
  "empty-is-missing": "the same, and a variable without a value is left out of answers",
  "list-under-leads": "the list of leads is { leads: [...] }, all at once",
  "list-bare": "the list of leads is a bare array, all at once",
  "iso-timestamps": "a lead's timestamps are ISO 8601 with Z",
  "foreign-is-403": "a lead of another account, or none, answers 403",
  "busy-is-409": "a lead that is on the phone cannot be deleted; the call ends soon",
  "bad-key-is-redirected": "a wrong key is sent to the login page",
  "duplicate-by-change-is-refused":
    "a lead is not given a number, or moved to a campaign, that would make it a duplicate",
  "duplicate-anywhere": "a number is refused if it is anywhere in the account",
  "campaign-route-singular": "a campaign is created by POST /user/campaign; POST /user/campaigns is no route",
  "campaigns-under-campaigns": "the list of campaigns is { campaigns: [...] }",
  "campaigns-in-pages": "the list of campaigns is { data: [...] }, two on a page",
  "campaign-tells-id-only": "the answer to creating a campaign holds its ID alone, as a string",
  "hours-without-seconds": "a campaign's hours are listed as HH:MM",
  "interval-in-seconds": "a campaign's retry interval is listed in seconds",
  "running-is-409": "a running campaign cannot be deleted: stop it first",
  "assistants-under-data": "the list of outbound assistants is { data: [...] }",
  "list-of-no-campaign-is-404": "the list of leads of a campaign that does not exist answers 404",
  "refuses-with-200": "what is refused with 422 answers 200 { success: false, message }",
  "errors-as-list": "errors of an answer are a list of texts, without fields",
  "json-as-html": "JSON comes as text/html, as a server in between may send it",
  "answers-in-gzip": "answers are compressed, whether or not the client has asked for that",
  "retry-after-is-a-date": "the wait after too many requests is an HTTP date",
  "retry-after-is-zero": "the wait after too many requests is 0 in the header, and missing in the body",
} as const;

/** A behaviour on which Famulor's own sources disagree, or that a server in between causes. */
export type SandboxDialect = keyof typeof SANDBOX_DIALECTS;

/** What the chosen dialects do together. */
export interface Dialect {
  routes: Routes;
  /** Changes the body of a request before the sandbox reads it. */
  receive(body: unknown): unknown;
  /** Turns the usual answer into that of the dialects. */
  rephrase(request: SandboxRequest, answer: Answer, account: Account): Answer;
}

type Rephrase = Dialect["rephrase"];

const isCampaignList = ({ method, path }: SandboxRequest) => method === "GET" && path === "/user/campaigns";
const onCampaignList =
  (change: (campaigns: Fields[], query: Record<string, string>) => unknown): Rephrase =>
  (request, answer) =>
    isCampaignList(request) && succeeded(answer)
      ? { ...answer, body: change(answer.body as Fields[], request.query) }
      : answer;

const CAMPAIGNS_PER_PAGE = 2;
function campaignPage(campaigns: Fields[], query: Record<string, string>): Fields {
  const page = Number(query.page ?? 1);
  return {
    data: campaigns.slice((page - 1) * CAMPAIGNS_PER_PAGE, page * CAMPAIGNS_PER_PAGE),
    current_page: page,
    last_page: Math.max(1, Math.ceil(campaigns.length / CAMPAIGNS_PER_PAGE)),
    per_page: CAMPAIGNS_PER_PAGE,
    total: campaigns.length,
  };
}

const isCreate = ({ method, path }: SandboxRequest) => method === "POST" && path === "/user/lead";
const isList = ({ method, path }: SandboxRequest) => method === "GET" && path === "/user/leads";
const succeeded = ({ status }: Answer) => status === 200;

const onCreate =
  (change: (body: { message: string; data: Fields }) => unknown): Rephrase =>
  (request, answer) =>
    isCreate(request) && succeeded(answer) ? { ...answer, body: change(answer.body as never) } : answer;

const onEveryLead =
  (change: (lead: Fields) => Fields): Rephrase =>
  (request, answer) => {
    if (!succeeded(answer)) return answer;
    if (isCreate(request)) return { ...answer, body: { ...(answer.body as Fields), data: change(madeIn(answer)) } };
    if (!isList(request)) return answer;
    const page = answer.body as { data: Fields[] };
    return { ...answer, body: { ...page, data: page.data.map(change) } };
  };

/** The lead or campaign that a create returns. */
const madeIn = (answer: Answer) => (answer.body as { data: Fields }).data;

/** All leads that match, whatever page the query asks for. */
const wholeList =
  (wrap: (leads: unknown) => unknown): Rephrase =>
  (request, answer, account) => {
    if (!isList(request) || !succeeded(answer)) return answer;
    const everything = account.listLeads({ ...request.query, page: "1" }, "", Number.MAX_SAFE_INTEGER);
    return { ...answer, body: wrap(everything.data) };
  };

const REPHRASINGS: Partial<Record<SandboxDialect, Rephrase>> = {
  "create-tells-id-only": onCreate(({ message, data }) => ({ message, data: { id: String(data.id) } })),
  "create-in-a-list": onCreate(({ message, data }) => [{ message, data: { ...data, id: String(data.id) } }]),
  "create-without-contacts": onCreate(({ message, data: { secondary_contacts, campaign, ...data } }) => ({
    message,
    data,
  })),
  "create-answers-201": (request, answer) =>
    isCreate(request) && succeeded(answer) ? { ...answer, status: 201 } : answer,
  "variables-in-a-list": onEveryLead((lead) => ({
    ...lead,
    variables: Object.keys(lead.variables as Fields).length > 0 ? [lead.variables] : [],
  })),
  "variables-as-text": onEveryLead((lead) => ({
    ...lead,
    variables: Object.fromEntries(
      Object.entries(lead.variables as Fields).map(([name, value]) => [name, String(value)]),
    ),
  })),
  "empty-is-missing": onEveryLead((lead) => ({
    ...lead,
    variables: Object.fromEntries(Object.entries(lead.variables as Fields).filter(([, value]) => value !== null)),
  })),
  "list-under-leads": wholeList((leads) => ({ leads })),
  "list-bare": wholeList((leads) => leads),
  "iso-timestamps": onEveryLead((lead) => ({
    ...lead,
    created_at: `${String(lead.created_at).replace(" ", "T")}.000000Z`,
    updated_at: `${String(lead.updated_at).replace(" ", "T")}.000000Z`,
  })),
  "foreign-is-403": ({ method, path }, answer) =>
    method === "DELETE" && path.startsWith("/user/leads/") && answer.status === 404
      ? { status: 403, body: { message: "Forbidden" } }
      : answer,
  "campaigns-under-campaigns": onCampaignList((campaigns) => ({ campaigns })),
  "campaigns-in-pages": onCampaignList(campaignPage),
  "campaign-tells-id-only": ({ method, path }, answer) =>
    method === "POST" && /^\/user\/campaigns?$/.test(path) && answer.status === 201
      ? { ...answer, body: { message: "Campaign created", data: { id: String(madeIn(answer).id) } } }
      : answer,
  "hours-without-seconds": onCampaignList((campaigns) =>
    campaigns.map((campaign) => ({
      ...campaign,
      allowed_hours_start_time: String(campaign.allowed_hours_start_time).slice(0, 5),
      allowed_hours_end_time: String(campaign.allowed_hours_end_time).slice(0, 5),
    })),
  ),
  "interval-in-seconds": onCampaignList((campaigns) =>
    campaigns.map((campaign) => ({ ...campaign, retry_interval: Number(campaign.retry_interval) * 60 })),
  ),
  "assistants-under-data": ({ path }, answer) =>
    path === "/user/assistants/outbound" && succeeded(answer) ? { ...answer, body: { data: answer.body } } : answer,
  "list-of-no-campaign-is-404": (request, answer, account) =>
    isList(request) &&
    succeeded(answer) &&
    request.query.campaign_id !== undefined &&
    !account.campaigns.some(({ id }) => String(id) === request.query.campaign_id)
      ? { status: 404, body: { message: "Campaign not found" } }
      : answer,
  "refuses-with-200": (_request, answer) =>
    answer.status === 422
      ? { status: 200, body: { success: false, message: (answer.body as { message: string }).message } }
      : answer,
  "errors-as-list": (_request, answer) => {
    const { errors, ...body } = (answer.body ?? {}) as Fields;
    return errors === undefined
      ? answer
      : { ...answer, body: { ...body, errors: Object.values(errors as object).flat() } };
  },
  "json-as-html": (_request, answer) => ({
    ...answer,
    headers: { ...answer.headers, "content-type": "text/html; charset=UTF-8" },
  }),
  "answers-in-gzip": (_request, answer) => ({
    ...answer,
    headers: { ...answer.headers, "content-encoding": "gzip" },
    bytes: gzipSync(answer.text ?? JSON.stringify(answer.body) ?? ""),
  }),
  "retry-after-is-a-date": (_request, answer) =>
    withoutWait(answer, (seconds) => ({ "retry-after": new Date(Date.now() + 1000 * seconds).toUTCString() })),
  "retry-after-is-zero": (_request, answer) => withoutWait(answer, () => ({ "retry-after": "0" })),
  "bad-key-is-redirected": (_request, answer) =>
    answer.status === 401
      ? {
          status: 302,
          body: undefined,
          headers: { location: "/login", "content-type": "text/html" },
          text: "<html>Redirecting to /login</html>",
        }
      : answer,
};

/** Lets a refusal for the rate limit say only in `headers` how long to wait. Any other answer stays as it is. */
function withoutWait(answer: Answer, headers: (seconds: number) => Record<string, string>): Answer {
  if (answer.status !== 429) return answer;
  const { retry_after, ...body } = answer.body as Fields;
  return { status: 429, body, headers: headers(Number(retry_after)) };
}

export function applyDialects(dialects: SandboxDialect[], standard: Routes): Dialect {
  return {
    receive: (body) => (dialects.some((dialect) => TRIMMING.includes(dialect)) ? trimStrings(body) : body),
    routes: dialects.reduce((routes, dialect) => MOVED_ROUTES[dialect]?.(routes) ?? routes, standard),
    rephrase: (request, answer, account) =>
      dialects.reduce((said, dialect) => REPHRASINGS[dialect]?.(request, said, account) ?? said, answer),
  };
}

const TRIMMING: SandboxDialect[] = ["trims-strings", "empty-is-missing"];

/** Laravel's TrimStrings and ConvertEmptyStringsToNull, which see every text of a body at any depth. */
function trimStrings(value: unknown): unknown {
  if (typeof value === "string") return value.trim() || null;
  if (Array.isArray(value)) return value.map(trimStrings);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, trimStrings(each)]));
}

const MOVED_ROUTES: Partial<Record<SandboxDialect, (routes: Routes) => Routes>> = {
  "update-below-user": ({ "/leads/{id}": update, ...rest }) => ({
    ...rest,
    "/user/leads/{id}": { ...rest["/user/leads/{id}"], ...update },
  }),
  "campaign-route-singular": ({ "/user/campaigns": { POST, ...others } = {}, ...rest }) => ({
    ...rest,
    "/user/campaigns": others,
    "/user/campaign": POST ? { POST } : {},
  }),
};
