import type { Value } from '../expression/node.ts';
import type { Item } from '../ports/state-store.ts';
import { StateFormatError } from './errors.ts';

/** Events of a group that came too late, counted by what they missed. */
export interface LateCount {
  /** Start of the events' pane, of which they missed windows; for a session the event's own time. */
  readonly atMs: number;
  /** How many windows of the pane they missed, the first ones; 1 for a session. */
  readonly missed: number;
  /** The group's values. */
  readonly values: readonly Value[];
  readonly events: number;
}

type Packed = readonly [atMs: number, missed: number, values: readonly Value[], events: number];

/** Text, for late events are few. */
export function formatLateCounts(counts: readonly LateCount[]): string {
  return JSON.stringify(counts.map(({ atMs, missed, values, events }): Packed => [atMs, missed, values, events]));
}

export function parseLateCounts(item: Item): readonly LateCount[] {
  if (typeof item.data !== 'string') throw new StateFormatError(item.key, 'counts of late events are text');
  const packed = JSON.parse(item.data) as readonly Packed[];
  return packed.map(([atMs, missed, values, events]) => ({ atMs, missed, values, events }));
}
