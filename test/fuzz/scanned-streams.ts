import type { NeededField } from '../../engine/columns/event-columns.ts';
import { compileScanner, type LineScanner } from '../../engine/decode/scan/scanner.ts';
import { compileValidator, type Validator } from '../../engine/decode/validate.ts';
import {
  count,
  Decimal,
  field,
  Numeric,
  pipeline,
  stream,
  Timestamp,
  Type,
  tumbling,
  view,
} from '../../engine/index.ts';
import type { FieldShape, StructShape } from '../../engine/ir/field-shape.ts';
import { pipelineDefinition } from '../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';

/** A stream whose events are scanned, and JSON texts of values that its fields often have. */
export interface ScannedStream {
  readonly definition: StreamDefinition;
  readonly validate: Validator;
  readonly fields: readonly (readonly [name: string, values: readonly string[], optional?: 'optional'])[];
  readonly needed: readonly (readonly NeededField[])[];
}

const TEXTS = [
  '"ann"',
  '""',
  '"bo\u0301b"',
  '"😀"',
  '"1234"',
  '"12345"',
  `"${'x'.repeat(70)}"`,
  '"ä"',
  '"a b"',
  '"null"',
  '"a,b}"',
  '"/a?b=c#d"',
  '"/a b!c#?"',
];
const NUMBERS = [
  '0',
  '12',
  '-1.5',
  '1e300',
  '0.1',
  '-0',
  '3.0',
  '9007199254740991',
  '9007199254740993',
  '0.30000000000000004',
  '123456.789',
  '1E3',
  '12345678901234567890',
  '-7',
  '2.5e-3',
];
const ISO = [
  '"2026-01-01T00:00:00Z"',
  '"2026-01-01T00:00:59.1239Z"',
  '"2026-01-01T00:01:07.5Z"',
  '"2026-01-01 00:01"',
  '"2026-01-01T00:00:00.123+02:00"',
  '"2026-02-30T00:00:00Z"',
  '"9998-01-01T00:00:00Z"',
  '"0000-01-01T00:00:00Z"',
  '"2026-01-01T00:00:60Z"',
  '"2026-01-01T00:00:00.Z"',
  '"2026-01-01T00:00:00z"',
  '"2026-01-01"',
  '"20260101T000000Z"',
  '"20260101T000000Z:00Z"',
  '"2025-12-31T24:00Z"',
  '"2026-01-01T00:00:00 UTC"',
  '"2026-01-01T00:00:00.5+02:00[Africa/Cairo]"',
];
const TIMES = [
  ...ISO,
  '"17/May/2015:10:05:03 +0000"',
  '"Wed, 31 Jan 2024 12:00:00 GMT"',
  '"1767225600.25"',
  '"1767225600123456789"',
  '1767225600123456789',
  '1767225600',
  '1e17',
  '-1',
];

const clicks = scanned(
  stream('clicks', {
    schema: Type.Object({
      event_id: Type.String(),
      user_id: Type.String(),
      page_url: Type.String(),
      action: Type.Enum(['view', 'click']),
      referrer: Type.Optional(Type.String()),
      score: Type.Optional(Type.Number()),
      timestamp: Timestamp('iso8601'),
    }),
    eventTime: 'timestamp',
    partitionKey: 'user_id',
    maxLateness: '30 seconds',
    maxFutureSkew: '1 minute',
  }),
  [
    ['event_id', ['"e1"', ...TEXTS]],
    ['user_id', TEXTS],
    ['page_url', ['"https://shop.example/products/1"', ...TEXTS]],
    ['action', ['"view"', '"view"', '"click"', '"buy"']],
    ['referrer', ['null', ...TEXTS], 'optional'],
    ['more', ['{"a":[1,2.5e1,{"b": "c"}],"d":null}', 'true', '[ ]', '{}'], 'optional'],
    ['score', ['null', ...NUMBERS], 'optional'],
    ['timestamp', ISO],
  ],
);

const readings = scanned(
  stream('readings', {
    schema: Type.Object(
      {
        sensor: Type.String({ minLength: 2, pattern: '^[a-z0-9]+$' }),
        place: Type.Optional(
          Type.Object({
            city: Type.String(),
            floor: Type.Optional(Type.Integer()),
            owner: Type.Union([Type.Object({ name: Type.String() }, { additionalProperties: false }), Type.Null()]),
          }),
        ),
        value: Type.Number({ minimum: -50, maximum: 1_000_000 }),
        step: Type.Optional(Type.Integer({ multipleOf: 2 })),
        ok: Type.Boolean(),
        kind: Type.Literal('reading'),
        unit: Type.Union([Type.Literal('C'), Type.Literal('F'), Type.Null()]),
        tags: Type.Array(Type.String()),
        anything: Type.Optional(Type.Unknown()),
        constructor: Type.Optional(Type.String()),
        seen: Type.Optional(Timestamp('epoch-s')),
        at: Timestamp('epoch-ms'),
      },
      { additionalProperties: false },
    ),
    eventTime: 'at',
    partitionKey: 'sensor',
    maxLateness: '30 seconds',
  }),
  [
    ['sensor', ['"s1"', '"s22"', '"s"', '"S1"']],
    [
      'place',
      [
        '{"city":"Bonn","owner":null}',
        '{"city":"Bonn","floor":3,"owner":{"name":"ä"}}',
        '{"city":"Bonn","floor":3}',
        'null',
        '{}',
        '{"city":"Bonn","owner":{"name":"x","more":1}}',
      ],
      'optional',
    ],
    ['value', ['1', '20.25', '-3', ...NUMBERS]],
    ['step', ['2', '3', '4.0', '1e2', 'null'], 'optional'],
    ['ok', ['true', 'false', 'true', 'null']],
    ['kind', ['"reading"', '"reading"', '"other"']],
    ['unit', ['"C"', '"F"', 'null', '"K"'], 'optional'],
    ['tags', ['[]', '["a"]', '["a", "ü"]', '[1]']],
    ['anything', ['1', '{"a":{"a":[]}}', '"x"', '12345678901234567890'], 'optional'],
    ['constructor', ['"x"', 'null'], 'optional'],
    ['seen', ['1767225600', '1767225600.0555', '1e20', '-0', 'null', '"1"'], 'optional'],
    ['at', ['1767225600000', '1767225600000.7', '1767225660000', '1e12', '"2026-01-01T00:00:00Z"']],
  ],
);

