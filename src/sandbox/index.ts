/** A local Famulor for tests and trials: same routes, same rules, and it calls nobody. */
export type { Account, SandboxCampaign, SandboxCampaignOptions, SandboxLead, SandboxSecondaryContact } from "./account";
export { SANDBOX_DIALECTS, type SandboxDialect } from "./dialects";
export type { SandboxRequest } from "./routes";
export { type Sandbox, type SandboxOptions, startSandbox } from "./server";
