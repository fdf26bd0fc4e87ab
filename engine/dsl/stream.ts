import type { TObject, TProperties, TUnion } from 'typebox';
import { type Duration, durationMs, type NotADuration } from '../ir/duration.ts';
import { DefinitionError } from '../ir/errors.ts';
import { fieldAt, type SchemaNode, type StructShape, shapeOf } from '../ir/field-shape.ts';
import { checkName } from '../ir/names.ts';
import {
  ARRIVAL,
  type DedupeDefinition,
  OPTIONAL_MISMATCHES,
  type OptionalMismatch,
  type StreamDefinition,
} from '../ir/stream-definition.ts';
import { type EventsOptions, envelopeOf } from './envelope.ts';
import { type Format, formatSetting } from './format.ts';
import { checkSettings, oneOf } from './settings.ts';
import type { EventShape, Instant, PathTo } from './shape.ts';

declare const ROW: unique symbol;

/** Anything that yields rows of a known shape. */
export interface Source<out N extends string = string, out R = unknown> {
  readonly name: N;
  readonly [ROW]: R;
}

export interface StreamOptions<
  P extends TProperties,
  U extends TObject[],
  R,
  T extends string | readonly string[] = string,
  D extends string = Duration,
> {
  /** One object type, or a union of several event types. Fields beyond the schema are let through and ignored. */
  readonly schema: TObject<P> | TUnion<U>;
  /**
   * How events are written. Not set: `'json'`. Of the others the fields are texts, and become what the schema says: a number, a
   * boolean, a time; an empty text is a field that is missing, unless it is a required text.
   *
   * @example { format: 'apache-combined' }
   * @example { format: { kind: 'csv', header: ['time', 'sensor', 'value'] } }
   */
  readonly format?: Format;
  /**
   * Where in a record's JSON value its events are: the way to them, or with `with` also to fields of what is around them. Not set: the
   * value is the event.
   *
   * @example { events: 'Records' } // a file of CloudTrail
   * @example { events: { path: 'logEvents', with: ['logGroup', 'owner'], only: { messageType: 'DATA_MESSAGE' } } }
   */
  readonly events?: string | EventsOptions<keyof R & string>;
  /**
   * The field that says when the event happened. Of a list the first that an event has and that can be read: `'arrival'` in it is when the
   * stream took the record in, which is stored with the record, so that a replay finds the same time.
   *
   * @example { eventTime: ['sent_at', 'received_at', 'arrival'] }
   */
  readonly eventTime: EventTime<T, R>;
  /** The field that producers partition by: events of one key stay in order. */
  readonly partitionKey: PathTo<R, string | number>;
  /** The field that identifies an event. */
  readonly eventId?: PathTo<R, string | number>;
  /** How far an event may be behind the latest event time and still be on time. The watermark trails by this much. */
  readonly maxLateness: D extends Duration ? D : NotADuration<D>;
  /**
   * An event further ahead of its arrival than this becomes a dead letter. Not set: 15 minutes, more than clocks run apart
   * and less than a wrong time zone. (The watermark is safe either way, because it trusts no event time beyond the event's
   * arrival.)
   */
  readonly maxFutureSkew?: D extends Duration ? D : NotADuration<D>;
  /**
   * A shard that was seen without records for this long no longer holds the others back; where all are, event time goes on
   * at the pace of the clock, this far behind. Not set: 5 minutes. Longer than producers pause and reconnect.
   */
  readonly idleTimeout?: D extends Duration ? D : NotADuration<D>;
  /**
   * What becomes of an event with an optional field whose value is none of its type. `'null'`: the field counts as null. `'dead'`: the event
   * is a dead letter. Not set: it is one if a view reads the field, and otherwise nobody minds.
   */
  readonly optionalMismatch?: OptionalMismatch;
  /**
   * Drops events that a producer sent twice. Not set: every event counts.
   *
   * @example { dedupe: { within: '1 hour' } } // by eventId
   */
  readonly dedupe?: {
    /** The field that is the same in both. Not set: `eventId`. */
    readonly by?: PathTo<R, string | number>;
    /** How long an id is remembered, in event time: until the watermark is this far beyond the event. */
    readonly within: D extends Duration ? D : NotADuration<D>;
  };
}

/** In a list, `'arrival'` is no field. */
type EventTime<T, R> = T extends PathTo<R, Instant> | readonly (PathTo<R, Instant> | 'arrival')[]
  ? T
  : NoEventTime<T extends readonly string[] ? Exclude<T[number], PathTo<R, Instant> | 'arrival'> : T & string>;

/** What the compiler says of a field that is no event time. */
type NoEventTime<T extends string> = `'${T}' is not a Timestamp() of the schema, as eventTime has to be`;

/**
 * A stream of events.
 *
 * @example
 * const clicks = stream('clicks', {
 *   schema: Type.Object({ user_id: Type.String(), page_url: Type.String(), timestamp: Timestamp('iso8601') }),
 *   eventTime: 'timestamp', partitionKey: 'user_id', maxLateness: '10 minutes',
 * });
 */
