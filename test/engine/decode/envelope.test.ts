import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Type } from 'typebox';
import { eventsOf } from '../../../engine/decode/decoder.ts';
import { decoderOf } from '../../../engine/decode/decoder-of.ts';
import { Timestamp } from '../../../engine/dsl/shape.ts';
import { stream } from '../../../engine/dsl/stream.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { casesOf } from '../../support/random-cases.ts';

const schema = Type.Object({
  k: Type.String(),
  t: Timestamp('epoch-ms'),
  owner: Type.Optional(Type.String()),
  resource: Type.Optional(Type.Any()),
  scope: Type.Optional(Type.Any()),
});
type Events = NonNullable<Parameters<typeof stream<'s', (typeof schema)['properties']>>[1]['events']>;

const decoderFor = (events: Events) =>
  decoderOf(
    stream('s', {
      schema,
      events,
      eventTime: 't',
      partitionKey: 'k',
      maxLateness: '0 ms',
    }) as unknown as StreamDefinition,
  );

/** The text of each event, good or not. */
function told(events: Events, record: unknown): string[] {
  const data =
    record instanceof Uint8Array ? record : Buffer.from(typeof record === 'string' ? record : JSON.stringify(record));
  return [...eventsOf(decoderFor(events).open(data))].map((event) => {
    if (event.kind === 'skipped') return 'skipped';
    if (event.kind === 'unreadable') return `! ${Buffer.from(event.bytes)}`;
    expect(JSON.parse(event.text)).toEqual(event.value);
    return event.text;
  });
}

const A = { k: 'a', t: 1 };
const B = { k: 'b', t: 2 };
const [a, b] = [JSON.stringify(A), JSON.stringify(B)];

describe('events are', () => {
  test.each<[string, Events, unknown, string[]]>([
    ['the elements of a list', 'logEvents', { logEvents: [A, B] }, [a, b]],
    ['one object', 'detail', { detail: A }, [a]],
    ['the elements of lists in lists', 'x.y.z', { x: [{ y: [{ z: [A] }, { z: [B] }] }, { y: [] }] }, [a, b]],
    ['JSON text in a text', 'Message', { Message: a }, [a]],
    ['a list in a text', 'Message', { Message: `[${a},${b}]` }, [a, b]],
    ['JSON text in each element of a list', 'Records.body', { Records: [{ body: a }, { body: b }] }, [a, b]],
    ['JSON text in JSON text', 'Records.body.Message', { Records: [{ body: JSON.stringify({ Message: a }) }] }, [a]],
    ['in a field with a point in its name', 'a\\.b.c', { 'a.b': { c: [A] } }, [a]],
    ['none, of an empty list', 'logEvents', { logEvents: [] }, []],
    ['several envelopes in a record', 'logEvents', `{"logEvents":[${a}]}{"logEvents":[${b}]}`, [a, b]],
    ['in an array of envelopes', 'detail', [{ detail: A }, { detail: B }], [a, b]],
    ['packed', 'logEvents', gzipSync(JSON.stringify({ logEvents: [A] })), [a]],
    ['the last of two lists of one name, as JSON.parse has it', 'x', `{"x":[${a}],"\\u0078":[${b}]}`, [b]],
    [
      'with digits as they stand there',
      'x',
      '{"x":[{"k":"a","t":12345678901234567890}]}',
      ['{"k":"a","t":12345678901234567890}'],
    ],
    // As a redrive puts it back.
    ['the record, where that is an event', 'logEvents', a, [a]],
  ])('%s', (_, events, record, expected) => {
    expect(told(events, record)).toEqual(expected);
  });
});

describe('an event gets', () => {
  test.each<[string, Events, unknown, string[]]>([
    [
      'fields that are beside the list',
      { path: 'logEvents', with: ['owner'] },
      { owner: 'x', logEvents: [A, {}] },
      ['{"k":"a","t":1,"owner":"x"}', '{"owner":"x"}'],
    ],
    [
      'them under other names',
      { path: 'detail', with: { owner: 'account.id' } },
      { account: { id: '7' }, detail: A },
      ['{"k":"a","t":1,"owner":"7"}'],
    ],
    [
      'those of what it is in',
      { path: 'rl.sl.records', with: ['rl.resource', 'rl.sl.scope'] },
      {
        rl: [
          { resource: { r: 1 }, sl: [{ scope: 's1', records: [A] }, { records: [B] }] },
          { resource: { r: 2 }, sl: [{ scope: 's3', records: [A] }] },
        ],
      },
      [
        '{"k":"a","t":1,"resource":{"r":1},"scope":"s1"}',
        '{"k":"b","t":2,"resource":{"r":1}}',
        '{"k":"a","t":1,"resource":{"r":2},"scope":"s3"}',
      ],
    ],
    [
      'elements of lists',
      { path: 'rl.records', with: { owner: 'rl.attributes[key="service.name"].value.stringValue' } },
      '{"rl":[{"attributes":[{"key":1},{"key":"service\\u002ename","value":{"stringValue":"shop"}}],"records":[{"k":"a"}]},{"attributes":{},"records":[{"k":"b"}]}]}',
      ['{"k":"a","owner":"shop"}', '{"k":"b"}'],
    ],
    [
      'those of OTLP',
      {
        path: 'resourceLogs.scopeLogs.logRecords',
        with: { resource: 'resourceLogs.resource.attributes', scope: 'resourceLogs.scopeLogs.scope.name' },
      },
      {
        resourceLogs: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
            scopeLogs: [
              { scope: { name: 'lib' }, logRecords: [{ timeUnixNano: '1544712660300000000', severityNumber: 10 }] },
            ],
          },
        ],
      },
      [
        '{"timeUnixNano":"1544712660300000000","severityNumber":10,"resource":[{"key":"service.name","value":{"stringValue":"shop"}}],"scope":"lib"}',
      ],
    ],
    [
      'them in place of its own',
      { path: 'detail', with: ['owner'] },
      '{"owner":"x","detail":{"owner":{"deep":["}"]}, "k":"a"}}',
      ['{"owner":"x","k":"a"}'],
    ],
    [
      'its own where the envelope has none',
      { path: 'detail', with: ['owner'] },
      { detail: { ...A, owner: 'own' } },
      ['{"k":"a","t":1,"owner":"own"}'],
    ],
  ])('%s', (_, events, record, expected) => {
    expect(told(events, record)).toEqual(expected);
  });
});

