import type { ByteReader } from '../codec/byte-reader.ts';
import type { ByteWriter } from '../codec/byte-writer.ts';
import { CodecError } from '../codec/errors.ts';
import { readValue, writeValue } from '../codec/value-codec.ts';
import type { Value } from '../expression/node.ts';

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
