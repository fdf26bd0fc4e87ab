import type { NeededField, TextColumn } from '../../../../engine/columns/event-columns.ts';
import type { DecodedEvent } from '../../../../engine/decode/decoder.ts';
import type { LineScanner } from '../../../../engine/decode/scan/scanner.ts';
import { compileScanner } from '../../../../engine/decode/scan/scanner.ts';
import { count, pipeline, stream, Timestamp, Type, tumbling, view } from '../../../../engine/index.ts';
import { pipelineDefinition } from '../../../../engine/ir/pipeline-definition.ts';
import type { StreamDefinition } from '../../../../engine/ir/stream-definition.ts';

const TEXT = { kind: 'string', nullable: false } as const;
const PAGE: NeededField = { path: ['page'], type: TEXT, use: 'value' };
const USER: NeededField = { path: ['user'], type: TEXT, use: 'value' };

const AT = 1_767_225_600_000;

/** Events as JSON, one a line, without a line end behind the last one. */
function lines(...events: readonly object[]): Buffer {
  return Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'));
}

const hit = (n: number, more: object = {}) => ({ page: `/p${n}`, user: `u${n}`, at: AT + n, ...more });

describe('what it scans', () => {
  test('is every line that looks like the ones before', () => {
    const scanner = scannerOf();
    expect(read(scanner, lines(hit(1), hit(2), hit(3)))).toEqual(['/p1 one by one', '/p2', '/p3']);
    expect(read(scanner, lines(hit(4), hit(5)))).toEqual(['/p4', '/p5']);
  });

  test('may lack what it may lack, and have what nobody knows', () => {
    const scanner = scannerOf();
    read(scanner, lines(hit(1, { note: 'x', more: { a: [1, { b: null }] } }), hit(2, { more: 7, other: true })));
    const told = read(
      scanner,
      lines(hit(3), hit(4, { note: null }), hit(5, { more: [[]] }), hit(6, { note: 'y', other: 1 })),
    );
    expect(told).toEqual(['/p3', '/p4', '/p5', '/p6']);
  });

  test('is in any of some orders', () => {
    const scanner = scannerOf();
    const other = (n: number) => ({ at: AT, user: 'u', page: `/p${n}` });
    read(scanner, lines(hit(1), other(2)));
    expect(read(scanner, lines(hit(3), other(4), hit(5), other(6)))).toEqual(['/p3', '/p4', '/p5', '/p6']);
  });

  test('has spaces as others before', () => {
    const scanner = scannerOf();
    const spaced = (n: number) => `{"page": "/p${n}", "user": "u", "at": ${AT}}`;
    expect(read(scanner, Buffer.from([1, 2, 3].map(spaced).join('\r\n')))).toEqual(['/p1 one by one', '/p2', '/p3']);
  });
});

describe('what it does not', () => {
  test.each([
    ['an escape', '{"page":"/\\u0070","user":"u","at":1}'],
    ['a field twice', '{"page":"/p","user":"u","at":1,"page":"/q"}'],
    ['a control character', '{"page":"/\t","user":"u","at":1}'],
    ['another kind', '{"page":7,"user":"u","at":1}'],
    ['null where it must not be', '{"page":null,"user":"u","at":1}'],
    ['a whole number beyond 2^53', '{"page":"/p","user":"u","size":9007199254740993,"at":1}'],
    ['a time that is none', '{"page":"/p","user":"u","at":1e400}'],
    ['a numeral that is none', '{"page":"/p","user":"u","at":01}'],
    ['a missing field', '{"page":"/p","at":1}'],
    ['more behind its end', '{"page":"/p","user":"u","at":1}}'],
    ['a comma too many', '{"page":"/p","user":"u","at":1,}'],
  ])('%s', (_, line) => {
    const scanner = scannerOf();
    const record = Buffer.concat([lines(hit(1), hit(2)), Buffer.from(`\n${line}\n`), lines(hit(3))]);
    for (const _ of [1, 2, 3]) read(scanner, record);
    const told = read(scanner, record);
    expect(told).toEqual(['/p1', '/p2', expect.stringMatching(/one by one|unreadable/), '/p3']);
  });

  test('an event in the future', () => {
    const scanner = scannerOf();
    read(scanner, lines(hit(1)));
    expect(read(scanner, lines(hit(2), hit(16 * 60_000)), AT)).toEqual(['/p2', '/p960000 one by one']);
  });
});

test.each(['"\\uZZZZ"', '{"a":"\\q"}', '["\\"'])(
  'a value of any kind with the escape %s in it ends no shard',
  (value) => {
    const schema = Type.Object({
      page: Type.String(),
      user: Type.String(),
      more: Type.Any(),
      at: Timestamp('epoch-ms'),
    });
    const more: NeededField = { path: ['more'], type: { kind: 'json', nullable: true }, use: 'value' };
    const scanner = compileScanner(definitionOf(schema), [PAGE, more], [7, 11]) as LineScanner;
    read(scanner, lines(hit(1, { more: 'x' }), hit(2, { more: { a: 'y' } }), hit(3, { more: ['z'] })));
    const damaged = JSON.stringify(hit(5, { more: 0 })).replace('"more":0', `"more":${value}`);
    const record = Buffer.concat([
      lines(hit(4, { more: 'x' })),
      Buffer.from(`\n${damaged}\n`),
      lines(hit(6, { more: 'x' })),
    ]);
    expect(read(scanner, record)).toEqual(['/p4', 'unreadable', '/p6']);
  },
);

