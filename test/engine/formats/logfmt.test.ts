import { RowFault } from '../../../engine/formats/format.ts';
import { parseLogfmt } from '../../../engine/formats/logfmt.ts';
import { readAll, streamIn } from './rows-of.ts';

test.each([
  ['a=1 b="two words" c=', { a: '1', b: 'two words', c: '' }],
  [
    'at=info method=GET path="/a?b=c" fwd="1.2.3.4" dyno=web.1',
    { at: 'info', method: 'GET', path: '/a?b=c', fwd: '1.2.3.4', dyno: 'web.1' },
  ],
  ['url=/a?b=c&d=e debug level=warn', { url: '/a?b=c&d=e', debug: 'true', level: 'warn' }],
  [String.raw`msg="he said \"no\" \\ \u00e9\n" x=1`, { msg: 'he said "no" \\ é\n', x: '1' }],
  ['  a=1\t b=2  ', { a: '1', b: '2' }],
  ['a=1 a=2', { a: '2' }],
  ['http.status_code=200 x-y=é', { 'http.status_code': '200', 'x-y': 'é' }],
])('%j', (line, fields) => {
  expect(parseLogfmt(line)).toEqual(fields);
});

test.each([
  ['hello world', 'it has no key=value'],
  ['a="b', 'the value of "a" is "\\"b"'],
  ['a="b"c', 'behind "a" is "c"'],
  ['a=b"c', 'behind "a" is "\\"c"'],
  ['="b"', 'a key begins with "=\\"b\\""'],
  ['{"a":1}', 'behind "{" is "\\"a\\":1}"'],
  [String.raw`a="\x"`, String.raw`the value of "a" is "\"\\x\""`],
])('%j is no logfmt', (line, why) => {
  expect(parseLogfmt(line)).toEqual(new RowFault(why));
});

test('a line is an event, with the values of the schema', () => {
  const text = 'at=2026-01-01T00:00:00Z name="a b" n=3 ok\nnonsense\n';
  expect(readAll(streamIn('logfmt'), text)).toEqual([
    { at: '2026-01-01T00:00:00Z', name: 'a b', n: 3, ok: true },
    'The event is not logfmt: it has no key=value.',
  ]);
});
