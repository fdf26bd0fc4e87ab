import type { SideOutput } from '../../../engine/ports/dead-letter-sink.ts';
import { instead, type Mutation } from './mutation.ts';

type Aggregator = typeof import('../../../engine/ingest/shard-aggregator.ts');
type AggregatorPorts = ConstructorParameters<Aggregator['ShardAggregator']>[2];
type BuildCommit = typeof import('../../../engine/ingest/commit.ts');

/** Rules of taking batches in. */
export const INGEST: readonly Mutation[] = [
  {
    name: 'late events that revise a row leave no marker',
    replacements: [
      instead<typeof import('../../../engine/protocol/pane-buffer.ts')>(
        'engine/protocol/pane-buffer.ts',
        ({ PaneBuffer }) => ({
          PaneBuffer: class extends PaneBuffer {
            override deltas() {
              return super.deltas().map((delta) => ({ ...delta, revises: false }));
            }
          },
        }),
      ),
    ],
  },
  {
    name: 'wake-ups are deduplicated without position and minute',
    replacements: [
      instead<typeof import('../../../engine/protocol/wakes.ts')>('engine/protocol/wakes.ts', ({ wakesOf }) => ({
        wakesOf: (view) => wakesOf(view, 'wake'),
      })),
    ],
  },
  {
    name: 'the pieces of a batch are judged by the watermark before it',
    replacements: [
      instead<typeof import('../../../engine/ingest/commit-chunk.ts')>(
        'engine/ingest/commit-chunk.ts',
        ({ buildChunk }) => {
          const before = new WeakMap<Parameters<typeof buildChunk>[2], number>();
          return {
            buildChunk: (stream, { checkpoint, ids }, records, limits) => {
              const watermarkMs = before.get(records) ?? checkpoint.watermarkMs;
              before.set(records, watermarkMs);
              return buildChunk(stream, { checkpoint: { ...checkpoint, watermarkMs }, ids }, records, limits);
            },
          };
        },
      ),
    ],
  },
  {
    name: 'what is kept aside is written after the commit',
    replacements: [
      instead<Aggregator>('engine/ingest/shard-aggregator.ts', ({ ShardAggregator }) => ({
        ShardAggregator: class extends ShardAggregator {
          constructor(...[stream, shard, ports, settings]: ConstructorParameters<typeof ShardAggregator>) {
            super(stream, shard, keepingAsideAfterwards(ports), settings);
          }
        },
      })),
    ],
  },
  {
    name: 'ids of events are not part of the commit',
    replacements: [
      instead<BuildCommit>('engine/ingest/commit.ts', ({ buildCommit }) => ({
        buildCommit: (stream, shard, chunk, context) => buildCommit(stream, shard, { ...chunk, ids: null }, context),
      })),
    ],
  },
  {
    name: 'older code goes on beside newer',
    replacements: [
      instead<typeof import('../../../engine/state/checkpoint.ts')>(
        'engine/state/checkpoint.ts',
        ({ loadCheckpoint }) => ({
          loadCheckpoint: async (...args) => {
            const checkpoint = await loadCheckpoint(...args);
            return checkpoint && { ...checkpoint, generation: 0 };
          },
        }),
      ),
    ],
  },
  {
    name: 'a process goes on after the record that it took in half',
    from: 631,
    replacements: [
      instead<typeof import('../../../runtime/live/stream-poller.ts')>(
        'runtime/live/stream-poller.ts',
        ({ ShardPoller }) => {
          const { open } = ShardPoller;
          return {
            ShardPoller: Object.assign(ShardPoller, {
              open: ((stream, shard, log, ports, generation) => {
                let isFirst = true;
                const read: typeof log.read = (name, id, after, limit) => {
                  const next = isFirst && after !== null ? String(BigInt(after) + 1n) : after;
                  isFirst = false;
                  return log.read(name, id, next, limit);
                };
                return open(stream, shard, { read }, ports, generation);
              }) satisfies typeof open,
            }),
          };
        },
      ),
    ],
  },
];

function keepingAsideAfterwards({ state, ...ports }: AggregatorPorts): AggregatorPorts {
  let waiting: readonly SideOutput[] = [];
  return {
    ...ports,
    deadLetters: {
      put: async (records) => {
        waiting = records;
      },
    },
    state: {
      ...state,
      transact: async (writes) => {
        const records = waiting;
        waiting = [];
        const outcome = await state.transact(writes);
        if (outcome.kind === 'committed') await ports.deadLetters.put(records);
        return outcome;
      },
    },
  };
}
