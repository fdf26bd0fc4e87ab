import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { JsonFramer } from '../../../engine/decode/json-framer.ts';
import { jsonLinesDecoder } from '../../../engine/decode/json-lines.ts';
import { MAX_EVENT_BYTES } from '../../../engine/decode/limits.ts';
import { casesOf } from '../../support/random-cases.ts';
import { decoded, outcomes, valuesOf } from './decoded.ts';

const A = { k: 'a', t: 1 };
const B = { k: 'b', t: 2 };
const [a, b] = [JSON.stringify(A), JSON.stringify(B)];
const pretty = (value: unknown, indent: string | number = 2) => JSON.stringify(value, null, indent);

/** The text of each event, good or not. */
const textsOf = (text: string) =>
  decoded(text).map((event) => (event.kind === 'value' ? event.text : `! ${Buffer.from(event.bytes)}`));

describe('two events are two', () => {
  test.each([
    ['without anything between them', `${a}${b}`],
    ['behind record separators', `\x1e${a}\n\x1e${b}\n`],
    ['with a record separator between', `${a}\x1e${b}`],
    ['with carriage returns', `${a}\r${b}\r`],
    ['with a comma and a space', `${a}, ${b}`],
    ['with a comma at the end of a line', `${a},\n${b},\n`],
    ['with a comma at the beginning of a line', `${a}\n,${b}`],
    ['with the two characters \\n between', `${a}\\n${b}`],
    ['with the two characters \\n at the end', `${a}\\n\n${b}\\r\\n`],
    ['pretty-printed', `${pretty(A)}\n${pretty(B)}\n`],
    ['pretty-printed without a line break between', `${pretty(A)}${pretty(B)}`],
    ['pretty-printed with carriage returns', `${pretty(A)}\n${pretty(B)}\n`.replaceAll('\n', '\r\n')],
    ['as an array', `[${a},${b}]`],
    ['as an array with spaces', ` [ ${a} , ${b} ] `],
    ['as an array, an element a line', `[\n${a},\n${b}\n]\n`],
    ['as an array, an element a line with its comma before it', `[${a}\n,${b}\n]`],
    ['as a pretty-printed array', pretty([A, B])],
    ['as a pretty-printed array with tabs', pretty([A, B], '\t')],
    ['as arrays', `[${a}]\n[${b}]`],
    ['as arrays without anything between', `[${a}][${b}]`],
  ])('%s', (_, text) => {
    for (const packed of [Buffer.from(text), gzipSync(text), zstdCompressSync(Buffer.from(text))]) {
      expect(outcomes(packed)).toEqual([A, B]);
    }
  });

  test('in members of gzip and frames of zstd without anything between', () => {
    expect(outcomes(Buffer.concat([gzipSync(a), gzipSync(b)]))).toEqual([A, B]);
    expect(outcomes(Buffer.concat([a, b].map((text) => zstdCompressSync(Buffer.from(text)))))).toEqual([A, B]);
  });
});

describe('a letter holds one event', () => {
  test.each<[string, string[]]>([
    [`${a}{"k":x}${b}`, [a, '! {"k":x}', b]],
    [`[${a},{"k":x},${b}]`, [a, '! {"k":x}', b]],
    [`[${a}, 5, "x,]", ${b}]`, [a, '5', '"x,]"', b]],
    [`[${a},${b}`, [a, b]],
    [`[${a},{"k":`, [a, '! {"k":']],
    [`${a}{"k":"x`, [a, '! {"k":"x']],
    // Behind the value comes what is none: who knows where it was meant to end.
    [`${a}x\n${b}`, [`! ${a}x`, b]],
    [`${a}}\n${b}`, [`! ${a}}`, b]],
    [`{"k":"say "}" now"}\n${b}`, ['! {"k":"say "}" now"}', b]],
    [`${a},"t":2}\n${b}`, [`! ${a},"t":2}`, b]],
    // A line that is cut short.
    [`${a}\n{"k":"a","t\n${b}`, [a, '! {"k":"a","t', b]],
    [`${a}\n{"k":"a","t":\n${b}`, [a, '! {"k":"a","t":', b]],
    [`${a}\n{"k":"a","t":\n${b}\n${b}`, [a, '! {"k":"a","t":', b, b]],
    [`${a}\n{"k":"a",\n${b}\n${b}`, [a, '! {"k":"a",', b, b]],
    [`{"k":[\n${a}\n${b}`, ['! {"k":[', a, b]],
    [`{"k":[\n${a},\n${b},\n${b}`, ['! {"k":[', a, b, b]],
    [`{"k":{\n{"k":{\n${a}\n`, ['! {"k":{', '! {"k":{', a]],
    [`nonsense\n${a}\nnonsense, too`, ['! nonsense', a, '! nonsense, too']],
    // Pretty-printed, and broken.
    [`${pretty(A)}\n{\n  "k": x\n}\n${pretty(B)}`, [pretty(A), '! {\n  "k": x\n}', pretty(B)]],
    [`${pretty(A)}\n{\n  "k":\n}\n${pretty(B)}`, [pretty(A), '! {\n  "k":\n}', pretty(B)]],
    [`${pretty(A)}\n{\n  k: 1\n}\n${pretty(B)}`, [pretty(A), '! {\n  k: 1\n}', pretty(B)]],
    [`${pretty(A)}\n{\n  "k": 1\n${pretty(B)}`, [pretty(A), '! {\n  "k": 1', pretty(B)]],
    [`[\n  {\n    "k":\n  },\n  ${b}\n]`, ['! {\n    "k":\n  }', b]],
    // Neither is a list of events.
    ['[]', ['[]']],
    ['[1,2]', ['[1,2]']],
    [`[[${a}]]`, [`[[${a}]]`]],
    [`]\n${a}`, ['! ]', a]],
  ])('%j', (text, expected) => {
    expect(textsOf(text)).toEqual(expected);
  });
});

