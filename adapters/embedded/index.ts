import type { StreamDefinition } from '../../engine/ir/stream-definition.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import { noPause, type Pause } from '../../engine/ports/retry.ts';
import { Database, TEMPORARY } from './database.ts';
import { EmbeddedDeadLetterSink } from './dead-letter-sink.ts';
import { EmbeddedDeadLetterStore } from './dead-letter-store.ts';
import { EmbeddedFinalizeQueue } from './finalize-queue.ts';
import { EmbeddedLookQueue } from './look-queue.ts';
import { EmbeddedPageStore } from './page-store.ts';
import { EmbeddedResultStore } from './result-store.ts';
import { EmbeddedShardTopology } from './shard-topology.ts';
import { SpooledResultStore } from './spool/spooled-result-store.ts';
import { EmbeddedStateStore } from './state-store.ts';
import { EmbeddedStreamLog } from './stream-log.ts';

export { StoreInUseError, StoreLock } from './store-lock.ts';

export interface EmbeddedStores {
  readonly state: EmbeddedStateStore;
  readonly pages: EmbeddedPageStore;
  readonly results: EmbeddedResultStore;
  readonly queue: EmbeddedFinalizeQueue;
  readonly looks: EmbeddedLookQueue;
  readonly deadLetters: EmbeddedDeadLetterSink;
  readonly log: EmbeddedStreamLog;
  readonly topology: EmbeddedShardTopology;
  readonly pause: Pause;
  /** What is kept of these streams, to look at and to put back. */
  keptOf(streams: ReadonlyMap<string, StreamDefinition>): EmbeddedDeadLetterStore;
  close(): void;
}

/**
 * Every port on one SQLite file, or on `:memory:`, which lives as long as the process. The clock is that of
 * the queues, which forget doubles after five minutes and hold looks back, and of the result rows, which expire.
 */
export function openEmbedded(path: string, clock: Clock): EmbeddedStores {
  return openDatabase(new Database(path), clock);
}

/** The stores of a process that leaves nothing behind but what it reads at its end. Its result rows are spooled. */
export type TemporaryStores = Omit<EmbeddedStores, 'results'> & { readonly results: SpooledResultStore };

export function openTemporary(clock: Clock): TemporaryStores {
  const stores = openDatabase(new Database(TEMPORARY), clock);
  const results = new SpooledResultStore(clock);
  const close = () => {
    results.close();
    stores.close();
  };
  return { ...stores, results, close };
}

function openDatabase(database: Database, clock: Clock): EmbeddedStores {
  const log = new EmbeddedStreamLog(database);
  return {
    state: new EmbeddedStateStore(database),
    pages: new EmbeddedPageStore(database),
    results: new EmbeddedResultStore(database, clock),
    queue: new EmbeddedFinalizeQueue(database, clock),
    looks: new EmbeddedLookQueue(database, clock),
    deadLetters: new EmbeddedDeadLetterSink(database),
    log,
    topology: new EmbeddedShardTopology(log),
    pause: noPause,
    keptOf: (streams) => new EmbeddedDeadLetterStore({ database, log, streams, clock }),
    close: () => database.close(),
  };
}
