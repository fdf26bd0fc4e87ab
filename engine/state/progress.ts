import type { Item, ItemWrite, StateStore } from '../ports/state-store.ts';
import { START_OF_TIME_MS } from '../time/instant.ts';
import { StateFormatError } from './errors.ts';
import { progressKey } from './keys.ts';

/**
 * How far a (view, bucket) has been finalized. One item; every write raises its version, and a version that a finalizer
 * wrote is its *epoch*: rows carry it, and are written only over older ones.
 */
export interface Progress {
  readonly version: number;
  /** Every window that ends at or before this is final. */
  readonly finalizedToMs: number;
  /** Panes that start before this are gone for good: nothing there is finalized again. */
  readonly horizonMs: number;
  /** Their segments are known to be deleted up to here; between here and the horizon a crash may have left some. */
  readonly sweptToMs: number;
  /** A finalizer claimed and has not finished. */
  readonly held: boolean;
  /**
   * The latest epoch of a finalizer that never finished: it may be frozen, with row writes still in flight. Rows that
   * are recomputed and have an older epoch are written again even if their content is the same, or such a write could
   * land after it and stay:
   *
   *   row has epoch 3, content C
   *   F5 claims epoch 5, computes C′ for the row, freezes
   *   F9 claims epoch 9, sees more events, computes C again: same content. It rewrites the row with epoch 9 …
   *   F5 wakes, its write of C′ asks for an epoch older than 5 and finds 9: refused
   */
  readonly unsettledEpoch: number;
}

export const NO_PROGRESS: Progress = {
  version: 0,
  finalizedToMs: START_OF_TIME_MS,
  horizonMs: START_OF_TIME_MS,
  sweptToMs: START_OF_TIME_MS,
  held: false,
  unsettledEpoch: 0,
};

export async function loadProgress(state: StateStore, view: string, bucket: number): Promise<Progress> {
  const item = await state.get(progressKey(view, bucket));
  return item ? parseProgress(item) : NO_PROGRESS;
}

/** The write that replaces progress by its successor, conditional on the version that was read. */
export function progressWrite(view: string, bucket: number, previous: Progress, next: Progress): ItemWrite {
  const { version, ...content } = next;
  if (version !== previous.version + 1)
    throw new Error(`Progress goes from version ${previous.version} to ${version}.`);
  return {
    kind: 'put',
    key: progressKey(view, bucket),
    version,
    data: JSON.stringify(content),
    condition: previous.version === 0 ? { kind: 'absent' } : { kind: 'version', is: previous.version },
  };
}

function parseProgress(item: Item): Progress {
  if (typeof item.data !== 'string') throw new StateFormatError(item.key, 'progress is text');
  return { ...(JSON.parse(item.data) as Omit<Progress, 'version'>), version: item.version };
}
