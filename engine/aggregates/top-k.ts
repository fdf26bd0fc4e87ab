import type { ByteReader } from '../bytes/byte-reader.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import type { Value } from '../ir/node.ts';
import { formatInstant } from '../time/instant.ts';
import { compareValues, storedForm } from './compare-values.ts';
import type { AggregateOperator } from './operator.ts';

/** How often each value was seen; null once the values are more than the limit. */
export interface ValueCounts {
  counts: Map<NonNullable<Value>, number> | null;
}

/** Only this many first code points tell texts apart, so that rows stay small. */
export const TOP_TEXT_LENGTH = 500;

/**
 * The `k` most frequent values with their counts, the most frequent first and of two as frequent the lesser one. Exact
 * up to `limit` different values, null beyond it. Of nothing: an empty list.
 *
 * The sketches for this (Misra-Gries, Space-Saving) hold few counters and say how far off they may be, but which values
 * they hold depends on the order of the events and on where batches are cut. A row must not, so every value is counted,
 * and no count has an error.
 */
export function topKOperator(k: number, limit: number, ofInstants: boolean): AggregateOperator<ValueCounts> {
  return {
    create: () => ({ counts: new Map() }),
    add(state, value) {
      count(state, keyOf(value), 1, limit);
    },
    merge(into, from) {
      if (from.counts === null) into.counts = null;
      else for (const [value, more] of from.counts) count(into, value, more, limit);
    },
    /**
     * A varint: 0 for "beyond the limit", otherwise 1 + the number of values; then each value with a varint of its
     * count.
     */
    encode({ counts }, out) {
      out.varint(counts === null ? 0 : counts.size + 1);
      if (counts === null) return;
      for (const [value, count] of counts) {
        writeValue(out, value);
        out.varint(count);
      }
    },
    decode: (input) => ({ counts: readCounts(input, limit) }),
    result({ counts }) {
      if (counts === null) return null;
      return [...counts]
        .sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || compareValues(a, b))
        .slice(0, k)
        .map(([value, count]) => ({ value: ofInstants ? formatInstant(value as number) : value, count, error: 0 }));
    },
  };
}

function count(state: ValueCounts, value: NonNullable<Value>, more: number, limit: number): void {
  if (state.counts === null) return;
  const before = state.counts.get(value);
  state.counts.set(value, (before ?? 0) + more);
  if (before === undefined && state.counts.size > limit) state.counts = null;
}

function keyOf(value: NonNullable<Value>): NonNullable<Value> {
  const stored = storedForm(value);
  if (typeof stored !== 'string' || stored.length <= TOP_TEXT_LENGTH) return stored;
  // A code point takes one or two units.
  return [...stored.slice(0, 2 * TOP_TEXT_LENGTH)].slice(0, TOP_TEXT_LENGTH).join('');
}

function readCounts(input: ByteReader, limit: number): Map<NonNullable<Value>, number> | null {
  const size = input.varint() - 1;
  if (size < 0) return null;
  if (size > limit) throw new CodecError(`Stored counts of values announce ${size} values; the limit is ${limit}.`);
  const counts = new Map<NonNullable<Value>, number>();
  for (let i = 0; i < size; i++) {
    const value = readValue(input);
    const count = input.varint();
    if (value === null || counts.has(value) || count === 0) {
      throw new CodecError('Stored counts of values hold null, a value twice, or one that never came.');
    }
    counts.set(value, count);
  }
  return counts;
}
