/**
 * The hooks of a resource as the engine calls them. Two things implement them: a provider in this process
 * (`provider.ts`), which nearly all tests use, and Pulumi's own plugin process over gRPC (`plugin.ts`).
 */
import assert from "node:assert/strict";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { stub } from "../../src/resources/stub";
import type { ResourceKind } from "../../src/state/kinds";

export type Props = Record<string, unknown>;
export type Kind = ResourceKind;

/** What the engine stores after a failure that carried an ID. */
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

/** The hooks of one kind of resource. The stub that every resource carries in its properties is added and removed here. */
export interface Hooks {
  check(news: Props, olds?: Props): Promise<{ inputs: Props; failures: string[] }>;
  /** `changes`: 0 the engine compares the inputs itself, 1 none, 2 some. */
  diff(
    id: string,
    olds: Props,
    news: Props,
  ): Promise<{ changes: number; replaces: string[]; deleteBeforeReplace: boolean }>;
  create(inputs: Props): Promise<{ id: string; outs: Props }>;
  /** An empty ID: the resource is gone. */
  read(id: string, props: Props): Promise<{ id: string; props: Props; inputs: Props | undefined }>;
  update(id: string, olds: Props, news: Props): Promise<Props>;
  delete(id: string, props: Props): Promise<void>;
}

/** One run of the provider, as one `pulumi` command starts it, with the hooks of leads. */
export interface RunningProvider extends Hooks {
  /** The hooks of another kind of resource, in the same run. */
  of(kind: Kind): Hooks;
  /** Everything the run has printed. */
  readonly output: string;
  close(): Promise<void>;
}

/** What the engine keeps of a failed create or update: nothing, unless the error carries an ID. */
export function partOf(error: unknown): { id?: string; properties: Props } {
  const partial = error instanceof HookError ? error.partial : undefined;
  if (!partial) return { properties: {} };
  assert.equal(typeof partial.id, "string");
  assert.ok(partial.reasons.length > 0, "without reasons it would never be finished");
  const { __provider, ...properties } = partial.properties;
  assert.match(String(__provider), /^exports\.handler/, "without its stub it could not be deleted");
  return { id: partial.id, properties };
}

/** What arrives on the other side of gRPC. @throws for `undefined`, which the engine cannot carry. */
export function overTheWire(props: Props): Props {
  return toStruct(props).toJavaScript();
}

export function toStruct(props: Props): Struct {
  return Struct.fromJavaScript(props as Record<string, JavaScriptValue>);
}

/** As the engine sends properties: with the text that loads the provider. */
export function withStub(kind: Kind, props: Props): Props {
  return { ...props, __provider: stub(kind) };
}

export function withoutStub({ __provider, ...props }: Props): Props {
  return props;
}

/** The error of a hook that must fail. */
export async function failureOf(work: Promise<unknown>, message = "the hook must fail"): Promise<HookError> {
  try {
    await work;
  } catch (error) {
    return error as HookError;
  }
  return assert.fail(message);
}
