import type {
  EnvelopeCondition,
  EnvelopeDefinition,
  EnvelopeField,
  EnvelopeStep,
  EnvelopeWay,
} from '../ir/envelope-definition.ts';
import { DefinitionError } from '../ir/errors.ts';
import { type StructShape, wireNameOf } from '../ir/field-shape.ts';
import type { JsonChoice } from '../ir/json-step.ts';
import { checkSettings } from './settings.ts';

export interface EventsOptions<Field extends string = string> {
  /**
   * The way from the record's JSON value to its events, with points between the names. A list on the way, or at its end, is gone
   * through element by element. A text is read as JSON. A name with a point or `|` in it is written with a backslash before it.
   * `metrics.sum|gauge.dataPoints` goes into the first of both that there is.
   */
  readonly path: string;
  /**
   * Fields of what is around an event, that it gets beside its own: paths, whose last name is the field's; or a path by the name that
   * the field has in the schema. What they begin with alike with `path` is what the event is in, so of each list the element. They
   * take the place of an own field of that name. `attributes[key="service.name"]` is the first object of a list whose `key` is that text.
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
    path: wayOf(options.path, setting),
    with: fieldsOf(options.with ?? [], setting).map((field) => knownField(field, shape, setting)),
    only: Object.entries(options.only ?? {}).map(([path, values]) => conditionOf(path, values, setting)),
  };
}

function wayOf(path: unknown, setting: string): EnvelopeWay {
  const steps = stepsOf(path).map((step) => (typeof step === 'string' ? namesIn(step) : []));
  if (steps.length > 0 && steps.every((names) => names.length > 0 && !names.includes(''))) return steps;
  throw new DefinitionError(
    `${setting} is ${JSON.stringify(path)}, and must be a path such as 'logEvents', 'detail.items' or 'metrics.sum|gauge.dataPoints'.`,
  );
}

function namesIn(step: string): readonly string[] {
  return step.split(/(?<!\\)\|/).map((name) => name.replaceAll('\\|', '|'));
}

/** A path that can choose among the objects of a list. */
function choosingPathOf(path: unknown, setting: string): readonly EnvelopeStep[] {
  const steps = stepsOf(path);
  if (steps.length > 0 && steps[0] !== '' && !steps.includes('')) return steps;
  throw new DefinitionError(
    `${setting} is ${JSON.stringify(path)}, and must be a path such as 'owner', 'detail.id' or 'tags[key="name"].value'.`,
  );
}

/** Names with points between them, each followed by any number of choices. */
function stepsOf(path: unknown): readonly EnvelopeStep[] {
  if (typeof path !== 'string') return [];
  const quoted = path.match(/(?:\[[A-Za-z_$][\w$-]*="[^"\\]*"\]|\\\.|[^.])+|(?<=^|\.)(?=\.|$)/g) ?? [];
  return quoted.flatMap((part) => {
    const choices = [...part.matchAll(CHOICE)].map(([, member, text]) => ({ member, text }) as JsonChoice);
    return [part.replaceAll(CHOICE, '').replaceAll('\\.', '.'), ...choices];
  });
}

const CHOICE = /\[([A-Za-z_$][\w$-]*)="([^"\\]*)"\]/g;

function fieldsOf(fields: NonNullable<EventsOptions['with']>, setting: string): readonly EnvelopeField[] {
  const named = Array.isArray(fields)
    ? (fields as readonly string[]).map((path) => [null, path] as const)
    : Object.entries(fields);
  return named.map(([name, path]) => {
    const steps = choosingPathOf(path, `${setting}.with`);
    const names = steps.filter((step) => typeof step === 'string');
    return { name: name ?? (names.at(-1) as string), path: steps };
  });
}

function knownField(field: EnvelopeField, shape: StructShape, setting: string): EnvelopeField {
  const found = [...shape.fields].find(([name, { wireName }]) => name === field.name || wireName === field.name);
  if (found !== undefined) {
    const [name, shapeOfField] = found;
    return { ...field, name: wireNameOf(name, shapeOfField) };
  }
  throw new DefinitionError(
    `${setting}.with takes '${field.path.filter((step) => typeof step === 'string').join('.')}' as '${field.name}', and the schema has no such field. Its fields are ${[...shape.fields.keys()].join(', ')}.`,
  );
}

function conditionOf(path: string, values: unknown, setting: string): EnvelopeCondition {
  const list = Array.isArray(values) ? values : [values];
  if (list.length === 0 || !list.every((value) => ['string', 'number', 'boolean'].includes(typeof value))) {
    throw new DefinitionError(`${setting}.only.${path} must be a text, a number, a boolean or a list of such.`);
  }
  return { path: choosingPathOf(path, `${setting}.only`), values: list };
}
