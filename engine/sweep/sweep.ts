import { allSettled } from '../async/all-settled.ts';
import { type FinalizeLag, finalizeLag } from '../finalize/lag.ts';
import { hasWork } from '../finalize/work.ts';
import type { StreamPlan, ViewPlan } from '../plan/plan.ts';
import { StoreError } from '../ports/errors.ts';
import type { Clock, FinalizeQueue, Pause, ShardTopology, StateStore, Wake } from '../ports/index.ts';
import { registerShards } from '../protocol/register-shards.ts';
import { wakesOf } from '../protocol/wakes.ts';
import { type Checkpoint, listCheckpoints, replaceCheckpoint } from '../state/checkpoint.ts';
import { type BlockedShard, type CountedEvents, type Observation, positionName } from '../state/observation.ts';
import { loadRollup, type ShardRollup, shardsOf, totalCounters } from '../state/shard-rollup.ts';
import { globalWatermark } from '../state/watermark.ts';
import { END_OF_TIME_MS, START_OF_TIME_MS } from '../time/instant.ts';
import { forgetIds } from './forget-ids.ts';
import { idleWatermark, isCaughtUp, isIdle, type ProbedShard } from './idle.ts';
import { joinFloors, raisedFloors } from './join-floors.ts';
import { type Observations, StoredObservations, standingMs } from './observations.ts';
import { removeUndeployed } from './remove-undeployed.ts';
import { rollUpShards } from './roll-up-shards.ts';

export interface SweepPorts {
  readonly state: StateStore;
  readonly topology: ShardTopology;
  readonly queue: FinalizeQueue;
  readonly clock: Clock;
  readonly pause: Pause;
}

export interface SweepReport {
  readonly stream: string;
  readonly watermarkMs: number;
  readonly shards: number;
  /** Of these, shards that are not retired: those that hold the watermark. */
  readonly openShards: number;
  readonly raised: readonly string[];
  readonly retired: readonly string[];
  /** Retired shards whose checkpoints nothing needs any more. */
  readonly rolledUp: readonly string[];
  readonly wakes: number;
  /** By view: how far finalizers are behind in the bucket that is furthest, in milliseconds of event time. */
  readonly finalizeLagMs: Readonly<Record<string, number>>;
  /** Of these, each bucket that was behind already when the sweep began. What a raise makes due, finalizers have still to hear of. */
  readonly behind: readonly BehindBucket[];
}

/** A view's bucket that could make more windows final. */
export interface BehindBucket extends FinalizeLag {
  readonly view: ViewPlan;
  readonly bucket: number;
}

/**
 * What has to happen even when nothing arrives; run once a minute. Gives new shards their checkpoints, raises the
 * watermark of shards that are idle, retires shards that are closed and read, and wakes finalizers that have work,
 * whoever's message was lost. Checkpoints that nothing needs any more go.
 *
 * @param observations where the sweep before left what it found: in the state, unless one process makes all sweeps.
 * @throws the first error of a probe, once everything else is done; the shard holds the watermark meanwhile.
 */
export async function sweepStream(
  stream: StreamPlan,
  ports: SweepPorts,
  observations: Observations = new StoredObservations(ports.state, ports.clock),
): Promise<SweepReport> {
  const nowMs = ports.clock.nowMs();
  // The version that a raise is conditional on is read before the probe:
  //   sweep reads v7 | probe: nothing there | a record arrives and is committed as v8 | raise on v7 fails, as it must
  const { checkpoints, listed } = await registerShards(ports, stream.name);
  const rollup = await loadRollup(ports.state, stream.name);
  const failures: unknown[] = [];
  const delivered = totalCounters(shardsOf(checkpoints, rollup)).delivered;
  const shards = await observe(stream, { checkpoints, delivered }, ports.topology, observations, failures);
  const retired = await retireShards(stream, shards, ports.state);
  const raised = await raiseIdleShards(stream, shards, retired, rollup, ports.state);
  const after = await listCheckpoints(ports.state, stream.name);
  const watermarkMs = globalWatermark(after);
  const work = await findWork(stream, watermarkMs, ports.state, nowMs);
  await ports.queue.send(work.map(({ wake }) => wake));
  if (stream.dedupe !== null) await forgetIds(ports.state, stream.name, stream.dedupe, after, watermarkMs);
  const swept = { checkpoints: after, listed, rollup, watermarkMs, nowMs };
  const rolledUp = await rollUpShards(stream, ports.state, swept);
  await removeUndeployed(stream, ports.state, after, nowMs);
  // Last, so that one shard that cannot be probed does not keep the others' windows open, nor finalizers asleep.
  if (failures.length > 0) throw failures[0];
  const behind = await findBehind(work, ports);
  return {
    stream: stream.name,
    watermarkMs,
    shards: after.length,
    openShards: after.filter((checkpoint) => !checkpoint.retired).length,
    raised,
    retired,
    rolledUp,
    wakes: work.length,
    finalizeLagMs: lagsOf(stream, behind),
    behind: behind.filter((each) => wasBehind(each, globalWatermark(checkpoints))),
  };
}

