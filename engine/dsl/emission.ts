import { type Duration, durationMs, formatDuration, type NotADuration } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import { latenessOf, revisedWith, type SourceDefinition } from '../ir/source-definition.ts';
import {
  EMISSIONS,
  type EmissionMode,
  type EmptyWindowPolicy,
  handsOf,
  type LatePolicy,
  type ViewDefinition,
} from '../ir/view-definition.ts';
import { traitsOf, type WindowDefinition } from '../ir/window.ts';
import { checkSettings, oneOf, wholeNumber } from './settings.ts';

/** When a window's rows are seen, and what happens to events after their window. What is not set is 0, or nothing. */
export interface Emission<D extends string = Duration | 'forever'> {
  /** `onClose` unless set. */
  readonly emit?: EmissionMode;
  /** How long after its end a window still takes late events. Each revises its row. */
  readonly allowedLateness?: D extends Duration ? D : NotADuration<D>;
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
  readonly keepRows?: D extends Duration | 'forever' ? D : NotADuration<D>;
  /**
   * `skip` (the default): a group has rows in windows with events of its alone. `zero`: also in each window after one with
   * events, `keepGroupsFor` windows long; its aggregates are then those of nothing, so that a fall to nothing is a row. For
   * tumbling, sliding and calendar windows.
   */
  readonly emptyWindows?: EmptyWindowPolicy;
  /** With `emptyWindows: 'zero'`: how many windows after its last event a group has rows. 12 unless set; 1,000 at most. */
  readonly keepGroupsFor?: number;
}

/** Windows that a silent group has rows for, unless set, and at most: each is a row to write. */
const DEFAULT_KEEP_GROUPS_FOR = 12;
const MAX_KEEP_GROUPS_FOR = 1000;

const SETTINGS = ['emit', 'allowedLateness', 'lateEvents', 'buckets', 'keepRows', 'emptyWindows', 'keepGroupsFor'];

const DAY_MS = 86_400_000;
const LONGEST_KEEP_ROWS_DAYS = 3660;

/** What a view's emission settings come to, with what is not set filled in. */
export function checkEmission(
  emission: Emission,
  window: WindowDefinition,
  source: SourceDefinition,
  where: string,
): Pick<
  ViewDefinition,
  'emit' | 'allowedLatenessMs' | 'lateEvents' | 'buckets' | 'keepRowsMs' | 'emptyWindows' | 'keepGroupsForWindows'
> {
  checkSettings(emission, SETTINGS, where);
  refuseLateness(emission, window, source, where);
  const emit = oneOf(emission.emit ?? 'onClose', EMISSIONS, `${where}: emit`);
  const buckets = checkBuckets(emission.buckets ?? 1, where);
  const noTable = traitsOf(window).refuses.complete;
  if (emit === 'complete' && noTable !== null) {
    throw new DefinitionError(
      `${where}: emit is 'complete', which replaces all rows of a window at once, and ${noTable}. Use 'onClose' or 'onUpdate'.`,
    );
  }
  if (emit === 'complete' && buckets > 1) {
    throw new DefinitionError(
      `${where}: emit is 'complete', which makes one table of all groups, and buckets is ${buckets}, which divides them. Leave one of them out.`,
    );
  }
  const allowedLatenessMs = durationMs(emission.allowedLateness ?? '0 ms', `${where}: allowedLateness`);
  return {
    emit,
    allowedLatenessMs,
    lateEvents: oneOf(emission.lateEvents ?? 'sideOutput', ['sideOutput', 'drop'], `${where}: lateEvents`),
    buckets,
    keepRowsMs: checkKeepRows(emission.keepRows ?? 'forever', window, latenessOf({ source, allowedLatenessMs }), where),
    ...checkEmptyWindows(emission, emit, window, where),
  };
}

/** Rows of nothing need windows in a fixed order, and rows that are stored one by one. */
function checkEmptyWindows(
  emission: Emission,
  emit: EmissionMode,
  window: WindowDefinition,
  where: string,
): Pick<ViewDefinition, 'emptyWindows' | 'keepGroupsForWindows'> {
  const emptyWindows = oneOf(emission.emptyWindows ?? 'skip', ['skip', 'zero'], `${where}: emptyWindows`);
  if (emptyWindows === 'skip' && emission.keepGroupsFor !== undefined) {
    throw new DefinitionError(
      `${where}: keepGroupsFor is set, and a group without events has no rows here. Set emptyWindows: 'zero' with it, or leave it out.`,
    );
  }
  const noOrder = traitsOf(window).refuses.rolling;
  if (emptyWindows === 'zero' && noOrder !== null) {
    throw new DefinitionError(
      `${where}: emptyWindows is 'zero', which fills windows of a fixed order, and ${noOrder}. Leave it out.`,
    );
  }
  if (emptyWindows === 'zero' && emit === 'complete') {
    throw new DefinitionError(
      `${where}: emptyWindows is 'zero' and emit is 'complete', and a window in which no group has events has no table that rows of nothing could be in. Leave one of them out.`,
    );
  }
  const keepGroupsForWindows = wholeNumber(
    emission.keepGroupsFor ?? DEFAULT_KEEP_GROUPS_FOR,
    MAX_KEEP_GROUPS_FOR,
    `${where}: keepGroupsFor is`,
  );
  return { emptyWindows, keepGroupsForWindows };
}

/** Refuses settings about late events if nothing is ever late. */
function refuseLateness(emission: Emission, window: WindowDefinition, source: SourceDefinition, where: string): void {
  const setting = (['allowedLateness', 'lateEvents'] as const).find((name) => emission[name] !== undefined);
  if (setting === undefined) return;
  const reason = traitsOf(window).refuses.lateness;
  if (reason !== null) throw new DefinitionError(`${where}: ${setting} is set, and ${reason}. Leave it out.`);
  const upstream = revisedWith(source);
  if (upstream !== null) {
    const why =
      handsOf(upstream) === 'final'
        ? `a view of a view has that of its source: its rows are revised as those of '${upstream.name}' are`
        : `rows of '${upstream.name}' come when they change no more: none of them is late`;
    throw new DefinitionError(`${where}: ${setting} is set, and ${why}. Leave it out.`);
  }
}

/**
 * A row that may still be revised must be there: its revision rises from what is stored. The day beyond that is for
 * finalizers that were frozen: none wakes so late that the row which refused its write is gone.
 */
function checkKeepRows(keepRows: string, window: WindowDefinition, latenessMs: number, where: string): number | null {
  if (keepRows === 'forever') return null;
  const reason = traitsOf(window).refuses.keepRows;
  if (reason !== null) throw new DefinitionError(`${where}: keepRows is set, and ${reason}. Leave it out.`);
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
