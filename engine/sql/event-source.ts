import { type FieldShape, type StructShape, wireNameOf } from '../ir/field-shape.ts';
import type { StreamDefinition } from '../ir/stream-definition.ts';
import { isText } from '../ir/stream-format.ts';
import { isEpochFormat, type TimestampFormat } from '../ir/timestamp-format.ts';
import { refuseTwins } from './columns.ts';
import { envelopeSource } from './envelope-source.ts';
import { SqlError } from './errors.ts';
import { identifier, textLiteral } from './text.ts';
import { textSource } from './text-source.ts';

/**
 * The events in files of JSON Lines, or of the stream's format, as a DuckDB table expression, for `viewStatement`'s `source`. Plain, gzip (`.gz`)
 * and zstd (`.zst`) files can be mixed, and a name may be a pattern such as `events/*.jsonl.gz`.
 *
 * The columns are named with their types, so nothing is guessed from the data. A line that is not JSON yields a row of
 * nulls, a value of another type a null or a cast value: `viewStatement` leaves out rows that lack a required field.
 */
export function eventSource(stream: StreamDefinition, files: readonly string[]): string {
  if (files.length === 0)
    throw new SqlError(`The SQL for stream '${stream.name}' was given no files: name at least one.`);
  if (isText(stream.format)) return textSource(stream, stream.format, files);
  refuseTwins(wireNames(stream.shape), `stream '${stream.name}'`);
  const fields = [...stream.shape.fields].map(([name, field]) => ({
    name: wireNameOf(name, field),
    type: wireType(field, `stream '${stream.name}'`),
  }));
  if (stream.envelope !== null) return envelopeSource(stream, stream.envelope, fields, files);
  const columns = fields.map(({ name, type }) => `${textLiteral(name)}: ${textLiteral(type)}`);
  return [
    'read_json(',
    `  [${files.map(textLiteral).join(', ')}],`,
    "  format = 'newline_delimited',",
    // Without it, DuckDB takes an only column of a struct type for the whole line.
    '  records = true,',
    '  ignore_errors = true,',
    `  columns = {\n    ${columns.join(',\n    ')}\n  }`,
    ')',
  ].join('\n');
}

function wireNames({ fields }: StructShape): string[] {
  return [...fields].map(([name, field]) => wireNameOf(name, field));
}

/** The column type of a field as it is on the wire: timestamps are still text, numbers or either. */
function wireType(field: FieldShape, where: string): string {
  if (field.shape === 'struct') return structType(field, where);
  if (field.asText) return 'JSON';
  switch (field.type.kind) {
    case 'number':
      return field.type.integer ? 'BIGINT' : 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'string':
      return 'VARCHAR';
    case 'json':
      return 'JSON';
    case 'instant':
      return wireTypeOfTime(field.timestamp);
  }
}

/** Text and numbers in one column are JSON. A number of an epoch that comes as text is cast. */
function wireTypeOfTime(format: TimestampFormat | undefined): string {
  if (format === 'any' || format === 'auto') return 'JSON';
  return format !== undefined && isEpochFormat(format) ? 'DOUBLE' : 'VARCHAR';
}

function structType(struct: StructShape, where: string): string {
  refuseTwins(wireNames(struct), where);
  const fields = [...struct.fields].map(
    ([name, field]) => `${identifier(wireNameOf(name, field))} ${wireType(field, where)}`,
  );
  // SQL has no struct without fields.
  return fields.length === 0 ? 'JSON' : `STRUCT(${fields.join(', ')})`;
}
