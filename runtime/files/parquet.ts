import type { ColumnSource, SchemaElement } from 'hyparquet-writer';
import type { FieldShape, StructShape } from '../../engine/ir/field-shape.ts';
import { FileError } from './file-error.ts';

/** Rows of one row group: what a reader can pass over as a whole, and what is in memory at once. */
const GROUP_ROWS = 10_000;

const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/**
 * Rows as a Parquet file, in chunks. Texts are UTF-8, whole numbers INT64, other numbers DOUBLE, instants timestamps in UTC to
 * the millisecond, structs groups; lists and what is of no simple kind are of the logical type JSON. Every column can be null.
 *
 * @param about names the view, for errors.
 * @throws FileError where a whole number does not fit into 64 bits.
 */
export async function* parquetChunks(
  shape: StructShape,
  rows: AsyncIterable<Readonly<Record<string, unknown>>>,
  about: string,
): AsyncGenerator<Uint8Array> {
  // Half of what a command needs to start otherwise, and most runs write no Parquet.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(shape), createdBy: 'streamgauge' });
  const taken = () => {
    const chunk = bytes.getBytes().slice();
    bytes.index = 0;
    return chunk;
  };
  let waiting: Readonly<Record<string, unknown>>[] = [];
  const group = async () => {
    await writer.write({ columnData: columnsOf(shape, waiting, about), rowGroupSize: GROUP_ROWS });
    waiting = [];
    return taken();
  };
  for await (const row of rows) {
    waiting.push(row);
    if (waiting.length === GROUP_ROWS) yield await group();
  }
  if (waiting.length > 0) yield await group();
  await writer.finish();
  yield taken();
}

function schemaOf({ fields }: StructShape): SchemaElement[] {
  return [
    { name: 'root', num_children: fields.size },
    ...[...fields].flatMap(([name, field]) => elementsOf(name, field)),
  ];
}

/** A field and those below it, in the order of a walk. */
function elementsOf(name: string, field: FieldShape): SchemaElement[] {
  const common = { name, repetition_type: 'OPTIONAL' } as const;
  if (field.shape === 'struct') {
    const below = [...field.fields].flatMap(([inner, shape]) => elementsOf(inner, shape));
    return [{ ...common, num_children: field.fields.size }, ...below];
  }
  const { kind, integer } = field.type;
  switch (kind) {
    case 'string':
      return [{ ...common, type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    case 'number':
      return [{ ...common, type: integer ? 'INT64' : 'DOUBLE' }];
    case 'boolean':
      return [{ ...common, type: 'BOOLEAN' }];
    case 'instant':
      return [
        {
          ...common,
          type: 'INT64',
          converted_type: 'TIMESTAMP_MILLIS',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
        },
      ];
    case 'json':
      return [{ ...common, type: 'BYTE_ARRAY', converted_type: 'JSON' }];
  }
}

function columnsOf(
  { fields }: StructShape,
  rows: readonly Readonly<Record<string, unknown>>[],
  about: string,
): ColumnSource[] {
  return [...fields].map(([name, field]) => ({
    name,
    data: rows.map((row) => cellOf(row[name] ?? null, field, `${about}, column '${name}'`)),
  }));
}

/** A value of a row's JSON as the writer takes it. */
function cellOf(value: unknown, field: FieldShape, where: string): unknown {
  if (value === null) return null;
  if (field.shape === 'struct') {
    const of = value as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      [...field.fields].map(([name, inner]) => [name, cellOf(of[name] ?? null, inner, `${where}, field '${name}'`)]),
    );
  }
  const { kind, integer } = field.type;
  if (kind === 'instant') return new Date(String(value));
  if (kind !== 'number' || !integer) return value;
  const whole = BigInt(value as string | number);
  if (whole >= LEAST && whole <= GREATEST) return whole;
  throw new FileError(
    `${where} holds ${value}, which does not fit into the 64 bits of a whole number in Parquet. Write CSV or JSON Lines.`,
  );
}
