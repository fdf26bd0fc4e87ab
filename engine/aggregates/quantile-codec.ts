import type { ByteReader } from '../bytes/byte-reader.ts';
import type { ByteWriter } from '../bytes/byte-writer.ts';
import { CodecError } from '../bytes/errors.ts';
import { readValue, writeValue } from '../bytes/value-codec.ts';
import { binOf, isBin, mostBins, NumberBins } from './number-bins.ts';
import { MAX_BINS, QuantileSketch, type SketchLimits } from './quantile-sketch.ts';

/**
 * The layout begins with a varint:
 *
 * ```
 * 0            the numbers are lost, as earlier versions wrote it
 * 1            no numbers
 * 1 + n        n bins, as fine as they are at best: see `writeBins`. Earlier versions wrote nothing else
 * 4098         exact: see `writeExact`
 * 4099         coarser bins: a byte with their bits, a varint of 1 + n, and the bins
 * ```
 */
const LOST = 0;
const EXACT = MAX_BINS + 2;
const COARSER = MAX_BINS + 3;

/** Numbers with up to so many decimals are stored as whole ones: a price takes two bytes in place of eight. */
const MAX_DECIMALS = 9;
/** In place of how many decimals the numbers have: they are stored as doubles. */
const DOUBLES = MAX_DECIMALS + 1;
/** What a signed varint can hold. */
const LARGEST_WHOLE = 2 ** 52 - 1;

export function writeSketch({ content }: QuantileSketch, { finestBits }: SketchLimits, out: ByteWriter): void {
  if (content.kind === 'lost') {
    out.varint(LOST);
  } else if (content.kind === 'exact') {
    writeExact(content.counts, out);
  } else {
    const { bins } = content;
    if (bins.bits < finestBits) {
      out.varint(COARSER);
      out.byte(bins.bits);
    }
    writeBins(bins, out);
  }
}

export function readSketch(input: ByteReader, limits: SketchLimits): QuantileSketch {
  const head = input.varint();
  if (head === LOST) return new QuantileSketch(limits, { kind: 'lost' });
  if (head === 1) return new QuantileSketch(limits);
  if (head === EXACT) return new QuantileSketch(limits, { kind: 'exact', counts: readExact(input, limits) });
  if (head !== COARSER) return inBins(limits, readBins(input, head - 1, limits, limits.finestBits));
  const bits = input.byte();
  if (bits >= limits.finestBits) {
    throw new CodecError(
      `A stored sketch of quantiles has coarser bins of ${bits} bits; the finest have ${limits.finestBits}.`,
    );
  }
  return inBins(limits, readBins(input, input.varint() - 1, limits, bits));
}

function inBins(limits: SketchLimits, bins: NumberBins): QuantileSketch {
  return new QuantileSketch(limits, { kind: 'bins', bins });
}

/**
 * A byte with how many decimals the numbers have, a varint of how many numbers there are, and the numbers in their order,
 * each with a varint of its count. With decimals a number is that many powers of ten larger and whole: the first is a
 * signed varint, the others are varints of the distance from the one before. `DOUBLES` in place of decimals: doubles.
 */
function writeExact(counts: ReadonlyMap<number, number>, out: ByteWriter): void {
  if (counts.size === 0) {
    out.varint(1);
    return;
  }
  const values = Float64Array.from(counts.keys()).sort();
  const decimals = decimalsOf(values);
  out.varint(EXACT);
  out.byte(decimals);
  out.varint(values.length);
  let before: number | null = null;
  for (const value of values) {
    if (decimals === DOUBLES) out.float64(value);
    else before = writeWhole(Math.round(value * 10 ** decimals), before, out);
    out.varint(counts.get(value) as number);
  }
}

function writeWhole(whole: number, before: number | null, out: ByteWriter): number {
  if (before === null) out.signedVarint(whole);
  else out.varint(whole - before);
  return whole;
}