/** Looks at each shard, compares with what the last sweep saw, and leaves it for the next one. */
async function observe(
  stream: StreamPlan,
  { checkpoints, delivered }: { readonly checkpoints: readonly Checkpoint[]; readonly delivered: number },
  topology: ShardTopology,
  observations: Observations,
  failures: unknown[],
): Promise<ProbedShard[]> {
  const last = await observations.last(stream.name);
  const atMs = observations.clock.nowMs();
  const shards = await Promise.all(
    checkpoints.map((checkpoint) =>
      probe(stream, checkpoint, topology, standingMs(last, checkpoint, atMs)).catch((error: unknown): ProbedShard => {
        failures.push(error);
        // What could not be looked at may hold records: it keeps the watermark where it is.
        return { checkpoint, probe: 'recordsWaiting', isUnseen: true, idleMs: 0 };
      }),
    ),
  );
  await observations
    .keep(stream.name, observationOf(shards, { atMs, delivered }, last))
    .catch((error: unknown) => failures.push(error));
  return shards;
}

/**
 * Shards in which records wait are left out. One that has moved is in it, though nobody looked: if the next sweep finds it
 * there with nothing to read, then nothing was there to read now.
 */
function observationOf(shards: readonly ProbedShard[], counted: CountedEvents, last: Observation | null): Observation {
  const { atMs } = counted;
  const open = shards.filter(({ checkpoint }) => !checkpoint.retired);
  const standing = open.filter(({ probe }) => probe !== 'recordsWaiting');
  const blocked = open.filter(({ probe, isUnseen }) => probe === 'recordsWaiting' && isUnseen !== true);
  return {
    version: (last?.version ?? 0) + 1,
    atMs,
    shards: Object.fromEntries(
      standing.map(({ checkpoint, idleMs }) => [checkpoint.shard, { position: positionName(checkpoint), idleMs }]),
    ),
    blocked: Object.fromEntries(
      blocked.map(({ checkpoint }) => [checkpoint.shard, blockedShard(checkpoint, atMs, last)]),
    ),
    counted: [...(last?.counted ?? []).slice(-1), counted],
  };
}

/** Where it stood in the last sweep with records waiting, none of these was read meanwhile, however long that was. */
function blockedShard(checkpoint: Checkpoint, atMs: number, last: Observation | null): BlockedShard {
  const position = positionName(checkpoint);
  const seen = last?.blocked?.[checkpoint.shard];
  return { position, sinceMs: seen?.position === position ? seen.sinceMs : atMs };
}

/** A shard that moved since the last sweep is not idle, whatever waits in it: it costs no call. */
async function probe(
  stream: StreamPlan,
  checkpoint: Checkpoint,
  topology: ShardTopology,
  standing: number | null,
): Promise<ProbedShard> {
  if (checkpoint.retired || standing === null) return { checkpoint, probe: null, idleMs: 0 };
  // The source only knows of records; that one is taken in half is known here alone.
  const found = checkpoint.insideRecord
    ? 'recordsWaiting'
    : await topology.probe(stream.name, checkpoint.shard, checkpoint.position);
  return { checkpoint, probe: found, idleMs: isCaughtUp({ probe: found }) ? standing : 0 };
}

