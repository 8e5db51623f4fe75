/**
 * A simulator of Famulor for tests and trials: the same routes and the same rules, and it calls nobody.
 *
 * - {@link startSandbox}: starts a sandbox, as the command `famulor-sandbox` does
 * - {@link SANDBOX_FAULTS}: what can go wrong with a request
 * - {@link SANDBOX_DIALECTS}: behaviours on which Famulor's own sources disagree
 *
 * @packageDocumentation
 */
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
export type { SandboxRequest } from "./api/request";
export type { Duration } from "./clock";
export type { SandboxAccountData, SandboxData } from "./data/exchange";
export { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox";
