import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { eventsOf } from '../../../engine/decode/decoder.ts';
import { jsonLinesDecoder } from '../../../engine/decode/json-lines.ts';
import { MAX_EVENT_BYTES } from '../../../engine/decode/limits.ts';
import { casesOf } from '../../support/random-cases.ts';
import { decoded, outcomes, valuesOf } from './decoded.ts';

const SEED = 20150517;
const BOM = '\ufeff';

const json = fc.jsonValue({ stringUnit: 'binary' }).filter((value) => JSON.stringify(value).isWellFormed());
const event = fc.dictionary(fc.string({ unit: 'binary' }), json, { noNullPrototype: true });
const blank = fc.constantFrom('\n', '\r\n', ' \n', '\t\r\n', '\n\n\r\n');
const lineEnd = fc.tuple(fc.constantFrom('\n', '\r\n'), fc.option(blank)).map(([end, more]) => end + (more ?? ''));
const packing = fc.constantFrom<(bytes: Buffer) => Uint8Array>((bytes) => bytes, gzipSync, zstdCompressSync);

/** Events and a record of them as JSON Lines, with blank lines here and there, packed in one of the ways. */
const record = fc
  .record({
    events: fc.array(fc.tuple(event, lineEnd), { minLength: 1, maxLength: 8 }),
    start: fc.oneof(blank, fc.constantFrom('', BOM)),
    hasLastEnd: fc.boolean(),
    pack: packing,
  })
  .map(({ events, start, hasLastEnd, pack }) => {
    const lines = events.map(
      ([value, end], i) => JSON.stringify(value) + (i < events.length - 1 || hasLastEnd ? end : ''),
    );
    return { events: events.map(([value]) => value), data: pack(Buffer.from(start + lines.join(''))) };
  });

