import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Content, chunksOf } from './content.ts';

/** The content as gzip. An error of the content is thrown where the result is read. */
export function gzipped(content: Content, level?: number): AsyncIterable<Uint8Array> {
  // `pipeline` destroys its last stream with the first error, so the reader gets that one.
  return pipeline(Readable.from(ownChunksOf(content)), createGzip({ level }), () => {});
}

/** A stream reads on while it still has a chunk, so each has bytes of its own. */
async function* ownChunksOf(content: Content): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunksOf(content)) yield new Uint8Array(chunk);
}
