/**
 * What the engine asks of a campaign. Famulor cannot change one, so a changed setting replaces it: the new one is made first,
 * the leads move to it, and the old one is deleted last. `diff` therefore never answers `deleteBeforeReplace`.
 */
import { findCampaign, noteCampaignName } from "../famulor/campaign-directory";
import { FamulorInputError } from "../famulor/errors";
import type { Campaign } from "../famulor/schema";
import { accountIdOf, clientFor, isOwnAccount } from "./account";
import type { Hooks } from "./boundary";
import { CAMPAIGN_ARG_NAMES, campaignProblems, parseCampaignArgs } from "./campaign-args";
import { ensureCampaign } from "./campaign-create";
import { deleteUntilGone, requireEmpty, requireNoStrangers } from "./campaign-delete";
import { changedSettings, liveArgs } from "./campaign-diff";
import {
  compareWorlds,
  endpointOutput,
  isEndedSandbox,
  otherAccount,
  requireSameEndpoint,
  settingsAtHome,
} from "./guard";
import { ownershipAt } from "./ownership";
import { holdsUnknown, type Props } from "./plain";
import type { Settings } from "./settings";

export const campaignHooks: Hooks = {
  check: campaignProblems,

  async diff(olds, news, settings) {
    const campaignId = Number(olds.campaignId);
    const { campaigns, replacedCampaigns } = ownershipAt(settings);
    campaigns.noteSeen(campaignId, olds.takenOver);
    for (const old of (olds.replaced ?? []) as number[]) replacedCampaigns.add(old);
    noteCampaignName(clientFor(settings), { campaignId, name: olds.name as string | undefined });
    const world = await compareWorlds(olds, settings, nameOf(campaignId), async (client) => {
      return (await findCampaign(client, campaignId)) !== undefined;
    });
    if (world === "another account") throw wouldChangeAccounts(campaignId);
    if (world === "another sandbox") return { changes: true, replaces: ["endpoint"] };
    const changed = changedSettings(olds, news);
    // `{}`: the engine compares the inputs itself, and what is only stored or means the same is stored anew.
    if (changed.length === 0) return {};
    replacedCampaigns.add(campaignId);
    return { replaces: changed };
  },

  async create(inputs, settings) {
    const problems = holdsUnknown(inputs) ? ["a value is still unknown"] : campaignProblems(inputs);
    if (problems.length > 0) throw new FamulorInputError(problems.join("\n"));
    const args = parseCampaignArgs(inputs);
    const client = clientFor(settings);
    const accountId = await accountIdOf(client);
    const { replacedCampaigns } = ownershipAt(settings);
    const { campaign, takenOver } = await ensureCampaign(client, args, settings);
    const outs = {
      ...inputs,
      ...outputsOf(campaign, settings),
      // Famulor's documented first status, where the answer leaves it out.
      status: campaign.status ?? "draft",
      accountId,
      takenOver,
      // For the next run, should this one end before the old campaign is deleted.
      replaced: replacedCampaigns.size > 0 ? [...replacedCampaigns] : undefined,
    };
    return { id: campaign.campaignId, outs };
  },

  async read(id, props, settings) {
    // For FamulorCampaign.get there are no outputs yet.
    const isRefresh = props.campaignId !== undefined;
    if (isRefresh) requireSameEndpoint(props, settings, nameOf(id));
    const client = clientFor(settings);
    const campaign = await findCampaign(client, id);
    if (campaign && !isRefresh) return { props: { ...campaign, ...outputsOf(campaign, settings) } };
    if (campaign) {
      const inputs = liveArgs(props, campaign);
      const { status, updatedAt } = campaign;
      return { props: { ...props, ...inputs, ...without({ status, updatedAt }) }, inputs };
    }
    if (!isRefresh) {
      throw new FamulorInputError(`FamulorCampaign.get: there is no campaign ${id} in this account.`, {
        hint: "Check the ID; the stack's API key must belong to the account that holds it.",
      });
    }
    if (!(await isOwnAccount(client, props))) throw otherAccount(nameOf(id));
    return undefined;
  },

  async update(id, olds, news, settings) {
    requireSameEndpoint(olds, settings, nameOf(id));
    const outputs = Object.entries(olds).filter(([name]) => !CAMPAIGN_ARG_NAMES.includes(name as never));
    return { ...Object.fromEntries(outputs), ...news };
  },

  async delete(id, props, settings) {
    const home = settingsAtHome(props, settings, nameOf(id));
    const { leads, campaigns, campaignOfLead, replacedCampaigns } = ownershipAt(home);
    const client = clientFor(home);
    if (campaigns.isHandedOver(id, props.takenOver)) {
      // The engine has dropped the leads that left the program from state, as deleted with this campaign.
      if (props.forceDestroy === true) await requireNoStrangers(client, id, (leadId) => leads.isHeld(leadId));
      console.log(`${nameOf(id)} belongs to another resource now: it is not deleted.`);
      return;
    }
    try {
      if (settings.forceDestroyCampaignId !== id) {
        const declared = [...campaignOfLead].filter(([, campaignId]) => campaignId === id).map(([leadId]) => leadId);
        if (declared.length > 0) throw holdsDeclaredLeads(id, declared);
        if (props.forceDestroy !== true || replacedCampaigns.has(id)) await requireEmpty(client, id);
      }
      await deleteUntilGone(client, id, props, home);
    } catch (error) {
      if (!isEndedSandbox(error, home)) throw error;
      console.log(`${nameOf(id)}: the sandbox at ${home.baseUrl} is gone, and the campaign with it.`);
    }
  },
};

const nameOf = (campaignId: number) => `campaign ${campaignId}`;

function outputsOf({ campaignId, status, createdAt, updatedAt }: Campaign, settings: Settings): Props {
  return { campaignId, status, createdAt, updatedAt, endpoint: endpointOutput(settings) };
}

/** Without what is undefined, so that spreading it overwrites nothing. */
function without(props: Props): Props {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

function wouldChangeAccounts(campaignId: number): FamulorInputError {
  return new FamulorInputError(
    `Campaign ${campaignId} was made by another account than the one its provider's key belongs to now.`,
    {
      hint:
        "A campaign cannot move to another account, and its leads would be lost on the way. Give it its provider back, and " +
        "declare a second campaign for the other account: leads that point to it move there.",
    },
  );
}

/** A lead whose move has failed, or that names the campaign by its number: it would be deleted under its resource. */
function holdsDeclaredLeads(campaignId: number, leadIds: number[]): FamulorInputError {
  const shown = leadIds.slice(0, 20).join(", ");
  const more = leadIds.length > 20 ? ` and ${leadIds.length - 20} more` : "";
  return new FamulorInputError(
    `Campaign ${campaignId} is not deleted: this program still declares leads that are in it (${shown}${more}).`,
    {
      hint:
        "If a move has failed in this run, run `pulumi up` again. If the campaign has the option deleteBeforeReplace, which " +
        "would delete them with it, remove that option: without it they move to the new campaign. To delete them all the same, " +
        `once: FAMULOR_FORCE_DESTROY=${campaignId} pulumi up; then \`pulumi refresh\` and \`pulumi up\` make those again that ` +
        "were still waiting.",
    },
  );
}
