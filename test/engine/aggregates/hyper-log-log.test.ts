import fc from 'fast-check';
import { HIGHEST_RANK, HyperLogLog, REGISTERS, rankOf, registerOf } from '../../../engine/aggregates/hyper-log-log.ts';
import { readHyperLogLog, writeHyperLogLog } from '../../../engine/aggregates/hyper-log-log-codec.ts';
import { estimateCardinality } from '../../../engine/aggregates/hyper-log-log-estimate.ts';
import { ByteReader } from '../../../engine/bytes/byte-reader.ts';
import { ByteWriter } from '../../../engine/bytes/byte-writer.ts';
import { CodecError } from '../../../engine/bytes/errors.ts';
import { casesOf } from '../../support/random-cases.ts';

const SEED = 20070613;

type Registers = Map<number, number>;

/** A sketch by the book: registers of the highest place of the first one bit, counted in a text of 64 digits. */
function byTheBook(hashes: Iterable<{ high: number; low: number }>): Registers {
  const registers: Registers = new Map();
  for (const { high, low } of hashes) {
    const digits = [high, low].map((half) => (half >>> 0).toString(2).padStart(32, '0')).join('');
    const register = Number.parseInt(digits.slice(0, 14), 2);
    const rank = `${digits.slice(14)}1`.indexOf('1') + 1;
    registers.set(register, Math.max(rank, registers.get(register) ?? 0));
  }
  return registers;
}

function registersOf(sketch: HyperLogLog): Registers {
  return new Map(Array.from(sketch.entries(), (entry) => [registerOf(entry), rankOf(entry)]));
}

/** As one text, by register: comparing thousands of pairs one by one would take most of the tests' time. */
function shown(registers: Registers): string {
  const inOrder = [...registers].sort(([a], [b]) => a - b);
  return inOrder.map(([register, rank]) => `${register}:${rank}`).join(' ');
}

function sketchOf(registers: Registers): HyperLogLog {
  const sketch = new HyperLogLog();
  for (const [register, rank] of registers) sketch.raise(register, rank);
  return sketch;
}

function bytesOf(sketch: HyperLogLog): Uint8Array {
  const out = new ByteWriter();
  writeHyperLogLog(sketch, out);
  return out.finish().slice();
}

const half = fc.oneof(
  fc.integer(),
  fc.nat(31).map((n) => (1 << n) | 0),
  fc.constant(0),
);
const hash = fc.record({ high: half, low: half });

/** Any set of registers: few, many or all, with low ranks as chance gives them or any at all. */
const registers: fc.Arbitrary<Registers> = fc
  .tuple(
    fc.constantFrom(0, 1, 2, 12, 100, 1536, 1537, 8191, 8192, 8193, 12_000, REGISTERS),
    fc.nat(),
    fc.constantFrom(1, 2, 10, HIGHEST_RANK),
  )
  .map(([count, seed, ranks]) => {
    const first = seed % REGISTERS;
    // Steps of an odd number visit all registers of a power of two.
    const step = ((seed >>> 3) % (REGISTERS / 2)) * 2 + 1;
    const result: Registers = new Map();
    for (let i = 0; i < count; i++) result.set((first + i * step) % REGISTERS, 1 + ((i * 7919 + seed) % ranks));
    return result;
  });

describe('HyperLogLog', () => {
  test('keeps the registers that the definition asks for', () => {
    fc.assert(
      fc.property(fc.array(hash), (hashes) => {
        const sketch = new HyperLogLog();
        for (const each of hashes) sketch.add(each);
        expect(shown(registersOf(sketch))).toBe(shown(byTheBook(hashes)));
      }),
      { seed: SEED, numRuns: casesOf(1000) },
    );
  });

  test('knows the first and the last rank of a register', () => {
    const sketch = new HyperLogLog();
    sketch.add({ high: 0, low: 0 });
    sketch.add({ high: -1, low: -1 });
    expect([...registersOf(sketch)]).toEqual([
      [0, 51],
      [REGISTERS - 1, 1],
    ]);
  });

  test('keeps the same registers while it grows from few to all', () => {
    const hashes = Array.from({ length: 60_000 }, (_, i) => ({ high: Math.imul(i, 0x9e3779b1), low: i * 3 }));
    const sketch = new HyperLogLog();
    let added = 0;
    for (const until of [6, 7, 100, 1500, 1600, 60_000]) {
      for (; added < until; added++) sketch.add(hashes[added] as { high: number; low: number });
      expect(shown(registersOf(sketch))).toBe(shown(byTheBook(hashes.slice(0, until))));
    }
  });

  test('merges few into many, many into few, and each with its like', () => {
    fc.assert(
      fc.property(registers, registers, (a, b) => {
        const expected = new Map(a);
        for (const [register, rank] of b) expected.set(register, Math.max(rank, expected.get(register) ?? 0));
        const [into, from] = [sketchOf(a), sketchOf(b)];
        into.merge(from);
        expect(shown(registersOf(into))).toBe(shown(expected));
        expect(shown(registersOf(from))).toBe(shown(b));
        into.raise(5, HIGHEST_RANK);
        expect(shown(registersOf(from))).toBe(shown(b));
      }),
      { seed: SEED, numRuns: casesOf(60) },
    );
  });
});