describe('JSON lines', () => {
  test('give the same values, however they are packed', () => {
    fc.assert(
      fc.property(record, ({ events, data }) => {
        expect(valuesOf(data)).toEqual(events.map((value) => JSON.parse(JSON.stringify(value))));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('give each value with its line', () => {
    expect(decoded(' {"a":1}\r\n\r\n[2] \n"x"')).toEqual([
      { kind: 'value', value: { a: 1 }, text: ' {"a":1}\r' },
      { kind: 'value', value: [2], text: '[2]' },
      { kind: 'value', value: 'x', text: '"x"' },
    ]);
  });

  test('may be any JSON values: the schema judges them', () => {
    expect(outcomes('null\n0\nfalse\n""\n[]\n{}')).toEqual([null, 0, false, '', [], {}]);
  });

  test('do not end at what only looks like the end of a line', () => {
    expect(valuesOf('{"a":"x\u2028y"}\n{"a":"x\u2029y\u0085"}')).toEqual([{ a: 'x\u2028y' }, { a: 'x\u2029y\u0085' }]);
  });

  test('one JSON text over several lines is one event', () => {
    const value = { a: [1, { b: 'x\ny' }], c: null };
    expect(valuesOf(JSON.stringify(value, null, 2))).toEqual([value]);
    expect(valuesOf(`\r\n${JSON.stringify(value, null, '\t').replaceAll('\n', '\r\n')}\r\n`)).toEqual([value]);
    expect(decoded('{\n}')).toEqual([{ kind: 'value', value: {}, text: '{\n}' }]);
  });

  test('one JSON text over several lines is one event after a byte order mark, too', () => {
    expect(outcomes(`${BOM}{\n"a":1\n}`)).toEqual([{ a: 1 }]);
  });

  test('a field called __proto__ is a field', () => {
    for (const text of ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1},"s":"\\ud800"}']) {
      const [value] = valuesOf(text) as [object];
      expect(Object.keys(value)).toContain('__proto__');
      expect((value as { x?: number }).x).toBeUndefined();
    }
  });

  test('half a surrogate pair becomes U+FFFD in names and values, a whole pair stays', () => {
    expect(valuesOf('{"a\\ud800":["\\uDC00x",{"b":"\\ud83d\\ude00"}],"c":"\\\\ud800"}')).toEqual([
      { 'a\ufffd': ['\ufffdx', { b: '\u{1f600}' }], c: '\\ud800' },
    ]);
  });

  test('of escaped halves of surrogate pairs, those that make no pair become U+FFFD', () => {
    const half = fc.constantFrom(
      '\\ud83d',
      '\\uDE00',
      '\\uDbFf',
      '\\udc00',
      '\\\\',
      '\\u0064',
      'ud83d',
      '😀',
      '\\"',
      '\\n',
    );
    fc.assert(
      fc.property(fc.array(half, { maxLength: 12 }), (halves) => {
        const text = `"${halves.join('')}"`;
        expect(valuesOf(text)).toEqual([(JSON.parse(text) as string).toWellFormed()]);
      }),
      { seed: SEED, numRuns: casesOf(500) },
    );
  });
});

describe('what is no event', () => {
  test('is told line by line, and the other lines are events', () => {
    const [first, second, third, fourth] = decoded('{"a":1}\n{"a":\nnonsense\n{"a":2}');
    expect([first, fourth]).toMatchObject([{ value: { a: 1 } }, { value: { a: 2 } }]);
    expect(second).toMatchObject({ reason: 'not_json', bytes: Buffer.from('{"a":') });
    expect(third).toMatchObject({ reason: 'not_json', bytes: Buffer.from('nonsense') });
    expect(third).toMatchObject({ message: expect.stringMatching(/^The event is not JSON: .*nonsense.*\.$/) });
  });

  test('is told at the first line too', () => {
    expect(outcomes('nonsense\n{"a":1}')).toEqual(['not_json', { a: 1 }]);
    expect(outcomes('{"a":1}x{"a":2}\n{"a":3}')).toEqual(['not_json', { a: 3 }]);
  });

  test.each(['NaN', 'undefined', "{'a':1}", '{"a":1,}', '{a:1}', '// x', '{"a":01}', '{"a":"\t"}', '{"a":1}}'])(
    'is %j',
    (text) => {
      expect(outcomes(text)).toEqual(['not_json']);
    },
  );

  test.each(['', '\n', '\r\n \t\r\n', BOM, `${BOM}\n`])('is told of an empty record: %j', (text) => {
    const data = Buffer.from(text);
    expect(decoded(data)).toEqual([
      {
        kind: 'unreadable',
        reason: 'empty_record',
        message: 'The record holds no event: it is empty or blank.',
        bytes: data,
      },
    ]);
    expect(outcomes(gzipSync(data))).toEqual(['empty_record']);
    expect(outcomes(zstdCompressSync(data))).toEqual(['empty_record']);
  });

  test('is a line that is not UTF-8, and the other lines are events', () => {
    const damaged = Buffer.from([0x22, 0xc3, 0x28, 0x22]);
    const data = Buffer.concat([Buffer.from('{"a":"ä"}\r\n\n'), damaged, Buffer.from('\n{"a":2}\n')]);
    expect(decoded(data)).toEqual([
      { kind: 'value', value: { a: 'ä' }, text: '{"a":"ä"}\r' },
      {
        kind: 'unreadable',
        reason: 'not_json',
        message: 'The event is not JSON: its bytes are not UTF-8 text.',
        bytes: damaged,
      },
      { kind: 'value', value: { a: 2 }, text: '{"a":2}' },
    ]);
  });

  test('is only the damaged line of a record that begins with a byte order mark', () => {
    const data = Buffer.concat([Buffer.from(`${BOM}{"a":1}\n`), Buffer.from([0xff]), Buffer.from('\n{"a":2}')]);
    expect(outcomes(data)).toEqual([{ a: 1 }, 'not_json', { a: 2 }]);
  });

  test('is UTF-16', () => {
    expect(new Set(outcomes(Buffer.from('\ufeff{"a":1}\n{"a":2}', 'utf16le')))).toEqual(new Set(['not_json']));
  });

  test.each([
    ['letters', 'x'],
    ['letters of three bytes', '\u20ac'],
    ['letters of four bytes', '\u{1f600}'],
  ])('is an event of more than 256 KB, of %s', (_, letter) => {
    const room = MAX_EVENT_BYTES - Buffer.byteLength('{"a":""}');
    const width = Buffer.byteLength(letter);
    const filler = letter.repeat(Math.floor(room / width)) + 'x'.repeat(room % width);
    const full = `{"a":"${filler}"}`;
    expect(Buffer.byteLength(full)).toBe(MAX_EVENT_BYTES);
    const over = `{"a":"${filler}x"}`;
    const [first, second, third] = decoded(`${full}\n${over}\n{"a":1}`);
    expect([first?.kind, third?.kind]).toEqual(['value', 'value']);
    if (second?.kind !== 'unreadable') throw new Error('The second line is no event.');
    const { bytes, ...rest } = second;
    expect(rest).toEqual({
      kind: 'unreadable',
      reason: 'oversized',
      message: 'The event has 262145 bytes, and at most 262144 are taken.',
    });
    expect(Buffer.from(over).equals(bytes)).toBe(true);
  });

  test('is a nonsense of more than 256 KB: oversized, too', () => {
    expect(outcomes(`${'x'.repeat(MAX_EVENT_BYTES + 1)}\n{"a":1}`)).toEqual(['oversized', { a: 1 }]);
  });
});

describe('the decoder', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .tuple(
        fc.constantFrom([0x1f, 0x8b], [0x1f, 0x8b, 8, 0], [0x28, 0xb5, 0x2f, 0xfd]),
        fc.uint8Array({ maxLength: 40 }),
      )
      .map(([magic, rest]) => Uint8Array.from([...magic, ...rest])),
    fc
      .tuple(record, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }), fc.option(fc.nat()))
      .map(([{ data }, changes, cut]) => {
        const damaged = Uint8Array.from(data);
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        return cut === null ? damaged : damaged.subarray(0, cut % damaged.length);
      }),
  );

  test('never throws, and tells at least one thing of any bytes', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        const before = Buffer.from(data);
        const calls = decoded(data);
        expect(calls.length).toBeGreaterThan(0);
        expect(before.equals(data)).toBe(true);
        for (const call of calls) {
          if (call.kind === 'unreadable') expect(call.message).toMatch(/^The (event|record) .*\.$/su);
        }
      }),
      { seed: SEED, numRuns: casesOf(1200) },
    );
  });

  test('can be forked at every event, and both readers go on from there by themselves', () => {
    fc.assert(
      fc.property(bytes, (data) => {
        const all = decoded(data);
        const reader = jsonLinesDecoder.open(data);
        for (let from = 0; from <= all.length; from++) {
          expect([...eventsOf(reader.fork())]).toEqual(all.slice(from));
          expect(reader.next()).toEqual(all[from] ?? null);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  test('takes events that are nested deeply, with half a surrogate pair in them too', () => {
    const depth = 100_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(valuesOf(`${nested}\n{"a":1}`)).toHaveLength(2);
    expect(valuesOf(`${nested.replace('[]', '["\\ud800"]')}\n{"a":1}`)).toHaveLength(2);
  });

  test('reads a record that lies inside of a larger buffer', () => {
    const whole = Buffer.from('xxx{"a":1}\n{"a":2}yyy');
    expect(valuesOf(whole.subarray(3, -3))).toEqual([{ a: 1 }, { a: 2 }]);
    expect(valuesOf(new Uint8Array(whole.buffer, whole.byteOffset + 3, 15))).toEqual([{ a: 1 }, { a: 2 }]);
  });
});
