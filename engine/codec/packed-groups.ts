import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Groups } from './group.ts';

/** Groups that are kept in columns: they write themselves as a segment has them. */
export interface ColumnGroups {
  readonly size: number;
  /** All values of a group field, in the order of the groups. */
  writeValues(field: number, out: ByteWriter): void;
  /** All states of an aggregate, in the same order. */
  writeStates(index: number, out: ByteWriter): void;
}

/** Those of a pane, beside which there may be others that are objects. */
export interface PackedGroups extends ColumnGroups {
  /** Adds them to groups that are objects. */
  addTo(groups: Groups): void;
}

export function isInColumns<T extends ColumnGroups>(groups: Groups | T): groups is T {
  return 'writeValues' in groups;
}

/** Groups that are objects, and groups in columns: some may be among both. */
export interface GroupParts {
  readonly objects: Groups | null;
  readonly packed: readonly PackedGroups[];
}

export const NO_GROUPS: GroupParts = { objects: null, packed: [] };

/** All of them as objects; those that are objects already are used for that. */
export function inObjects({ objects, packed }: GroupParts): Groups {
  const groups: Groups = objects ?? new Map();
  for (const each of packed) each.addTo(groups);
  return groups;
}
