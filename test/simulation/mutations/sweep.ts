import { instead, type Mutation } from './mutation.ts';

type Lineage = typeof import('../../../engine/protocol/register-shards.ts');
type Observations = typeof import('../../../engine/sweep/observations.ts');
type Checkpoints = typeof import('../../../engine/state/checkpoint.ts');

/** Rules of shards and their watermarks. */
export const SWEEP: readonly Mutation[] = [
  {
    name: 'a shard without records leaves the minimum',
    replacements: [
      instead<typeof import('../../../engine/state/watermark.ts')>(
        'engine/state/watermark.ts',
        ({ globalWatermark }) => ({
          globalWatermark: (checkpoints) => globalWatermark(checkpoints.filter(({ position }) => position !== null)),
        }),
      ),
    ],
  },
  {
    name: 'a child shard begins without its parents’ watermark',
    replacements: [
      instead<Checkpoints>('engine/state/checkpoint.ts', ({ newCheckpoint }) => ({
        newCheckpoint: (shard, parents) => newCheckpoint(shard, parents),
      })),
    ],
  },
  {
    name: 'a child shard is registered without a new version of its parent',
    replacements: [
      instead<Lineage>('engine/protocol/register-shards.ts', ({ registerShards }) => ({
        // The first two are the child's own checkpoint and the roll-up.
        registerShards: ({ state, ...shared }, stream) => {
          const transact: typeof state.transact = (writes) => state.transact(writes.slice(0, 2));
          return registerShards({ ...shared, state: { ...state, transact } }, stream);
        },
      })),
    ],
  },
  {
    name: 'an idle shard is raised without regard to what came after the probe',
    replacements: [
      instead<Checkpoints>('engine/state/checkpoint.ts', ({ replaceCheckpoint, loadCheckpoint }) => ({
        replaceCheckpoint: async (state, stream, previous, change) => {
          const isRaise = change.watermarkMs !== undefined;
          const latest = isRaise ? await loadCheckpoint(state, stream, previous.shard) : null;
          return replaceCheckpoint(state, stream, latest ?? previous, change);
        },
      })),
    ],
  },
  {
    name: 'a shard with waiting records is raised as if it were idle',
    replacements: [
      instead<typeof import('../../../engine/sweep/sweep.ts')>('engine/sweep/sweep.ts', ({ sweepStream }) => ({
        sweepStream: (stream, { topology, ...ports }) => {
          const probe: typeof topology.probe = async (...args) => {
            const found = await topology.probe(...args);
            return found === 'recordsWaiting' ? 'caughtUp' : found;
          };
          return sweepStream(stream, { ...ports, topology: { ...topology, probe } });
        },
      })),
    ],
  },
  {
    name: 'the watermark of idle shards jumps to the clock',
    replacements: [
      instead<typeof import('../../../engine/sweep/idle.ts')>('engine/sweep/idle.ts', ({ idleWatermark }) => ({
        // As if the latest event had happened when it arrived.
        idleWatermark: (stream, shards, rollup) => {
          const current = shards.map(({ checkpoint, ...found }) => ({
            ...found,
            checkpoint: { ...checkpoint, clockMs: checkpoint.clockArrivalMs },
          }));
          return idleWatermark(stream, current, { ...rollup, clockMs: rollup.clockArrivalMs });
        },
      })),
    ],
  },
  {
    name: 'a pause of everything counts as idleness',
    replacements: [
      instead<Observations>('engine/sweep/observations.ts', ({ standingMs }) => ({
        // As if the last sweep had been just now, and had seen all the time since the one before.
        standingMs: (last, checkpoint, atMs) => {
          const standing = standingMs(last && { ...last, atMs }, checkpoint, atMs);
          return standing === null || last === null ? standing : standing + Math.max(0, atMs - last.atMs);
        },
      })),
    ],
  },
  {
    name: 'a replay that pauses goes on at the pace of the clock',
    replacements: [
      instead<typeof import('../../../engine/sweep/idle.ts')>('engine/sweep/idle.ts', ({ idleWatermark }) => ({
        // As if each event had arrived when it happened.
        idleWatermark: (stream, shards, rollup) => {
          const live = shards.map(({ checkpoint, ...found }) => ({
            ...found,
            checkpoint: { ...checkpoint, clockArrivalMs: checkpoint.clockMs },
          }));
          return idleWatermark(stream, live, { ...rollup, clockArrivalMs: rollup.clockMs });
        },
      })),
    ],
  },
];
