import type { AggregateOperator } from '../aggregates/operator.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import { compareGroups } from '../codec/group.ts';
import { BugError } from '../ir/bug-error.ts';
import type { Value } from '../ir/node.ts';

/** One event of a keyed event log: its side, its time, and of its fields those that are kept. */
export interface LogRow {
  readonly side: Side;
  readonly timeMs: number;
  readonly values: readonly Value[];
}

export type Side = typeof LEFT | typeof RIGHT;
export const LEFT = 0;
export const RIGHT = 1;

/**
 * The events of one key in one pane, as a multiset: the same event twice is two. In no order, for segments are merged in any;
 * whoever makes rows of it sorts by `compareLogRows`.
 */
export type EventLog = LogRow[];

/** The state of a group in the segments of a join: what an aggregate's state is to other views. */
export const eventLogOperator: AggregateOperator<EventLog> = {
  create: () => [],
  add: () => {
    throw new BugError('Events come into a log by side: see engine/plan/log-accumulator.ts.');
  },
  merge(into, from) {
    for (const row of from) into.push(row);
  },
  result: () => null,
  encode(log, out) {
    out.varint(log.length);
    let lastMs = 0;
    for (const { side, timeMs, values } of log) {
      out.byte(side);
      out.signedVarint(timeMs - lastMs);
      lastMs = timeMs;
      out.varint(values.length);
      for (const value of values) writeValue(out, value);
    }
  },
  decode(input) {
    const count = input.count();
    const log: EventLog = [];
    let timeMs = 0;
    for (let i = 0; i < count; i++) {
      const side = input.byte();
      if (side !== LEFT && side !== RIGHT)
        throw new CodecError(`A stored event is of side ${side}; there are 0 and 1.`);
      timeMs += input.signedVarint();
      const values: Value[] = [];
      for (let left = input.count(); left > 0; left--) values.push(readValue(input));
      log.push({ side, timeMs, values });
    }
    return log;
  },
};

/**
 * By time, then by side, then by values: null first, false before true, numbers by size, texts by code point. Never by arrival,
 * position or bytes, so the order is the same in every run. Rows that it calls equal are equal in all that they hold.
 */
export function compareLogRows(a: LogRow, b: LogRow): number {
  return a.timeMs - b.timeMs || a.side - b.side || compareGroups(a.values, b.values);
}

/** The first of rows in order, of those from one on and before another, that is not before an instant; `to` where all are. */
export function firstAt(rows: readonly LogRow[], timeMs: number, from = 0, to = rows.length): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as LogRow).timeMs < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
