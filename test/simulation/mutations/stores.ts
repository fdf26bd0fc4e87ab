import type { Item, ItemWrite } from '../../../engine/ports/state-store.ts';
import { instead, type Mutation } from './mutation.ts';

type Conditions = typeof import('../conditions.ts');

/** Conditions of items of one kind that the store does not look at. */
function unconditional(kind: string) {
  return instead<Conditions>('test/simulation/conditions.ts', ({ holds }) => ({
    holds: (write, stored) => isOf(kind, write) || holds(write, stored),
  }));
}

function isOf(kind: string, { key }: ItemWrite): boolean {
  return key.partition.startsWith(`${kind}#`);
}

/** The position that each write of a checkpoint is built on. */
const builtOn = new WeakMap<ItemWrite, object | null>();

function positionOf({ data }: Item): object | null {
  return (JSON.parse(String(data)) as { readonly position: object | null }).position;
}

/** What is written although the condition of the write does not hold. */
export const STORES: readonly Mutation[] = [
  {
    name: 'a commit is conditional on the position only',
    replacements: [
      instead<typeof import('../../../engine/state/checkpoint.ts')>(
        'engine/state/checkpoint.ts',
        ({ checkpointWrite }) => ({
          checkpointWrite: (stream, previous, next) => {
            const write = checkpointWrite(stream, previous, next);
            builtOn.set(write, previous.position);
            return write;
          },
        }),
      ),
      instead<Conditions>('test/simulation/conditions.ts', ({ holds }) => ({
        holds: (write, stored) => {
          const position = builtOn.get(write);
          if (position === undefined || stored === undefined) return holds(write, stored);
          return JSON.stringify(positionOf(stored)) === JSON.stringify(position);
        },
      })),
    ],
  },
  {
    name: 'a checkpoint has no version',
    replacements: [unconditional('checkpoint')],
  },
  {
    name: 'progress is not fenced',
    replacements: [unconditional('progress')],
  },
  {
    name: 'rows are fenced by revision',
    replacements: [
      instead<Conditions>('test/simulation/conditions.ts', () => ({
        replaces: ({ row }, stored) => stored === null || stored.revision <= row.revision,
      })),
    ],
  },
  {
    name: 'tails are kept after an unknown outcome, and written without a look at their version',
    replacements: [
      unconditional('segment'),
      instead<typeof import('../../../engine/ingest/shard-aggregator.ts')>(
        'engine/ingest/shard-aggregator.ts',
        ({ ShardAggregator }) => ({
          ShardAggregator: class extends ShardAggregator {
            // A stream of its own for each container, to keep its tails by.
            constructor(...[stream, ...others]: ConstructorParameters<typeof ShardAggregator>) {
              super({ ...stream }, ...others);
            }
          },
        }),
      ),
      instead<typeof import('../../../engine/ingest/commit.ts')>('engine/ingest/commit.ts', ({ buildCommit }) => {
        const kept = new WeakMap<Parameters<typeof buildCommit>[0], ReturnType<typeof buildCommit>['tails']>();
        return {
          buildCommit: (stream, shard, chunk, context) => {
            const tails = shard.tails.size > 0 ? shard.tails : (kept.get(stream) ?? shard.tails);
            const commit = buildCommit(stream, { ...shard, tails }, chunk, context);
            kept.set(stream, commit.tails);
            return commit;
          },
        };
      }),
    ],
  },
];
