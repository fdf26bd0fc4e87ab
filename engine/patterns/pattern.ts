import { LOG_SETTINGS, type LogSettings } from '../dsl/log-view.ts';
import { PatternBuilder } from '../dsl/pattern-builder.ts';
import { checkColumnNames, partitionFields } from '../dsl/pattern-key.ts';
import type { PatternStart } from '../dsl/pattern-types.ts';
import { checkSettings, wholeNumber } from '../dsl/settings.ts';
import type { Instant, PathTo } from '../dsl/shape.ts';
import type { Source } from '../dsl/stream.ts';
import { sourceOf } from '../dsl/view-source.ts';
import { checkName } from '../ir/names.ts';
import { logWindow } from '../windows/log.ts';

export interface PatternOptions<P extends string = string> extends LogSettings {
  /** The key: what happens to each user, card or order is a sequence of its own. An event with a null in it is in no match. */
  readonly partitionBy: P | readonly P[];
  /**
   * How many matches of a key can be under way at once. Beyond it those that began first are let go and counted, and rows say
   * `truncated`. 1,000 unless set; at most 100,000.
   */
  readonly maxPartialMatches?: number;
}

const DEFAULT_PARTIAL_MATCHES = 1000;
const MOST_PARTIAL_MATCHES = 100_000;

/**
 * One thing after another: finds where the events of a key, in the order of their times, fit a sequence of steps. A match is a row,
 * which views filter, window and alert on. Late events are in no match.
 *
 * @example five failures of a user and then a success, within ten minutes
 * const breakIns = pattern('break_ins', logins, { partitionBy: 'user_id' })
 *   .begin('failure', (e) => e.ok.not()).times(5)
 *   .followedBy('success', (e) => e.ok)
 *   .within('10 minutes')
 *   .select(({ failure, success }) => ({ from: failure.first.ip, to: success.ip }));
 *
 * @example what did not come: paid, and not confirmed within five minutes
 * pattern('unconfirmed', orders, { partitionBy: 'order_id' })
 *   .sequence('paid -> !confirmed', { paid: (e) => e.kind.eq('paid'), confirmed: (e) => e.kind.eq('confirmed') })
 *   .within('5 minutes')
 *   .select(({ paid }) => ({ amount: paid.amount }));
 */
export function pattern<const N extends string, R, const P extends PathTo<R, string | number | boolean | Instant>>(
  name: N,
  source: Source<string, R>,
  options: PatternOptions<P>,
): PatternStart<N, R, P> {
  const where = `pattern '${name}'`;
  checkName(name, where);
  checkSettings(options, ['partitionBy', 'maxPartialMatches', ...LOG_SETTINGS], where);
  const definition = sourceOf(where, source);
  const partitionBy = partitionFields(definition, options.partitionBy, where);
  checkColumnNames(partitionBy, where);
  const builder = new PatternBuilder({
    name,
    sourceName: source.name,
    source: definition,
    partitionBy,
    maxPartialMatches: wholeNumber(
      options.maxPartialMatches ?? DEFAULT_PARTIAL_MATCHES,
      MOST_PARTIAL_MATCHES,
      `${where}: maxPartialMatches is`,
    ),
    settings: options,
    windowOf: (reachMs) => logWindow(0, reachMs),
    steps: [],
    within: null,
    skip: { kind: 'pastLast' },
  });
  return builder as unknown as PatternStart<N, R, P>;
}
