import { CodecError } from '../bytes/errors.ts';
import type { StateCodec } from '../bytes/state-codec.ts';
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

/** Of a group that has not changed yet. */
export function noChange(): Change {
  return { lastMs: Number.NEGATIVE_INFINITY, isGone: false, isRevised: false };
}

/** How a group's last change lies in pages, beside the states of its aggregates. */
export const changeCodec: StateCodec<Change> = {
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
