import { stream, Timestamp, Type } from 'streamgauge';
import { BRONZE_COLUMNS } from '../../../engine/bronze/bronze-line.ts';
import { hiveColumns } from '../../../engine/bronze/hive-table.ts';
import { tableShape, twinFinder } from '../../../engine/bronze/table-shape.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';

function definitionOf(schema: unknown): StreamDefinition {
  const options = { schema, eventTime: 'at', partitionKey: 'id', maxLateness: '0 ms' };
  return stream('events', options as never) as unknown as StreamDefinition;
}

const KEY = { id: Type.String(), at: Timestamp('iso8601') };

function eventType(schema: unknown): string | undefined {
  return hiveColumns(definitionOf(schema)).find(({ name }) => name === 'event')?.type;
}

test('the columns are those of a line, then the event', () => {
  expect(hiveColumns(definitionOf(Type.Object(KEY))).map(({ name }) => name)).toEqual([...BRONZE_COLUMNS, 'event']);
});

test('fields have the types that they have on the wire', () => {
  const schema = Type.Object({
    ...KEY,
    any: Timestamp(),
    seconds: Timestamp('epoch-s'),
    ms: Type.Optional(Timestamp('epoch-ms')),
    micros: Timestamp('epoch-us'),
    n: Type.Integer(),
    x: Type.Optional(Type.Number()),
    ok: Type.Boolean(),
    action: Type.Enum(['view', 'click']),
    level: Type.Union([Type.Literal(1), Type.Literal(2)]),
    whatever: Type.Unknown(),
    mixed: Type.Union([Type.String(), Type.Number()]),
  });
  expect(eventType(schema)).toBe(
    'struct<id:string,at:string,any:string,seconds:double,ms:double,micros:double,n:bigint,x:double,ok:boolean,action:string,level:double,whatever:string,mixed:string>',
  );
});

test('objects are structs and lists are arrays, at any depth', () => {
  const device = Type.Object({ os: Type.String(), screen: Type.Optional(Type.Object({ w: Type.Number() })) });
  const schema = Type.Object({
    ...KEY,
    device: Type.Optional(device),
    tags: Type.Array(Type.String()),
    readings: Type.Optional(Type.Array(Type.Array(Type.Integer()))),
    orNull: Type.Union([Type.Array(Type.Integer()), Type.Null()]),
    anything: Type.Array(Type.Unknown()),
    objects: Type.Array(Type.Object({ n: Type.Integer() })),
    pair: Type.Tuple([Type.String(), Type.Number()]),
  });
  expect(eventType(schema)).toBe(
    'struct<id:string,at:string,device:struct<os:string,screen:struct<w:double>>,tags:array<string>,readings:array<array<bigint>>,orNull:array<bigint>,anything:array<string>,objects:array<string>,pair:string>',
  );
});

test('of several event types, each field is there once', () => {
  const schema = Type.Union([
    Type.Object({ ...KEY, type: Type.Literal('click'), page: Type.String() }),
    Type.Object({ ...KEY, type: Type.Literal('sale'), amount: Type.Number(), tags: Type.Array(Type.String()) }),
  ]);
  expect(eventType(schema)).toBe('struct<id:string,at:string,type:string,page:string,amount:double,tags:string>');
});

test('fields that a table cannot name or tell apart are left out, and objects without others too', () => {
  const odd = Type.Optional(Type.Object({ 'a b': Type.String() }));
  const schema = Type.Object({ ...KEY, "it's": Type.String(), user: Type.String(), User: Type.String(), odd });
  expect(eventType(schema)).toBe('struct<id:string,at:string>');
});

test('twins of fields are found where case is all that differs', () => {
  const schema = Type.Object({ ...KEY, place: Type.Optional(Type.Object({ city: Type.String() })) });
  const hasTwins = twinFinder(tableShape(definitionOf(schema).shape));
  expect(hasTwins({ id: 'a', at: '', place: { city: 'x', zip: 1 }, more: { ID: 1 } })).toBe(false);
  expect(hasTwins({ id: 'a', at: '', place: null })).toBe(false);
  expect(hasTwins({ Id: 'b', at: '' })).toBe(true);
  expect(hasTwins({ id: 'a', at: '', place: { CITY: 'x' } })).toBe(true);
});
