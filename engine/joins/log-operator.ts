import type { StateCodec } from '../bytes/state-codec.ts';
import type { LogRow } from './event-log.ts';

/**
 * Makes rows of one key's event log, in the order of event time and pane by pane: what a join or a pattern means. Rows depend on
 * the log alone, so the same events give the same rows, whatever the shards, batches and crashes.
 *
 * @example a pane [10:00, 10:01) of a join that looks 30 minutes ahead
 * step(state, { fromMs: 10:00, toMs: 10:01, lefts: those of the pane, and of [10:01, 10:31) ahead, rights: the same })
 */
export interface LogOperator<State = unknown, Row extends LogResult = JoinedRow> extends StateCodec<State> {
  /** How far after a row's time the events can lie that it is made of. */
  readonly aheadMs: number;
  create(): State;
  /**
   * The rows whose times lie in the pane, in order; the state becomes what later panes need of this one. Panes are given in
   * order; a pane without rows of the key is left out, unless `dueMs` asks for it. Several panes may be given as one, of a key whose
   * events are so few that no bound on a pane matters. The pane is read, and not kept: the next one may be given in the same arrays.
   */
  step(state: State, pane: LogPane): Row[];
  /** The first instant at which the state gives a row, or can be let go, without further events; infinite for never. */
  dueMs(state: State): number;
  /** Later panes need nothing of it. */
  isEmpty(state: State): boolean;
  /** How many events the state holds that count where events of a key and pane are bounded; none unless it says so. */
  held?(state: State): number;
  /** How much a bound on the state has cut since the last call: partial matches of a pattern. */
  takeDropped?(state: State): number;
}

/** What an operator makes: it counts at its time, which lies in the pane that is gone through. */
export interface LogResult {
  readonly timeMs: number;
}

/** What one key has in a pane, and after it as far as the operator looks ahead. */
export interface LogPane {
  readonly fromMs: number;
  readonly toMs: number;
  readonly lefts: SideOfPane;
  readonly rights: SideOfPane;
  /** The key has a null in it, and matches nothing. */
  readonly hasNullKey: boolean;
}

/** The events of one side, in the order of `compareLogRows`. They are a part of an array, so that no pane copies what lies ahead. */
export interface SideOfPane {
  readonly rows: readonly LogRow[];
  /** Where those of the pane begin. */
  readonly from: number;
  /** Where they end, and those ahead begin. */
  readonly to: number;
  /** Where those end that the operator looks at. */
  readonly aheadTo: number;
}

/** A row of a join: an event of each side; null where there is none. */
export interface JoinedRow extends LogResult {
  readonly left: LogRow | null;
  readonly right: LogRow | null;
  /** Events of the key, or rows, were left out: what it matches may be among them. */
  readonly isTruncated: boolean;
}
