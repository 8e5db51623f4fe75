/** pulumi-famulor: leads for Famulor AI phone campaigns, declared as code. */

// What a program declares

export { FamulorCampaign, type FamulorCampaignArgs, type Weekday } from "./resources/campaign";
export type { CampaignReference } from "./resources/campaign-reference";
export { FamulorCampaignRun, type FamulorCampaignRunArgs } from "./resources/campaign-run";
export {
  FamulorLead,
  type FamulorLeadArgs,
  type FamulorLeadLookup,
  type FamulorSecondaryContact,
  type LeadVariable,
  type LeadVariables,
} from "./resources/lead";
export {
  FamulorLeadSet,
  type FamulorLeadSetArgs,
  type FamulorLeadSetRow,
  type FamulorLeadSetRowOutput,
} from "./resources/lead-set";

// Another account in the same program

export { FamulorProvider, type FamulorProviderArgs } from "./resources/famulor-provider";

// What there is in an account

export {
  type GetAccountResult,
  type GetCampaignResult,
  type GetOutboundAssistantArgs,
  type GetOutboundAssistantResult,
  type GetPhoneNumberResult,
  getAccount,
  getAccountOutput,
  getCampaign,
  getCampaignOutput,
  getOutboundAssistant,
  getOutboundAssistantOutput,
  getPhoneNumber,
  getPhoneNumberOutput,
  type LookUpOptions,
} from "./resources/look-ups";