describe('what is no event', () => {
  test.each<[string, Events, unknown, string[]]>([
    [
      'is a letter of its own',
      'logEvents',
      { logEvents: [A, 5, null, [B], 'x', {}] },
      [a, '5', 'null', b, '! x', '{}'],
    ],
    ['is an envelope without the list', 'logEvents', { messages: [A] }, ['! {"messages":[{"k":"a","t":1}]}']],
    ['is an envelope whose list is null', 'logEvents', { logEvents: null }, ['! {"logEvents":null}']],
    [
      'is an element without the rest of the way',
      'Records.body',
      { Records: [{ body: a }, { b: 1 }] },
      [a, '! {"b":1}'],
    ],
    ['is a value that is no object', 'logEvents', '5', ['! 5']],
    ['is no JSON', 'logEvents', '{"logEvents":[', ['! {"logEvents":[']],
  ])('%s', (_, events, record, expected) => {
    expect(told(events, record)).toEqual(expected);
  });

  test('is told with the way that is missing', () => {
    const [event] = eventsOf(decoderFor('Records.body').open(Buffer.from('{"x":1}')));
    expect(event).toMatchObject({
      reason: 'missing_field',
      message: "The record of stream 's' has no 'Records.body', where its events are, and is no event by itself.",
    });
  });
});

describe('a record of another kind is skipped', () => {
  const only: Events = { path: 'logEvents', only: { messageType: 'DATA_MESSAGE' } };
  test.each<[string, Events, unknown, string[]]>([
    ['a control message', only, { messageType: 'CONTROL_MESSAGE', logEvents: [A] }, ['skipped']],
    ['one without the field', only, { logEvents: [A] }, ['skipped']],
    ['but no event by itself: a letter that is put back', only, a, [a]],
    ['and one of the kind is not', only, { messageType: 'DATA_MESSAGE', logEvents: [A] }, [a]],
    [
      'one of several values',
      { path: 'd', only: { type: ['x', 1] } },
      '{"type":1,"d":[]}{"type":"y"}{"type":[1]}',
      ['skipped', 'skipped'],
    ],
  ])('%s', (_, events, record, expected) => {
    expect(told(events, record)).toEqual(expected);
  });
});

const json = fc.jsonValue({ stringUnit: 'binary' }).filter((value) => JSON.stringify(value).isWellFormed());
const object = fc.dictionary(fc.string({ unit: 'binary' }), json, { noNullPrototype: true });

test('any objects in a list come out as they are, whatever is around them', () => {
  const lists = fc.array(fc.array(object, { maxLength: 4 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(lists, object, fc.constantFrom(0, 2), (given, around, indent) => {
      const { rl: _, ...rest } = around;
      const record = JSON.stringify({ ...rest, rl: given.map((list) => ({ list })) }, null, indent);
      const values = told('rl.list', record).map((text) => JSON.parse(text));
      expect(values).toEqual(JSON.parse(JSON.stringify(given.flat())));
    }),
    { seed: 31, numRuns: casesOf(300) },
  );
});

test('a field of a large record is looked for once, and not for each event', () => {
  const record = JSON.stringify({ logEvents: Array(20_000).fill(A), owner: 'x' });
  const decoder = decoderFor({ path: 'logEvents', with: ['owner'] });
  expect([...eventsOf(decoder.open(Buffer.from(record)))]).toHaveLength(20_000);
});

test('a reader can be forked at every event', () => {
  const data = Buffer.from(`{"x":[${a},${b},5]}\nnonsense\n{"x":[${b}]}`);
  const reader = decoderFor('x').open(data);
  const all = [...eventsOf(decoderFor('x').open(data))];
  expect(all).toHaveLength(5);
  for (let from = 0; from <= all.length; from++) {
    expect([...eventsOf(reader.fork())]).toEqual(all.slice(from));
    reader.next();
  }
});

describe('a definition is refused', () => {
  test.each<[unknown, RegExp]>([
    ['', /stream 's': events is "", and must be a path such as 'logEvents', 'detail.items' or/],
    ['a.|b', /must be a path/],
    ['a..b', /must be a path/],
    [
      { path: 'x', with: ['nothing'] },
      /takes 'nothing' as 'nothing', and the schema has no such field. Its fields are k, t/,
    ],
    [{ path: 'x', only: { type: [] } }, /events\.only\.type must be a text, a number, a boolean or a list of such/],
    [{ path: 'x', where: 1 }, /where/],
  ])('%j', (events, message) => {
    expect(() => decoderFor(events as Events)).toThrow(message);
  });
});
