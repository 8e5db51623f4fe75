/** Which leads a query lists, and a page of them in Laravel's envelope. */
import type { SandboxLead } from "./records";
import { queryNumber } from "./validation";

interface Page {
  page: number;
  perPage: number;
}

type Query = Record<string, string>;

/** @throws a refusal if the query's numbers are out of bounds. */
export function readPage(query: Query, perPageInstead: number | undefined): Page {
  const perPage = perPageInstead ?? queryNumber(query, "per_page", 15, 100);
  return { page: queryNumber(query, "page", 1, Number.MAX_SAFE_INTEGER), perPage };
}

export const matches = (lead: SandboxLead, query: Query): boolean =>
  (query.status === undefined || lead.status === query.status) &&
  (query.campaign_id === undefined || String(lead.campaign_id) === query.campaign_id) &&
  (query.phone_number === undefined || lead.phone_number.includes(query.phone_number)) &&
  (query.date_from === undefined || lead.created_at.slice(0, 10) >= query.date_from) &&
  (query.date_to === undefined || lead.created_at.slice(0, 10) <= query.date_to);

/** Copies of the rows of one page, with all fields of the envelope. */
export function pageOf(rows: SandboxLead[], { page, perPage }: Page, url: string): Record<string, unknown> {
  const lastPage = Math.max(1, Math.ceil(rows.length / perPage));
  const data = structuredClone(rows.slice((page - 1) * perPage, page * perPage));
  const pageUrl = (number: number) => (number < 1 || number > lastPage ? null : `${url}?page=${number}`);
  const link = (label: string, number: number) => ({ url: pageUrl(number), label, active: number === page });
  return {
    current_page: page,
    data,
    first_page_url: pageUrl(1),
    from: data.length > 0 ? (page - 1) * perPage + 1 : null,
    last_page: lastPage,
    last_page_url: pageUrl(lastPage),
    links: [link("&laquo; Previous", page - 1), link(String(page), page), link("Next &raquo;", page + 1)],
    next_page_url: pageUrl(page + 1),
    path: url,
    per_page: perPage,
    prev_page_url: pageUrl(page - 1),
    to: data.length > 0 ? (page - 1) * perPage + data.length : null,
    total: rows.length,
  };
}