const value = fc.jsonValue({ stringUnit: 'binary' }).filter((given) => JSON.stringify(given).isWellFormed());
const event = fc.dictionary(fc.string({ unit: 'binary' }), value, { noNullPrototype: true });
const events = fc.array(event, { minLength: 1, maxLength: 6 });
const join =
  (between: string, end = '') =>
  (texts: readonly string[]) =>
    texts.join(between) + end;
const framing = fc.constantFrom<(texts: readonly string[]) => string>(
  join('\n'),
  join('\n', '\n'),
  join('\r\n', '\r\n'),
  join(''),
  join('\r', '\r'),
  join('\x1e'),
  (texts) => texts.map((text) => `\x1e${text}\n`).join(''),
  join(','),
  join(',\n', ',\n'),
  join('\\n'),
  (texts) => `[${texts.join(',')}]`,
  (texts) => `[\n${texts.join(',\n')}\n]\n`,
  (texts) => `[\n${texts.join('\n,')}\n]\n`,
);
const indent = fc.constantFrom(0, 1, 4, '\t');

test('good events come out of any framing', () => {
  fc.assert(
    fc.property(events, framing, indent, (given, frame, spaces) => {
      const expected = given.map((each) => JSON.parse(JSON.stringify(each)));
      expect(valuesOf(frame(given.map((each) => JSON.stringify(each, null, spaces))))).toEqual(expected);
      expect(valuesOf(JSON.stringify(given, null, spaces))).toEqual(expected);
    }),
    { seed: 11, numRuns: casesOf(400) },
  );
});

test('whatever is cut off an event in JSON Lines, all others are read and it is one letter', () => {
  fc.assert(
    fc.property(events, events, event, fc.nat(), (before, after, broken, cut) => {
      const whole = JSON.stringify({ ...broken, last: [1] });
      // Without its end.
      const line = whole.slice(0, 1 + (cut % (whole.length - 1)));
      const text = [...before, null, ...after].map((each) => (each === null ? line : JSON.stringify(each))).join('\n');
      const good = (list: readonly unknown[]) => list.map((each) => JSON.parse(JSON.stringify(each)));
      expect(outcomes(text)).toEqual([...good(before), 'not_json', ...good(after)]);
    }),
    { seed: 12, numRuns: casesOf(400) },
  );
});

test('whatever became of a character of a line, all other lines are read', () => {
  const change = fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', 'x', '1');
  fc.assert(
    fc.property(events, events, event, fc.nat(), change, (before, after, broken, place, character) => {
      const whole = JSON.stringify({ ...broken, last: [1] });
      const at = place % whole.length;
      const line = whole.slice(0, at) + character + whole.slice(at + 1);
      const text = [...before, null, ...after].map((each) => (each === null ? line : JSON.stringify(each))).join('\n');
      const good = (list: readonly unknown[]) => list.map((each) => JSON.parse(JSON.stringify(each)));
      const found = outcomes(text);
      expect(found.slice(0, before.length)).toEqual(good(before));
      expect(found.slice(-after.length)).toEqual(good(after));
    }),
    { seed: 13, numRuns: casesOf(600) },
  );
});

test('bytes in pieces come to the same frames', () => {
  const piece = fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\n', '\n', '\r', '\x1e', ' ', '1', 'null', 'x', a);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (pieces, step) => {
      const bytes = Buffer.from(pieces.join(''));
      const framesOf = (by: number) => {
        const framer = new JsonFramer();
        const found: string[] = [];
        let from = 0;
        for (let to = by; ; to += by) {
          const isEnd = to >= bytes.length;
          let frame = framer.next({ bytes: bytes.subarray(0, to), from, isEnd });
          for (
            ;
            frame !== null && frame !== 'more';
            frame = framer.next({ bytes: bytes.subarray(0, to), from, isEnd })
          ) {
            found.push(`${frame.from}-${frame.to}`);
            from = frame.to;
          }
          if (isEnd) return found;
        }
      };
      expect(framesOf(step)).toEqual(framesOf(bytes.length + 1));
    }),
    { seed: 14, numRuns: casesOf(1000) },
  );
});

test('no bytes are lost but separators, and no two events share one', () => {
  const piece = fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\n', '\n', '\r', '\x1e', ' ', '1', 'null', 'x', a);
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const bytes = Buffer.from(pieces.join(''));
      const framer = new JsonFramer();
      let from = 0;
      for (;;) {
        const frame = framer.next({ bytes, from, isEnd: true });
        const gap = bytes.toString('latin1', from, frame === null || frame === 'more' ? bytes.length : frame.from);
        expect(gap.replaceAll('\x1e', '').replace(/\\[nr]/g, '')).toMatch(/^[\s,[\]]*$/);
        if (frame === null || frame === 'more') break;
        expect(frame.to).toBeGreaterThan(frame.from);
        from = frame.to;
      }
    }),
    { seed: 15, numRuns: casesOf(1000) },
  );
});

test('brackets that nothing closes cost no more than other bytes', () => {
  // Each line could begin a value that goes on to the end.
  const text = '{"a":[\n'.repeat(20_000);
  expect(decoded(text)).toHaveLength(20_000);
});

test('a value over several lines that is too large is one letter', () => {
  const large = pretty({ a: 'x'.repeat(MAX_EVENT_BYTES), b: 1 });
  expect(outcomes(`${a}\n${large}\n${pretty(B)}`)).toEqual([A, 'oversized', B]);
  const reader = jsonLinesDecoder.open(Buffer.from(`${large}\n${b}`));
  expect(reader.next()).toMatchObject({ bytes: Buffer.from(large) });
});
