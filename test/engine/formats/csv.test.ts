import { gzipSync, zstdCompressSync } from 'node:zlib';
import { eventsOf } from '../../../engine/decode/decoder.ts';
import { decoderOf } from '../../../engine/decode/decoder-of.ts';
import { MAX_EVENT_BYTES } from '../../../engine/decode/limits.ts';
import type { StreamDefinition } from '../../../engine/ir/stream-definition.ts';
import { kept, readAll, streamIn } from './rows-of.ts';

const csv = streamIn('csv');
/** Rows of some columns, whether or not the schema asks for others. */
function withColumns(...header: readonly string[]): StreamDefinition {
  return { ...csv, format: { kind: 'csv', header } };
}

const ROW = { at: '2026-01-01T00:00:00Z', name: 'a', n: 1 };

describe('a header in the record', () => {
  test('names the fields, and the schema says what they are', () => {
    expect(readAll(csv, 'at,name,n,x,ok,note\n2026-01-01T00:00:00Z,a,12,9.5,TRUE,\n')).toEqual([
      { at: '2026-01-01T00:00:00Z', name: 'a', n: 12, x: 9.5, ok: true, note: null },
    ]);
  });

  test.each([
    ['another order', 'n,at,name\n1,2026-01-01T00:00:00Z,a'],
    ['blanks around its names', ' at , name,n\n2026-01-01T00:00:00Z,a,1'],
    ['CRLF', 'at,name,n\r\n2026-01-01T00:00:00Z,a,1\r\n'],
    ['CR alone', 'at,name,n\r2026-01-01T00:00:00Z,a,1\r'],
    ['a byte order mark', '\uFEFFat,name,n\n2026-01-01T00:00:00Z,a,1\n'],
    ['quotes', '"at","name","n"\n"2026-01-01T00:00:00Z","a","1"\n'],
    ['blank lines', '\n\nat,name,n\n\n2026-01-01T00:00:00Z,a,1\n  \n'],
    ['itself once more, as files that were put together have it', 'at,name,n\n2026-01-01T00:00:00Z,a,1\nat,name,n'],
  ])('may have %s', (_name, text) => {
    expect(readAll(csv, text)).toEqual([ROW]);
  });

  test('of a packed record is found when it is unpacked', () => {
    const text = 'at,name,n\n2026-01-01T00:00:00Z,a,1';
    expect(readAll(csv, gzipSync(text))).toEqual([ROW]);
    expect(readAll(csv, zstdCompressSync(Buffer.from(text)))).toEqual([ROW]);
  });

  test('alone is no event, and its record says what to do', () => {
    expect(readAll(csv, 'at,name,n\n')).toEqual([
      "The record holds no event: its only row is taken for the header. If it is an event, give the format of stream 'things' the setting header.",
    ]);
    expect(readAll(csv, '\n')).toEqual(['The record holds no event: it is empty or blank.']);
  });

  test('with a column twice, or a quote that does not close, makes none of its rows an event', () => {
    expect(readAll(csv, 'at,name,at\n1,2,3')).toEqual([
      'The event is not csv: its header is none, for it has the column "at" twice.',
    ]);
    expect(readAll(csv, 'at,"na"me\n1,2')).toEqual([
      'The event is not csv: its header is none, for behind the closing quote of field 2 is "me".',
    ]);
  });
});

