import {
  JOIN_SETTINGS,
  type Joined,
  type JoinSettings,
  joinedSource,
  maxPerKeyOf,
  type On,
  sidesOf,
} from '../dsl/joined-source.ts';
import { checkSettings, oneOf } from '../dsl/settings.ts';
import type { Source } from '../dsl/stream.ts';
import { type Duration, durationMs, type NotADuration } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type AsOfRule, keepsUnmatched } from '../ir/join-definition.ts';
import { logWindow } from '../windows/log.ts';
import { type EventLog, eventLogOperator, type LogRow } from './event-log.ts';
import { type LogLimit, mayBeCut } from './limits.ts';
import type { JoinedRow, LogOperator } from './log-operator.ts';

export interface AsOfJoinOptions<L, R, T extends AsOfRule['type'], D extends string = Duration> extends JoinSettings {
  /** `left` (the default) keeps a left row that finds nothing; `inner` leaves it out. */
  readonly type?: T;
  /** The key: by field of the left side, the field of the right one that it is equal to. A null in it matches nothing. */
  readonly on: On<L, R>;
  /** How long ago the right row may be. However long, unless set: then the last row of each key is kept for ever. */
  readonly tolerance?: D extends Duration ? D : NotADuration<D>;
  /** Whether a right row at the left row's very instant counts. True unless set. */
  readonly allowExactMatches?: boolean;
}

/**
 * Gives each event of the left source the last one of the right source before it: the quote that was valid at a trade, the
 * baseline of a sensor at a reading. A row counts at the left time. Late events are not joined.
 *
 * Where the right side is a view, its rows count at the last instant of their window, once they change no more.
 *
 * @example
 * const priced = asOfJoin('priced', trades, quotes, { on: { symbol: 'symbol' }, tolerance: '5 seconds' });
 * view('spread', priced).derive((e) => ({ symbol: e.trades.symbol, paid: e.trades.price.sub(e.quotes.bid) }))
 */
export function asOfJoin<
  const N extends string,
  LN extends string,
  L,
  RN extends string,
  R,
  const T extends AsOfRule['type'] = 'left',
  const D extends string = Duration,
>(
  name: N,
  left: Source<LN, L>,
  right: Source<RN, R>,
  options: AsOfJoinOptions<L, R, T, D>,
): Source<N, Joined<LN, L, RN, R, T>> {
  const where = `join '${name}'`;
  checkSettings(options, ['type', 'on', 'tolerance', 'allowExactMatches', ...JOIN_SETTINGS], where);
  const { tolerance, allowExactMatches = true } = options;
  if (typeof allowExactMatches !== 'boolean') {
    throw new DefinitionError(
      `${where}: allowExactMatches is ${String(allowExactMatches)}, and must be true or false.`,
    );
  }
  const rule: AsOfRule = {
    kind: 'asOf',
    type: oneOf<AsOfRule['type']>(options.type ?? 'left', ['inner', 'left'], `${where}: type`),
    toleranceMs: tolerance === undefined ? null : durationMs(tolerance, `${where}: tolerance`),
    allowExactMatches,
  };
  const sides = sidesOf(name, { left, right, on: options.on });
  const window = logWindow(0, rule.toleranceMs ?? 0, maxPerKeyOf(options, name));
  return joinedSource(name, { kind: 'join', ...sides, rule }, window, options);
}

/**
 * Gives each left row the last right row of its key at or before its time (only before, where exact matches are not allowed),
 * not longer ago than the tolerance. Of several at one instant it is the last in the order of their values: the same in
 * every run. A right row counts whatever is null in it.
 *
 *   right   1    3       6    8
 *   left  0 1 2  3  4 5  6  7 8 9
 *   gives – 1 1  3  3 3  6  6 8 8
 *
 * The state is the last right row, and, where exact matches are not allowed, nothing more: a pane's own right rows are there
 * when it is gone through.
 */
export function asOfOperator(rule: AsOfRule, limit: LogLimit): LogOperator<EventLog> {
  const { toleranceMs, allowExactMatches } = rule;
  const keepsLeft = keepsUnmatched(rule, 'left');
  /** Right rows before this can be the one of a left row. */
  const foundBefore = ({ timeMs }: LogRow) => (allowExactMatches ? timeMs + 1 : timeMs);
  return {
    aheadMs: 0,
    create: () => [],
    step(state, { lefts, rights, toMs, hasNullKey }) {
      const joined: JoinedRow[] = [];
      const isTruncated = mayBeCut(limit, [lefts]) || mayBeCut(limit, [rights]);
      let found = state[0] ?? null;
      let next = rights.from;
      for (let at = lefts.from; at < lefts.to; at++) {
        const left = lefts.rows[at] as LogRow;
        for (const beforeMs = foundBefore(left); next < rights.to; next++) {
          const right = rights.rows[next] as LogRow;
          if (right.timeMs >= beforeMs) break;
          found = right;
        }
        const isNear = found !== null && (toleranceMs === null || left.timeMs - found.timeMs <= toleranceMs);
        if (isNear && !hasNullKey) joined.push({ timeMs: left.timeMs, left, right: found, isTruncated });
        else if (keepsLeft) joined.push({ timeMs: left.timeMs, left, right: null, isTruncated });
      }
      const last = rights.from < rights.to ? (rights.rows[rights.to - 1] as LogRow) : (state[0] ?? null);
      const isUsable = last !== null && (toleranceMs === null || last.timeMs + toleranceMs >= toMs);
      state.length = 0;
      if (last !== null && isUsable && !hasNullKey) state.push(last);
      return joined;
    },
    dueMs: ([last]) =>
      last === undefined || toleranceMs === null ? Number.POSITIVE_INFINITY : last.timeMs + toleranceMs + 1,
    isEmpty: (state) => state.length === 0,
    encode: (state, out) => eventLogOperator.encode(state, out),
    decode: (input) => eventLogOperator.decode(input),
  };
}
