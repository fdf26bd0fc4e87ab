import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { type InputLine, isUnfinished } from '../../../runtime/input/input-line.ts';
import { readLines, readLinesOf } from '../../../runtime/input/lines.ts';
import { LineCutter } from '../../../runtime/input/split-lines.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lines-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

async function all(lines: AsyncIterable<InputLine>): Promise<InputLine[]> {
  const read: InputLine[] = [];
  for await (const line of lines) read.push(line);
  return read;
}

async function linesOf(chunks: Iterable<Uint8Array | string>): Promise<InputLine[]> {
  async function* stream() {
    yield* chunks;
  }
  return all(readLinesOf(stream()));
}

const texts = (lines: readonly InputLine[]) => lines.map(({ bytes }) => bytes.toString());

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, bytes);
  return path;
}

test('wherever the chunks are cut, the lines are those of the text', async () => {
  const text = fc.stringMatching(/^[a\n\r \t]{0,40}$/);
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(40)), async (whole, cuts) => {
      const places = [0, ...cuts, whole.length].sort((a, b) => a - b);
      const chunks = places.slice(1).map((to, index) => whole.slice(places[index], to));
      const expected = whole.split('\n').filter((line) => line.trim() !== '');
      const read = await linesOf(chunks);
      expect(texts(read)).toEqual(expected);
      expect(read.map(({ length }) => length)).toEqual(expected.map((line) => line.length));
      const lastEnded = whole.slice(whole.lastIndexOf('\n') + 1).trim() === '';
      expect(read.map(({ ended }) => ended)).toEqual(expected.map((_, i) => i < expected.length - 1 || lastEnded));
    }),
    { seed: 7, numRuns: 300 },
  );
});

test('lines that are read together are the same lines', () => {
  const text = fc.stringMatching(/^[ab\n\n\r ]{0,60}$/);
  fc.assert(
    fc.property(text, fc.array(fc.nat(60)), fc.integer({ min: 1, max: 4 }), (whole, cuts, most) => {
      const places = [0, ...cuts, whole.length].sort((a, b) => a - b);
      const cutter = new LineCutter();
      const read: string[] = [];
      for (let index = 1; index < places.length; index++) {
        for (const found of cutter.addTogether(
          Buffer.from(whole.slice(places[index - 1], places[index])),
          () => most,
        )) {
          const lines = found.bytes
            .toString()
            .split('\n')
            .filter((line) => line.trim() !== '');
          if ('lines' in found) expect([lines.length, lines.length <= most]).toEqual([found.lines, true]);
          read.push(...lines);
        }
        expect(cutter.consumed).toBe(whole.slice(0, places[index]).lastIndexOf('\n') + 1);
      }
      read.push(...texts([...cutter.end()]));
      expect(read).toEqual(whole.split('\n').filter((line) => line.trim() !== ''));
    }),
    { seed: 8, numRuns: 300 },
  );
});

describe('a last line without its line break', () => {
  test.each([
    ['{"a":1}', false],
    ['{"a":1} ', false],
    ['{"a":', true],
    ['{"a":1}}', true],
    ['12', true],
    ['null', true],
    ['not json', true],
  ])('%s: is it unfinished? %s', async (text, expected) => {
    const [line] = (await linesOf([text])) as [InputLine];
    expect(isUnfinished(line)).toBe(expected);
  });

  test('is finished by a line break, whatever it is', async () => {
    expect((await linesOf(['not json\n', '{"a":\n'])).map(isUnfinished)).toEqual([false, false]);
  });
});

describe('gzip and zstd', () => {
  const zstd = (text: string) => zstdCompressSync(Buffer.from(text));
  const large = 'x'.repeat(3_000_000);

  test.each<[string, Buffer, string[]]>([
    ['gzip', gzipSync('one\ntwo\n'), ['one', 'two']],
    ['zstd', zstd('one\ntwo\n'), ['one', 'two']],
    [
      'frames of zstd',
      Buffer.concat(['one\n', large, '', '\ntwo\nth', 'ree'].map(zstd)),
      ['one', large, 'two', 'three'],
    ],
    ['text', Buffer.from('one\ntwo\n'), ['one', 'two']],
    ['a byte of text', Buffer.from('1'), ['1']],
    ['nothing', Buffer.alloc(0), []],
  ])('are told by their bytes, whatever a file is called: %s', async (_, bytes, expected) => {
    for (const name of ['a.jsonl', 'a.gz', 'a.zst', 'a'])
      expect(texts(await all(readLines(file(name, bytes))))).toEqual(expected);
    const pieces = Array.from({ length: Math.min(bytes.length, 20) }, (_, at) => bytes.subarray(at, at + 1));
    expect(texts(await linesOf([...pieces, bytes.subarray(pieces.length)]))).toEqual(expected);
  });

  test.each([
    ['cut short', zstd(large).subarray(0, -9), 'it is cut short. Get it whole, and run again.'],
    ['with text behind it', Buffer.concat([zstd('one\n'), Buffer.from('three\n')]), 'its compression is damaged'],
  ])('zstd %s is refused with what to do', async (_, bytes, message) => {
    const error = await all(readLines(file('bad.jsonl', bytes))).catch((caught: Error) => caught.message);
    expect(error).toContain(message);
  });
});

describe('a .gz', () => {
  const packed = gzipSync('one\ntwo\n');

  test('of several members, and with zeros behind them, is read whole', async () => {
    const members = Buffer.concat([packed, gzipSync('three\n'), Buffer.alloc(100)]);
    expect(texts(await all(readLines(file('members.gz', members))))).toEqual(['one', 'two', 'three']);
  });

  test.each([
    ['is cut short', packed.subarray(0, -9), 'it is cut short. Get it whole, and run again.'],
    [
      'has text behind it',
      Buffer.concat([packed, Buffer.from('three\n')]),
      'its compression is damaged (incorrect header check). Get it again',
    ],
    [
      'has zeros and text behind it',
      Buffer.concat([packed, Buffer.alloc(9), Buffer.from('three\n')]),
      'has other bytes behind its gzip, from byte 28 on',
    ],
  ])('that %s is refused with what to do', async (_, bytes, message) => {
    const error = await all(readLines(file('bad.gz', bytes))).catch((caught: Error) => caught.message);
    expect(error).toContain(message);
  });
});
