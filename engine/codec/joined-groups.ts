import type { AggregateOperator } from '../aggregates/operator.ts';
import { slotsOf } from '../aggregates/state-column.ts';
import { ByteReader } from '../bytes/byte-reader.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import type { HashKey } from '../hash/hash-key.ts';
import type { Groups } from './group.ts';
import { KeyTable } from './key-table.ts';
import type { ColumnGroups, GroupParts } from './packed-groups.ts';
import { writeGroups } from './segment.ts';

/** What the groups of a view are made of. */
export interface GroupsShape {
  readonly groupFields: number;
  readonly operators: readonly AggregateOperator[];
  readonly hashKey: HashKey;
}

/** The groups of all parts, to be written: those that are objects first, then the others as they come. */
export function joinedGroups({ objects, packed }: GroupParts, shape: GroupsShape): Groups | ColumnGroups {
  const parts = objects === null ? packed : [objects, ...packed];
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : mergedInColumns(parts, shape);
}

function mergedInColumns(parts: readonly (Groups | ColumnGroups)[], shape: GroupsShape): ColumnGroups {
  const { groupFields, operators, hashKey } = shape;
  const keys = new KeyTable(groupFields, hashKey);
  const columns = operators.map(slotsOf);
  for (const part of parts) {
    const out = new ByteWriter(part.size * 64 + 64);
    writeGroups(part, groupFields, operators, out);
    const body = out.finish();
    const input = new ByteReader(body);
    const numbers = keys.numbersOf(body, input, part.size);
    for (const column of columns) column.merge(numbers, keys.size, input);
    input.end();
  }
  return {
    size: keys.size,
    writeValues(field, out) {
      for (let group = 0; group < keys.size; group++) keys.write(group, field, out);
    },
    writeStates(index, out) {
      for (let group = 0; group < keys.size; group++) columns[index]?.write(group, out);
    },
  };
}
