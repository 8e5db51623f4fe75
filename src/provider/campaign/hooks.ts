/**
 * What the engine asks of a campaign. Famulor cannot change a campaign, so a changed setting replaces it: the new campaign is
 * created first, the leads move to it, and the old one is deleted last. `diff` therefore never answers `deleteBeforeReplace`.
 */
import { FamulorConfigError } from "../../famulor/errors";
import type { Campaign } from "../../famulor/wire/campaigns";
import {
  CAMPAIGN_ARGUMENTS,
  type CampaignArgs,
  type CampaignState,
  FIRST_CAMPAIGN_STATUS,
  readCampaignState,
  writeCampaignState,
} from "../../state/campaign";
import type { ResourceDefinition } from "../engine/hooks";
import { homeOf, madeAt, otherAccount, requireSameEndpoint, sessionAtHome } from "../session/home";
import type { Session } from "../session/session";
import { campaignProblems } from "./args";
import { changedSettings, withLiveSettings } from "./changes";
import { ensureCampaign } from "./create";
import { deleteCampaign } from "./delete";
import { nameOf, nothingToGet, outOfReach, wouldChangeAccounts } from "./messages";

export const campaign: ResourceDefinition<CampaignArgs, CampaignState> = {
  state: { read: readCampaignState, write: writeCampaignState, args: declaredArgs },
  problems: campaignProblems,
  hooks: {
    async diff(session, olds, news) {
      const { campaigns, claims } = session;
      const { campaignId, name, takenOver, replaced } = olds;
      claims.campaigns.declared(campaignId, takenOver);
      claims.campaigns.replaced(replaced ?? []);
      campaigns.noteName({ campaignId, name });
      const isListed = async () => (await campaigns.find(campaignId)) !== undefined;
      const home = await homeOf(session, olds, nameOf(campaignId), isListed);
      if (home === "another account") throw wouldChangeAccounts(campaignId);
      if (home === "another sandbox") return { changes: true, replaces: ["endpoint"] };
      const changed = changedSettings(olds, news);
      // `{}`: the engine compares the inputs itself, and stores what is only recorded or means the same.
      if (changed.length === 0) return {};
      claims.campaigns.replaced([campaignId]);
      return { replaces: changed };
    },

    async create(session, args) {
      const accountId = await session.account.id();
      const { campaign, takenOver } = await ensureCampaign(session, args);
      const state: CampaignState = {
        ...args,
        ...outputsOf(session, campaign),
        status: campaign.status ?? FIRST_CAMPAIGN_STATUS,
        accountId,
        takenOver,
        // The next run needs this if this run ends before the old campaign is deleted.
        replaced: session.claims.campaigns.allReplaced,
      };
      return { id: campaign.campaignId, state };
    },

    async read(session, olds) {
      const { campaigns, account } = session;
      const { campaignId, name, accountId } = olds;
      requireSameEndpoint(session, olds, nameOf(campaignId));
      const live = await campaigns.find(campaignId);
      if (live) {
        const { status = olds.status, updatedAt = olds.updatedAt } = live;
        return { ...withLiveSettings(olds, live), status, updatedAt };
      }
      if (!(await account.made({ accountId, campaignId, campaignName: name }))) throw otherAccount(nameOf(campaignId));
      return undefined;
    },

    readElsewhere: {
      isFirstRead: (stored) => stored.campaignId === undefined,
      async read(session, campaignId) {
        const live = await session.campaigns.find(campaignId);
        if (!live) throw nothingToGet(campaignId);
        const { name = "", status = "unknown" } = live;
        // Famulor never returns the assistant.
        return { ...live, ...outputsOf(session, live), name, status, assistantId: 0 };
      },
    },

    async update(session, olds, args) {
      requireSameEndpoint(session, olds, nameOf(olds.campaignId));
      return { ...args, ...withoutArguments(olds) };
    },

    async delete(session, olds) {
      const { campaignId, forceDestroy } = olds;
      try {
        await deleteCampaign(sessionAtHome(session, olds, nameOf(campaignId)), olds);
      } catch (error) {
        throw error instanceof FamulorConfigError && forceDestroy ? outOfReach(campaignId, error) : error;
      }
    },
  },
};

/** The arguments that the program has declared: those that the state holds. */
function declaredArgs(state: CampaignState): Partial<CampaignArgs> {
  const declared: Partial<CampaignArgs> = {};
  for (const name of CAMPAIGN_ARGUMENTS) copyArgument(name, state, declared);
  return declared;
}

function copyArgument<Name extends keyof CampaignArgs>(
  name: Name,
  from: CampaignArgs,
  to: Partial<Pick<CampaignArgs, Name>>,
): void {
  const value = from[name];
  // No argument can be empty or 0: the state has restored what it left out.
  if (value !== undefined && value !== "" && value !== 0) to[name] = value;
}

/** Each field by name, so that a forgotten one does not compile. */
function withoutArguments(state: CampaignState): OutputsOnly {
  const { campaignId, status, createdAt, updatedAt, endpoint, accountId, explicitProvider, takenOver, replaced } =
    state;
  const outputs: { [Name in keyof Required<OutputsOnly>]: OutputsOnly[Name] } = {
    campaignId,
    status,
    createdAt,
    updatedAt,
    endpoint,
    accountId,
    explicitProvider,
    takenOver,
    replaced,
  };
  return outputs;
}

type OutputsOnly = Omit<CampaignState, keyof CampaignArgs>;

function outputsOf({ settings }: Session, { campaignId, createdAt, updatedAt }: Campaign) {
  return { campaignId, createdAt, updatedAt, ...madeAt(settings) };
}
