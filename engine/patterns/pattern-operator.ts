import type { PatternSource } from '../ir/pattern-definition.ts';
import type { LogRow } from '../joins/event-log.ts';
import type { LogOperator, LogResult } from '../joins/log-operator.ts';
import { Automaton, type Outcome } from './automaton.ts';
import { type CompiledPattern, compilePattern } from './compiled-pattern.ts';
import { emptyState, type PatternState } from './pattern-state.ts';
import { reasonOf } from './reason.ts';
import { type MatchScope, scopeOf } from './scope.ts';
import { patternCodec } from './state-codec.ts';

/** A match, or a time-out: `timeMs`, its end, is that of its last event, or the limit's instant where that decides. */
export interface MatchRow extends LogResult {
  /** The time of its first event. */
  readonly startMs: number;
  /** By step of the definition, in order. Of a step that took very many, the first ones and the last. */
  readonly events: readonly (readonly LogRow[])[];
  readonly reason: string;
  /** There were too many partial matches of its key while it was open, and those that began first were dropped. */
  readonly isTruncated: boolean;
  /** What `select` reads. */
  scope(): MatchScope;
}

/**
 * The matches, or the time-outs, of a pattern as what an event log gives. Rows are of side `LEFT`; the first of their values is
 * which conditions they pass (`compileBits`), the rest are the columns.
 */
export function patternOperator({
  pattern: definition,
  columns,
  output,
}: Pick<PatternSource<unknown>, 'pattern' | 'columns' | 'output'>): LogOperator<PatternState, MatchRow> {
  const pattern = compilePattern(definition, columns);
  const automaton = new Automaton(pattern);
  const isGiven = output === 'matches' ? 'match' : 'timeout';
  return {
    aheadMs: 0,
    create: emptyState,
    step(state, { lefts, toMs, hasNullKey }) {
      if (hasNullKey) return [];
      const outcomes: Outcome[] = [];
      for (let at = lefts.from; at < lefts.to; at++) automaton.take(state, lefts.rows[at] as LogRow, outcomes);
      automaton.advanceTo(state, toMs, outcomes);
      return outcomes.filter(({ kind }) => kind === isGiven).map((outcome) => matchRow(pattern, outcome));
    },
    dueMs: (state) => automaton.dueMs(state),
    isEmpty: ({ open }) => open.length === 0,
    takeDropped(state) {
      const { untold } = state;
      state.untold = 0;
      return untold;
    },
    ...patternCodec(pattern),
  };
}

function matchRow(pattern: CompiledPattern, outcome: Outcome): MatchRow {
  const { last, timeMs, isTruncated } = outcome;
  const events: LogRow[][] = pattern.steps.map(() => []);
  for (const { step, row } of last.chain()) events[step]?.push(row);
  return {
    timeMs,
    startMs: last.start.row.timeMs,
    events,
    reason: reasonOf(pattern, outcome),
    isTruncated,
    scope: () => scopeOf(pattern, last, {}),
  };
}
