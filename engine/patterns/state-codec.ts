import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import type { StateCodec } from '../bytes/state-codec.ts';
import { eventLogOperator, type LogRow } from '../joins/event-log.ts';
import type { CompiledPattern, CompiledStep } from './compiled-pattern.ts';
import { readMeasure, writeMeasure } from './measures.ts';
import { DONE, FRESH, Taken } from './partial-match.ts';
import { emptyState, type PatternState } from './pattern-state.ts';

/**
 * Stores a state as a table of events, each once, and a table of what took them, those before others first:
 *
 *   events      a1  b1  b2                  in order; an event's place is its ordinal from now on
 *   taken       0: a1, after nothing, waits for b     1: b1, after 0, waits for c     2: b2, after 0, waits for c
 *
 * The same state always gives the same bytes, whether it was stored before or not.
 */
export function patternCodec({ steps }: CompiledPattern): StateCodec<PatternState> {
  return {
    encode(state, out) {
      const all = allTaken(state.open);
      const places = placesOf(all);
      eventLogOperator.encode(
        [...places.values()].map(({ row }) => row),
        out,
      );
      out.byte(state.droppedAtMs === null ? 0 : 1);
      if (state.droppedAtMs !== null) out.signedVarint(state.droppedAtMs);
      out.varint(all.length);
      const indexes = new Map(all.map((taken, index) => [taken, index]));
      for (const taken of all) {
        out.byte(taken.step);
        out.varint(places.get(taken.ordinal)?.place as number);
        out.varint(taken.earlier === null ? 0 : (indexes.get(taken.earlier) as number) + 1);
        out.varint(taken.waits);
        writeFormer(out, taken, steps[taken.step] as CompiledStep);
      }
    },
    decode(input) {
      const state = emptyState();
      const rows = eventLogOperator.decode(input);
      if (input.byte() === 1) state.droppedAtMs = input.signedVarint();
      const all: Taken[] = [];
      for (let left = input.count(); left > 0; left--) all.push(readTaken(input, steps, rows, all));
      state.open = all.filter(({ isOpen }) => isOpen);
      state.nextOrdinal = rows.length;
      return state;
    },
  };
}

/** What open partial matches are made of, each once, what lies before another first. */
function allTaken(open: readonly Taken[]): readonly Taken[] {
  const all = new Set<Taken>();
  for (const last of open) {
    const more: Taken[] = [];
    for (let taken: Taken | null = last; taken !== null && !all.has(taken); taken = taken.earlier) more.push(taken);
    for (const taken of more.reverse()) all.add(taken);
  }
  return [...all];
}

/** Events by ordinal, and their places in the order of ordinals. */
function placesOf(all: readonly Taken[]): ReadonlyMap<number, { readonly row: LogRow; readonly place: number }> {
  const rows = new Map(all.map(({ ordinal, row }) => [ordinal, row]));
  const sorted = [...rows].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([ordinal, row], place) => [ordinal, { row, place }]));
}

/** What a loop's events before this one come to. */
function writeFormer(out: ByteWriter, taken: Taken, { definition }: CompiledStep): void {
  if (definition.times.most !== 1) out.varint(taken.count);
  if (taken.isCut) eventLogOperator.encode([taken.previous as LogRow], out);
  for (const measure of taken.measures) writeMeasure(out, measure);
}

function readTaken(
  input: ByteReader,
  steps: readonly CompiledStep[],
  rows: readonly LogRow[],
  all: readonly Taken[],
): Taken {
  const step = steps[input.byte()];
  const ordinal = input.varint();
  const row = rows[ordinal];
  const before = input.varint();
  const earlier = before === 0 ? null : all[before - 1];
  const waits = input.varint();
  if (step === undefined || row === undefined || earlier === undefined) {
    throw new CodecError('A stored partial match names a step, an event or a partial match that is not there.');
  }
  if (earlier !== null && (earlier.ordinal >= ordinal || earlier.step > step.index)) {
    throw new CodecError('The events of a stored partial match are not in order.');
  }
  const known = step.edges.reduce((bits, { bit }) => bits | bit, FRESH | DONE);
  if ((waits & ~known) !== 0 || waits > known) {
    throw new CodecError(
      `A stored partial match waits for ${waits.toString(2)}, and its step can wait for ${known.toString(2)}.`,
    );
  }
  const count = step.definition.times.most === 1 ? 1 : input.varint();
  const least = earlier?.step === step.index ? earlier.count + 1 : 1;
  const isCut = count > least;
  if (count < least)
    throw new CodecError(`A step of a stored partial match took ${count} events, and ${least} are there.`);
  const [previous = null] = isCut ? eventLogOperator.decode(input) : [];
  const measures = step.measures.map(() => readMeasure(input));
  const former = isCut ? { count, previous } : undefined;
  const taken = new Taken(earlier, { step: step.index, row, ordinal, measures }, former);
  taken.waits = waits;
  return taken;
}
