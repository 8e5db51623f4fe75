/** What each row of a set needs. Each row is planned as a lead, all rows at once, so that they share listings. */
import type { LeadArgs, LeadState } from "../../state/lead";
import { type Declared, isUnknown, type Unknown } from "../engine/unknown";
import type { ReplaceReason } from "../lead/decide";
import { planLead } from "../lead/hooks";
import { lineOf, wouldCallAgain } from "../lead/messages";
import type { Home } from "../session/home";
import type { Session } from "../session/session";
import { type Pair, pairRows } from "./pair-rows";

/** A row as declared, in preview perhaps not known yet. */
type Row = Declared<LeadArgs> | Unknown;

export type RowPlan<News = Row> = { key: string } & (
  | { step: "create"; news: News; lead: undefined }
  /** `isRenamed`: only the key is new. */
  | { step: "nothing"; lead: LeadState; isRenamed: boolean }
  | { step: "update"; news: News; lead: LeadState; isUnfinished: boolean }
  | { step: "replace"; news: News; lead: LeadState; because: ReplaceReason; line: string | undefined }
  | { step: "delete"; lead: LeadState }
  | { step: "gone"; lead: LeadState }
  /** Created at another sandbox or by another account. */
  | { step: "elsewhere"; lead: LeadState; home: Exclude<Home, "here"> }
  | { step: "refused"; lead: LeadState; error: unknown }
);

/** @param rows Each row as a lead (see `leadsOf`). */
export function planRows<News extends Row>(
  session: Session,
  olds: ReadonlyMap<string, LeadState>,
  rows: ReadonlyMap<string, News>,
): Promise<RowPlan<News>[]> {
  const pairs = pairRows(olds, rows, (news) => (isUnknown(news) ? undefined : news.phoneNumber));
  return Promise.all(pairs.map((pair) => planRow(session, pair)));
}

async function planRow<News extends Row>(session: Session, pair: Pair<News>): Promise<RowPlan<News>> {
  if (pair.key === undefined) return { key: pair.oldKey, step: "delete", lead: pair.lead };
  const { key, news, lead } = pair;
  if (lead === undefined) return { key, step: "create", news, lead };
  if (isUnknown(news)) return { key, step: "update", news, lead, isUnfinished: false };
  try {
    const plan = await planLead(session, lead, news);
    switch (plan.step) {
      case "nothing":
        return { key, step: "nothing", lead, isRenamed: key !== pair.oldKey };
      case "gone":
        return { key, step: "gone", lead };
      case "update":
        return { key, step: "update", news, lead, isUnfinished: plan.isUnfinished };
      case "replace":
        if (plan.because === "another sandbox" || plan.because === "another account") {
          return { key, step: "elsewhere", lead, home: plan.because };
        }
        return { key, step: "replace", news, lead, because: plan.because, line: lineOf(lead.leadId, plan) };
      case "refuse":
        return { key, step: "refused", lead, error: wouldCallAgain(lead.leadId, plan.because, plan.status) };
    }
  } catch (error) {
    return { key, step: "refused", lead, error };
  }
}
