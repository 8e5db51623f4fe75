/**
 * The real plugin process of Pulumi (`@pulumi/pulumi/cmd/dynamic-provider`), spoken to over gRPC as the engine does. No
 * engine needed, and every hook can be called alone.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { stub } from "../../src/resources/stub";

export type Props = Record<string, unknown>;
export type Kind = "lead" | "campaign" | "campaignRun" | "leadSet";

/** What the engine stores after a failure that carried an id. */
export interface PartialFailure {
  id: string;
  properties: Props;
  reasons: string[];
}

export class HookError extends Error {
  constructor(
    message: string,
    readonly partial: PartialFailure | undefined,
  ) {
    super(message);
  }
}

/** The hooks of one kind of resource. */
export interface Hooks {
  check(news: Props, olds?: Props): Promise<{ inputs: Props; failures: string[] }>;
  diff(
    id: string,
    olds: Props,
    news: Props,
  ): Promise<{ changes: number; replaces: string[]; deleteBeforeReplace: boolean }>;
  create(inputs: Props): Promise<{ id: string; outs: Props }>;
  read(id: string, props: Props): Promise<{ id: string; props: Props; inputs: Props | undefined }>;
  update(id: string, olds: Props, news: Props): Promise<Props>;
  delete(id: string, props: Props): Promise<void>;
}

/** The hooks of leads, and the process. */
export interface Plugin extends Hooks {
  /** Those of another kind of resource, in the same process. */
  of(kind: Kind): Hooks;
  /** Everything the process has printed. */
  readonly output: string;
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code once the process has ended by itself. */
  readonly ended: Promise<number | null>;
  close(): Promise<void>;
}

/** Starts the plugin with a stack configuration. `engine`: the address it is told that the engine has. */
export async function startPlugin(
  config: Record<string, string>,
  { env = {}, engine = "127.0.0.1:1" }: { env?: NodeJS.ProcessEnv; engine?: string } = {},
): Promise<Plugin> {
  const child: ChildProcess = spawn(
    process.execPath,
    [require.resolve("@pulumi/pulumi/cmd/dynamic-provider"), engine],
    { env: { PATH: process.env.PATH, ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const ended = once(child, "exit").then(([code]) => code as number | null);
  let output = "";
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [port] = await once(lines, "line");
  lines.on("line", (line) => {
    output += `${line}\n`;
  });
  // The engine's own limit is far above gRPC's default of 4 MB, which a set of 10,000 leads exceeds.
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.max_receive_message_length": 400 * 1024 * 1024,
  });

  function call<T>(send: (callback: (error: ServiceError | null, response: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      send((error, response) => {
        // A turn later: what was printed before the answer has then been read, too.
        setImmediate(() => (error ? reject(hookError(error)) : resolve(response)));
      });
    });
  }
  const plain = (message: Struct | undefined) => {
    if (!message) return undefined;
    const { __provider, ...props } = message.toJavaScript();
    return props;
  };

  const configure = new provider.ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript(config));
  await call<provider.ConfigureResponse>((callback) => client.configure(configure, callback));

  const hooksOf = (kind: Kind): Hooks => {
    const struct = (props: Props) =>
      Struct.fromJavaScript({ ...(props as Record<string, JavaScriptValue>), __provider: stub(kind) });
    return {
      async check(news, olds = {}) {
        const request = new provider.CheckRequest();
        request.setOlds(Struct.fromJavaScript(olds as Record<string, JavaScriptValue>));
        request.setNews(struct(news));
        const response = await call<provider.CheckResponse>((callback) => client.check(request, callback));
        return {
          inputs: plain(response.getInputs()) as Props,
          failures: response.getFailuresList().map((failure) => {
            if (failure.getProperty()) throw new Error(`the engine would print the value of ${failure.getProperty()}`);
            return failure.getReason();
          }),
        };
      },
      async diff(id, olds, news) {
        const request = new provider.DiffRequest();
        request.setId(id);
        request.setOlds(struct(olds));
        request.setNews(struct(news));
        const response = await call<provider.DiffResponse>((callback) => client.diff(request, callback));
        return {
          changes: response.getChanges(),
          replaces: response.getReplacesList(),
          deleteBeforeReplace: response.getDeletebeforereplace(),
        };
      },
      async create(inputs) {
        const request = new provider.CreateRequest();
        request.setProperties(struct(inputs));
        const response = await call<provider.CreateResponse>((callback) => client.create(request, callback));
        return { id: response.getId(), outs: plain(response.getProperties()) as Props };
      },
      async read(id, props) {
        const request = new provider.ReadRequest();
        request.setId(id);
        request.setProperties(struct(props));
        const response = await call<provider.ReadResponse>((callback) => client.read(request, callback));
        return {
          id: response.getId(),
          props: plain(response.getProperties()) as Props,
          inputs: plain(response.getInputs()),
        };
      },
      async update(id, olds, news) {
        const request = new provider.UpdateRequest();
        request.setId(id);
        request.setOlds(struct(olds));
        request.setNews(struct(news));
        const response = await call<provider.UpdateResponse>((callback) => client.update(request, callback));
        return plain(response.getProperties()) as Props;
      },
      async delete(id, props) {
        const request = new provider.DeleteRequest();
        request.setId(id);
        request.setProperties(struct(props));
        await call((callback) => client.delete(request, callback));
      },
    };
  };

  return {
    ...hooksOf("lead"),
    of: hooksOf,
    get output() {
      return output;
    },
    pid: child.pid as number,
    kill: (signal) => child.kill(signal),
    ended,
    async close() {
      client.close();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await ended;
      }
    },
  };
}

function hookError(error: ServiceError): HookError {
  const [packed] = error.metadata?.get("grpc-status-details-bin") ?? [];
  const detail = packed ? Status.deserializeBinary(packed as Uint8Array).getDetailsList()[0] : undefined;
  if (!detail) return new HookError(error.details, undefined);
  const failed = provider.ErrorResourceInitFailed.deserializeBinary(detail.getValue() as Uint8Array);
  return new HookError(error.details, {
    id: failed.getId(),
    properties: failed.getProperties()?.toJavaScript() ?? {},
    reasons: failed.getReasonsList(),
  });
}
