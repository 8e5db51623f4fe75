import { mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Engine } from "./ensure-engine";

const repository = resolve(__dirname, "../..");

/**
 * An environment in which Pulumi keeps its login, state and plugins in `folder`. Nothing of the caller's own Pulumi or
 * Famulor set-up is left in it, so no demo and no test can reach a real stack or a real account.
 */
export function isolatedEnvironment(folder: string, engine: Pick<Engine, "binFolder">): NodeJS.ProcessEnv {
  const home = join(folder, "home");
  const state = join(folder, "state");
  mkdirSync(home, { recursive: true });
  mkdirSync(state, { recursive: true });

  const inherited = Object.entries(process.env).filter(([name]) => !/^(PULUMI_|FAMULOR_|PATH$)/i.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: [engine.binFolder, process.env.PATH].filter(Boolean).join(delimiter),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state.replaceAll("\\", "/")}`,
    PULUMI_CONFIG_PASSPHRASE: "isolated",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // Nothing is downloaded, and nothing asks for input.
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    // Type errors are found by the type checker. Without this setting every run pays for it again.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    // Where our own language host, which lives in the user's cache, finds the SDK. The official host ignores it.
    PULUMI_FAMULOR_SDK: repository,
    NO_COLOR: "1",
  };
}
