import { compareSequences } from '../ports/position.ts';
import type { BronzeLine } from './bronze-line.ts';
import type { PlacedRecord } from './bronze-record.ts';
import { BronzeError } from './errors.ts';

/**
 * Restores the records behind lines of bronze, shard by shard in the order of sequence numbers. A replay that feeds
 * them to the same stages gets the same events at the same positions.
 *
 * Lines may come in any order and several times, as Firehose delivers them. A record consists of the texts of its
 * events, or of its original bytes where texts would not do. Compression and blank lines, which mean nothing, are lost.
 *
 * @throws BronzeError if lines of a record are missing.
 */
export function recordsOfBronze(lines: Iterable<BronzeLine>): PlacedRecord[] {
  const records = new Map<string, BronzeLine[]>();
  for (const line of lines) {
    const key = JSON.stringify([line.shard, line.sequence, line.subsequence]);
    const known = records.get(key);
    if (known === undefined) records.set(key, [line]);
    else known.push(line);
  }
  return [...records.values()].map(recordOf).sort(comparePlaces);
}

function recordOf(lines: readonly BronzeLine[]): PlacedRecord {
  const byIndex = new Map<number, BronzeLine>();
  for (const line of lines) {
    // A record may come twice, once unfolded and once whole. Take either, but not half of each.
    if (byIndex.get(line.index)?.reason !== 'not_unfolded') byIndex.set(line.index, line);
  }
  const first = byIndex.get(0);
  if (first === undefined) throw missing(lines[0] as BronzeLine, 0);
  const { shard, sequence, subsequence, arrivalMs, partitionKey } = first;
  const data = first.record ?? joined(byIndex, first);
  return { shard, sequence, subsequence, arrivalMs, partitionKey, data };
}

function joined(byIndex: ReadonlyMap<number, BronzeLine>, first: BronzeLine): Uint8Array {
  const texts: string[] = [];
  for (let index = 0; index < byIndex.size; index++) {
    const text = byIndex.get(index)?.text ?? null;
    if (text === null) throw missing(first, index);
    texts.push(text);
  }
  return Buffer.from(texts.join('\n'));
}

function missing({ shard, sequence }: BronzeLine, index: number): BronzeError {
  return new BronzeError(
    `The lines of record ${sequence} of shard ${shard} have no event ${index}: lines of it are missing. Read all objects of the hours around its arrival.`,
  );
}

function comparePlaces(a: PlacedRecord, b: PlacedRecord): number {
  if (a.shard !== b.shard) return a.shard < b.shard ? -1 : 1;
  return compareSequences(a.sequence, b.sequence) || a.subsequence - b.subsequence;
}
