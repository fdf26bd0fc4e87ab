import { RecordReader } from '../decode/record-reader.ts';
import type { SourceRecord } from '../decode/source-record.ts';
import type { StreamPlan } from '../plan/plan.ts';
import { comparePositions, compareSequences, type Position } from '../ports/position.ts';
import { Again, type SharedState, withRetries } from '../ports/retry.ts';
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

/** The most attempts against a shard that goes on committing. */
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
  { state, pause }: SharedState,
): Promise<number> {
  const [first] = records;
  if (!first) return 0;
  const noteKey = discardKey(stream.name, shard, first.sequence);
  const outrun = () =>
    new CommitFailedError(
      `Stream '${stream.name}', shard ${shard}: the discarded batch at ${first.sequence} could not be counted in ${MAX_ATTEMPTS} attempts, because the shard moved on each time.`,
    );
  return withRetries(MAX_ATTEMPTS, pause, async () => {
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
    return outcome.kind === 'committed' ? discarded : new Again(outrun);
  });
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

function countDiscarded(stream: StreamPlan, position: Position | null, records: readonly SourceRecord[]) {
  const counted = records.map((record) => ({ sequence: record.sequence, events: eventsIn(stream, record) }));
  const last = counted.at(-1);
  const end = last === undefined ? null : { sequence: last.sequence, index: last.events - 1 };
  const goneOn = position !== null && end !== null && comparePositions(position, end) >= 0;
  const before = goneOn ? null : position;
  const discarded = counted.reduce((sum, { sequence, events }) => sum + eventsAfter(before, sequence, events), 0);
  return { discarded, end };
}

function eventsIn(stream: StreamPlan, record: SourceRecord): number {
  const reader = RecordReader.open(stream.decoder, record);
  let events = 0;
  while (reader.next() !== null) events++;
  return events;
}

/** How many events of a record are behind a position. */
function eventsAfter(position: Position | null, sequence: string, events: number): number {
  const order = position === null ? 1 : compareSequences(sequence, position.sequence);
  if (order !== 0) return order > 0 ? events : 0;
  return Math.max(0, events - 1 - (position as Position).index);
}

/** The later of the checkpoint's position and the batch's end: a batch ends with a whole record. */
function later(checkpoint: Checkpoint, end: Position | null): Pick<Checkpoint, 'position' | 'insideRecord'> {
  const { position, insideRecord } = checkpoint;
  if (end === null || (position !== null && comparePositions(position, end) >= 0)) return { position, insideRecord };
  return { position: end, insideRecord: false };
}
