import type { DeadLetterSink, SideOutput } from '../../engine/ports/dead-letter-sink.ts';
import { comparePositions } from '../../engine/ports/position.ts';
import { compareText } from '../../engine/text/compare-text.ts';

/** Dead letters and late events in a map. */
export class MemoryDeadLetterSink implements DeadLetterSink {
  readonly #records = new Map<string, SideOutput>();

  async put(records: readonly SideOutput[]): Promise<void> {
    for (const record of records) {
      const { stream, shard, position } = record;
      const identity = JSON.stringify([stream, shard, position.sequence, position.index, identityOf(record)]);
      this.#records.set(identity, { ...record, bytes: record.bytes.slice() });
    }
  }

  /** Everything kept of a stream, by shard and position. */
  async read(stream: string): Promise<readonly SideOutput[]> {
    return [...this.#records.values()].filter((record) => record.stream === stream).sort(compareRecords);
  }

  /** What is kept of a kind and a stream, in the same order. */
  each(stream: string, kind: SideOutput['kind']): Iterable<SideOutput> {
    const records = [...this.#records.values()].filter((record) => record.stream === stream && record.kind === kind);
    return records.sort(compareRecords);
  }
}

function compareRecords(a: SideOutput, b: SideOutput): number {
  return (
    compareText(a.shard, b.shard) ||
    comparePositions(a.position, b.position) ||
    compareText(identityOf(a), identityOf(b))
  );
}

/** Tells records of one position apart. */
function identityOf(record: SideOutput): string {
  return record.kind === 'late' ? `late ${record.missed.view}` : 'dead';
}
