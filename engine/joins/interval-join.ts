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
import { type Duration, type NotADuration, signedDurationMs } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type IntervalRule, JOIN_TYPES, type JoinType, keepsUnmatched } from '../ir/join-definition.ts';
import { logWindow } from '../windows/log.ts';
import { type EventLog, eventLogOperator, firstAt, LEFT, type LogRow, RIGHT } from './event-log.ts';
import { type LogLimit, MAX_ROWS_PER_KEY, mayBeCut } from './limits.ts';
import type { JoinedRow, LogOperator } from './log-operator.ts';

export interface IntervalJoinOptions<L, R, T extends JoinType, F extends string = Duration, U extends string = Duration>
  extends JoinSettings {
  /** Which rows are kept that match nothing: see `JoinType`. */
  readonly type: T;
  /** The key: by field of the left side, the field of the right one that it is equal to. A null in it matches nothing. */
  readonly on: On<L, R>;
  /** right.time lies in [left.time + from, left.time + to]. Both may be negative: `['-10 minutes', '5 minutes']`. */
  readonly between: readonly [
    from: F extends Duration ? F : NotADuration<F>,
    to: U extends Duration ? U : NotADuration<U>,
  ];
}

/**
 * Pairs events of two sources whose keys are equal and whose times lie within an interval of each other. A pair counts at the
 * left time; an event that is kept though it matches nothing, at its own.
 *
 * A left row is final when the watermark of both is beyond its time plus `to`. Late events are not joined.
 *
 * @example what each click led to within half an hour
 * const attribution = intervalJoin('attribution', clicks, purchases, {
 *   type: 'left', on: { user_id: 'buyer' }, between: ['0 minutes', '30 minutes'],
 * });
 * view('revenue', attribution).derive((e) => ({ page: e.clicks.page_url }))
 */
export function intervalJoin<
  const N extends string,
  LN extends string,
  L,
  RN extends string,
  R,
  const T extends JoinType,
  const F extends string = Duration,
  const U extends string = Duration,
>(
  name: N,
  left: Source<LN, L>,
  right: Source<RN, R>,
  options: IntervalJoinOptions<L, R, T, F, U>,
): Source<N, Joined<LN, L, RN, R, T>> {
  const where = `join '${name}'`;
  checkSettings(options, ['type', 'on', 'between', ...JOIN_SETTINGS], where);
  const type = oneOf<JoinType>(options.type, JOIN_TYPES, `${where}: type`);
  const [fromMs, toMs] = bounds(options.between, where);
  const rule: IntervalRule = { kind: 'interval', type, fromMs, toMs };
  const sides = sidesOf(name, { left, right, on: options.on });
  const aheadMs = aheadOf(rule);
  const reachMs = Math.max(Math.abs(fromMs), Math.abs(toMs));
  return joinedSource(
    name,
    { kind: 'join', ...sides, rule },
    logWindow(aheadMs, reachMs, maxPerKeyOf(options, name)),
    options,
  );
}

function bounds(between: unknown, where: string): readonly [number, number] {
  if (!Array.isArray(between) || between.length !== 2) {
    throw new DefinitionError(`${where}: between needs two durations, such as ['0 minutes', '30 minutes'].`);
  }
  const [fromMs, toMs] = between.map((bound, index) =>
    signedDurationMs(bound, `${where}: between, ${index === 0 ? 'from' : 'to'},`),
  ) as [number, number];
  if (fromMs <= toMs) return [fromMs, toMs];
  throw new DefinitionError(
    `${where}: between goes from '${between[0]}' to '${between[1]}', and nothing lies there. Give the smaller one first.`,
  );
}

/** How far after a row's own time what it can match lies. */
function aheadOf(rule: IntervalRule): number {
  return Math.max(rule.toMs, 0, keepsUnmatched(rule, 'right') ? -rule.fromMs : 0);
}