const visits = scanned(
  stream('visits', {
    schema: Type.Object({
      meta: Type.Object({ at: Timestamp(), id: Type.Optional(Type.Integer()) }),
      who: Type.Union([Type.String(), Type.Null()]),
      amount: Type.Optional(Type.Number()),
      paid: Type.Optional(Type.Boolean()),
      born: Type.Optional(Timestamp('epoch-us')),
      sent: Type.Optional(Timestamp('auto')),
      logged: Type.Optional(Timestamp('common-log')),
      price: Type.Optional(Numeric()),
      fee: Type.Optional(Decimal({ scale: 2 })),
      code: Type.Optional(field('http.code-x', Type.Integer())),
      'ke y"\\': Type.Optional(Type.String()),
      größe: Type.Optional(Type.Number()),
      key: Type.String(),
    }),
    eventTime: 'meta.at',
    partitionKey: 'key',
    maxLateness: '30 seconds',
  }),
  [
    [
      'meta',
      [
        '{"at":1767225600000,"id":1}',
        '{"at":"2026-01-01T00:00:00Z","id":12}',
        '{"id":4,"at":"2026-01-01T00:00:00Z"}',
        '{"at":"2026-01-01T00:00:00.25Z"}',
        '{"at":1767225600000,"id":9007199254740993}',
        '{"id":1}',
      ],
    ],
    ['who', ['null', ...TEXTS], 'optional'],
    ['amount', NUMBERS, 'optional'],
    ['paid', ['true', 'false', 'null'], 'optional'],
    ['born', ['1767225600000000', '1.5', '-1.5', '1e300', '"1767225600000000"', '""'], 'optional'],
    ['sent', ['null', ...TIMES], 'optional'],
    [
      'price',
      ['null', '{"N":"1.5"}', '"+1"', '".5"', '"1e400"', '""', ...NUMBERS, ...NUMBERS.map((text) => `"${text}"`)],
      'optional',
    ],
    ['fee', ['0.1', '"0.10"', '"1.005"', '1.005', '"123456789012345"', 'null'], 'optional'],
    ['http.code-x', ['200', '404', 'null', '"200"'], 'optional'],
    ['code', ['500', '"x"'], 'optional'],
    ['logged', ['null', '"17/May/2015:10:05:03 +0000"', '"17/May/2015:10:05:03"', '7'], 'optional'],
    ['ke y\\"\\\\', ['"x"'], 'optional'],
    ['größe', NUMBERS, 'optional'],
    ['key', TEXTS],
  ],
);

export const SCANNED: readonly ScannedStream[] = [clicks, readings, visits];

/** A scanner that has learned how usual events look, and learns no more: so that an input is read alike whatever came before. */
export function taughtScanner(
  of: ScannedStream,
  needed: readonly NeededField[],
  lessons: readonly string[],
): LineScanner {
  const known = taught.get(needed);
  if (known !== undefined) return known;
  const scanner = freshScanner(of, needed);
  for (const lesson of lessons) {
    const reader = scanner.open(Buffer.from(lesson), null);
    while (reader !== null && reader.next() !== null);
  }
  scanner.noteUnusual = () => {};
  taught.set(needed, scanner);
  return scanner;
}

const taught = new Map<readonly NeededField[], LineScanner>();

/** A scanner that has learned nothing yet. */
export function freshScanner({ definition }: ScannedStream, needed: readonly NeededField[]): LineScanner {
  const scanner = compileScanner(definition, needed, [0x01234567, -0x76543210]);
  if (scanner === null) throw new Error(`There is no scanner for stream '${definition.name}'.`);
  return scanner;
}

function scanned(source: unknown, fields: ScannedStream['fields']): ScannedStream {
  const counted = view('counted', source as never)
    .window(tumbling('1 minute'))
    .aggregate(() => ({ events: count() }));
  const [definition] = pipelineDefinition(pipeline('scanned', [counted]), 'the fuzzer').streams;
  if (definition === undefined) throw new Error('A pipeline has a stream.');
  const all = leavesOf(definition.shape, [], false);
  const hashes = all.map((field): NeededField => ({ ...field, use: 'hash' }));
  const urls = all.map((field): NeededField => ({ ...field, use: 'beforeQuery' }));
  return { definition, validate: compileValidator(definition), fields, needed: [all, hashes.slice(0, 2), urls, []] };
}

/** All fields that can be columns. */
function leavesOf(shape: StructShape, path: readonly string[], nullable: boolean): NeededField[] {
  return [...shape.fields].flatMap(([name, field]: [string, FieldShape]): NeededField[] => {
    if (field.shape === 'struct') return leavesOf(field, [...path, name], nullable || field.nullable);
    const type = { ...field.type, nullable: field.type.nullable || nullable };
    return [{ path: [...path, name], type, use: 'value' }];
  });
}
