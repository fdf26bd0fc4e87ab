import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';

/** A value and the time of its event; no value yet is null, with a time that any event's beats. */
export interface TimedValue {
  timeMs: number;
  value: Value;
}

export function writeTimedValue(state: TimedValue, out: ByteWriter): void {
  writeValue(out, state.value);
  if (state.value !== null) writeValue(out, state.timeMs);
}

export function readTimedValue(input: ByteReader, noTimeMs: number): TimedValue {
  const value = readValue(input);
  if (value === null) return { timeMs: noTimeMs, value };
  const timeMs = readValue(input);
  if (typeof timeMs !== 'number') {
    throw new CodecError(
      `The stored time of a first or last value is a ${typeof timeMs}; it is a number of milliseconds.`,
    );
  }
  return { timeMs, value };
}
