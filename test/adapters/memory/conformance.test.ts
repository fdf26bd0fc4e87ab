import { type MemoryStores, memoryStores } from '../../../adapters/memory/index.ts';
import { LargeItems } from '../../../engine/protocol/large-items.ts';
import { deadLetterSinkConformance } from '../../conformance/dead-letter-sink.ts';
import { finalizeQueueConformance } from '../../conformance/finalize-queue.ts';
import { lookQueueConformance } from '../../conformance/look-queue.ts';
import { pageStoreConformance } from '../../conformance/page-store.ts';
import { resultStoreConformance } from '../../conformance/result-store.ts';
import { shardTopologyConformance } from '../../conformance/shard-topology.ts';
import { sideOutputReaderConformance } from '../../conformance/side-output-reader.ts';
import { stateStoreConformance } from '../../conformance/state-store.ts';

const fixed = { nowMs: () => 0 };

stateStoreConformance('MemoryStateStore', async () => ({ store: memoryStores(fixed).state }));

stateStoreConformance(
  'LargeItems over memory',
  async () => {
    const { state: items, pages: objects, pause } = memoryStores(fixed);
    let tokens = 0;
    return {
      store: new LargeItems({
        items,
        objects,
        clock: fixed,
        pause,
        newToken: () => String(tokens++),
        largestItemBytes: 1,
      }),
    };
  },
  'segment#',
);

pageStoreConformance('MemoryPageStore', async () => ({ store: memoryStores(fixed).pages }));

resultStoreConformance('MemoryResultStore', async (clock) => ({ store: memoryStores(clock).results }));

deadLetterSinkConformance('MemoryDeadLetterSink', async () => {
  const { deadLetters } = memoryStores(fixed);
  return { sink: deadLetters, read: (stream) => deadLetters.read(stream) };
});

sideOutputReaderConformance('MemoryDeadLetterSink', () => memoryStores(fixed).deadLetters);

finalizeQueueConformance(
  'MemoryFinalizeQueue',
  async () => {
    let nowMs = 0;
    const { queue } = memoryStores({ nowMs: () => nowMs });
    return {
      queue,
      receive: async () => {
        const waiting = await queue.waiting(1000);
        await queue.remove(waiting.map(({ id }) => id));
        return waiting.map(({ wake }) => wake);
      },
      advance: (ms) => {
        nowMs += ms;
      },
    };
  },
  { movableClock: true },
);

lookQueueConformance(
  'MemoryLookQueue',
  async () => {
    let nowMs = 0;
    const { looks } = memoryStores({ nowMs: () => nowMs });
    return {
      queue: looks,
      receive: async () => {
        const due = await looks.due(1000);
        await looks.remove(due.map(({ id }) => id));
        return due.map(({ look }) => look);
      },
      advance: (ms) => {
        nowMs += ms;
      },
    };
  },
  { movableClock: true },
);

shardTopologyConformance(
  'MemoryShardTopology',
  async () => {
    const { log, topology }: MemoryStores = memoryStores(fixed);
    return {
      topology,
      makeStream: async (name, shards) => log.createStream(name, shards),
      putRecord: async (stream, shard) => {
        const [sequence = ''] = log.append(stream, shard, [{ partitionKey: 'key', data: Buffer.from('data') }], 0);
        return { sequence, index: 0 };
      },
      split: async (stream, shard) => {
        log.split(stream, shard);
      },
      merge: async (stream, first, second) => {
        log.merge(stream, first, second);
      },
    };
  },
  { reshards: true },
);
