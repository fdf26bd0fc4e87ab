import { type Duration, durationMs } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import {
  EMISSIONS,
  type EmissionMode,
  type EmptyWindowPolicy,
  type LatePolicy,
  type ViewDefinition,
} from '../ir/view-definition.ts';
import { isAligned, type WindowDefinition } from '../ir/window.ts';
import { checkSettings, oneOf, wholeNumber } from './settings.ts';

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
   * `skip` (the default): a group has rows in windows with events of its alone. `zero`: also in each window after one with
   * events, `keepGroupsFor` windows long; its aggregates are then those of nothing, so that a fall to nothing is a row. For
   * tumbling and sliding windows.
   */
  readonly emptyWindows?: EmptyWindowPolicy;
  /** With `emptyWindows: 'zero'`: how many windows after its last event a group has rows. 12 unless set; 1,000 at most. */
  readonly keepGroupsFor?: number;
}

/** Windows that a silent group has rows for, unless set, and at most: each is a row to write. */
const DEFAULT_KEEP_GROUPS_FOR = 12;
export const MAX_KEEP_GROUPS_FOR = 1000;

const SETTINGS = ['emit', 'allowedLateness', 'lateEvents', 'buckets', 'emptyWindows', 'keepGroupsFor'];

/** What a view's emission settings come to, with what is not set filled in. */
export function checkEmission(
  emission: Emission,
  window: WindowDefinition,
  upstream: ViewDefinition | null,
  where: string,
): Pick<
  ViewDefinition,
  'emit' | 'allowedLatenessMs' | 'lateEvents' | 'buckets' | 'emptyWindows' | 'keepGroupsForWindows'
> {
  checkSettings(emission, SETTINGS, where);
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
  return {
    emit,
    allowedLatenessMs: durationMs(emission.allowedLateness ?? '0 ms', `${where}: allowedLateness`),
    lateEvents: oneOf(emission.lateEvents ?? 'sideOutput', ['sideOutput', 'drop'], `${where}: lateEvents`),
    buckets,
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
      `${where}: keepGroupsFor is set, and a group without events has no rows here. Set emptyWindows: 'zero' with it, or leave it away.`,
    );
  }
  if (emptyWindows === 'zero' && !isAligned(window)) {
    throw new DefinitionError(
      `${where}: emptyWindows is 'zero', which fills the windows of a fixed order, tumbling or sliding ones, and these are ${window.kind} windows. Leave it away.`,
    );
  }
  if (emptyWindows === 'zero' && emit === 'complete') {
    throw new DefinitionError(
      `${where}: emptyWindows is 'zero' and emit is 'complete', and a window in which no group has events has no table that rows of nothing could be in. Leave one of the two away.`,
    );
  }
  const keepGroupsForWindows = wholeNumber(
    emission.keepGroupsFor ?? DEFAULT_KEEP_GROUPS_FOR,
    MAX_KEEP_GROUPS_FOR,
    `${where}: keepGroupsFor is`,
  );
  return { emptyWindows, keepGroupsForWindows };
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

function checkBuckets(buckets: number, where: string): number {
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > 256) {
    throw new DefinitionError(`${where}: buckets is ${buckets}: it must be a whole number from 1 to 256.`);
  }
  return buckets;
}
