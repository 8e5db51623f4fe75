#!/usr/bin/env node
"use strict";
// A stand-in for `pulumi-language-nodejs`, which is part of the official download but not of Pulumi's Go module.
// The engine starts it once per command and asks it over gRPC to run the program; the running itself is done by the
// SDK's own `cmd/run`, as with the official host.

const { spawn } = require("node:child_process");
const { createRequire } = require("node:module");
const { join } = require("node:path");

// This file runs from a cache folder with no node_modules around it, so the SDK is looked for from other folders.
function findSdk(folders) {
  for (const folder of folders.filter(Boolean)) {
    try {
      return createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/package.json");
    } catch {
      // not there: the next folder
    }
  }
  return undefined;
}

const sdkFile = findSdk([process.env.PULUMI_FAMULOR_SDK, process.cwd()]);
if (!sdkFile) {
  console.error(
    `pulumi-language-nodejs: @pulumi/pulumi is not installed in ${process.cwd()} or a folder above it. ` +
      "Run npm install there, or let PULUMI_FAMULOR_SDK name a folder whose node_modules has it.",
  );
  process.exit(1);
}
const sdkRequire = createRequire(sdkFile);
const grpc = sdkRequire("@grpc/grpc-js");
const { LanguageRuntimeService } = sdkRequire("./proto/language_grpc_pb");
const messages = sdkRequire("./proto/language_pb");
const { PluginInfo } = sdkRequire("./proto/plugin_pb");
const { Empty } = sdkRequire("google-protobuf/google/protobuf/empty_pb");

let engineAddress = process.argv.at(-1); // always the last argument, after any flags
const programs = new Set();

function run(call, callback) {
  const request = call.request;
  const info = request.getInfo();
  const options = info.getOptions()?.toJavaScript() ?? {};

  const programSdk = findSdk([info.getProgramDirectory(), request.getPwd(), info.getRootDirectory()]);
  const response = new messages.RunResponse();
  if (!programSdk) {
    response.setError(`@pulumi/pulumi is not installed for ${info.getProgramDirectory()}: run npm install there`);
    return callback(null, response);
  }

  const args = [
    ...(options.nodeargs ?? "").split(" ").filter(Boolean),
    createRequire(programSdk).resolve("./cmd/run"),
    ...flag("monitor", request.getMonitorAddress()),
    ...flag("engine", engineAddress),
    ...flag("organization", request.getOrganization()),
    ...flag("project", request.getProject()),
    ...flag("stack", request.getStack()),
    ...flag("root-directory", info.getRootDirectory()),
    ...flag("pwd", request.getPwd()),
    ...flag("parallel", request.getParallel()),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint() || ".",
    ...request.getArgsList(),
  ];
  const env = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript !== false),
    ...(options.tsconfig ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
  };

  // The engine shows what it reads from this process' own streams, so the program simply writes to those.
  const program = spawn(process.execPath, args, { env, stdio: ["ignore", "inherit", "inherit"] });
  programs.add(program);
  call.on("cancelled", () => program.kill());
  program.on("error", (error) => callback(error));
  program.on("exit", (code, signal) => {
    programs.delete(program);
    if (code === 32) {
      response.setBail(true); // cmd/run has already shown the user what went wrong
    } else if (code !== 0) {
      response.setError(signal ? `Program ended by ${signal}` : `Program exited with non-zero exit code: ${code}`);
    }
    callback(null, response);
  });
}

function flag(name, value) {
  return value ? [`--${name}`, String(value)] : [];
}

const answer = (makeResponse) => (call, callback) => callback(null, makeResponse(call.request));

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(LanguageRuntimeService, {
  handshake: answer((request) => {
    engineAddress = request.getEngineAddress() || engineAddress;
    return new messages.LanguageHandshakeResponse();
  }),
  getPluginInfo: answer(() => {
    const info = new PluginInfo();
    info.setVersion(sdkRequire("./package.json").version);
    return info;
  }),
  about: answer(() => {
    const about = new messages.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    return about;
  }),
  // The one plugin that these programs need, the dynamic provider, lies beside this file.
  getRequiredPackages: answer(() => new messages.GetRequiredPackagesResponse()),
  getProgramDependencies: answer(() => new messages.GetProgramDependenciesResponse()),
  installDependencies: (call) => call.end(),
  cancel: answer(() => {
    endPrograms();
    return new Empty();
  }),
  run,
});

function endPrograms() {
  for (const program of programs) program.kill();
}

function close() {
  endPrograms();
  process.exit(0);
}

// The engine interrupts its plugins when it is done. If it dies instead, all that it leaves is a closed input.
process.on("SIGINT", close);
process.on("SIGTERM", close);
process.stdin.on("end", close).on("error", close).resume();

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(port); // the engine reads the port from the first line
});
