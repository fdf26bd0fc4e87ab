import type { Checkpoint } from '../../../engine/state/checkpoint.ts';
import { instead, type Mutation } from './mutation.ts';

type Watermark = typeof import('../../../engine/state/watermark.ts');
type Log = typeof import('../../../engine/windows/log.ts');
type JoinFloors = typeof import('../../../engine/sweep/join-floors.ts');
type Chunk = typeof import('../../../engine/ingest/commit-chunk.ts');
type Checkpoints = typeof import('../../../engine/state/checkpoint.ts');
type Downstream = typeof import('../../../engine/finalize/outputs/downstream.ts');
type Rules = typeof import('../../../engine/joins/registry.ts');

const withoutFloors = ({ floors, ...checkpoint }: Checkpoint): Checkpoint => checkpoint;

/** Rules of two streams that are joined. Every other one is found in a few seeds: those are tried at each change. */
export const JOINS: readonly Mutation[] = [
  {
    name: 'an idle stream leaves the minimum of a join',
    replacements: [
      instead<Watermark>('engine/state/watermark.ts', ({ nodeWatermark, globalWatermark }) => ({
        // As if a stream that is behind, and that a sweep has found idle once, did not count.
        nodeWatermark: (checkpoints, node) => {
          const isIdle = checkpoints.every(({ floors, retired }) => retired || floors !== undefined);
          return isIdle ? Math.max(nodeWatermark(checkpoints, node), Date.UTC(3000)) : globalWatermark(checkpoints);
        },
      })),
    ],
  },
  {
    name: 'a child shard does not inherit the floors of its parents',
    replacements: [
      instead<Checkpoints>('engine/state/checkpoint.ts', ({ checkpointWrite }) => ({
        checkpointWrite: (stream, previous, next) =>
          checkpointWrite(stream, previous, previous.version === 0 ? withoutFloors(next) : next),
      })),
    ],
  },
  {
    name: 'floors are raised beyond where the other stream is',
    replacements: [
      instead<JoinFloors>('engine/sweep/join-floors.ts', ({ joinFloors }) => ({
        joinFloors: async (stream, state) => {
          const floors = await joinFloors(stream, state);
          return Object.fromEntries(Object.entries(floors).map(([node, ms]) => [node, ms + 5000]));
        },
      })),
    ],
  },
  {
    name: 'what is late for a join is judged without its floor',
    replacements: [
      instead<Chunk>('engine/ingest/commit-chunk.ts', ({ buildChunk }) => ({
        buildChunk: (stream, { checkpoint, ids }, records, reading) =>
          buildChunk(stream, { checkpoint: withoutFloors(checkpoint), ids }, records, reading),
      })),
    ],
  },
  {
    name: 'a join forgets the rows of panes that it has gone through',
    replacements: [
      instead<Rules>('engine/joins/registry.ts', ({ logOperatorOf }) => ({
        logOperatorOf: (rule, limit) => ({ ...logOperatorOf(rule, limit), isEmpty: () => true }),
      })),
    ],
  },
  {
    name: 'a left row is final before what comes after it can have come',
    replacements: [
      instead<Log>('engine/windows/log.ts', ({ LogKind }) => ({
        LogKind: class extends LogKind {
          override closedUpTo(watermarkMs: number): number {
            return super.closedUpTo(watermarkMs + this.spanMs - this.panes.paneMs);
          }
        },
      })),
    ],
  },
  {
    name: 'an empty stream stalls a join',
    replacements: [
      instead<JoinFloors>('engine/sweep/join-floors.ts', ({ raisedFloors }) => ({
        raisedFloors: (checkpoint, floors) => (checkpoint.position === null ? {} : raisedFloors(checkpoint, floors)),
      })),
    ],
  },
  {
    name: 'shards of two streams that have one name share segments',
    replacements: [
      instead<typeof import('../../../engine/plan/log.ts')>('engine/plan/log.ts', () => ({
        streamOrigin: () => (shard) => shard,
      })),
    ],
  },
];

/** Rules of a join with a view. */
export const VIEW_JOINS: readonly Mutation[] = [
  {
    name: 'rows that change no more are handed on again',
    replacements: [
      instead<Downstream>('engine/finalize/outputs/downstream.ts', ({ DownstreamOutput }) => ({
        DownstreamOutput: class extends DownstreamOutput {
          constructor(...[view, bucket, state, seen]: ConstructorParameters<typeof DownstreamOutput>) {
            super(view, bucket, state, { ...seen, settledToMs: Number.NEGATIVE_INFINITY });
          }
        },
      })),
    ],
  },
];
