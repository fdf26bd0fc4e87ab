import { IdPanes } from '../../engine/dedupe/id-panes.ts';
import { buildChunk, type CommitChunk, type Reading } from '../../engine/ingest/commit-chunk.ts';
import {
  addCounters,
  type Checkpoint,
  type Counters,
  NO_EVENTS,
  newCheckpoint,
} from '../../engine/state/checkpoint.ts';
import type { Random } from '../simulation/random.ts';
import { pipeline } from './pipeline.ts';
import { LONGEST_MESSAGE, type Told } from './told.ts';

const [stream] = pipeline.streams;
if (stream === undefined) throw new Error('The pipeline has a stream.');
const { definition } = stream;

/**
 * Takes a record in as a shard does, commit by commit, and stores what the commits add. What must hold: indices are dense,
 * and accepted, late, dead and duplicate events are together as many as were told of, each dead one in a letter.
 */
export function takeIn(bytes: Buffer, told: readonly Told[], random: Random): Counters {
  const arrivalMs = random.pick([null, Date.UTC(2026, 0, 1)]);
  const record = { sequence: '1', arrivalMs, partitionKey: null, data: bytes };
  const ids = new IdPanes();
  let checkpoint = newCheckpoint('shard', []);
  let reading: Reading | null = null;
  let inLetters = 0;
  // A piece may have to read the record from its beginning: of one with many events, not too many.
  const most = Math.max(4, Math.ceil(told.length / 20));
  for (let isComplete = false; !isComplete; ) {
    const limits = { maxEvents: random.between(1, most), oversized: null };
    const piece = buildChunk(stream as NonNullable<typeof stream>, { checkpoint, ids }, [record], { limits, reading });
    checkpoint = successor(checkpoint, piece);
    // A container that was started anew does not know how far the record is read.
    reading = random.chance(50) ? piece.to : null;
    if (piece.ids !== null) ids.merge(piece.ids);
    checkSideOutputs(piece, checkpoint.counters.delivered);
    for (const side of piece.sideOutputs) if (side.kind === 'dead') inLetters += side.events ?? 1;
    isComplete = piece.complete;
  }
  const { accepted, late, dead, duplicate, delivered } = checkpoint.counters;
  if (accepted + late + dead + duplicate !== told.length || delivered !== told.length) {
    throw new Error(`Of ${told.length} events not all are accounted for: ${JSON.stringify(checkpoint.counters)}`);
  }
  if (inLetters !== dead) throw new Error(`Of ${dead} dead events ${inLetters} are in letters.`);
  const unreadable = told.filter(({ reason }) => reason !== undefined).length;
  if (dead < unreadable) throw new Error(`Of ${unreadable} events that are none, only ${dead} are dead letters.`);
  return checkpoint.counters;
}

/** What the shard's next commit builds on: a watermark of its own, so that events of one record can be late. */
function successor(before: Checkpoint, piece: CommitChunk): Checkpoint {
  const counters = addCounters(before.counters, { ...NO_EVENTS, ...piece.counters });
  if (piece.end !== null && piece.end.index !== counters.delivered - 1) {
    throw new Error('Indices of events are not dense.');
  }
  const watermarkMs = Math.max(before.watermarkMs, (piece.clockMs ?? before.watermarkMs) - definition.maxLatenessMs);
  return { ...before, counters, watermarkMs, clockMs: piece.clockMs, position: piece.end ?? before.position };
}

function checkSideOutputs({ sideOutputs }: CommitChunk, delivered: number): void {
  for (const side of sideOutputs) {
    if (side.position.index >= delivered)
      throw new Error(`A side output is of event ${side.position.index}, which is none.`);
    if (side.kind === 'dead' && (side.message.length > LONGEST_MESSAGE || !side.message.endsWith('.'))) {
      throw new Error(`A dead letter says no sentence that helps: ${side.message.slice(0, LONGEST_MESSAGE)}`);
    }
  }
}
