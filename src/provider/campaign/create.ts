/** Create of a campaign: one listing before the one POST, and after an unknown outcome listings instead of a second POST. */
import { isOutcomeUnknown } from "../../famulor/http/delivery";
import { sameValue, trimmed } from "../../famulor/same-value";
import type { Campaign } from "../../famulor/wire/campaigns";
import type { CampaignArgs } from "../../state/campaign";
import type { Session } from "../session/session";
import { type CreateKnowledge, decideCreate } from "./decide";
import { createRefused, refusedByFamulor, tookOver } from "./messages";

export interface EnsuredCampaign {
  campaign: Campaign;
  /** When it was taken over, in milliseconds since 1970; absent for a campaign that was created. */
  takenOver?: number;
}

/** Creates the campaign, or takes over the existing one if the program asks for that. */
export function ensureCampaign(session: Session, args: CampaignArgs): Promise<EnsuredCampaign> {
  return session.claims.campaigns.creating(trimmed(args.name), () => walk(session, args));
}

async function walk(session: Session, args: CampaignArgs): Promise<EnsuredCampaign> {
  const { settings, client, campaigns, claims, clock, deadlines, say } = session;
  const before = await campaigns.listAll();
  const known: CreateKnowledge = {
    outcome: "not sent",
    namesakes: before.filter((each) => sameValue(each.name, args.name) && !claims.campaigns.isHeld(each.campaignId)),
    looks: 0,
    cannotLook: false,
  };
  let failure: unknown;
  for (;;) {
    const step = decideCreate(args, settings, known);
    switch (step.do) {
      case "send": {
        const { adoptExisting, forceDestroy, ...sent } = args;
        try {
          return keep(session, args, await client.createCampaign(sent));
        } catch (error) {
          if (!isOutcomeUnknown(error)) throw refusedByFamulor(error);
          failure = error;
          Object.assign(known, { outcome: "unknown", namesakes: [] });
        }
        break;
      }
      case "look": {
        if (!(await deadlines.pause(step.afterMs))) {
          known.cannotLook = true;
          break;
        }
        // A listing that fails shows nothing. If all fail, the outcome stays unknown.
        const now = await campaigns.listAll().catch(() => []);
        known.looks++;
        known.namesakes = now.filter(
          (each) => sameValue(each.name, args.name) && !before.some(({ campaignId }) => campaignId === each.campaignId),
        );
        break;
      }
      case "keep":
        return keep(session, args, step.campaign);
      case "take over": {
        const { campaignId } = step.campaign;
        say(tookOver(campaignId));
        return { campaign: step.campaign, takenOver: claims.campaigns.tookOver(campaignId, clock.now()) };
      }
      case "refuse":
        throw createRefused(step.because, failure);
    }
  }
}

function keep({ claims, campaigns }: Session, { name }: CampaignArgs, campaign: Campaign): EnsuredCampaign {
  claims.campaigns.created(campaign.campaignId);
  // Some answers to a create hold only the ID.
  campaigns.noteName({ campaignId: campaign.campaignId, name });
  return { campaign };
}
