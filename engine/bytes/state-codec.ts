import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** How a state is stored. Equal states have equal bytes. */
export interface StateCodec<State = unknown> {
  /** Writes what `decode` reads back. */
  encode(state: State, out: ByteWriter): void;
  /** Throws a `CodecError` on bytes that `encode` cannot have written. */
  decode(input: ByteReader): State;
}
