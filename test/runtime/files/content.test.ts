import { gunzipSync } from 'node:zlib';
import { chunksOf } from '../../../runtime/files/content.ts';
import { gzipped } from '../../../runtime/files/gzip.ts';

const MEBIBYTE = 1 << 20;

/** Texts and bytes of all sizes; the same bytes are used for one piece after the other. */
function* pieces(): Generator<string | Uint8Array> {
  const bytes = Buffer.alloc(300_000);
  yield '';
  for (let i = 0; i < 9; i++) yield bytes.fill(i);
  yield 'ü'.repeat(MEBIBYTE);
  for (let i = 0; i < 9; i++) yield `line ${i} ${'€'.repeat(40_000)}\n`;
  yield Buffer.alloc(MEBIBYTE + 1, 7);
}

function expected(): Buffer {
  return Buffer.concat(Array.from(pieces(), (piece) => Buffer.from(piece)));
}

async function gathered(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const copies: Buffer[] = [];
  for await (const chunk of chunks) copies.push(Buffer.from(chunk));
  return Buffer.concat(copies);
}

test('chunks are the pieces one after the other', async () => {
  expect((await gathered(chunksOf(pieces()))).equals(expected())).toBe(true);
  expect(await gathered(chunksOf([]))).toEqual(Buffer.alloc(0));
});

test('so is what gzip makes of them, which reads ahead', async () => {
  expect(gunzipSync(await gathered(gzipped(pieces(), 1))).equals(expected())).toBe(true);
});
