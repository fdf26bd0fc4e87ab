import { openEmbedded } from '../../../adapters/embedded/index.ts';
import { deadLetterSinkConformance } from '../../conformance/dead-letter-sink.ts';
import { finalizeQueueConformance } from '../../conformance/finalize-queue.ts';
import { lookQueueConformance } from '../../conformance/look-queue.ts';
import { pageStoreConformance } from '../../conformance/page-store.ts';
import { resultStoreConformance } from '../../conformance/result-store.ts';
import { shardTopologyConformance } from '../../conformance/shard-topology.ts';
import { sideOutputReaderConformance } from '../../conformance/side-output-reader.ts';
import { stateStoreConformance } from '../../conformance/state-store.ts';

const fixed = { nowMs: () => 0 };
const open = () => openEmbedded(':memory:', fixed);

stateStoreConformance('EmbeddedStateStore', async () => {
  const { state, close } = open();
  return { store: state, close: async () => close() };
});

pageStoreConformance('EmbeddedPageStore', async () => {
  const { pages, close } = open();
  return { store: pages, close: async () => close() };
});

resultStoreConformance('EmbeddedResultStore', async (clock) => {
  const { results, close } = openEmbedded(':memory:', clock);
  return { store: results, close: async () => close() };
});

deadLetterSinkConformance('EmbeddedDeadLetterSink', async () => {
  const { deadLetters, close } = open();
  return { sink: deadLetters, read: (stream) => deadLetters.read(stream), close: async () => close() };
});

sideOutputReaderConformance('EmbeddedDeadLetterSink', () => open().deadLetters);

finalizeQueueConformance(
  'EmbeddedFinalizeQueue',
  async () => {
    let nowMs = 0;
    const { queue, close } = openEmbedded(':memory:', { nowMs: () => nowMs });
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
      close: async () => close(),
    };
  },
  { movableClock: true },
);

lookQueueConformance(
  'EmbeddedLookQueue',
  async () => {
    let nowMs = 0;
    const { looks, close } = openEmbedded(':memory:', { nowMs: () => nowMs });
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
      close: async () => close(),
    };
  },
  { movableClock: true },
);

shardTopologyConformance(
  'EmbeddedShardTopology',
  async () => {
    const { log, topology, close } = open();
    return {
      topology,
      makeStream: async (name, shards) => log.createStream(name, shards),
      putRecord: async (stream, shard) => {
        const [sequence = ''] = log.append(stream, shard, [{ partitionKey: 'key', data: Buffer.from('data') }], 0);
        return { sequence, index: 0 };
      },
      close: async () => close(),
    };
  },
  { reshards: false },
);