describe('fields', () => {
  const one = withColumns('name', 'note');

  test.each([
    ['"a,b","c ""d"""', { name: 'a,b', note: 'c "d"' }],
    ['"two\nlines","and\r\nmore"', { name: 'two\nlines', note: 'and\r\nmore' }],
    ['6" pipe,ab"c', { name: '6" pipe', note: 'ab"c' }],
    [',"b"', { name: '', note: 'b' }],
    [' a , b ', { name: ' a ', note: ' b ' }],
    ['"",""', { name: '', note: null }],
    ['é,日本', { name: 'é', note: '日本' }],
  ])('%j', (row, fields) => {
    expect(readAll(one, row)).toEqual([fields]);
  });

  test.each([
    ['a', 'it has 1 fields, and the header has 2 (name, note)'],
    ['a,b,c', 'it has 3 fields, and the header has 2 (name, note)'],
    ['"a"b,c', 'behind the closing quote of field 1 is "b,c"'],
    ['a,"b', 'a quote opens in it, and none closes it before the record ends or 256 KiB have passed'],
  ])('%j is a dead letter', (row, why) => {
    expect(readAll(one, row)).toEqual([`The event is not csv: ${why}.`]);
  });

  test('a quote that is never closed costs its line, and not those after it', () => {
    expect(kept(one, 'a,"b\nc,d\ne,f')).toEqual(['a,"b', 'c,d', 'e,f']);
    const far = `a,"b\n${'c,d\n'.repeat(MAX_EVENT_BYTES / 4)}e,"f"`;
    expect(readAll(one, far)[1]).toEqual({ name: 'c', note: 'd' });
  });

  test('bytes that are not UTF-8 cost their row', () => {
    const record = Buffer.from('a,b\nc,\xe9\nd,\xc3\xa9', 'latin1');
    expect(readAll(one, record)).toEqual([
      { name: 'a', note: 'b' },
      'The event is not csv: its bytes are not UTF-8 text.',
      { name: 'd', note: 'é' },
    ]);
    expect(kept(one, record)[1]).toBe('c,\xe9');
  });

  test('bytes of a row that are not UTF-8 do not change the names of the header, and in the header they cost all rows', () => {
    const rest = Buffer.from('\nx,\xff\ny,z', 'latin1');
    expect(readAll(csv, Buffer.concat([Buffer.from('name,é'), rest]))[1]).toEqual({ name: 'y', é: 'z' });
    expect(readAll(csv, Buffer.concat([Buffer.from('name,\xe9', 'latin1'), rest]))).toEqual([
      'The event is not csv: its bytes are not UTF-8 text.',
      'The event is not csv: its header is none, for its bytes are not UTF-8 text.',
    ]);
  });

  test('a row beyond the limit is a dead letter', () => {
    expect(readAll(one, `a,${'b'.repeat(MAX_EVENT_BYTES)}`)).toEqual([
      `The event has ${MAX_EVENT_BYTES + 2} bytes, and at most ${MAX_EVENT_BYTES} are taken.`,
    ]);
  });
});

describe('values by the schema', () => {
  const numbers = withColumns('n', 'x', 'ok');

  test.each([
    ['1,2,true', { n: 1, x: 2, ok: true }],
    ['+1,-2.5e3,False', { n: 1, x: -2500, ok: false }],
    ['1e3,.5,', { n: 1000, x: 0.5, ok: null }],
    ['12.0,5.,', { n: 12, x: 5, ok: null }],
    [',,', { n: null, x: null, ok: null }],
    ['9007199254740993,9007199254740992,', { n: 9007199254740993n, x: 9007199254740992, ok: null }],
    // What is none stays, and the validator says so.
    ['1.5,9007199254740993,yes', { n: '1.5', x: '9007199254740993', ok: 'yes' }],
    ['0x10,Infinity,1', { n: '0x10', x: 'Infinity', ok: '1' }],
    [' 1,"1,000",', { n: ' 1', x: '1,000', ok: null }],
  ])('%j', (row, values) => {
    expect(readAll(numbers, row)).toEqual([values]);
  });
});

describe('a header in the definition', () => {
  const given = streamIn({ kind: 'csv', header: ['at', 'name', 'n'] });

  test('makes each row of a record an event', () => {
    expect(readAll(given, '2026-01-01T00:00:00Z,a,1')).toEqual([ROW]);
  });

  test('is no event where a file has it too, in whatever order', () => {
    expect(readAll(given, 'at,name,n\n2026-01-01T00:00:00Z,a,1')).toEqual([ROW]);
    expect(readAll(given, 'name,n,at\na,1,2026-01-01T00:00:00Z')).toEqual([ROW]);
  });
});

test('what is kept of an event can be read by itself', () => {
  const record = 'at,name,n\n2026-01-01T00:00:00Z,a,1\nbad\n2026-01-01T00:00:00Z,"a\nb",2\n';
  const texts = kept(csv, record);
  expect(texts).toEqual([
    'at,name,n\n2026-01-01T00:00:00Z,a,1',
    'at,name,n\nbad',
    'at,name,n\n2026-01-01T00:00:00Z,"a\nb",2',
  ]);
  expect(texts.flatMap((text) => readAll(csv, text))).toEqual(readAll(csv, record));
  // Letters that share a record are lines of it.
  expect(readAll(csv, texts.join('\n'))).toEqual(readAll(csv, record));
});

test('a fork goes on by itself', () => {
  const reader = decoderOf(csv).open(Buffer.from('at,name\n1,a\n2,b\n3,c'));
  reader.next();
  const fork = reader.fork();
  const names = (events: Iterable<unknown>) =>
    [...events].map((event) => (event as { value: { name: string } }).value.name);
  expect(names(eventsOf(fork))).toEqual(['b', 'c']);
  expect(names(eventsOf(reader))).toEqual(['b', 'c']);
});

test('TSV and other delimiters', () => {
  expect(readAll(streamIn('tsv'), 'at\tname\n1\t"a\tb"')).toEqual([{ at: '1', name: 'a\tb' }]);
  expect(readAll(streamIn({ kind: 'csv', delimiter: ';' }), 'at;name;x\n1;a,b;2')).toEqual([
    { at: '1', name: 'a,b', x: 2 },
  ]);
});
