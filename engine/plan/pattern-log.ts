import { compileToFunction } from '../expression/compile-js.ts';
import type { PatternSource } from '../ir/pattern-definition.ts';
import type { ViewDefinition } from '../ir/view-definition.ts';
import { LEFT } from '../joins/event-log.ts';
import { eventTests, needsAllEvents } from '../patterns/bits.ts';
import { type MatchRow, patternOperator } from '../patterns/pattern-operator.ts';
import type { LogPlan } from './log.ts';
import { compileLogAccumulate, type LogEvents } from './log-accumulator.ts';
import type { RowValues } from './row.ts';

/** A pattern compiled. Its log has one side, whatever its events are of. */
export function compilePatternLog(source: PatternSource<ViewDefinition>, buckets: number): LogPlan<MatchRow> {
  const { partitionBy, columns: kept, pattern } = source;
  const events: LogEvents = {
    side: LEFT,
    key: partitionBy,
    keepsNullKeys: false,
    columns: kept,
    tests: eventTests(pattern.steps),
    keepsAll: needsAllEvents(pattern),
  };
  const accumulate = compileLogAccumulate(events, buckets);
  const key = partitionBy.map(({ path }) => path.at(-1) as string);
  const columns = source.select.map(({ name, node }) => ({ name, read: compileToFunction(node) }));
  return {
    operator: patternOperator(source),
    // A match would not say what was left out; its partial matches are bounded.
    maxPerKey: Number.POSITIVE_INFINITY,
    accumulatorOf: () => accumulate,
    eventsOf: () => events,
    valuesOf(row, values) {
      const { startMs, timeMs, reason, isTruncated } = row;
      const match = {
        match_start: startMs,
        match_end: timeMs,
        duration_ms: timeMs - startMs,
        reason,
        truncated: isTruncated,
      };
      const scope = row.scope();
      return Object.assign(
        Object.create(null),
        match,
        Object.fromEntries(key.map((name, index) => [name, values[index] ?? null])),
        Object.fromEntries(columns.map(({ name, read }) => [name, read(scope)])),
      ) as RowValues;
    },
  };
}