test('the estimate of a sketch is that of how many of its registers have each rank', () => {
  fc.assert(
    fc.property(registers, (given) => {
      const counts = new Uint32Array(HIGHEST_RANK + 1);
      for (let register = 0; register < REGISTERS; register++) counts[given.get(register) ?? 0]! += 1;
      expect(sketchOf(given).estimate()).toBe(Math.round(estimateCardinality(counts)));
    }),
    { seed: SEED, numRuns: casesOf(60) },
  );
});

describe('HyperLogLog in bytes', () => {
  test('reads back with the same registers', () => {
    fc.assert(
      fc.property(registers, (given) => {
        const input = new ByteReader(bytesOf(sketchOf(given)));
        const back = readHyperLogLog(input);
        input.end();
        expect(shown(registersOf(back))).toBe(shown(given));
      }),
      { seed: SEED, numRuns: casesOf(120) },
    );
  });

  test('that are cut short are refused', () => {
    fc.assert(
      fc.property(registers, fc.nat(), (given, cut) => {
        const bytes = bytesOf(sketchOf(given));
        expect(() => readHyperLogLog(new ByteReader(bytes.subarray(0, cut % bytes.length)))).toThrow(CodecError);
      }),
      { seed: SEED, numRuns: casesOf(100) },
    );
  });

  test('that went bad are refused or read as some sketch, and nothing else is thrown', () => {
    fc.assert(
      fc.property(registers, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }), (given, changes) => {
        const bytes = bytesOf(sketchOf(given));
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        try {
          const sketch = readHyperLogLog(new ByteReader(bytes));
          expect(sketch.estimate()).toBeGreaterThanOrEqual(0);
          const entries = [...registersOf(sketch)];
          expect(entries.every(([register, rank]) => register < REGISTERS && rank <= HIGHEST_RANK)).toBe(true);
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
        }
      }),
      { seed: SEED, numRuns: casesOf(150) },
    );
  });

  test.each([
    ['more registers than a sparse sketch has', [0x82, 0x40], 'A stored sketch announces 8193 set registers'],
    ['a rank above 51', [0, 2, 0, 52], 'A stored sketch lists ranks above 51, or one of them twice.'],
    ['a rank twice', [0, 2, 3, 3], 'A stored sketch lists ranks above 51, or one of them twice.'],
    ['a place that the list of ranks does not have', [0, 1, 7, 0b01], 'A stored sketch points beyond the ranks'],
    ['a register beyond the last', [2, 0b1111_1110, 0b1_1111, 0], 'A stored number in unary is above'],
  ])('with %s are refused', (_, start, message) => {
    const bytes = new Uint8Array(5000);
    bytes.set(start);
    expect(() => readHyperLogLog(new ByteReader(bytes))).toThrow(message);
  });
});

describe('the estimate', () => {
  /** Counts of ranks when so many hashes fall as evenly as they can. */
  function expectedCounts(n: number): Uint32Array {
    const share = (rank: number) => Math.exp(-n / REGISTERS / 2 ** Math.min(rank, HIGHEST_RANK));
    const counts = new Uint32Array(HIGHEST_RANK + 1);
    let given = 0;
    for (let rank = 0; rank <= HIGHEST_RANK; rank++) {
      const upTo = rank === HIGHEST_RANK ? REGISTERS : Math.round(REGISTERS * share(rank));
      counts[rank] = upTo - given;
      given = upTo;
    }
    return counts;
  }

  test.each([1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e9, 1e12])('of registers as %d hashes leave them is near that', (n) => {
    expect(Math.abs(estimateCardinality(expectedCounts(n)) / n - 1)).toBeLessThan(0.005);
  });

  test('is 0 where no register is set, and has no end where all are at the highest rank', () => {
    const counts = new Uint32Array(HIGHEST_RANK + 1);
    counts[0] = REGISTERS;
    expect(estimateCardinality(counts)).toBe(0);
    counts[0] = 0;
    counts[HIGHEST_RANK] = REGISTERS;
    expect(estimateCardinality(counts)).toBe(Number.POSITIVE_INFINITY);
  });
});
