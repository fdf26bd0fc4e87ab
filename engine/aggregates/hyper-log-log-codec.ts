import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { BitReader, BitWriter } from './bit-stream.ts';
import { entryOf, HIGHEST_RANK, HyperLogLog, REGISTERS, rankOf, registerOf } from './hyper-log-log.ts';

/**
 * A sketch as bytes, near the entropy bound: about 14 bits a register while a dozen are set, and at most about 6 KB;
 * six bits for each register would take 12 KB. The bytes are a function of the registers alone.
 *
 * Sparse: a varint of 1 + the number of set registers; then for each, by register, the distance from the one before in
 * a Rice code and rank − 1 in unary (half of all ranks are 1, a quarter 2, …: unary is the best code for that). Dense,
 * where more than half of the registers are set: a zero; the number of different ranks; the ranks, the most frequent
 * first; then for each register the place of its rank in that list: two bits for the first three, and for others 3 in
 * two bits and what goes beyond in unary.
 */
export function writeHyperLogLog(sketch: HyperLogLog, out: ByteWriter): void {
  const entries = sketch.entries();
  writeEntries(entries, 0, entries.length, out);
}

/** The same, of a sketch's entries in the order of their registers, which lie among others. */
export function writeEntries(entries: Int32Array, from: number, to: number, out: ByteWriter): void {
  if (to - from > MOST_SPARSE) writeDense(entries.subarray(from, to), out);
  else writeSparse(entries, from, to, out);
}

/** Reads what `writeHyperLogLog` wrote. */
export function readHyperLogLog(input: ByteReader): HyperLogLog {
  const count = readCount(input);
  return count === null ? readDense(input) : readSparse(input, count);
}

/** How many entries a sketch has, whose bytes begin here; null for a dense one. What follows is for one of the readers below. */
export function readCount(input: ByteReader): number | null {
  const header = input.varint();
  if (header - 1 > MOST_SPARSE) {
    throw new CodecError(
      `A stored sketch announces ${header - 1} set registers; a sparse one has up to ${MOST_SPARSE}.`,
    );
  }
  return header === 0 ? null : header - 1;
}

/** From this many set registers on, the dense code is shorter. */
const MOST_SPARSE = REGISTERS / 2;
/** Places in the list of ranks that two bits alone can tell. */
const SHORT = 3;

function writeSparse(entries: Int32Array, from: number, to: number, out: ByteWriter): void {
  out.varint(to - from + 1);
  const low = riceBits(to - from);
  const bits = new BitWriter(out);
  let next = 0;
  for (let i = from; i < to; i++) {
    const entry = entries[i] as number;
    const gap = registerOf(entry) - next;
    writeGap(gap >>> low, gap & ((1 << low) - 1), low, rankOf(entry), bits);
    next = registerOf(entry) + 1;
  }
  bits.end();
}

/** A distance and a rank: both parts in unary are short nearly always, so that all of it goes into one word. */
function writeGap(high: number, rest: number, low: number, rank: number, bits: BitWriter): void {
  const length = high + 1 + low + rank;
  if (length <= LONGEST_WORD) {
    bits.write((1 << high) | (rest << (high + 1)) | (1 << (length - 1)), length);
    return;
  }
  bits.unary(high);
  bits.write(rest, low);
  bits.unary(rank - 1);
}

/** Bits that are written at once. */
const LONGEST_WORD = 24;

export function readSparse(input: ByteReader, count: number): HyperLogLog {
  const entries = new Int32Array(count);
  readEntries(input, count, entries, 0);
  return new HyperLogLog({ entries, from: 0, to: count });
}

/** Reads the entries of a sparse sketch, by register, into a list that has room for them. */
export function readEntries(input: ByteReader, count: number, into: Int32Array, at: number): void {
  const low = riceBits(count);
  const bits = new BitReader(input);
  let next = 0;
  for (let i = at; i < at + count; i++) {
    const register = next + (bits.unary(REGISTERS >>> low) << low) + bits.read(low);
    if (register >= REGISTERS)
      throw new CodecError(`A stored sketch has a register ${register}; the last is ${REGISTERS - 1}.`);
    into[i] = entryOf(register, 1 + bits.unary(HIGHEST_RANK - 1));
    next = register + 1;
  }
  bits.end();
}

/**
 * The Rice parameter: how many low bits of a distance the code writes as they are. Set registers lie at random, so
 * distances are geometric with a mean of about REGISTERS / count. The best parameter for that is 1 + ⌊log2(0.4812 ·
 * mean)⌋, where
 * 0.4812 = ln((1 + √5) / 2) (A. Kiely, "Selecting the Golomb Parameter in Rice Coding", 2004).
 */
function riceBits(count: number): number {
  return 32 - Math.clz32((0.4812 * REGISTERS) / count);
}

function writeDense(entries: Int32Array, out: ByteWriter): void {
  const ranks = new Uint8Array(REGISTERS);
  for (let i = 0; i < entries.length; i++) ranks[registerOf(entries[i] as number)] = rankOf(entries[i] as number);
  const byFrequency = ranksByFrequency(ranks);
  out.varint(0);
  out.byte(byFrequency.length);
  for (const rank of byFrequency) out.byte(rank);
  const places = new Uint8Array(HIGHEST_RANK + 1);
  for (let place = 0; place < byFrequency.length; place++) places[byFrequency[place] as number] = place;
  const bits = new BitWriter(out);
  for (let register = 0; register < REGISTERS; register++) {
    const place = places[ranks[register] as number] as number;
    if (place < SHORT) {
      bits.write(place, 2);
    } else {
      bits.write(SHORT, 2);
      bits.unary(place - SHORT);
    }
  }
  bits.end();
}

/** The ranks that occur, the most frequent first and the lower first of two as frequent. */
function ranksByFrequency(ranks: Uint8Array): number[] {
  const counts = new Uint32Array(HIGHEST_RANK + 1);
  for (let register = 0; register < REGISTERS; register++) counts[ranks[register] as number]! += 1;
  const frequency = (rank: number): number => counts[rank] as number;
  return [...counts.keys()].filter(frequency).sort((a, b) => frequency(b) - frequency(a) || a - b);
}

export function readDense(input: ByteReader): HyperLogLog {
  const byFrequency = readRanks(input);
  const sketch = new HyperLogLog();
  const bits = new BitReader(input);
  for (let register = 0; register < REGISTERS; register++) {
    const short = bits.read(2);
    const rank = byFrequency[short < SHORT ? short : SHORT + bits.unary(HIGHEST_RANK)];
    if (rank === undefined) throw new CodecError('A stored sketch points beyond the ranks that it lists.');
    if (rank !== 0) sketch.raise(register, rank);
  }
  bits.end();
  return sketch;
}

function readRanks(input: ByteReader): number[] {
  const ranks = Array.from({ length: input.byte() }, () => input.byte());
  if (new Set(ranks).size !== ranks.length || ranks.some((rank) => rank > HIGHEST_RANK)) {
    throw new CodecError(`A stored sketch lists ranks above ${HIGHEST_RANK}, or one of them twice.`);
  }
  return ranks;
}