/**
 * Pairs each left row with the right rows of its key whose time lies in [left + from, left + to]. A pair counts at the left time.
 *
 *           left at 10:00, between 0 and 30 minutes
 *   left    ●
 *   right      ●         ●            ○               ○ lies after 10:30
 *           └─────────────────────┘
 *
 * The pane of the left row is gone through once everything up to `to` after it has come. What a right row needs of the left
 * side is looked for in the same way, where unmatched right rows are kept: back to `to`, ahead to `−from`.
 *
 * The state is the rows that later panes can still match: right ones back to `from` before the next pane, and left ones back to
 * `to`, where right rows are kept.
 */
export function intervalOperator(rule: IntervalRule, limit: LogLimit): LogOperator<EventLog> {
  const { fromMs, toMs } = rule;
  const [keepsLeft, keepsRight] = [keepsUnmatched(rule, 'left'), keepsUnmatched(rule, 'right')];
  const aheadMs = aheadOf(rule);
  /** Rows of the other side from which on a later pane can match it. */
  const isNeeded = ({ side, timeMs }: LogRow, nextMs: number) =>
    side === RIGHT ? timeMs - fromMs >= nextMs : keepsRight && timeMs + toMs >= nextMs;
  return {
    aheadMs,
    create: () => [],
    step(state, { fromMs: startMs, toMs: endMs, rows, ahead, hasNullKey }) {
      const [lefts, rights] = [side(LEFT, state, rows, ahead), side(RIGHT, state, rows, ahead)];
      const joined: JoinedRow[] = [];
      const isCut = mayBeCut(lefts, limit) || mayBeCut(rights, limit);
      let room = MAX_ROWS_PER_KEY;
      const [leftFrom, leftTo] = between(lefts, startMs, endMs - 1);
      for (let at = leftFrom; at < leftTo; at++) {
        const left = lefts[at] as LogRow;
        const [first, end] = hasNullKey ? [0, 0] : between(rights, left.timeMs + fromMs, left.timeMs + toMs);
        const isTruncated = isCut || end - first > room;
        const last = Math.min(end, first + room);
        room -= last - first;
        for (let index = first; index < last; index++) {
          joined.push({ timeMs: left.timeMs, left, right: rights[index] as LogRow, isTruncated });
        }
        if (first === last && keepsLeft) joined.push({ timeMs: left.timeMs, left, right: null, isTruncated });
      }
      if (keepsRight) {
        const [rightFrom, rightTo] = between(rights, startMs, endMs - 1);
        for (let at = rightFrom; at < rightTo; at++) {
          const right = rights[at] as LogRow;
          const [first, end] = hasNullKey ? [0, 0] : between(lefts, right.timeMs - toMs, right.timeMs - fromMs);
          if (first === end) joined.push({ timeMs: right.timeMs, left: null, right, isTruncated: isCut });
        }
      }
      const known = [...state];
      state.length = 0;
      if (hasNullKey) return joined;
      for (const part of [known, rows]) for (const row of part) if (isNeeded(row, endMs)) state.push(row);
      return joined;
    },
    // A row that is no longer needed goes when its key is looked at; one that nobody looks at goes by this.
    dueMs: (state) => lastNeeded(state, (row) => (row.side === RIGHT ? row.timeMs - fromMs : row.timeMs + toMs)),
    isEmpty: (state) => state.length === 0,
    encode: (state, out) => eventLogOperator.encode(state, out),
    decode: (input) => eventLogOperator.decode(input),
  };
}

/** Behind the last instant at which a row of the state can match. */
function lastNeeded(state: EventLog, neededTo: (row: LogRow) => number): number {
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const row of state) lastMs = Math.max(lastMs, neededTo(row));
  return state.length === 0 ? Number.POSITIVE_INFINITY : lastMs + 1;
}

/** Rows of one side, in order: so are the state, the pane and what is ahead, and each of these is after the one before. */
function side(of: LogRow['side'], ...parts: readonly (readonly LogRow[])[]): LogRow[] {
  const found: LogRow[] = [];
  for (const part of parts) for (const row of part) if (row.side === of) found.push(row);
  return found;
}

/** Where rows with `fromMs` ≤ time ≤ `toMs` begin and end, of rows in the order of time. */
function between(rows: readonly LogRow[], fromMs: number, toMs: number): readonly [number, number] {
  const first = firstAt(rows, fromMs);
  return [first, Math.max(first, firstAt(rows, toMs + 1))];
}
