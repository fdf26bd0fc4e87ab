import type { EnvelopeCondition, EnvelopeDefinition, EnvelopeField } from '../ir/envelope-definition.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type StructShape, wireNameOf } from '../ir/field-shape.ts';
import { checkSettings } from './settings.ts';

export interface EventsOptions<Field extends string = string> {
  /**
   * The way from the record's JSON value to its events, with points between the names. A list on the way, or at its end, is gone
   * through element by element. A text is read as JSON. A name with a point in it is written with a backslash before the point.
   */
  readonly path: string;
  /**
   * Fields of what is around an event, that it gets beside its own: paths, whose last name is the field's; or a path by the name that
   * the field has in the schema. What they begin with alike with `path` is what the event is in, so of each list the element. They
   * take the place of an own field of that name.
   *
   * @example { path: 'resourceLogs.scopeLogs.logRecords', with: { resource: 'resourceLogs.resource.attributes' } }
   */
  readonly with?: readonly string[] | { readonly [K in Field]?: string };
  /**
   * Records hold events only where these of their fields have one of these values. Others are skipped: they are no events, and are
   * counted nowhere.
   *
   * @example { path: 'logEvents', only: { messageType: 'DATA_MESSAGE' } }
   */
  readonly only?: Readonly<Record<string, EnvelopeValue | readonly EnvelopeValue[]>>;
}

type EnvelopeValue = string | number | boolean;

export function envelopeOf(
  { events, format = 'json' }: { readonly events?: string | EventsOptions; readonly format?: unknown },
  shape: StructShape,
  setting: string,
): EnvelopeDefinition | null {
  if (events === undefined) return null;
  if (format !== 'json')
    throw new DefinitionError(`${setting} is of JSON, and the stream's format is another one. Leave one of both out.`);
  const options: EventsOptions = typeof events === 'string' ? { path: events } : events;
  checkSettings(options, ['path', 'with', 'only'], setting);
  return {
    path: pathOf(options.path, setting),
    with: fieldsOf(options.with ?? [], setting).map((field) => knownField(field, shape, setting)),
    only: Object.entries(options.only ?? {}).map(([path, values]) => conditionOf(path, values, setting)),
  };
}

function pathOf(path: unknown, setting: string): readonly string[] {
  const names = typeof path === 'string' ? path.split(/(?<!\\)\./).map((name) => name.replaceAll('\\.', '.')) : [];
  if (names.length === 0 || names.includes('')) {
    throw new DefinitionError(
      `${setting} is ${JSON.stringify(path)}, and must be a path such as 'logEvents' or 'detail.items'.`,
    );
  }
  return names;
}

function fieldsOf(fields: NonNullable<EventsOptions['with']>, setting: string): readonly EnvelopeField[] {
  const named = Array.isArray(fields)
    ? (fields as readonly string[]).map((path) => [null, path] as const)
    : Object.entries(fields);
  return named.map(([name, path]) => {
    const names = pathOf(path, `${setting}.with`);
    return { name: name ?? (names.at(-1) as string), path: names };
  });
}

function knownField(field: EnvelopeField, shape: StructShape, setting: string): EnvelopeField {
  const found = [...shape.fields].find(([name, { wireName }]) => name === field.name || wireName === field.name);
  if (found !== undefined) {
    const [name, shapeOfField] = found;
    return { ...field, name: wireNameOf(name, shapeOfField) };
  }
  throw new DefinitionError(
    `${setting}.with takes '${field.path.join('.')}' as '${field.name}', and the schema has no such field. Its fields are ${[...shape.fields.keys()].join(', ')}.`,
  );
}

function conditionOf(path: string, values: unknown, setting: string): EnvelopeCondition {
  const list = Array.isArray(values) ? values : [values];
  if (list.length === 0 || !list.every((value) => ['string', 'number', 'boolean'].includes(typeof value))) {
    throw new DefinitionError(`${setting}.only.${path} must be a text, a number, a boolean or a list of such.`);
  }
  return { path: pathOf(path, `${setting}.only`), values: list };
}
