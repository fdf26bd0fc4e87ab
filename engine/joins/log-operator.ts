import type { StateCodec } from '../bytes/state-codec.ts';
import type { LogRow } from './event-log.ts';

/**
 * Makes rows of one key's event log, in the order of event time and pane by pane: what a join or a pattern means. Rows depend on
 * the log alone, so the same events give the same rows, whatever the shards, batches and crashes.
 *
 * @example a pane [10:00, 10:01) of a join that looks 30 minutes ahead
 * step(state, { fromMs: 10:00, toMs: 10:01, rows: those of the pane, ahead: those of [10:01, 10:31) })
 */
export interface LogOperator<State = unknown, Row extends LogResult = JoinedRow> extends StateCodec<State> {
  /** How far after a row's time the events can lie that it is made of. */
  readonly aheadMs: number;
  create(): State;
  /**
   * The rows whose times lie in the pane, in order; the state becomes what later panes need of this one. Panes are given in
   * order; a pane without rows of the key is left out, unless `dueMs` asks for it.
   */
  step(state: State, pane: LogPane): Row[];
  /** The first instant at which the state gives a row, or can be let go, without further events; infinite for never. */
  dueMs(state: State): number;
  /** Later panes need nothing of it. */
  isEmpty(state: State): boolean;
  /** How much a bound on the state has cut since the last call: partial matches of a pattern. */
  takeDropped?(state: State): number;
}

/** What an operator makes: it counts at its time, which lies in the pane that is gone through. */
export interface LogResult {
  readonly timeMs: number;
}

/** What one key has in a pane, and after it as far as the operator looks ahead. Both in the order of `compareLogRows`. */
export interface LogPane {
  readonly fromMs: number;
  readonly toMs: number;
  readonly rows: readonly LogRow[];
  readonly ahead: readonly LogRow[];
  /** The key has a null in it, and matches nothing. */
  readonly hasNullKey: boolean;
}

/** A row of a join: an event of each side; null where there is none. */
export interface JoinedRow extends LogResult {
  readonly left: LogRow | null;
  readonly right: LogRow | null;
  /** Events of the key, or rows, were left out: what it matches may be among them. */
  readonly isTruncated: boolean;
}
