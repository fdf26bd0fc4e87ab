import { chunksOf, mapSettled } from '../../engine/async/map-settled.ts';
import type { Clock } from '../../engine/ports/clock.ts';
import {
  noteState,
  type Payload,
  type Put,
  type RedriveOutcome,
  type RedriveRequest,
} from '../../engine/ports/dead-letter-store.ts';
import type { FoundNote, RedriveNotes, StoredNote } from './s3-redrive-notes.ts';

export interface RedriveDeps {
  readonly notes: RedriveNotes;
  readonly put: (payload: Payload) => Promise<Put>;
  readonly clock: Clock;
  /** A text that no other attempt has. */
  readonly newAttempt: () => string;
  /** Records of a batch that one intent covers: what a crash leaves open is at most so many. Default 100. */
  readonly chunk?: number;
}

const CONCURRENT_PUTS = 8;

/**
 * Puts payloads into a stream, each once, with a note in S3 for a memory. S3 and Kinesis have no transaction together, so
 * the note is written before and after, and each write is conditional on the note that its writer has seen last:
 *
 *     note in S3     none ────────► intent: unknown ──────────────────► redriven, shard and sequence number
 *     process A      writes intent │ PutRecord ─► a new record │ writes outcome
 *
 * Two at once: one intent wins, and the other sends nothing.
 *
 *     process A      no note there │ writes intent: done        │ PutRecord │ …
 *     process B      no note there │            writes intent: refused, for a note is there │ skips
 *
 * A crash, or a lost reply of Kinesis, between intent and outcome leaves `unknown`, and only who says `again` sends it once
 * more. A process that was taken for dead and wakes cannot write its outcome over that of its successor:
 *
 *     process A      writes intent │ PutRecord … frozen …                │ writes outcome: refused, the note is B's
 *     process B                    │ again: writes its intent over A's │ PutRecord │ writes outcome
 *
 * Both have put the record then: what `again` means. Kinesis has no conditional put that could prevent it.
 */
export async function redriveWithNote(
  noteKey: string,
  payloads: readonly Payload[],
  { by, again, pace }: RedriveRequest,
  { notes, put, clock, newAttempt, chunk: size = 100 }: RedriveDeps,
): Promise<RedriveOutcome> {
  const before = await notes.read(noteKey);
  const refused = before === null ? null : refusal(before.note, again);
  if (refused) return refused;
  const puts: Put[] = [...(before?.note.puts ?? payloads.map(() => NOT_TRIED))];
  const attempt = newAttempt();
  const noteOf = (step: number): StoredNote => ({ attempt, step, by, atMs: clock.nowMs(), puts });

  let found = before;
  const open = puts.flatMap(({ state }, index) => (state === 'redriven' ? [] : [index]));
  const chunks = chunksOf(open, size);
  for (const [step, chunk] of chunks.entries()) {
    for (const _ of chunk) await pace();
    for (const index of chunk) puts[index] = INTENDED;
    // Of a batch, it is also the outcome of the chunk before.
    const note = noteOf(step);
    const intent = await notes.write(noteKey, note, found).catch((error: Error) => error);
    if (intent === null) return overtaken(step);
    if (intent instanceof Error) {
      if (step === 0) throw intent;
      return unwritten(note, intent);
    }
    found = intent;
    await mapSettled(chunk, CONCURRENT_PUTS, async (index) => {
      puts[index] = await put(payloads[index] as Payload);
    });
  }
  return finish(noteKey, noteOf(chunks.length), found, notes);
}

const NOT_TRIED: Put = { state: 'failed', message: 'It was not tried yet.' };
const INTENDED: Put = { state: 'unknown', message: 'It was about to be sent, and no outcome was written down.' };

function refusal(note: StoredNote, again: boolean): RedriveOutcome | null {
  const when = `by ${note.by} at ${new Date(note.atMs).toISOString()}`;
  const state = noteState(note);
  if (state === 'redriven') return { outcome: 'skipped', message: `It was redriven before, ${when}.` };
  if (state === 'failed' || again) return null;
  const message = `A redrive of it, begun ${when}, has no known outcome: it may be under way, or have ended between sending and writing down. Look into the stream, or send it once more with --again.`;
  return { outcome: 'unknown', message };
}

function overtaken(step: number): RedriveOutcome {
  const who = 'Somebody else began to redrive it';
  return step === 0
    ? { outcome: 'skipped', message: `${who} at the same moment: nothing was sent from here.` }
    : {
        outcome: 'unknown',
        message: `${who} while part of the batch was sent from here: that part may be there twice.`,
      };
}

async function finish(
  noteKey: string,
  note: StoredNote,
  intent: FoundNote | null,
  notes: RedriveNotes,
): Promise<RedriveOutcome> {
  const written = await notes.write(noteKey, note, intent).catch((error: Error) => error);
  if (written === null) {
    const message = `It was sent, and somebody else has begun to redrive it again meanwhile: it may be there twice. ${placesOf(note)}`;
    return { outcome: 'unknown', message };
  }
  if (written instanceof Error) return unwritten(note, written);
  const state = noteState(note);
  if (state === 'redriven') return { outcome: 'redriven', puts: note.puts };
  return { outcome: state, message: openPutsOf(note, state) };
}

function unwritten(note: StoredNote, { message }: Error): RedriveOutcome {
  return {
    outcome: 'unknown',
    message: `It was sent, and that could not be written down. ${placesOf(note)} ${message}`,
  };
}

/** A note of a batch names many places: the first few are enough to find it by. */
const NAMED_PLACES = 3;

function placesOf({ puts }: StoredNote): string {
  const places = puts.flatMap((put) => (put.state === 'redriven' ? [`${put.shard} ${put.sequence}`] : []));
  if (places.length === 0) return 'No sequence number is known.';
  const more = places.length > NAMED_PLACES ? ` and ${places.length - NAMED_PLACES} more` : '';
  return `Its place in the stream is ${places.slice(0, NAMED_PLACES).join(', ')}${more}.`;
}

function openPutsOf({ puts }: StoredNote, state: Put['state']): string {
  const open = puts.flatMap((put) => (put.state === state && put.state !== 'redriven' ? [put.message] : []));
  const [first = ''] = open;
  return puts.length === 1 ? first : `${open.length} of ${puts.length} records: ${first}`;
}
