import type { ByteWriter } from '../bytes/byte-writer.ts';
import type { Groups } from './group.ts';

/** Groups of a pane that are kept in columns: they write themselves as a segment has them. */
export interface PackedGroups {
  readonly size: number;
  /** All values of a group field, in the order of the groups. */
  writeValues(field: number, out: ByteWriter): void;
  /** All states of an aggregate, in the same order. */
  writeStates(index: number, out: ByteWriter): void;
  /** Adds them to groups that are objects. */
  addTo(groups: Groups): void;
}

export function isPacked(groups: Groups | PackedGroups): groups is PackedGroups {
  return 'writeValues' in groups;
}

/** The same groups as objects. */
export function inObjects(groups: Groups | PackedGroups): Groups {
  if (!isPacked(groups)) return groups;
  const objects: Groups = new Map();
  groups.addTo(objects);
  return objects;
}
