/**
 * What the engine asks of a campaign's run: create starts the campaign, delete stops it, and a repetition changes nothing.
 * `status` only shows what the campaign does by itself afterwards, such as completing.
 */

import { isRunning } from "../../famulor/campaign-status";
import {
  type CampaignRunArgs,
  type CampaignRunState,
  readCampaignRunState,
  writeCampaignRunState,
} from "../../state/campaign-run";
import type { ResourceDefinition } from "../engine/hooks";
import { homeOf, madeAt, otherAccount, requireSameEndpoint, sessionAtHome } from "../session/home";
import { campaignRunProblems } from "./args";
import { ended, handedOver, nameOf } from "./messages";
import { start, stop } from "./start-stop";

export const campaignRun: ResourceDefinition<CampaignRunArgs, CampaignRunState> = {
  state: {
    read: readCampaignRunState,
    write: writeCampaignRunState,
    args: ({ campaignId }) => ({ campaignId }),
  },
  problems: campaignRunProblems,
  hooks: {
    async diff(session, olds, news) {
      const { campaigns, claims } = session;
      const { campaignId, unfinished } = olds;
      const isListed = async () => (await campaigns.find(campaignId)) !== undefined;
      const home = await homeOf(session, olds, nameOf(campaignId), isListed);
      if (home !== "here") return { changes: true, replaces: ["endpoint"], deleteBeforeReplace: true };
      // An unknown campaign is another campaign.
      if (campaignId !== news.campaignId) return { replaces: ["campaignId"], deleteBeforeReplace: true };
      claims.campaigns.runs(campaignId);
      return { changes: unfinished === true };
    },

    async create(session, { campaignId }) {
      const { account, claims, settings } = session;
      const accountId = await account.id();
      claims.campaigns.runs(campaignId);
      return { id: campaignId, state: await start(session, { campaignId, ...madeAt(settings), accountId }) };
    },

    async read(session, olds) {
      const { campaigns, account, say } = session;
      const { campaignId, accountId } = olds;
      requireSameEndpoint(session, olds, nameOf(campaignId));
      const live = await campaigns.find(campaignId);
      if (live) {
        const { status = olds.status } = live;
        if (isRunning(olds.status) && !isRunning(status)) say(ended(campaignId, status));
        return { ...olds, status };
      }
      if (!(await account.made({ accountId, campaignId }))) throw otherAccount(nameOf(campaignId));
      return undefined;
    },

    async update(session, olds) {
      requireSameEndpoint(session, olds, nameOf(olds.campaignId));
      const { unfinished, status, ...run } = olds;
      return unfinished === true ? start(session, run) : { ...run, status };
    },

    async delete(session, olds) {
      const { campaignId } = olds;
      const home = sessionAtHome(session, olds, nameOf(campaignId));
      // A replacement deletes first, so this run is not being replaced: its resource was renamed, or is declared twice.
      if (home.claims.campaigns.isRun(campaignId)) home.say(handedOver(campaignId));
      else await stop(home, olds);
    },
  },
};
