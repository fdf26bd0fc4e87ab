import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/**
 * How the state of one group is stored: of an aggregate, or whatever else is kept by group, such as the last rows' values.
 *
 * A layout is part of the format of segments and pages: `test/upgrade/` holds samples of what released code wrote.
 */
export interface StateCodec<State = unknown> {
  /** Writes what `decode` reads back. */
  encode(state: State, out: ByteWriter): void;
  /** Throws a `CodecError` on bytes that `encode` cannot have written. */
  decode(input: ByteReader): State;
}

/** A state of which a group can have several parts: in segments of several commits, say. */
export interface MergeableCodec<State = unknown> extends StateCodec<State> {
  /** Adds `from` to `into`; `from` stays as it is and shares nothing with `into` afterwards. */
  merge(into: State, from: State): void;
}
