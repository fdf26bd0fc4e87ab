import type { Clock } from '../../engine/ports/clock.ts';
import { noPause, type Pause } from '../../engine/ports/retry.ts';
import { MemoryDeadLetterSink } from './dead-letter-sink.ts';
import { MemoryFinalizeQueue } from './finalize-queue.ts';
import { MemoryLookQueue } from './look-queue.ts';
import { MemoryPageStore } from './page-store.ts';
import { MemoryResultStore } from './result-store.ts';
import { MemoryShardTopology } from './shard-topology.ts';
import { MemoryStateStore } from './state-store.ts';
import { MemoryStreamLog } from './stream-log.ts';

export interface MemoryStores {
  readonly state: MemoryStateStore;
  readonly pages: MemoryPageStore;
  readonly results: MemoryResultStore;
  readonly queue: MemoryFinalizeQueue;
  readonly looks: MemoryLookQueue;
  readonly deadLetters: MemoryDeadLetterSink;
  readonly log: MemoryStreamLog;
  readonly topology: MemoryShardTopology;
  readonly pause: Pause;
}

/**
 * Every port in this process's memory, empty. The clock is that of the queues, which forget
 * doubles after five minutes and hold looks back, and of the result rows, which expire.
 */
export function memoryStores(clock: Clock): MemoryStores {
  const log = new MemoryStreamLog();
  return {
    state: new MemoryStateStore(),
    pages: new MemoryPageStore(),
    results: new MemoryResultStore(clock),
    queue: new MemoryFinalizeQueue(clock),
    looks: new MemoryLookQueue(clock),
    deadLetters: new MemoryDeadLetterSink(),
    log,
    topology: new MemoryShardTopology(log),
    pause: noPause,
  };
}

export { MemoryAlertSink } from './alert-sink.ts';
export { MemoryDeadLetterSink } from './dead-letter-sink.ts';
export { MemoryFinalizeQueue, type WaitingWake } from './finalize-queue.ts';
export { MemoryLookQueue } from './look-queue.ts';
export { MemoryPageStore } from './page-store.ts';
export { MemoryResultStore } from './result-store.ts';
export { MemoryShardTopology } from './shard-topology.ts';
export { MemoryStateStore } from './state-store.ts';
export { type LogEntry, type LogRecord, MemoryStreamLog } from './stream-log.ts';
