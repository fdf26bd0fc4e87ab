/** What goes into a file, in pieces of any size. Bytes are good until the next piece is asked for. */
export type Content = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

const CHUNK_BYTES = 1 << 20;

/**
 * The same bytes in chunks of about a mebibyte: a call for each line would take longer than the line. A chunk is good until the next:
 * its bytes are used again, for new ones each time would keep the garbage collector at work.
 */
export async function* chunksOf(content: Content): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let used = 0;
  for await (const piece of content) {
    // A character is three bytes at most.
    const isShort = typeof piece === 'string' && piece.length * 3 <= CHUNK_BYTES;
    const bytes = typeof piece === 'string' && !isShort ? Buffer.from(piece) : piece;
    const most = typeof bytes === 'string' ? bytes.length * 3 : bytes.length;
    if (used > 0 && used + most > CHUNK_BYTES) {
      yield chunk.subarray(0, used);
      used = 0;
    }
    if (typeof bytes === 'string') used += chunk.write(bytes, used, 'utf8');
    else if (bytes.length > CHUNK_BYTES) yield bytes;
    else {
      chunk.set(bytes, used);
      used += bytes.length;
    }
  }
  if (used > 0) yield chunk.subarray(0, used);
}
