import type { DeadLetterSink, SideRecord } from '../../engine/ports/dead-letter-sink.ts';
import { comparePositions } from '../../engine/ports/position.ts';
import { compareText } from '../../engine/text/compare-text.ts';

/** Dead letters and late events in a map. */
export class MemoryDeadLetterSink implements DeadLetterSink {
  readonly #records = new Map<string, SideRecord>();

  async put(records: readonly SideRecord[]): Promise<void> {
    for (const record of records) {
      const { stream, shard, position } = record;
      const identity = JSON.stringify([stream, shard, position.sequence, position.index, identityOf(record)]);
      this.#records.set(identity, { ...record, bytes: record.bytes.slice() });
    }
  }

  /** Everything kept of a stream, by shard and position. */
  async read(stream: string): Promise<readonly SideRecord[]> {
    return [...this.#records.values()].filter((record) => record.stream === stream).sort(compareRecords);
  }
}

function compareRecords(a: SideRecord, b: SideRecord): number {
  return (
    compareText(a.shard, b.shard) ||
    comparePositions(a.position, b.position) ||
    compareText(identityOf(a), identityOf(b))
  );
}

/** Tells records of one position apart. */
function identityOf(record: SideRecord): string {
  return record.kind === 'late' ? `late ${record.missed.view}` : 'dead';
}
