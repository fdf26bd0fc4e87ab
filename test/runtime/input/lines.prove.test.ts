import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cutMessage, type InputLine, isCut, KEPT_BYTES, MAX_LINE_BYTES } from '../../../runtime/input/input-line.ts';
import { readLines, readLinesOf } from '../../../runtime/input/lines.ts';

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

describe('a line of more than 64 MiB', () => {
  const chunk = Buffer.alloc(1 << 20, 'x');
  function* long(mebibytes: number) {
    yield 'before\n{"id":';
    for (let i = 0; i < mebibytes; i++) yield chunk;
    yield '}\nafter\n';
  }

  test('keeps its beginning and its length, and the lines around it are read', async () => {
    const [before, cut, after] = (await linesOf(long(65))) as [InputLine, InputLine, InputLine];
    expect(texts([before, after])).toEqual(['before', 'after']);
    expect([isCut(before), isCut(cut), isCut(after)]).toEqual([false, true, false]);
    expect(cut.length).toBe('{"id":}'.length + 65 * chunk.length);
    expect(cut.bytes.length).toBe(KEPT_BYTES);
    expect(cut.bytes.toString('latin1', 0, 10)).toBe('{"id":xxxx');
    // What is kept does not hold on to what was read.
    expect(cut.bytes.buffer.byteLength).toBeLessThan(1 << 20);
    expect(cutMessage(cut)).toBe(
      `The line has ${cut.length} bytes, and at most 67108864 are read: its first 65536 bytes are kept. Write one event a line.`,
    );
  });

  test('is whole at the limit', async () => {
    const [line] = (await linesOf([Buffer.alloc(MAX_LINE_BYTES, 'x'), '\n'])) as [InputLine];
    expect([isCut(line), line.bytes.length]).toEqual([false, MAX_LINE_BYTES]);
  });

  test('is left out where it is blank to its end', async () => {
    const blank = Buffer.alloc(1 << 20, ' ');
    function* blanks(end: string) {
      for (let i = 0; i < 65; i++) yield blank;
      yield `${end}\nafter`;
    }
    expect(texts(await linesOf(blanks('')))).toEqual(['after']);
    expect(await linesOf(blanks('x'))).toHaveLength(2);
  });

  test('of zeros, in a .gz of a few kilobytes, is one line', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from('{}\n'), Buffer.alloc(80 << 20)]));
    const read = await all(readLines(file('bomb.gz', bomb)));
    expect(read.map(({ length }) => length)).toEqual([2, 80 << 20]);
  });
});
