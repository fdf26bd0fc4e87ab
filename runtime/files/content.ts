/** What goes into a file, in pieces of any size. */
export type Content = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

const CHUNK_BYTES = 1 << 20;

/** The same bytes in chunks of about a mebibyte: a call for each line would take longer than the line. */
export async function* chunksOf(content: Content): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    pieces.push(buffer);
    bytes += buffer.length;
    if (bytes < CHUNK_BYTES) continue;
    yield joined(pieces);
    pieces = [];
    bytes = 0;
  }
  if (bytes > 0) yield joined(pieces);
}

/** A large piece is not copied once more. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}