// Inferring the properties, not the object type, keeps type checking cheap: `O extends TObject` costs 25 times as much.
export function stream<
  const N extends string,
  P extends TProperties = Record<never, never>,
  U extends TObject[] = [],
  const T extends string | readonly string[] = PathTo<EventShape<P, U>, Instant>,
  const D extends string = Duration,
>(name: N, options: StreamOptions<P, U, EventShape<P, U>, T, D>): Source<N, EventShape<P, U>> {
  const where = `stream '${name}'`;
  checkName(name, where);
  checkSettings(options, SETTINGS, where);
  const shape = shapeOf(options.schema as SchemaNode, where);
  if (shape.shape !== 'struct') {
    throw new DefinitionError(`${where}: the schema must be a Type.Object, or a Type.Union of several.`);
  }
  const setting = (key: string) => `${where}: ${key}`;
  const definition: StreamDefinition = {
    kind: 'stream',
    name,
    schema: options.schema,
    shape,
    format: formatSetting(options.format ?? 'json', { shape, schema: options.schema as SchemaNode, where }),
    envelope: envelopeOf(options, shape, setting('events')),
    ...eventTimesOf(shape, options.eventTime, setting('eventTime')),
    partitionKey: requiredField(shape, options.partitionKey, setting('partitionKey'), ['string', 'number']),
    eventId:
      options.eventId === undefined
        ? null
        : requiredField(shape, options.eventId, setting('eventId'), ['string', 'number']),
    maxLatenessMs: durationMs(options.maxLateness, setting('maxLateness')),
    maxFutureSkewMs: durationMs(options.maxFutureSkew ?? '15 minutes', setting('maxFutureSkew')),
    idleTimeoutMs: durationMs(options.idleTimeout ?? '5 minutes', setting('idleTimeout')),
    ...(options.optionalMismatch !== undefined && {
      optionalMismatch: oneOf(options.optionalMismatch, OPTIONAL_MISMATCHES, setting('optionalMismatch')),
    }),
    dedupe: dedupeOf(options.dedupe, options.eventId, shape, setting('dedupe')),
  };
  return definition as unknown as Source<N, EventShape<P, U>>;
}

const SETTINGS: readonly (keyof StreamOptions<never, never, never>)[] = [
  'schema',
  'format',
  'events',
  'eventTime',
  'partitionKey',
  'eventId',
  'maxLateness',
  'maxFutureSkew',
  'idleTimeout',
  'optionalMismatch',
  'dedupe',
];

function eventTimesOf(
  shape: StructShape,
  given: unknown,
  setting: string,
): Pick<StreamDefinition, 'eventTime' | 'eventTimeElse'> {
  const names = Array.isArray(given) ? given : [given];
  if (names.length === 0) throw new DefinitionError(`${setting} is an empty list: name at least one field.`);
  if (new Set(names).size < names.length) throw new DefinitionError(`${setting} names a field twice. Name each once.`);
  const [eventTime = '', ...others] = names.map((name, index) => {
    if (name !== ARRIVAL || !Array.isArray(given)) return requiredField(shape, name, setting, ['instant']);
    if (shape.fields.has(ARRIVAL)) {
      throw new DefinitionError(
        `${setting} has 'arrival', which is when a record came in, and the schema has a field of that name. Give the field another name, with field('arrival', …).`,
      );
    }
    if (index < names.length - 1) {
      throw new DefinitionError(
        `${setting} has '${names[index + 1]}' behind 'arrival', which every record has. Put 'arrival' last.`,
      );
    }
    return name;
  });
  return { eventTime, ...(others.length > 0 && { eventTimeElse: others }) };
}

function dedupeOf(
  dedupe: { readonly by?: string; readonly within: string } | undefined,
  eventId: string | undefined,
  shape: StructShape,
  setting: string,
): DedupeDefinition | null {
  if (dedupe === undefined) return null;
  checkSettings(dedupe, ['by', 'within'], setting);
  const by = dedupe.by ?? eventId;
  if (by === undefined) {
    throw new DefinitionError(
      `${setting} needs a field that identifies an event: set eventId, or dedupe: { by: 'field', within: '…' }.`,
    );
  }
  return {
    by: requiredField(shape, by, `${setting}.by`, ['string', 'number']),
    withinMs: durationMs(dedupe.within, `${setting}.within`, 1),
  };
}

function requiredField(shape: StructShape, path: string, setting: string, kinds: readonly string[]): string {
  const field = typeof path === 'string' ? fieldAt(shape, path) : null;
  if (!field) {
    throw new DefinitionError(
      `${setting} is '${path}', and the schema has no such field. Its fields are ${[...shape.fields.keys()].join(', ')}.`,
    );
  }
  if (!kinds.includes(field.type.kind)) {
    const needed = kinds[0] === 'instant' ? 'a Timestamp()' : kinds.join(' or ');
    throw new DefinitionError(`${setting} is '${path}', which is a ${field.type.kind} and must be ${needed}.`);
  }
  return path;
}
