import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import type { StateCodec } from '../bytes/state-codec.ts';
import { writeValue } from '../bytes/value-codec.ts';
import { readNumber } from '../row-operators/read-number.ts';
import type { RowOperators } from './row-operators.ts';

/** What is carried of a group from row to row. */
export interface RowState {
  /** Start of the window of the group's last row; −Infinity before the first. */
  lastStartMs: number;
  /** Start of the last window that had events of the group: earlier than `lastStartMs` where rows without events follow. */
  lastFilledMs: number;
  /** Of the view's row operators, in order. */
  states: unknown[];
}

/**
 * How a group's state lies in pages: the last row's start; a varint of the number of operators, and the state of each;
 * then, of views with rows for empty windows alone, the start of the last window with events.
 */
export function rowStateCodec(operators: RowOperators, hasEmptyRows: boolean): StateCodec<RowState> {
  return {
    encode({ lastStartMs, lastFilledMs, states }, out) {
      writeValue(out, lastStartMs);
      operators.encode(states, out);
      if (hasEmptyRows) writeValue(out, lastFilledMs);
    },
    decode(input) {
      const lastStartMs = readInstant(input);
      const states = operators.decode(input);
      return { lastStartMs, lastFilledMs: hasEmptyRows ? readInstant(input) : lastStartMs, states };
    },
  };
}

function readInstant(input: ByteReader): number {
  const ms = readNumber(input);
  if (ms === null) throw new CodecError('The stored state of a group has no time.');
  return ms;
}