test('a line that is cut short is not completed by what was there before', () => {
  const whole = lines(hit(1), hit(2), hit(3));
  for (let length = whole.length - 1; length > 0; length--) {
    const scanner = scannerOf();
    read(scanner, whole);
    const told = read(scanner, whole.subarray(0, length));
    const isCut = length !== lines(hit(1), hit(2)).length && length !== lines(hit(1)).length;
    expect(told.at(-1)?.endsWith('unreadable')).toBe(isCut && whole[length - 1] !== 0x0a);
  }
});

test('the same memory with other bytes in it is another record', () => {
  const scanner = scannerOf();
  const memory = Buffer.alloc(200);
  const put = (bytes: Buffer) => memory.subarray(0, bytes.copy(memory));
  expect(read(scanner, put(lines(hit(1), hit(2))))).toEqual(['/p1 one by one', '/p2']);
  expect(read(scanner, put(lines(hit(3), hit(4))))).toEqual(['/p3', '/p4']);
});

test('a record of many blocks is read to its end, and a line longer than a block one by one', () => {
  const scanner = scannerOf();
  const long = hit(5, { note: 'x'.repeat(100_000) });
  const many = Array.from({ length: 5000 }, (_, n) => hit(n));
  const told = read(scanner, lines(hit(1), ...many, long, ...many));
  expect(told).toHaveLength(10_002);
  expect(told.filter((text) => text.endsWith('one by one'))).toEqual(['/p1 one by one', '/p5 one by one']);
});

test('a dictionary that is full is left to those who have it, and another begins', () => {
  const scanner = scannerOf();
  read(scanner, lines(hit(0)));
  const dictionaries = new Set<unknown>();
  let first: TextColumn['dictionary'] | null = null;
  for (let from = 0; from < 70_000; from += 500) {
    const record = lines(...Array.from({ length: 500 }, (_, n) => hit(from + n)));
    const told = read(scanner, record, null, (column) => {
      dictionaries.add(column.dictionary);
      first ??= column.dictionary;
    });
    expect(told[0]).toBe(`/p${from}`);
    expect(told).toHaveLength(500);
  }
  expect(dictionaries.size).toBe(2);
  expect((first as unknown as TextColumn['dictionary']).text(0)).toBe('/p0');
});

test('lines that are hard to foresee are read one by one for a while', () => {
  const scanner = scannerOf();
  const escaped = Array.from({ length: 200 }, (_, n) => ({ ...hit(n), note: '"' }));
  expect(read(scanner, lines(...escaped))).toHaveLength(200);
  expect(scanner.open(lines(hit(1)), null)).toBeNull();
});

test('no text of a definition or of an event gets into the code', () => {
  const name = '"];throw new Error("in");//\u2028`';
  const schema = Type.Object({
    [name]: Type.Optional(Type.Enum(['a', '`);//'])),
    page: Type.String(),
    user: Type.String(),
    at: Timestamp('epoch-ms'),
  });
  const scanner = scannerOf(schema);
  const event = (n: number) => ({ page: `/p${n}`, '`);throw 1;//': 1, user: 'u', at: AT });
  expect(read(scanner, lines(event(1), event(2)))).toEqual(['/p1 one by one', '/p2']);
});

test('a schema that asks for more than readers check has no scanner', () => {
  const one = Type.Object({ page: Type.String(), user: Type.String(), at: Timestamp() });
  const two = Type.Object({ page: Type.String(), user: Type.String(), at: Timestamp(), more: Type.Number() });
  expect(compileScanner(definitionOf(Type.Union([one, two])), [], [1, 2])).toBeNull();
});

function definitionOf(schema: unknown): StreamDefinition {
  const hits = stream('hits', {
    schema: schema as never,
    eventTime: 'at' as never,
    partitionKey: 'user' as never,
    maxLateness: '1 minute',
  });
  const counted = view('counted', hits)
    .window(tumbling('1 minute'))
    .aggregate(() => ({ hits: count() }));
  const [definition] = pipelineDefinition(pipeline('p', [counted]), 'the test').streams;
  return definition as StreamDefinition;
}

function scannerOf(schema?: unknown): LineScanner {
  const usual = Type.Object({
    page: Type.String(),
    user: Type.String(),
    size: Type.Optional(Type.Integer()),
    note: Type.Optional(Type.String()),
    at: Timestamp('epoch-ms'),
  });
  return compileScanner(definitionOf(schema ?? usual), [PAGE, USER], [7, 11]) as LineScanner;
}

/** The pages of a record's events, and which of them were read one by one. */
function read(
  scanner: LineScanner,
  record: Buffer,
  arrivalMs: number | null = null,
  each: (column: TextColumn) => void = () => {},
): string[] {
  const reader = scanner.open(record, arrivalMs);
  const told: string[] = [];
  for (let found = reader?.next() ?? null; found !== null; found = reader?.next() ?? null) {
    if (!('columns' in found)) {
      told.push(plainly(found));
      continue;
    }
    const column = found.columns[0] as TextColumn;
    each(column);
    for (let row = 0; row < found.length; row++) told.push(column.dictionary.text(column.codes[row] as number));
  }
  return told;
}

function plainly(event: DecodedEvent): string {
  return event.kind === 'value' ? `${(event.value as { page: string }).page} one by one` : 'unreadable';
}
