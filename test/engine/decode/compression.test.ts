import { gzipSync, zstdCompressSync } from 'node:zlib';
import { casesOf } from '../../support/random-cases.ts';
import { decoded, outcomes, valuesOf } from './decoded.ts';

const FORMATS: [string, (bytes: Uint8Array) => Buffer, number][] = [
  ['gzip', gzipSync, 2],
  ['zstd', zstdCompressSync, 4],
];

describe.each(FORMATS)('%s', (format, compress, magicBytes) => {
  const lines = Array.from({ length: 50 }, (_, i) => JSON.stringify({ i, text: String(Math.sin(i)) }));
  const packed = compress(Buffer.from(lines.join('\n')));

  test('is undone', () => {
    expect(valuesOf(packed)).toEqual(lines.map((line) => JSON.parse(line)));
  });

  test('that is cut short anywhere is corrupt: none of its events is taken', () => {
    const step = Math.ceil(packed.length / casesOf(packed.length, 10));
    for (let length = magicBytes; length < packed.length; length += step) {
      const data = packed.subarray(0, length);
      expect(decoded(data)).toEqual([
        {
          kind: 'unreadable',
          reason: 'corrupt_compression',
          message: expect.stringContaining(`The record begins like ${format} and cannot be decompressed (`),
          bytes: data,
        },
      ]);
    }
  });

  test('in several parts, one after the other, is one record of all their events', () => {
    const parts = ['{"a":1}\n{"a":2}\n', '{"a":3}\n', '{"a":4}'].map((text) => compress(Buffer.from(text)));
    expect(valuesOf(Buffer.concat(parts))).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }]);
  });

  test('in parts, of which one is empty, is one record', () => {
    const parts = ['', '{"a":1}\n', '', '{"a":2}', ''].map((text) => compress(Buffer.from(text)));
    expect(valuesOf(Buffer.concat(parts))).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('with a part that is cut short is corrupt: none of its events is taken', () => {
    expect(outcomes(Buffer.concat([packed, packed.subarray(0, -1)]))).toEqual(['corrupt_compression']);
  });

  test('with other bytes after its end is corrupt', () => {
    expect(outcomes(Buffer.concat([packed, Buffer.from('{"a":1}')]))).toEqual(['corrupt_compression']);
  });

  test('inside of itself is undone once: what comes out is judged as text', () => {
    expect(outcomes(compress(packed))).not.toContainEqual(JSON.parse(lines[0] ?? ''));
  });
});

test('gzip may be padded with zeros, and nothing may follow them: it would be lost without a word', () => {
  const packed = gzipSync('{"a":1}\n');
  const padded = Buffer.concat([packed, Buffer.alloc(5)]);
  expect(valuesOf(padded)).toEqual([{ a: 1 }]);
  for (const more of [packed, Buffer.from('x')]) {
    expect(outcomes(Buffer.concat([padded, more]))).toEqual(['corrupt_compression']);
  }
});

test('the first bytes of a format alone are corrupt, fewer of them are no JSON', () => {
  expect(outcomes(Uint8Array.of(0x1f, 0x8b))).toEqual(['corrupt_compression']);
  expect(outcomes(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd))).toEqual(['corrupt_compression']);
  expect(outcomes(Uint8Array.of(0x1f))).toEqual(['not_json']);
  expect(outcomes(Uint8Array.of(0x28, 0xb5, 0x2f))).toEqual(['not_json']);
});