/** A closed shard that is read to its end leaves the minimum once all its children are in it. */
async function retireShards(stream: StreamPlan, shards: readonly ProbedShard[], state: StateStore): Promise<string[]> {
  const ended = shards.filter(({ probe, checkpoint }) => {
    const children = shards.filter(({ checkpoint: other }) => other.parents.includes(checkpoint.shard));
    return probe === 'ended' && children.length > 0;
  });
  const done = await allSettled(
    ended.map(({ checkpoint }) => replaceCheckpoint(state, stream.name, checkpoint, { retired: true })),
  );
  return ended.filter((_, index) => done[index]).map(({ checkpoint }) => checkpoint.shard);
}

/** Raises the watermarks of idle shards, and their floors in joins: in one write each, on what was read before the probe. */
async function raiseIdleShards(
  stream: StreamPlan,
  shards: readonly ProbedShard[],
  retired: readonly string[],
  rollup: ShardRollup,
  state: StateStore,
): Promise<string[]> {
  const watermarkMs = idleWatermark(stream, shards, rollup) ?? START_OF_TIME_MS;
  const idle = shards.filter((shard) => isIdle(stream, shard) && !retired.includes(shard.checkpoint.shard));
  const floors = idle.length === 0 ? {} : await joinFloors(stream, state);
  const changes = idle.flatMap(({ checkpoint }) => {
    const change = {
      ...(checkpoint.watermarkMs < watermarkMs && { watermarkMs }),
      ...raisedFloors(checkpoint, floors),
    };
    return Object.keys(change).length === 0 ? [] : [{ checkpoint, change }];
  });
  const raised = await allSettled(
    changes.map(({ checkpoint, change }) => replaceCheckpoint(state, stream.name, checkpoint, change)),
  );
  return changes.flatMap(({ checkpoint: { shard }, change }, index) =>
    raised[index] && 'watermarkMs' in change ? [shard] : [],
  );
}

interface Work {
  readonly view: ViewPlan;
  readonly wake: Wake;
}

/** Wake-ups for every (view, bucket) whose windows the watermark has passed, or that has something to look at again. */
async function findWork(stream: StreamPlan, watermarkMs: number, state: StateStore, nowMs: number): Promise<Work[]> {
  const minute = Math.floor(nowMs / 60_000);
  const wakes = stream.allViews.flatMap((view) => wakesOf(view, `sweep#${minute}`).map((wake) => ({ view, wake })));
  const needed = await Promise.all(wakes.map(({ view, wake }) => hasWork(view, wake.bucket, watermarkMs, state)));
  return wakes.filter((_, index) => needed[index]);
}

/** Where there is no work, there is no lag, and nothing more is read. */
async function findBehind(work: readonly Work[], ports: SweepPorts): Promise<BehindBucket[]> {
  const behind: BehindBucket[] = [];
  for (const { view, wake } of work) {
    const { bucket } = wake;
    const lag = await finalizeLag(view, bucket, ports);
    if (lag.lagMs > 0) behind.push({ view, bucket, ...lag });
  }
  return behind;
}

function wasBehind({ view, progress }: BehindBucket, watermarkMs: number): boolean {
  const { closedUpToMs } = progress;
  return closedUpToMs === START_OF_TIME_MS || view.window.closedUpTo(watermarkMs) > closedUpToMs;
}

function lagsOf(stream: StreamPlan, behind: readonly BehindBucket[]): Record<string, number> {
  const lagMs: Record<string, number> = Object.fromEntries(stream.allViews.map(({ name }) => [name, 0]));
  for (const { view, lagMs: ofBucket } of behind) lagMs[view.name] = Math.max(lagMs[view.name] ?? 0, ofBucket);
  return lagMs;
}

/**
 * Says that a stream has ended: the watermark of every shard goes to the end of time, so every window closes. For
 * inputs that are finite, such as files; what arrives afterwards is late.
 */
export async function endStream(stream: StreamPlan, state: StateStore): Promise<void> {
  for (const checkpoint of await listCheckpoints(state, stream.name)) {
    if (checkpoint.watermarkMs >= END_OF_TIME_MS) continue;
    const done = await replaceCheckpoint(state, stream.name, checkpoint, { watermarkMs: END_OF_TIME_MS });
    if (!done) {
      throw new StoreError(
        'conflict',
        `Stream '${stream.name}', shard ${checkpoint.shard}: another writer is at work, so the stream has not ended. End the other writer, and run again.`,
      );
    }
  }
}