function readExact(input: ByteReader, { maxExact }: SketchLimits): Map<number, number> {
  const decimals = input.byte();
  if (decimals > DOUBLES) throw new CodecError(`Stored numbers of a quantile have ${decimals} decimals.`);
  const size = input.varint();
  if (size === 0 || size > maxExact) {
    throw new CodecError(`A stored quantile announces ${size} numbers; it has from 1 to ${maxExact}.`);
  }
  const counts = new Map<number, number>();
  let before: number | null = null;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < size; i++) {
    if (decimals !== DOUBLES) before = before === null ? input.signedVarint() : before + input.varint();
    const value = before === null ? input.float64() : before / 10 ** decimals;
    // The comparison refuses NaN too; adding 0 makes -0 a 0.
    if (!(value > last) || value === Number.POSITIVE_INFINITY || Math.abs(before ?? 0) > LARGEST_WHOLE) {
      throw new CodecError('A stored quantile has numbers that are not finite, or not in their order.');
    }
    counts.set(value + 0, readCount(input));
    last = value;
  }
  checkTotal(counts);
  return counts;
}

/** The fewest decimals with which all numbers are what their decimal text says; `DOUBLES` where there are too many. */
function decimalsOf(values: Float64Array): number {
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++) {
    const scale = 10 ** decimals;
    const fits = values.every((value) => {
      const whole = Math.round(value * scale);
      return Math.abs(whole) <= LARGEST_WHOLE && whole / scale === value;
    });
    if (fits) return decimals;
  }
  return DOUBLES;
}

/**
 * A varint of 1 + the number of bins. Then the bins in their order, each as a varint of the distance from the one before
 * (the first as a signed one) and a varint of its count; the least and the greatest number.
 */
function writeBins(bins: NumberBins, out: ByteWriter): void {
  out.varint(bins.counts.size + 1);
  let before: number | null = null;
  for (const bin of bins.sorted()) {
    before = writeWhole(bin, before, out);
    out.varint(bins.counts.get(bin) as number);
  }
  writeValue(out, bins.least);
  writeValue(out, bins.greatest);
}

/** What is behind the number of bins. */
function readBins(input: ByteReader, size: number, limits: SketchLimits, bits: number): NumberBins {
  const most = mostBins(bits, limits);
  if (size < 1 || size > most) {
    throw new CodecError(`A stored quantile announces ${size} bins; it has from 1 to ${most}.`);
  }
  const counts = new Map<number, number>();
  let [first, bin] = [0, 0];
  for (let i = 0; i < size; i++) {
    const distance = i === 0 ? input.signedVarint() : input.varint();
    if (i > 0 && distance === 0) throw new CodecError('A stored quantile has a bin twice.');
    bin += distance;
    if (i === 0) first = bin;
    if (!isBin(bin, bits)) throw new CodecError('A stored quantile has a bin that no number is in.');
    counts.set(bin, readCount(input));
  }
  checkTotal(counts);
  const [least, greatest] = [readNumber(input), readNumber(input)];
  if (first !== binOf(least, bits) || bin !== binOf(greatest, bits) || least > greatest) {
    throw new CodecError('A stored quantile has bins that do not go with its least and greatest number.');
  }
  return NumberBins.of(limits, { bits, counts, least, greatest });
}

function readCount(input: ByteReader): number {
  const count = input.varint();
  if (count === 0) throw new CodecError('A stored quantile counts a number that never came.');
  return count;
}

function checkTotal(counts: ReadonlyMap<number, number>): void {
  let total = 0;
  for (const count of counts.values()) total += count;
  if (!Number.isSafeInteger(total)) throw new CodecError('The counts of a stored quantile add up beyond 2^53.');
}

function readNumber(input: ByteReader): number {
  const value = readValue(input);
  if (typeof value === 'number') return value;
  throw new CodecError(`A stored quantile holds a ${typeof value} in place of its least or greatest number.`);
}
