import type { CsvFormat, TsvFormat } from '../formats/csv.ts';
import type { FormatSettings } from '../formats/format.ts';
import { formatOf, TEXT_FORMATS } from '../formats/registry.ts';
import type { VpcFlowLogFormat } from '../formats/vpc-flow-log.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type SchemaNode, type StructShape, wireNameOf } from '../ir/field-shape.ts';
import { isText, JSON_FORMAT, type StreamFormat, type TextFormatKind } from '../ir/stream-format.ts';
import { didYouMean } from '../text/nearest-name.ts';
import { checkSettings } from './settings.ts';

/** How events are written: a format by its name, or with settings. */
export type Format = 'json' | TextFormatKind | CsvFormat | TsvFormat | VpcFlowLogFormat;

/**
 * The format that a stream's setting says.
 *
 * @throws DefinitionError where there is no such format, or the schema asks for what it cannot give.
 */
export function formatSetting(
  given: Format,
  { shape, schema, where }: { readonly shape: StructShape; readonly schema: SchemaNode; readonly where: string },
): StreamFormat {
  const format = definitionOf(given, `${where}: format`);
  if (isText(format)) {
    checkShape(format.kind, shape, where);
    checkLists(format.kind, schema, where);
    checkNames(format, shape, where);
  }
  return format;
}

function definitionOf(given: Format, where: string): StreamFormat {
  const settings = typeof given === 'string' ? { kind: given } : given;
  if (settings?.kind === 'json') {
    checkSettings(settings, ['kind'], where);
    return JSON_FORMAT;
  }
  const kind = TEXT_FORMATS.find((known) => known === settings?.kind);
  if (kind === undefined) {
    const kinds = ['json', ...TEXT_FORMATS];
    const name = String(settings?.kind);
    throw new DefinitionError(
      `${where} is '${name}': it must be one of ${kinds.join(', ')}.${didYouMean(name, kinds)}`,
    );
  }
  const descriptor = formatOf({ kind });
  checkSettings(settings, ['kind', ...descriptor.settings], where);
  return descriptor.define(settings as FormatSettings, where);
}

function checkShape(kind: TextFormatKind, { fields }: StructShape, where: string): void {
  for (const [name, field] of fields) {
    if (field.shape === 'leaf') continue;
    throw new DefinitionError(
      `${where}: field '${name}' is an object, and the fields of format '${kind}' are texts: it has no objects in it.`,
    );
  }
}

/** Only of one object type: those of a union are asked when events come. */
function checkLists(kind: TextFormatKind, { properties = {} }: SchemaNode, where: string): void {
  const list = Object.entries(properties).find(([, { type }]) => type === 'array');
  if (list === undefined) return;
  throw new DefinitionError(
    `${where}: field '${list[0]}' is a list, and the fields of format '${kind}' are texts. Make it Type.String().`,
  );
}

function checkNames(format: Exclude<StreamFormat, { kind: 'json' }>, { fields }: StructShape, where: string): void {
  const names = formatOf(format).fieldNames(format);
  if (names === null) return;
  for (const [name, field] of fields) {
    if (names.includes(wireNameOf(name, field)) || (field.shape === 'leaf' && field.type.nullable)) continue;
    throw new DefinitionError(
      `${where}: format '${format.kind}' has no field '${wireNameOf(name, field)}'. Its fields are ${names.join(', ')}.${didYouMean(wireNameOf(name, field), names)}`,
    );
  }
}
