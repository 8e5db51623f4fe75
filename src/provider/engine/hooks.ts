/**
 * What a kind of resource is to the engine. The boundary parses once: stored outputs into `State`, declared inputs into
 * `Args`, or in preview into `Declared<Args>`, in which any value may be unknown.
 */
import type { Stored } from "../../state/stored";
import type { Session } from "../session/session";
import type { Settings } from "../session/settings";
import type { Declared, Unknown } from "./unknown";

export interface ResourceDefinition<Args, State> {
  readonly state: StateCodec<Args, State>;
  readonly hooks: Hooks<Args, State>;
  /**
   * Every problem of the declared arguments, each beginning with the argument's path. A problem never holds the value.
   * Unknown values are no problem.
   *
   * @param settings Absent if the settings have problems themselves.
   */
  problems(news: Declared<Args>, settings: Settings | undefined): string[];
  /** Called when the engine has checked arguments that this run is going to create. Absent: nobody needs to know. */
  wanted?(session: Session, news: Declared<Args>): void;
}

export interface StateCodec<Args, State> {
  read(id: string, stored: Stored): State;
  write(state: State): Stored;
  /** The arguments as this state confirms them: only the keys that the program declared. */
  args(state: State): { [Name in keyof Args]?: Args[Name] | undefined };
}

export interface Hooks<Args, State> {
  diff(session: Session, olds: State, news: Declared<Args>): Promise<DiffAnswer>;
  create(session: Session, args: Args): Promise<Created<State>>;
  /** Reads a resource of the state again. `undefined`: it is proven gone. */
  read(session: Session, olds: State): Promise<State | undefined>;
  /** Reads a resource that is managed elsewhere, for `.get`. Absent: this kind of resource has no `.get`. */
  readElsewhere?: ReadElsewhere<Args, State>;
  update(session: Session, olds: State, args: Args): Promise<State>;
  delete(session: Session, olds: State): Promise<void>;
}

export interface ReadElsewhere<Args, State> {
  /** Whether these are the arguments of `.get`, and not outputs. */
  isFirstRead(stored: Stored): boolean;
  /** `UNKNOWN`: in preview it cannot be read yet. */
  read(session: Session, id: number, declared: Declared<Partial<Args>>): Promise<State | Unknown>;
}

export interface Created<State> {
  /** Famulor's ID, except for a set, which Famulor does not know. */
  id: number | string;
  state: State;
}

/** What `diff` may answer; see the table in pulumi's `DiffResult`. */
export interface DiffAnswer {
  /** Absent: the engine compares the inputs itself, which honours the user's `replaceOnChanges`. */
  changes?: boolean;
  replaces?: string[];
  deleteBeforeReplace?: boolean;
}

/**
 * `create` and `update` throw this for a resource that exists but is not finished. The engine stores the resource and
 * asks for an `update` at the next `up`.
 */
export class PartialFailure<State> extends Error {
  constructor(
    /** Not called `id`: the engine would read that field of the error itself. */
    readonly resourceId: number,
    readonly state: State,
    override readonly cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause));
  }
}
