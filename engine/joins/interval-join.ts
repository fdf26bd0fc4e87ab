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
import { compareLogRows, eventLogOperator, firstAt, LEFT, type LogRow, RIGHT } from './event-log.ts';
import { type LogLimit, MAX_ROWS_PER_KEY, mayBeCut } from './limits.ts';
import type { JoinedRow, LogOperator, SideOfPane } from './log-operator.ts';

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
export function intervalOperator(rule: IntervalRule, limit: LogLimit): LogOperator<IntervalState> {
  const { fromMs, toMs } = rule;
  const [keepsLeft, keepsRight] = [keepsUnmatched(rule, 'left'), keepsUnmatched(rule, 'right')];
  return {
    aheadMs: aheadOf(rule),
    create: () => ({ lefts: NO_ROWS, rights: NO_ROWS }),
    step(state, { toMs: endMs, lefts, rights, hasNullKey }) {
      const joined: JoinedRow[] = [];
      const [knownLefts, knownRights] = [behind(state.lefts), behind(state.rights)];
      const isCut = mayBeCut(limit, [knownLefts, lefts]) || mayBeCut(limit, [knownRights, rights]);
      const parts = hasNullKey ? [] : [new Probe(knownRights), new Probe(rights)];
      let room = MAX_ROWS_PER_KEY;
      for (let at = lefts.from; at < lefts.to; at++) {
        const left = lefts.rows[at] as LogRow;
        let found = 0;
        for (const part of parts) found += part.seek(left.timeMs + fromMs, left.timeMs + toMs);
        const isTruncated = isCut || found > room;
        if (found === 0 || room === 0) {
          if (keepsLeft) joined.push({ timeMs: left.timeMs, left, right: null, isTruncated });
          continue;
        }
        for (const part of parts) {
          const last = Math.min(part.end, part.first + room);
          room -= last - part.first;
          for (let index = part.first; index < last; index++) {
            joined.push({ timeMs: left.timeMs, left, right: part.rows[index] as LogRow, isTruncated });
          }
        }
      }
      if (keepsRight) {
        const parts = hasNullKey ? [] : [new Probe(knownLefts), new Probe(lefts)];
        for (let at = rights.from; at < rights.to; at++) {
          const right = rights.rows[at] as LogRow;
          let found = 0;
          for (const part of parts) found += part.seek(right.timeMs - toMs, right.timeMs - fromMs);
          if (found === 0) joined.push({ timeMs: right.timeMs, left: null, right, isTruncated: isCut });
        }
      }
      state.rights = hasNullKey ? NO_ROWS : needed(state.rights, rights, endMs + fromMs);
      if (keepsRight) state.lefts = hasNullKey ? NO_ROWS : needed(state.lefts, lefts, endMs - toMs);
      return joined;
    },
    // A row that is no longer needed goes when its key is looked at; one that nobody looks at goes by this.
    dueMs({ lefts, rights }) {
      if (lefts.length === 0 && rights.length === 0) return Number.POSITIVE_INFINITY;
      return Math.max(lastMs(rights) - fromMs, lastMs(lefts) + toMs) + 1;
    },
    held: ({ lefts, rights }) => lefts.length + rights.length,
    isEmpty: ({ lefts, rights }) => lefts.length === 0 && rights.length === 0,
    encode: ({ lefts, rights }, out) => eventLogOperator.encode([...lefts, ...rights].sort(compareLogRows), out),
    decode(input) {
      const rows = eventLogOperator.decode(input);
      return { lefts: rows.filter(({ side }) => side === LEFT), rights: rows.filter(({ side }) => side === RIGHT) };
    },
  };
}

/** Rows that later panes can still match, of each side in order. Stored, they are one event log. */
export interface IntervalState {
  lefts: readonly LogRow[];
  rights: readonly LogRow[];
}

const NO_ROWS: readonly LogRow[] = [];

/** Looks for the rows of an interval that moves on: each search goes on from the one before. */
class Probe {
  readonly rows: readonly LogRow[];
  readonly #to: number;
  first: number;
  end: number;

  constructor({ rows, from, aheadTo }: SideOfPane) {
    this.rows = rows;
    this.first = from;
    this.end = from;
    this.#to = aheadTo;
  }

  /** How many rows have `fromMs` ≤ time ≤ `toMs`: they are from `first` to `end`. Neither instant goes back. */
  seek(fromMs: number, toMs: number): number {
    this.first = firstAt(this.rows, fromMs, this.first, this.#to);
    this.end = firstAt(this.rows, toMs + 1, Math.max(this.first, this.end), this.#to);
    return this.end - this.first;
  }
}

/** Rows of the state, which are all behind the pane. */
function behind(rows: readonly LogRow[]): SideOfPane {
  return { rows, from: 0, to: rows.length, aheadTo: rows.length };
}

/** Rows from an instant on: of those that are known, and of those of the pane. */
function needed(known: readonly LogRow[], { rows, from, to }: SideOfPane, fromMs: number): readonly LogRow[] {
  const [firstKnown, first] = [firstAt(known, fromMs), firstAt(rows, fromMs, from, to)];
  if (firstKnown === 0 && first === to) return known;
  const left = known.slice(firstKnown);
  for (let at = first; at < to; at++) left.push(rows[at] as LogRow);
  return left;
}

function lastMs(rows: readonly LogRow[]): number {
  return rows.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
}
