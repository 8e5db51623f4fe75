/** A local Famulor for tests and trials: same routes, same rules, and it calls nobody. */
export type { Account } from "./account/account";
export type { OutcomeScript } from "./account/outcomes";
export type {
  HiddenSettings,
  SandboxAssistant,
  SandboxCampaign,
  SandboxCampaignOptions,
  SandboxEvent,
  SandboxLead,
  SandboxOutcome,
  SandboxPhoneNumber,
  SandboxSecondaryContact,
} from "./account/records";
export { SANDBOX_DIALECTS, type SandboxDialect } from "./api/dialects";
export { type FaultTarget, type PlannedFault, SANDBOX_FAULTS, type SandboxFault } from "./api/faults";
export type { SandboxRateLimit } from "./api/rate-limits";
export type { SandboxRequest } from "./api/routes";
export type { Duration } from "./clock";
export type { SandboxAccountData, SandboxData } from "./data/exchange";
export { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox";
