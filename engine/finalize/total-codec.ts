import type { AggregateOperator } from '../aggregates/operator.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';

/** What is kept of a total beside the states of its aggregates. */
export interface Change {
  /** The start of the last interval in which the group changed. */
  lastMs: number;
  /** Nothing is left of the group: a revision of the rows below took it out. */
  isGone: boolean;
  /** The pass has found that a revision took something out of the group, which may lie after its last change. */
  isRevised: boolean;
}

/** Keeps a group's last change among the states of its aggregates, so that it lies in pages as those do. */
export const changeOperator: AggregateOperator<Change> = {
  create: () => ({ lastMs: Number.NEGATIVE_INFINITY, isGone: false, isRevised: false }),
  add: () => refuse('added to'),
  merge(into, from) {
    into.lastMs = Math.max(into.lastMs, from.lastMs);
    into.isGone = into.isGone && from.isGone;
    into.isRevised = into.isRevised || from.isRevised;
  },
  result: () => refuse('shown'),
  encode({ lastMs, isGone, isRevised }, out) {
    writeValue(out, Number.isFinite(lastMs) ? lastMs : null);
    writeValue(out, isGone);
    writeValue(out, isRevised);
  },
  decode(input) {
    const [lastMs, isGone, isRevised] = [readValue(input), readValue(input), readValue(input)];
    const isTime = lastMs === null || typeof lastMs === 'number';
    if (!isTime || typeof isGone !== 'boolean' || typeof isRevised !== 'boolean') {
      throw new CodecError('A stored total holds something else than the time of its last change.');
    }
    return { lastMs: lastMs ?? Number.NEGATIVE_INFINITY, isGone, isRevised };
  },
};

function refuse(done: string): never {
  throw new Error(`The time of a total's last change is never ${done}.`);
}
