import { type Duration, durationMs, formatDuration } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import { EMISSIONS, type EmissionMode, type LatePolicy, type ViewDefinition } from '../ir/view-definition.ts';
import type { WindowDefinition } from '../ir/window.ts';
import { checkSettings, oneOf } from './settings.ts';

/** When a window's rows are seen, and what happens to events after their window. What is not set is 0, or nothing. */
export interface Emission {
  /** `onClose` unless set. */
  readonly emit?: EmissionMode;
  /** How long after its end a window still takes late events, each of which makes a revision of its row. */
  readonly allowedLateness?: Duration;
  /**
   * Events later than that: `sideOutput` (the default) keeps them, beside the windows that they missed; `drop` counts
   * them and lets them go.
   */
  readonly lateEvents?: LatePolicy;
  /** Into how many parts the groups are divided, each finalized on its own. 1 unless set; for very many groups. */
  readonly buckets?: number;
  /**
   * How long a result row is kept after its window's end, or after it was last written where that is later; at least a
   * day longer than `allowedLateness`. `'forever'` unless set. A global window has no end, and its rows always stay.
   */
  readonly keepRows?: Duration | 'forever';
}

const DAY_MS = 86_400_000;
const LONGEST_KEEP_ROWS_DAYS = 3660;

/** What a view's emission settings come to, with what is not set filled in. */
export function checkEmission(
  emission: Emission,
  window: WindowDefinition,
  upstream: ViewDefinition | null,
  where: string,
): Pick<ViewDefinition, 'emit' | 'allowedLatenessMs' | 'lateEvents' | 'buckets' | 'keepRowsMs'> {
  checkSettings(emission, ['emit', 'allowedLateness', 'lateEvents', 'buckets', 'keepRows'], where);
  refuseLateness(emission, window, upstream, where);
  const emit = oneOf(emission.emit ?? 'onClose', EMISSIONS, `${where}: emit`);
  const buckets = checkBuckets(emission.buckets ?? 1, where);
  if (emit === 'complete' && window.kind === 'session') {
    throw new DefinitionError(
      `${where}: emit is 'complete', which replaces all rows of a window at once, and each session is a window of one group. Use 'onClose' or 'onUpdate'.`,
    );
  }
  if (emit === 'complete' && buckets > 1) {
    throw new DefinitionError(
      `${where}: emit is 'complete', which makes one table of all groups, and buckets is ${buckets}, which divides them. Leave one of the two away.`,
    );
  }
  const allowedLatenessMs = durationMs(emission.allowedLateness ?? '0 ms', `${where}: allowedLateness`);
  return {
    emit,
    allowedLatenessMs,
    lateEvents: oneOf(emission.lateEvents ?? 'sideOutput', ['sideOutput', 'drop'], `${where}: lateEvents`),
    buckets,
    keepRowsMs: checkKeepRows(emission.keepRows ?? 'forever', window, latenessOf(upstream) ?? allowedLatenessMs, where),
  };
}

/** Settings that could only be misunderstood where nothing is ever late. */
function refuseLateness(
  emission: Emission,
  window: WindowDefinition,
  upstream: ViewDefinition | null,
  where: string,
): void {
  const setting = (['allowedLateness', 'lateEvents'] as const).find((name) => emission[name] !== undefined);
  if (setting === undefined) return;
  if (window.kind === 'global') {
    throw new DefinitionError(
      `${where}: ${setting} is set, and nothing is late for a global window: it has no end. Leave it away.`,
    );
  }
  if (upstream !== null) {
    throw new DefinitionError(
      `${where}: ${setting} is set, and a view of a view has that of its source: its rows are revised as those of '${upstream.name}' are. Leave it away.`,
    );
  }
}

/** The allowed lateness of the view that a chain of views begins with: that of all of them. Null of no view. */
function latenessOf(view: ViewDefinition | null): number | null {
  return view === null ? null : (latenessOf(view.upstream) ?? view.allowedLatenessMs);
}

/**
 * A row that may still be revised must be there: its revision rises from what is stored. The day beyond that is for
 * finalizers that were frozen: none wakes so late that the row which refused its write is gone.
 */
function checkKeepRows(
  keepRows: Duration | 'forever',
  window: WindowDefinition,
  latenessMs: number,
  where: string,
): number | null {
  if (keepRows === 'forever') return null;
  if (window.kind === 'global') {
    throw new DefinitionError(
      `${where}: keepRows is set, and a global window has one row a group, which is replaced and always current. Leave it away.`,
    );
  }
  const ms = durationMs(keepRows, `${where}: keepRows`, 1, LONGEST_KEEP_ROWS_DAYS);
  if (ms >= latenessMs + DAY_MS) return ms;
  throw new DefinitionError(
    `${where}: keepRows is '${keepRows}', and must be at least '${formatDuration(latenessMs + DAY_MS)}': a day longer than the allowed lateness, for a row that late events may revise has to be there.`,
  );
}

function checkBuckets(buckets: number, where: string): number {
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > 256) {
    throw new DefinitionError(`${where}: buckets is ${buckets}: it must be a whole number from 1 to 256.`);
  }
  return buckets;
}
