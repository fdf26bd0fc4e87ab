import { DefinitionError } from '../ir/errors.ts';
import { fieldAt } from '../ir/field-shape.ts';
import type { FieldNode } from '../ir/join-definition.ts';
import { MATCH_COLUMNS } from '../ir/match-shape.ts';
import { checkColumn } from '../ir/names.ts';
import { type SourceDefinition, sourceShape } from '../ir/source-definition.ts';

/** The fields that a pattern's events are divided by: dotted paths to simple fields. */
export function partitionFields(source: SourceDefinition, given: unknown, where: string): readonly FieldNode[] {
  const paths: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (paths.length === 0 || given === undefined) {
    throw new DefinitionError(
      `${where}: partitionBy names no field. Name what the events of a sequence have in common, such as 'user_id'.`,
    );
  }
  const shape = sourceShape(source);
  return paths.map((path) => {
    const field = fieldAt(shape, String(path));
    if (field !== null && field.type.kind !== 'json') {
      return { op: 'field', path: String(path).split('.'), type: field.type };
    }
    throw new DefinitionError(
      `${where}: partitionBy names '${String(path)}', and its source has no such simple field. Its fields are ${[...shape.fields.keys()].join(', ')}.`,
    );
  });
}

/** A row has the key under the last names of the paths. */
export function checkColumnNames(fields: readonly FieldNode[], where: string): void {
  const taken = new Set<string>(MATCH_COLUMNS);
  for (const { path } of fields) {
    const name = path.at(-1) as string;
    checkColumn(name, taken, `${where}: partitionBy`);
    taken.add(name);
  }
}
