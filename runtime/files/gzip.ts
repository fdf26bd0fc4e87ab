import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type Content, chunksOf } from './content.ts';

/** The content as gzip. An error of the content is thrown where the result is read. */
export function gzipped(content: Content, level?: number): AsyncIterable<Uint8Array> {
  // `pipeline` destroys its last stream with the first error, so the reader gets that one.
  return pipeline(Readable.from(chunksOf(content)), createGzip({ level }), () => {});
}
