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
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import {
  HookError,
  type Hooks,
  type Kind,
  type Props,
  type RunningProvider,
  toStruct,
  withoutStub,
  withStub,
} from "./hooks";

/** The run, and its process. */
export interface Plugin extends RunningProvider {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code once the process has ended by itself. */
  readonly ended: Promise<number | null>;
}

/** Starts the plugin with a stack configuration. `engine`: the engine's address, as the plugin sees it. */
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
  const plain = (message: Struct | undefined) => message && withoutStub(message.toJavaScript());

  const configure = new provider.ConfigureRequest();
  configure.setArgs(toStruct(config));
  await call<provider.ConfigureResponse>((callback) => client.configure(configure, callback));

  const hooksOf = (kind: Kind): Hooks => {
    const struct = (props: Props) => toStruct(withStub(kind, props));
    return {
      async check(news, olds = {}) {
        const request = new provider.CheckRequest();
        request.setOlds(toStruct(olds));
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
