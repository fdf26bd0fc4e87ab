import type { FieldShape } from '../ir/field-shape.ts';
import type { JsonValue, Value } from '../ir/node.ts';
import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { wholeOfNumeral } from '../ir/whole-number.ts';
import type { RowColumns, RowValues } from '../plan/row.ts';
import { parseInstant } from '../time/instant.ts';

/** The way back from a row's JSON to what expressions read: instants are milliseconds, long whole numbers bigints. */
export function rowValues(definition: ViewDefinition, columns: RowColumns): RowValues {
  const { fields } = rowShape(definition);
  return Object.fromEntries(
    Object.entries(columns).map(([name, value]) => [name, typedValue(value, fields.get(name))]),
  ) as RowValues;
}

/** The values of a row's group, in the order of the definition. */
export function groupValuesOf(definition: ViewDefinition, columns: RowColumns): readonly Value[] {
  return definition.groupBy.map(
    ({ name, node }) => typedValue(columns[name] ?? null, { shape: 'leaf', type: node.type }) as Value,
  );
}

function typedValue(value: JsonValue, field: FieldShape | undefined): RowValues[string] {
  if (typeof value !== 'string' || field?.shape !== 'leaf') return value;
  const { kind, integer } = field.type;
  if (kind === 'instant') return parseInstant(value);
  return kind === 'number' && integer === true ? wholeOfNumeral(value) : value;
}
