/** A local Famulor for tests and trials: same routes, same rules, and it calls nobody. */
export type { Account, SandboxCampaign, SandboxCampaignOptions, SandboxLead, SandboxSecondaryContact } from "./account";
export { type Sandbox, type SandboxDialect, type SandboxOptions, type SandboxRequest, startSandbox } from "./server";
