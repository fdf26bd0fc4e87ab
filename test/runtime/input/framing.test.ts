import fc from 'fast-check';
import { eventsOf } from '../../../engine/decode/decoder.ts';
import { jsonLinesDecoder } from '../../../engine/decode/json-lines.ts';
import { MAX_EVENT_BYTES } from '../../../engine/decode/limits.ts';
import { type InputLine, isUnfinished, MAX_LINE_BYTES, mayGoOn } from '../../../runtime/input/input-line.ts';
import { AS_LINES, LineCutter } from '../../../runtime/input/split-lines.ts';
import { casesOf } from '../../support/random-cases.ts';

function cut(chunks: readonly (string | Buffer)[], cutter = new LineCutter()): InputLine[] {
  const lines = chunks.flatMap((chunk) => [...cutter.add(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)]);
  return [...lines, ...cutter.end()];
}

const texts = (lines: readonly InputLine[]) => lines.map(({ bytes }) => bytes.toString());

/** What a record holds, by the events' texts. */
const eventsIn = (data: Buffer) =>
  [...eventsOf(jsonLinesDecoder.open(data))].map((event) =>
    event.kind === 'value' ? JSON.stringify(event.value) : `! ${Buffer.from(event.bytes).toString().trim()}`,
  );

const [a, b] = ['{"k":"a","t":1}', '{"k":"b","t":2}'];
const pretty = (value: unknown) => JSON.stringify(value, null, 2);
const PRETTY = [a, b].map((text) => pretty(JSON.parse(text)));

test.each<[string, string, string[]]>([
  ['lines', `${a}\n${b}\n`, [a, b]],
  ['an array', `[${a},${b}]\n`, [a, b]],
  [
    'a pretty-printed array',
    pretty([JSON.parse(a), JSON.parse(b)]),
    PRETTY.map((text) => text.replaceAll('\n', '\n  ')),
  ],
  ['pretty-printed objects', PRETTY.join('\n'), PRETTY],
  ['lines with commas', `${a},\n${b},\n`, [a, b]],
  ['record separators', `\x1e${a}\n\x1e${b}\n`, [a, b]],
  ['a line of many', `${a}${b}`, [`${a}${b}`]],
  ['a broken line', `${a}\n{"k":"a",\n${b}\n`, [a, '{"k":"a",', b]],
  ['a broken last line', `${a}\n{"k":"a",\n`, [a, '{"k":"a",']],
])('cuts %s', (_, text, expected) => {
  expect(texts(cut([text]))).toEqual(expected);
  expect(texts(cut([...text]))).toEqual(expected);
});

test('cuts at line feeds alone where a file is not JSON', () => {
  const text = '[one]\n{two\n"three"\n';
  expect(texts(cut([text], new LineCutter(AS_LINES)))).toEqual(['[one]', '{two', '"three"']);
});

test('goes back to lines behind what is none', () => {
  const text = `${a}\n${PRETTY[1]}\n${`${b}\n`.repeat(3)}`;
  const cutter = new LineCutter();
  const found = [...cutter.addTogether(Buffer.from(text), () => 100)];
  expect(found.map((each) => ('lines' in each ? each.lines : 'one'))).toEqual([1, 'one', 3]);
});

test('cuts lines without end, and keeps no more of them than an event', () => {
  const cutter = new LineCutter();
  const chunk = Buffer.from(a.repeat(10_000));
  let events = 0;
  for (let i = 0; i < 20; i++) for (const { bytes } of cutter.add(chunk)) events += eventsIn(bytes).length;
  for (const { bytes } of cutter.end()) events += eventsIn(bytes).length;
  expect(events).toBe(200_000);
});

test('a value that nothing ends is cut like a line', () => {
  const chunk = Buffer.alloc(1 << 20, 'x');
  const lines = cut([`${a}\n{"k":"`, ...Array<Buffer>(65).fill(chunk), `\n${b}\n`]);
  expect(lines.map(({ length }) => length)).toEqual([a.length, 6 + 65 * chunk.length, b.length]);
  expect((lines[1] as InputLine).bytes.length).toBeLessThan(MAX_LINE_BYTES);
});

test('what goes on over several lines is not finished at the end of a file that may grow', () => {
  const waits = (text: string) => cut([text]).some(isUnfinished);
  expect([PRETTY[0] as string, `${PRETTY[0]}\n`, `${a}${b}`].map(waits)).toEqual([false, false, false]);
  expect(waits(`${a}{"k":`)).toBe(true);
  expect(['{\n', '{\n"k":1\n', `[\n${a},\n{\n"k":1\n`, '{"a":[\n'].map(waits)).toEqual([true, true, true, false]);
});

test('of a line that has not ended, nobody knows what number comes next, but where it is one event', () => {
  expect([a, ` ${a} `].map((text) => cut([text]).some(mayGoOn))).toEqual([false, false]);
  expect([`${a}${b}`, `[${a}]`, `${a}{"k":`, '5'].map((text) => cut([text]).some(mayGoOn))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect([`${a}${b}\n`, 'nonsense\n'].map((text) => cut([text]).some(mayGoOn))).toEqual([false, false]);
});

const piece = fc.constantFrom(
  ...['{', '}', '[', ']', '"', ',', ':', '\\n', '\n', '\n', '\r\n', '\x1e', ' ', '  ', '1', 'null', 'x'],
  ...[a, `${a}\n`, `${b}\n`, '"k":', '{"k":', `${PRETTY[0]}\n`],
);
const text = fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join(''));

test('wherever the chunks are cut, the lines are the same', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 12 }), (whole, step) => {
      const chunks = Array.from({ length: Math.ceil(whole.length / step) }, (_, at) =>
        whole.slice(at * step, (at + 1) * step),
      );
      expect(cut(chunks).map(told)).toEqual(cut([whole]).map(told));
    }),
    { seed: 21, numRuns: casesOf(1500) },
  );
});

const told = ({ bytes, length, ended }: InputLine) => [bytes.toString(), length, ended];

test('the lines of a file hold the events that a record of the same bytes holds', () => {
  const value = fc.constantFrom(a, b, ...PRETTY, '{"x":[{"y":1}]}', 'nonsense', '{"k":', '{"k":"', '5');
  const framed = fc.oneof(
    fc.array(value, { maxLength: 8 }).map((values) => values.join('\n')),
    fc.array(fc.constantFrom(a, b, ...PRETTY, '{"k":x}'), { maxLength: 8 }).map((values) => `[${values.join(',\n')}]`),
    fc.array(fc.constantFrom(a, b, ...PRETTY, '{"k":x}'), { maxLength: 8 }).map((values) => values.join('')),
  );
  fc.assert(
    fc.property(framed, (whole) => {
      if (whole.trim() === '') return;
      const events = cut([whole]).flatMap(({ bytes }) => eventsIn(bytes));
      expect(events).toEqual(eventsIn(Buffer.from(whole)).filter((each) => each !== '! []'));
    }),
    { seed: 22, numRuns: casesOf(600) },
  );
});

test('a long line is one event, where it is one', () => {
  const long = `{"k":"${'x'.repeat(2 * MAX_EVENT_BYTES)}"}`;
  expect(texts(cut([`${a}\n${long}\n${b}\n`]))).toEqual([a, long, b]);
});

test('what has ended does not depend on the pieces that it came in', () => {
  const expected = [
    ['{', 1, true],
    ['{', 1, false],
  ];
  expect([['{\r\n{'], ['{', '\r', '\n', '{']].map((chunks) => cut(chunks).map(told))).toEqual([expected, expected]);
});
