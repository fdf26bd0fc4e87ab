import type { AggregateOperator } from '../aggregates/operator.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';

/** What is kept of a total beside the states of its aggregates. */
export interface Change {
  /** The start of the last interval in which the group changed. */
  lastMs: number;
  /** Nothing is left of the group: a revision of the rows below took it out. */
  isGone: boolean;
}

/** Keeps a group's last change among the states of its aggregates, so that it lies in pages as those do. */
export const changeOperator: AggregateOperator<Change> = {
  create: () => ({ lastMs: Number.NEGATIVE_INFINITY, isGone: false }),
  add: () => refuse('added to'),
  merge(into, from) {
    into.lastMs = Math.max(into.lastMs, from.lastMs);
    into.isGone = into.isGone && from.isGone;
  },
  result: () => refuse('shown'),
  encode({ lastMs, isGone }, out) {
    writeValue(out, Number.isFinite(lastMs) ? lastMs : null);
    writeValue(out, isGone);
  },
  decode(input) {
    const [lastMs, isGone] = [readValue(input), readValue(input)];
    if ((lastMs !== null && typeof lastMs !== 'number') || typeof isGone !== 'boolean') {
      throw new CodecError('A stored total holds something else than the time of its last change.');
    }
    return { lastMs: lastMs ?? Number.NEGATIVE_INFINITY, isGone };
  },
};

function refuse(done: string): never {
  throw new Error(`The time of a total's last change is never ${done}.`);
}
