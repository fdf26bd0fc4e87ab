import { decodeRecord } from '../decode/decode-record.ts';
import type { SourceRecord } from '../decode/source-record.ts';
import type { StreamPlan } from '../plan/plan.ts';
import { comparePositions, type Position } from '../ports/position.ts';
import type { ItemWrite, StateStore } from '../ports/state-store.ts';
import {
  addCounters,
  type Checkpoint,
  type Counters,
  checkpointWrite,
  loadCheckpoint,
  NO_EVENTS,
} from '../state/checkpoint.ts';
import { discardKey } from '../state/keys.ts';
import { loadRollup, rollupWrite } from '../state/shard-rollup.ts';
import { CommitFailedError, UnlistedShardError } from './errors.ts';

/** Attempts against a shard that goes on committing meanwhile. */
const MAX_ATTEMPTS = 20;

/**
 * Commits a *skip* for a batch that the event source gave up on: its events are counted as discarded, the position goes
 * past them, and the watermark stays. Once per batch: a note under the batch's first position goes with the commit.
 *
 * Events at or before the checkpoint were committed by an earlier attempt, unless the shard has already gone on beyond
 * the batch: then all of the batch counts as discarded. It has, where its checkpoint was rolled up.
 *
 * @throws UnlistedShardError where the shard has no checkpoint yet: the next sweep makes one.
 * @returns how many events were counted as discarded; 0 where the batch was dealt with before.
 */
export async function discardBatch(
  stream: StreamPlan,
  shard: string,
  records: readonly SourceRecord[],
  state: StateStore,
): Promise<number> {
  const [first] = records;
  if (!first) return 0;
  const noteKey = discardKey(stream.name, shard, first.sequence);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if ((await state.get(noteKey)) !== null) return 0;
    const checkpoint = await loadCheckpoint(state, stream.name, shard);
    const { discarded, end } = countDiscarded(stream, checkpoint?.position ?? null, records);
    const added = { ...NO_EVENTS, delivered: discarded, discarded };
    const write =
      checkpoint === null || checkpoint.rolledUp
        ? await countInRollup(stream.name, shard, added, state)
        : countInCheckpoint(stream.name, checkpoint, end, added);
    const outcome = await state.transact([
      write,
      {
        kind: 'put',
        key: noteKey,
        version: 1,
        data: JSON.stringify({ discarded, end }),
        condition: { kind: 'absent' },
      },
    ]);
    if (outcome.kind === 'committed') return discarded;
  }
  throw new CommitFailedError(
    `Stream '${stream.name}', shard ${shard}: the discarded batch at ${first.sequence} could not be counted in ${MAX_ATTEMPTS} attempts, for the shard went on each time.`,
  );
}

function countInCheckpoint(stream: string, checkpoint: Checkpoint, end: Position | null, added: Counters): ItemWrite {
  const next: Checkpoint = {
    ...checkpoint,
    version: checkpoint.version + 1,
    ...later(checkpoint, end),
    counters: addCounters(checkpoint.counters, added),
  };
  return checkpointWrite(stream, checkpoint, next);
}

/**
 * A batch can be given up on when its shard has been rolled up already: its records are over retention at about the time
 * when the source lists the shard no more.
 */
async function countInRollup(stream: string, shard: string, added: Counters, state: StateStore): Promise<ItemWrite> {
  const rollup = await loadRollup(state, stream);
  // A checkpoint made up here would send the global watermark back. The sweep makes one with the parents' watermark.
  if (!rollup.recent.some((rolledUp) => rolledUp.shard === shard)) throw new UnlistedShardError(stream, shard);
  const counters = addCounters(rollup.counters, added);
  return rollupWrite(stream, { ...rollup, counters, version: rollup.version + 1 });
}

function countDiscarded(stream: StreamPlan, at: Position | null, records: readonly SourceRecord[]) {
  const positions = records.flatMap((record) => positionsOf(stream, record));
  const end = positions.at(-1) ?? null;
  const goneOn = at !== null && end !== null && comparePositions(at, end) >= 0;
  const discarded = positions.filter((position) => goneOn || at === null || comparePositions(position, at) > 0).length;
  return { discarded, end };
}

function positionsOf(stream: StreamPlan, record: SourceRecord): Position[] {
  const positions: Position[] = [];
  const count = () => {
    positions.push({ sequence: record.sequence, index: positions.length });
    return true;
  };
  decodeRecord(stream.decoder, record, { value: count, unreadable: count, copy: count });
  return positions;
}

/** The checkpoint's position, or the batch's end where that is later: a batch ends with a whole record. */
function later(checkpoint: Checkpoint, end: Position | null): Pick<Checkpoint, 'position' | 'insideRecord'> {
  const { position, insideRecord } = checkpoint;
  if (end === null || (position !== null && comparePositions(position, end) >= 0)) return { position, insideRecord };
  return { position: end, insideRecord: false };
}
