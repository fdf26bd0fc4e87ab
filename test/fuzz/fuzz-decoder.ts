import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { jsonLinesDecoder } from '../../engine/decode/json-lines.ts';
import type { Random } from '../simulation/random.ts';
import { mutate } from './mutate.ts';
import { pipeline } from './pipeline.ts';

const [stream] = pipeline.streams;
if (stream === undefined) throw new Error('The pipeline has a stream.');

function randomEvent(random: Random): object {
  return {
    id: `e${random.below(1000)}`,
    user: random.pick(['ann', 'bo\u0301b', '', '😀', 'x'.repeat(300)]),
    amount: random.pick([0, -1.5, 1e300, 12, null]),
    at: random.pick(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123+02:00', 1_767_225_600_000, 'never']),
  };
}

function randomRecord(random: Random): Buffer {
  const lines = Array.from({ length: random.between(1, 6) }, () => JSON.stringify(randomEvent(random)));
  const text = Buffer.from(lines.join('\n'));
  const pack = random.below(4);
  return pack === 0 ? gzipSync(text) : pack === 1 ? zstdCompressSync(text) : text;
}

/**
 * Decodes one changed record and judges each event. What must hold: nothing is thrown; a record gives at least one event
 * or says why not; of plain text, each line that is not blank is told of once, unless the whole is one JSON text.
 */
export function fuzzDecoder(random: Random): string {
  const bytes = mutate(randomRecord(random), randomRecord(random), random);
  let values = 0;
  let unreadable = 0;
  let isPacked = false;
  jsonLinesDecoder.decode(bytes, {
    value: (value) => {
      values++;
      const judged = (stream as NonNullable<typeof stream>).validate(value, 1_767_225_600_000);
      if (judged.kind === 'valid' && !Number.isFinite(judged.timeMs)) throw new Error('A valid event has no time.');
      return true;
    },
    unreadable: (reason, message) => {
      unreadable++;
      if (reason === 'corrupt_compression' || reason === 'oversized') isPacked = true;
      if (message === '' || reason.length === 0) throw new Error('An event is refused without a reason.');
      return true;
    },
  });
  if (values + unreadable === 0) throw new Error('A record is lost without a word.');
  const text = isPacked ? null : plainText(bytes);
  if (text !== null) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    const isWhole = values + unreadable === 1 && values === 1;
    if (lines.length > 0 && !isWhole && values + unreadable !== lines.length) {
      throw new Error(`Of ${lines.length} lines ${values + unreadable} are told of.`);
    }
  }
  return unreadable === 0 ? 'only events' : values === 0 ? 'no event' : 'some events';
}

/** The text of a record, or null where its bytes do not unfold. */
function plainText(bytes: Buffer): string | null {
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes).toString('utf8');
    if (bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528) return zstdDecompressSync(bytes).toString('utf8');
    return bytes.toString('utf8');
  } catch {
    return null;
  }
}
