import type { JsonValue, Value, ValueType } from '../ir/node.ts';
import { rowShape, type ViewDefinition } from '../ir/view-definition.ts';
import { wholeOfNumeral } from '../ir/whole-number.ts';
import type { RowColumns, RowValues } from '../plan/row.ts';
import { parseInstant } from '../time/instant.ts';

/** The way back from a row's JSON to what expressions read: instants are milliseconds, long whole numbers bigints. */
export function rowValues(definition: ViewDefinition, columns: RowColumns): RowValues {
  const values: RowValues = { ...columns } as RowValues;
  for (const [name, type] of textColumnsOf(definition)) values[name] = typedValue(columns[name] ?? null, type);
  return values;
}

/** The values of a row's group, in the order of the definition. */
export function groupValuesOf({ groupBy }: ViewDefinition, columns: RowColumns): readonly Value[] {
  return groupBy.map(({ name, node }) => typedValue(columns[name] ?? null, node.type) as Value);
}

const TEXT_COLUMNS = new WeakMap<ViewDefinition, readonly (readonly [string, ValueType])[]>();

/** Columns that JSON can hold as text and that are none. Worked out once a view: an answer may read 100,000 rows. */
function textColumnsOf(definition: ViewDefinition): readonly (readonly [string, ValueType])[] {
  const known = TEXT_COLUMNS.get(definition);
  if (known !== undefined) return known;
  const columns = [...rowShape(definition).fields].flatMap(([name, field]) =>
    field.shape === 'leaf' && (field.type.kind === 'instant' || field.type.integer === true)
      ? [[name, field.type] as const]
      : [],
  );
  TEXT_COLUMNS.set(definition, columns);
  return columns;
}

function typedValue(value: JsonValue, { kind, integer }: ValueType): RowValues[string] {
  if (typeof value !== 'string') return value;
  if (kind === 'instant') return parseInstant(value);
  return kind === 'number' && integer === true ? wholeOfNumeral(value) : value;
}
