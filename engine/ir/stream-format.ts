/** How the events of a stream are written, as data. What a format means is in `engine/formats`. */
export type StreamFormat = JsonFormat | TextFormatDefinition;

/** JSON, one event or many. */
export interface JsonFormat {
  readonly kind: 'json';
}

/** Rows of text. Their fields are texts, and the schema says what each is to be. */
export interface TextFormatDefinition {
  readonly kind: TextFormatKind;
  /** Between the fields of a row. */
  readonly delimiter?: string;
  /** The names of the fields, in their order; null where a header row says them. */
  readonly header?: readonly string[] | null;
}

/** Each is a file of `engine/formats`, and a line in its registry. */
export type TextFormatKind =
  | 'csv'
  | 'tsv'
  | 'logfmt'
  | 'apache-common'
  | 'apache-combined'
  | 'nginx-combined'
  | 'vpc-flow-log';

export const JSON_FORMAT: JsonFormat = { kind: 'json' };

export function isText(format: StreamFormat): format is TextFormatDefinition {
  return format.kind !== 'json';
}
