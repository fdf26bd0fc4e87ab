import type { Group } from '../../codec/group.ts';
import type { RowWindow } from '../../plan/row.ts';
import type { Row } from '../drafts.ts';

/**
 * Rows that a pass has computed: all of a window, a part of them, or sessions that ended together. What becomes of them is
 * up to the outputs: each turns them into writes that go with the next commit of progress, or into calls of its own.
 */
export interface Emission {
  readonly rows: readonly Row[];
  /** Rows that there may be of an earlier revision, and that the present one has not. */
  readonly gone: readonly GoneRow[];
  /** The rows become final by this: they were not before. */
  readonly isNew: boolean;
  /** As a rule nobody has written these rows before: they are not read first. */
  readonly isFresh: boolean;
  /** A finalizer that never finished may have written some of it, or may do so yet. */
  readonly isCareful: boolean;
  /** The window whose rows these all are; null where they are of several, or not all. Handed down as a whole. */
  readonly windowStartMs: number | null;
}

export interface GoneRow {
  readonly group: Pick<Group, 'values'>;
  readonly window: RowWindow;
}

export interface Output {
  emit(emission: Emission): Promise<void>;
}
